// POST /v1/verify. Beyond v1: without `signature` (absent or null) the artifact is looked up in the log, and valid means
// that at least one logged signature proves, by `identity` if one is named. Every answer lists its `checks`.
#include <algorithm>

#include "base/encoding.h"
#include "services/trust/api/caller.h"
#include "services/trust/api/fields.h"
#include "services/trust/api/mock.h"
#include "services/trust/api/times.h"
#include "services/trust/api/views.h"

namespace certus::trust_service {
namespace {

constexpr std::uint64_t kMaxLookedUp = 50;

Answer answerOf(const ApiContext& context, const Verdict& verdict, std::int64_t now) {
  const bool named = verdict.entry.has_value();
  const bool proven = !verdict.certificateChain.empty();
  Answer answer;
  answer.body = {
      {"valid", verdict.valid},
      {"verified_at", formatMicroseconds(now)},
      {"signer", verdict.signer},
      {"transparency_index", verdict.valid ? Json(verdict.entry->index) : Json(nullptr)},
      {"certificate_chain", proven ? Json(verdict.certificateChain) : Json(nullptr)},
      {"checks", viewOf(verdict.checks)},
      {"entry_id", named ? Json(context.service.entryId(*verdict.entry)) : Json(nullptr)},
      {"logged_at", named ? Json(formatSeconds(verdict.entry->integratedTime)) : Json(nullptr)},
      {"artifact_type", named && verdict.entry->artifactType ? Json(*verdict.entry->artifactType) : Json(nullptr)},
      {"subject", named && verdict.entry->subject ? Json(*verdict.entry->subject) : Json(nullptr)}};
  return answer;
}

// The verification is counted and, for an artifact that the log knows, kept. Its failure does not change the verdict.
void record(const ApiContext& context, const std::string& artifact, const std::string& asker, const Verdict& verdict,
            std::int64_t now, Answer& answer) {
  VerificationRecord made;
  made.verifiedAt = now;
  made.artifact = artifact;
  if (verdict.entry) made.index = verdict.entry->index;
  made.verifier = asker;
  made.signer = verdict.signer;
  made.valid = verdict.valid;
  made.details = verdict.valid ? "All checks passed" : "Failed: " + verdict.checks.failedNames();
  auto recorded = context.service.writer().record(std::move(made));
  answer.body["recorded"] = recorded.has_value();
  if (!recorded)
    answer.detail =
        "the verification could not be recorded: " + recorded.error().message + " [" + recorded.error().detail + "]";
}

Verdict nothingLogged(const std::optional<std::string>& identity) {
  Verdict verdict;
  verdict.checks.fail(kCheckLogEntry,
                      "the log holds no signature for this artifact" + (identity ? " by " + *identity : std::string()));
  for (const char* name : {kCheckEntryBody, kCheckSignature, kCheckInclusionProof, kCheckIdentity}) {
    verdict.checks.skip(name, "there is no log entry to prove");
  }
  return verdict;
}

Json summaryOf(const ApiContext& context, const Verdict& verdict) {
  Json out = viewOf(context.service, *verdict.entry);
  out.erase("proof");
  out["valid"] = verdict.valid;
  out["failed_checks"] = verdict.checks.failedNames();
  return out;
}

// The newest signature that proves stands for all; when none does, the newest.
Answer lookUp(const ApiContext& context, const ArtifactDigest& artifact, const std::optional<std::string>& identity,
              const std::string& asker) {
  auto found = context.service.verifier().lookUp(artifact, identity, kMaxLookedUp);
  if (!found) return answerFor(found.error(), "Verification failed");
  const std::int64_t now = unixMicroseconds(context.service.clock());
  const auto best = std::ranges::find_if(found->signatures, &Verdict::valid);
  Verdict verdict = nothingLogged(identity);
  if (!found->signatures.empty()) verdict = best == found->signatures.end() ? found->signatures.front() : *best;
  Answer answer = answerOf(context, verdict, now);
  Json signatures = Json::array();
  for (const Verdict& each : found->signatures) signatures.push_back(summaryOf(context, each));
  answer.body["signatures"] = std::move(signatures);
  answer.body["signatures_complete"] = found->complete;
  record(context, artifact.text(), asker, verdict, now, answer);
  return answer;
}

}  // namespace

Answer verify(const ApiContext& context, const ApiRequest& request) {
  Problems problems;
  BodyFields fields(request, problems);
  QueryFields query(request, problems);
  const auto scenario = readScenario(context, query);
  const auto artifact = fields.requiredDigest("artifact");
  const auto signature = fields.optionalRawText("signature");
  const auto certificate = fields.optionalRawText("certificate");
  const auto identity = fields.optionalRawText("identity");
  const std::string asker = callerOf(context, request, problems);
  if (problems.any()) return problems.answer();
  if (scenario) return mockVerification(context, *scenario);
  if (!signature) return lookUp(context, *artifact, identity, asker);
  auto verdict = context.service.verifier().verify({*artifact, *signature, certificate, identity});
  if (!verdict) return answerFor(verdict.error(), "Verification failed");
  const std::int64_t now = unixMicroseconds(context.service.clock());
  Answer answer = answerOf(context, *verdict, now);
  record(context, artifact->text(), asker, *verdict, now, answer);
  return answer;
}

}  // namespace certus::trust_service
