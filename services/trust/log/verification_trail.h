// What was verified, by whom, with which result; and the counters that stats report. Rows and counts only: no verifying
// here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/trust/log/database.h"

namespace certus::trust_service {

struct VerificationRecord {
  std::int64_t verifiedAt = 0;         // Unix microseconds
  std::string artifact;                // ArtifactDigest::text()
  std::optional<std::uint64_t> index;  // of the log entry that was found
  std::string verifier;                // who asked
  std::string signer;
  bool valid = false;
  std::string details;  // the names of the failed checks, or what was proven
};

struct Counters {
  std::int64_t signatures = 0, verifications = 0, verificationsSuccessful = 0;
};

inline constexpr std::uint64_t kTrailPerArtifact = 1000;  // older records of an artifact give way; the counters keep them

// Counts; stores the record only when the artifact has an entry in the log, so that strangers cannot fill the disk.
Result<void> insertVerification(Database& database, const VerificationRecord& record);
Result<void> countSignatures(Database& database, std::int64_t added);
Result<Counters> readCounters(Database& database);
Result<std::vector<VerificationRecord>> verificationsOf(Database& database, const std::string& artifact,
                                                        std::uint64_t limit);  // newest first

}  // namespace certus::trust_service
