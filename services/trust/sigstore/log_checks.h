// The checks of one log entry of a bundle against a log that is trusted, each on its own.
#pragma once

#include "services/trust/sigstore/bundle.h"
#include "services/trust/sigstore/trusted_root.h"

namespace certus::sigstore {

// The log by its id and, where the entry has a time, one whose key was in force then. Borrowed from the root.
Outcome<const TransparencyLog*> selectLog(const TrustedRoot& root, const TransparencyEntry& entry);

Outcome<void> checkEntryTimestamp(const TransparencyEntry& entry, const TransparencyLog& log);

// Rekor v1's: origin "<host> - <tree id>", exactly one signature line, of this log; the same root and size as the proof's.
Outcome<void> checkCheckpoint(const InclusionProof& proof, const TransparencyLog& log);

Outcome<void> checkInclusion(const InclusionProof& proof, std::string_view body);

}  // namespace certus::sigstore
