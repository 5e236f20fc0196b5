// POST /v1/sign. Beyond v1 it takes `metadata` (an object, kept as given) and `scan_id`, and answers `signer`, `artifact`,
// `certificate_chain` and `bundle`: all that outsiders need to verify it with tools of their own.
#include "base/encoding.h"
#include "services/trust/api/caller.h"
#include "services/trust/api/fields.h"
#include "services/trust/crypto/pem.h"
#include "services/trust/formats/times.h"
#include "services/trust/sign/evidence.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kMaxType = 128, kMaxSubject = 1024, kMaxScanId = 256, kMaxDetails = 32 * 1024;

// The scan an entry belongs to: said outright, or in the facts recorded with it.
std::optional<std::string> scanIn(const std::optional<Input>& object) {
  for (const char* name : {"scan_id", "assessment_id"}) {
    if (!object || !object->contains(name) || !(*object)[name].is_string()) continue;
    const auto text = (*object)[name].get<std::string>();
    if (!text.empty() && text.size() <= kMaxScanId && isCleanText(text)) return text;
  }
  return std::nullopt;
}

SigningOrder readOrder(BodyFields& fields) {
  SigningOrder order;
  if (auto artifact = fields.requiredDigest("artifact")) order.artifact = std::move(*artifact);
  order.artifactType = fields.requiredText("artifact_type", kMaxType);
  order.subject = fields.requiredText("subject", kMaxSubject);
  order.scanId = fields.optionalText("scan_id", kMaxScanId);
  if (auto assessment = fields.optionalText("assessment_id", kMaxScanId); !order.scanId) order.scanId = assessment;
  const auto metadata = fields.optionalObject("metadata", kMaxDetails);
  const auto predicates = fields.optionalObject("predicates", kMaxDetails);
  if (!order.scanId) order.scanId = scanIn(metadata);
  if (!order.scanId) order.scanId = scanIn(predicates);
  Input details = Input::object();
  if (metadata) details["metadata"] = *metadata;
  if (predicates && !predicates->empty()) details["predicates"] = *predicates;
  if (!details.empty()) order.details = details.dump();
  return order;
}

Answer answerOf(const ApiContext& context, const Signed& made) {
  const LogEntry& entry = made.logged.entry;
  const Installation& installation = context.service.installation();
  const std::string id = context.service.entryId(entry);
  const std::string certificate = encodePem("CERTIFICATE", made.certificate);
  Answer answer;
  answer.status = 202;
  answer.body = {
      {"entry_id", id},
      {"signature", toBase64(entry.signature)},
      {"certificate", certificate},
      {"transparency_entry", {{"uuid", id}, {"index", entry.index}, {"timestamp", formatSeconds(entry.integratedTime)}}},
      {"artifact", entry.artifact},
      {"signer", entry.signer},
      {"certificate_chain", Json::array({certificate, installation.authority().root().pem()})},
      {"bundle", bundleOf(installation.log(), made)}};
  return answer;
}

}  // namespace

Answer sign(const ApiContext& context, const ApiRequest& request) {
  Problems problems;
  BodyFields fields(request, problems);
  SigningOrder order = readOrder(fields);
  order.identity = callerOf(context, request, problems);
  if (problems.any()) return problems.answer();
  auto made = context.service.signer().prepare(order);
  if (!made) return answerFor(made.error(), "Signing failed");
  return afterWriting(std::move(made->entry), [&context, artifact = std::move(order.artifact),
                                               certificate = std::move(made->certificate)](Result<Appended> logged) {
    if (!logged) return answerFor(logged.error(), "Signing failed");
    return answerOf(context, {std::move(*logged), artifact, certificate});
  });
}

}  // namespace certus::trust_service
