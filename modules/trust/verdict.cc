#include "verdict.h"

#include "fields.h"
#include "text.h"

namespace certus::trust {
namespace {

Verdict judgeRefusal(Verdict verdict, const Question& question) {
  const Check* entry = find(verdict.checks, "log_entry");
  const bool nothingThere = entry != nullptr && entry->result == "failed";
  verdict.status = !question.bySignature && nothingThere ? Status::NotSigned : Status::Failed;
  if (verdict.checks.empty()) verdict.why = "the service refused it without saying which check failed";
  return verdict;
}

}  // namespace

const char* toString(Status status) {
  switch (status) {
    case Status::Verified: return "verified";
    case Status::SignerNotChecked: return "signer_not_checked";
    case Status::Failed: return "failed";
    case Status::NotSigned: return "not_signed";
    case Status::Unproven: break;
  }
  return "unproven";
}

Verdict judge(const Json& answer, const Question& question) {
  Verdict verdict;
  verdict.checks = readChecks(answer);
  verdict.namesSigner = passed(verdict.checks, "signature") && !saysMock(answer);
  if (saysMock(answer)) {
    verdict.why = "the service runs in mock mode, so its answer is made up";
    return verdict;
  }
  if (!boolAt(answer, "valid").value_or(false)) return judgeRefusal(std::move(verdict), question);
  if (verdict.checks.empty()) {
    verdict.why = "the service says \"valid\" but lists no checks, so nothing shows that it looked at the signature";
    return verdict;
  }
  if (anyFailed(verdict.checks)) {
    verdict.status = Status::Failed;
    return verdict;
  }
  for (const char* needed : {"signature", "log_entry"}) {
    if (passed(verdict.checks, needed)) continue;
    verdict.why = std::string("the service did not make the check `") + needed + "`";
    return verdict;
  }
  if (question.expectedSigner.empty()) {
    verdict.status = Status::SignerNotChecked;
  } else if (stringAt(answer, "signer") == question.expectedSigner) {
    verdict.status = Status::Verified;
  } else {  // the service passed it, we do not: the caller asked for this signer and no other
    verdict.status = Status::Failed;
    verdict.checks.push_back({"identity", "failed", "the signer is not the one you named"});
  }
  return verdict;
}

std::string summarize(const Verdict& verdict, const Question& question, const Json& answer) {
  const std::string signer = plain(stringAt(answer, "signer").value_or("an unnamed signer"));
  const auto index = integerAt(answer, "transparency_index");
  const std::string where = index ? " (log entry " + std::to_string(*index) + ")" : "";
  switch (verdict.status) {
    case Status::Verified:
      return "VERIFIED: " + question.artifact + " was signed by " + signer + ", the signer you named" + where +
             "; every check passed.";
    case Status::SignerNotChecked:
      return "SIGNED: " + question.artifact + " was signed by " + signer + where +
             "; you named no expected signer, so this shows who signed, not that they should have. Ask the user who is "
             "expected "
             "to sign and call again with `identity`.";
    case Status::NotSigned:
      return "NOT SIGNED: the transparency log holds no signature for " + question.artifact +
             (question.expectedSigner.empty() ? "." : " by " + plain(question.expectedSigner) + ".") +
             " Compare the digest with the one that was signed before you conclude more.";
    case Status::Failed: break;
    case Status::Unproven: return "UNPROVEN: " + verdict.why + ". Treat " + question.artifact + " as not verified.";
  }
  std::string out = "NOT VERIFIED: ";
  for (const Check& check : verdict.checks) {
    if (check.result != "failed") continue;
    out += "check `" + check.name + "` failed" + (check.reason.empty() ? "; " : " (" + check.reason + "); ");
  }
  if (!verdict.why.empty()) out += verdict.why + "; ";
  return out + "do not rely on " + question.artifact + ".";
}

}  // namespace certus::trust
