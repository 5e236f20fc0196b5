// One named finding of a verification, and the list of them. A verdict is true only when nothing failed and nothing that
// must be proven was skipped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace certus::trust_service {

// Stable names, in the order in which they are reported.
inline constexpr const char* kCheckLogEntry = "log_entry";              // the log holds an entry with this signature
inline constexpr const char* kCheckEntryBody = "entry_body";            // its body names this digest and this signature
inline constexpr const char* kCheckCertificate = "certificate";         // the certificate given is the logged one
inline constexpr const char* kCheckSignature = "signature";             // it verifies over this digest
inline constexpr const char* kCheckEntryRecord = "entry_record";        // the row's other columns are as they were signed
inline constexpr const char* kCheckIntegratedTime = "integrated_time";  // the log's signed time
inline constexpr const char* kCheckInclusionProof = "inclusion_proof";  // the body is a leaf under the checkpoint's root
inline constexpr const char* kCheckCheckpoint = "checkpoint";           // the log key signed the newest tree head
inline constexpr const char* kCheckLogConsistency = "log_consistency";  // the tree extends the last head given out
inline constexpr const char* kCheckCertificateChain = "certificate_chain";  // issued by this installation's CA
inline constexpr const char* kCheckCertificateTime = "certificate_time";    // valid at the logged time
inline constexpr const char* kCheckIdentity = "identity";                   // the signer is the expected one

enum class CheckStatus : std::uint8_t { Passed, Failed, Skipped };

const char* toString(CheckStatus status);  // "passed", "failed", "skipped"

struct Check {
  const char* name;
  CheckStatus status;
  std::string reason;
};

class CheckList {
 public:
  void pass(const char* name, std::string reason) { checks_.push_back({name, CheckStatus::Passed, std::move(reason)}); }
  void fail(const char* name, std::string reason) { checks_.push_back({name, CheckStatus::Failed, std::move(reason)}); }
  void skip(const char* name, std::string reason) { checks_.push_back({name, CheckStatus::Skipped, std::move(reason)}); }

  bool failed(const char* name) const;
  // Nothing failed, and each check was made; only `certificate` and `identity` may be skipped, when the caller gave none.
  bool allProven() const;
  std::string failedNames() const;  // "signature, log_entry"; empty when none
  const std::vector<Check>& all() const { return checks_; }

 private:
  std::vector<Check> checks_;
};

}  // namespace certus::trust_service
