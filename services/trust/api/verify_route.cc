// POST /v1/verify. Beyond v1: without `signature` (absent or null) the artifact is looked up in the log, and valid means
// that at least one logged signature proves, by `identity` if one is named. With `bundle` (an object, or its text) instead
// of `signature` and `certificate`, that is verified; `failure` is its class. Every answer lists its `checks`.
#include <algorithm>

#include "base/encoding.h"
#include "services/trust/api/bundle_route.h"
#include "services/trust/api/caller.h"
#include "services/trust/api/fields.h"
#include "services/trust/api/mock.h"
#include "services/trust/api/views.h"
#include "services/trust/formats/times.h"

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
Answer recorded(const std::string& artifact, const std::string& asker, const Verdict& verdict, std::int64_t now,
                Answer answer) {
  VerificationRecord made;
  made.verifiedAt = now;
  made.artifact = artifact;
  if (verdict.entry) made.index = verdict.entry->index;
  made.verifier = asker;
  made.signer = verdict.signer;
  made.valid = verdict.valid;
  made.details = verdict.valid ? "All checks passed" : "Failed: " + verdict.checks.failedNames();
  return afterWriting(std::move(made), [answer = std::move(answer)](const Result<Appended>& written) mutable {
    answer.body["recorded"] = written.has_value();
    if (!written)
      answer.detail =
          "the verification could not be recorded: " + written.error().message + " [" + written.error().detail + "]";
    return std::move(answer);
  });
}

Verdict nothingLogged(const std::optional<std::string>& identity, const Lookup& found) {
  Verdict verdict;
  const std::string by = identity ? " by " + *identity : std::string();
  verdict.checks.fail(kCheckLogEntry,
                      found.othersSubmitted && !identity
                          ? "the log holds signatures for this artifact that others submitted, none that this service made"
                          : "the log holds no signature for this artifact" + by);
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
  Verdict verdict = nothingLogged(identity, *found);
  if (!found->signatures.empty()) verdict = best == found->signatures.end() ? found->signatures.front() : *best;
  Answer answer = answerOf(context, verdict, now);
  Json signatures = Json::array();
  for (const Verdict& each : found->signatures) signatures.push_back(summaryOf(context, each));
  answer.body["signatures"] = std::move(signatures);
  answer.body["signatures_complete"] = found->complete;
  return recorded(artifact.text(), asker, verdict, now, std::move(answer));
}

// As text: an object's bytes are those of a strict reading, in which no name can be there twice.
std::optional<std::string> readBundle(BodyFields& fields, Problems& problems) {
  if (!fields.present("bundle") || fields.isNull("bundle")) return std::nullopt;
  const Input& value = fields.at("bundle");
  for (const char* other : {"signature", "certificate"}) {
    if (!fields.present(other) || fields.isNull(other)) continue;
    problems.add("value_error", Json::array({"body", other}),
                 "A bundle holds its own: leave this out, or leave the bundle out", nullptr);
  }
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object()) return value.dump();
  problems.add("dict_type", Json::array({"body", "bundle"}), "Input should be a Sigstore bundle: a JSON object, or its text",
               value);
  return std::nullopt;
}

Answer judgeBundle(const ApiContext& context, const ArtifactDigest& artifact, const std::string& bundle,
                   const std::optional<std::string>& identity, const std::string& asker) {
  auto judged = verifyBundleOf(context, artifact, bundle, identity);
  if (!judged) return answerFor(judged.error(), "Verification failed");
  const std::int64_t now = unixMicroseconds(context.service.clock());
  Answer answer = answerOf(context, judged->verdict, now);
  answer.body["failure"] = judged->failure.empty() ? Json(nullptr) : Json(judged->failure);
  return recorded(artifact.text(), asker, judged->verdict, now, std::move(answer));
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
  const auto bundle = readBundle(fields, problems);
  const std::string asker = callerOf(context, request, problems);
  if (problems.any()) return problems.answer();
  if (scenario) return mockVerification(context, *scenario);
  if (bundle) return judgeBundle(context, *artifact, *bundle, identity, asker);
  if (!signature) return lookUp(context, *artifact, identity, asker);
  auto verdict = context.service.verifier().verify({*artifact, *signature, certificate, identity});
  if (!verdict) return answerFor(verdict.error(), "Verification failed");
  const std::int64_t now = unixMicroseconds(context.service.clock());
  return recorded(artifact->text(), asker, *verdict, now, answerOf(context, *verdict, now));
}

}  // namespace certus::trust_service
