// The story of a scan or an artifact, told from the log and the verification trail; every signature in it is verified
// again when it is asked for. Storage places and tool versions are what the signer stated: repeated, not checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/trust/log/verification_trail.h"
#include "services/trust/verify/verifier.h"

namespace certus::trust_service {

struct ProvenanceItem {
  LogEntry entry;
  Verdict verdict;                        // of now
  std::string tool, version;              // as stated at signing; version may be empty
  std::optional<std::string> verifiedBy;  // who last verified it with success, if it still verifies
};

enum class ChainStatus : std::uint8_t { Complete, Partial, Broken };
enum class TrustLevel : std::uint8_t { High, Medium, Low, Untrusted };

struct ProvenanceStory {
  std::optional<ProvenanceItem> manifest;
  std::vector<ProvenanceItem> scans;      // oldest first
  std::vector<VerificationRecord> trail;  // oldest first
  std::optional<std::string> s3, oci;
  ChainStatus status = ChainStatus::Broken;
  TrustLevel level = TrustLevel::Untrusted;
  std::string explanation;
  bool complete = true;  // false: more entries exist than were looked at
};

const char* toString(ChainStatus status);
const char* toString(TrustLevel level);

class Provenance {
 public:
  explicit Provenance(const Verifier& verifier) : verifier_(verifier) {}

  // nullopt: nothing was ever signed for it.
  Result<std::optional<ProvenanceStory>> ofScan(const std::string& scanId) const;
  Result<std::optional<ProvenanceStory>> ofArtifact(const ArtifactDigest& artifact) const;

 private:
  Result<std::optional<ProvenanceStory>> tell(const EntryFilter& filter) const;

  const Verifier& verifier_;
};

}  // namespace certus::trust_service
