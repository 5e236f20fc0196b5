// What a Trust service's verify answer proves. The gateway's side of the judgement: it believes a "valid" only with the
// checks that support it, and names a signer only when those passed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "certus/json.h"
#include "checks.h"

namespace certus::trust {

enum class Status : std::uint8_t {
  Verified,          // everything passed and the signer is the expected one
  SignerNotChecked,  // everything passed; no signer was expected
  Failed,            // a check failed
  NotSigned,         // looked up by digest: the log holds nothing
  Unproven           // the service says so without showing why
};

const char* toString(Status status);

struct Question {
  std::string artifact;  // canonical digest
  bool bySignature = false;
  std::string expectedSigner;  // empty: none was named
};

struct Verdict {
  Status status = Status::Unproven;
  std::vector<Check> checks;
  std::string why;           // one sentence where the checks do not say it all
  bool namesSigner = false;  // the signature check passed, so the service's `signer` is more than hearsay
  bool isValid() const { return status == Status::Verified || status == Status::SignerNotChecked; }
};

// `answer` is the service's JSON object with a boolean `valid`.
Verdict judge(const Json& answer, const Question& question);

// One line for a model that may read nothing else.
std::string summarize(const Verdict& verdict, const Question& question, const Json& answer);

}  // namespace certus::trust
