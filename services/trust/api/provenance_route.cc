// GET /v1/provenance/{scan_id} and /v1/provenance?artifact=. Beyond v1: `artifact`, `checks` over all signatures,
// `explanation`, and for each signed thing its entry, type, subject and status. Members of the manifest are null when none
// is signed.
#include <array>

#include <fmt/format.h>

#include "services/trust/api/fields.h"
#include "services/trust/api/mock.h"
#include "services/trust/api/views.h"
#include "services/trust/formats/times.h"

namespace certus::trust_service {
namespace {

// The checks of one signature that a chain sums up; `certificate` and `identity` are questions of a caller.
constexpr std::array kSummed{kCheckLogEntry,         kCheckEntryBody,      kCheckSignature,  kCheckEntryRecord,
                             kCheckIntegratedTime,   kCheckInclusionProof, kCheckCheckpoint, kCheckLogConsistency,
                             kCheckCertificateChain, kCheckCertificateTime};

Json orNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json orNull(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

void addEntry(const TrustService& service, const ProvenanceItem& item, Json& out) {
  out["artifact"] = item.entry.artifact;
  out["artifact_type"] = orNull(item.entry.artifactType);
  out["subject"] = orNull(item.entry.subject);
  out["entry_id"] = service.entryId(item.entry);
  out["index"] = item.entry.index;
  out["status"] = item.verdict.valid ? "verified" : "failed";
  out["failed_checks"] = item.verdict.checks.failedNames();
}

Json manifestView(const TrustService& service, const std::optional<ProvenanceItem>& item) {
  if (!item) return {{"version", nullptr}, {"digest", nullptr}, {"signed_by", nullptr}, {"signed_at", nullptr}};
  Json out{{"version", orNull(item->version)},
           {"digest", item->entry.artifact},
           {"signed_by", item->entry.signer},
           {"signed_at", formatSeconds(item->entry.integratedTime)}};
  addEntry(service, *item, out);
  return out;
}

Json scanView(const TrustService& service, const ProvenanceItem& item) {
  Json out{{"tool", item.tool},
           {"version", orNull(item.version)},
           {"signed_by", item.entry.signer},
           {"verified_by", orNull(item.verifiedBy)},
           {"timestamp", formatSeconds(item.entry.integratedTime)}};
  addEntry(service, item, out);
  return out;
}

Json trailView(const std::vector<VerificationRecord>& trail) {
  Json out = Json::array();
  for (const auto& record : trail) {
    out.push_back({{"timestamp", formatMicroseconds(record.verifiedAt)},
                   {"verifier", record.verifier},
                   {"result", record.valid ? "verified" : "failed"},
                   {"details", record.details},
                   {"artifact", record.artifact},
                   {"index", record.index ? Json(*record.index) : Json(nullptr)}});
  }
  return out;
}

// One check for the whole chain: failed with the first signature that fails it, passed when all pass.
Json sumOf(const ProvenanceStory& story) {
  Json out = Json::array();
  std::vector<const ProvenanceItem*> items;
  if (story.manifest) items.push_back(&*story.manifest);
  for (const auto& scan : story.scans) items.push_back(&scan);
  for (const char* name : kSummed) {
    std::string failure, skipped;
    for (const auto* item : items) {
      for (const Check& check : item->verdict.checks.all()) {
        if (std::string_view(check.name) != name || check.status == CheckStatus::Passed) continue;
        std::string& reason = check.status == CheckStatus::Failed ? failure : skipped;
        if (reason.empty()) reason = fmt::format("entry {}: {}", item->entry.index, check.reason);
      }
    }
    const char* status = !failure.empty() ? "failed" : !skipped.empty() ? "skipped" : "passed";
    const std::string reason = !failure.empty()   ? failure
                               : !skipped.empty() ? skipped
                                                  : fmt::format("for all {} signatures", items.size());
    out.push_back({{"name", name}, {"status", status}, {"reason", reason}});
  }
  return out;
}

Answer answerOf(const ApiContext& context, const ProvenanceStory& story, const Json& scanId, const Json& artifact,
                bool withTrail) {
  Json scans = Json::array();
  for (const auto& scan : story.scans) scans.push_back(scanView(context.service, scan));
  Answer answer;
  answer.body = {{"scan_id", scanId},
                 {"manifest", manifestView(context.service, story.manifest)},
                 {"scans", std::move(scans)},
                 {"verification_trail", withTrail ? trailView(story.trail) : Json(nullptr)},
                 {"storage_locations", {{"s3", orNull(story.s3)}, {"oci", orNull(story.oci)}}},
                 {"chain_status", toString(story.status)},
                 {"trust_level", toString(story.level)},
                 {"artifact", artifact},
                 {"checks", sumOf(story)},
                 {"explanation", story.explanation},
                 {"verified_at", formatMicroseconds(unixMicroseconds(context.service.clock()))}};
  return answer;
}

}  // namespace

Answer provenanceOfScan(const ApiContext& context, const ApiRequest& request, const std::string& scanId) {
  Problems problems;
  QueryFields query(request, problems);
  const bool withTrail = query.flag("include_verification_trail", true);
  const auto scenario = readScenario(context, query);
  if (problems.any()) return problems.answer();
  if (scenario) return mockProvenance(context, *scenario, scanId);
  auto story = context.service.provenance().ofScan(scanId);
  if (!story) return answerFor(story.error(), "Provenance query failed");
  if (!*story) {
    return notFound("Nothing is signed for scan " + scanId.substr(0, 200) +
                    ". Sign its artifacts with this scan_id, or check the name.");
  }
  return answerOf(context, **story, scanId, nullptr, withTrail);
}

Answer provenanceOfArtifact(const ApiContext& context, const ApiRequest& request) {
  Problems problems;
  QueryFields query(request, problems);
  const bool withTrail = query.flag("include_verification_trail", true);
  const auto scenario = readScenario(context, query);
  const auto artifact = query.digest("artifact");
  if (!artifact && !problems.any()) {
    problems.add("missing", Json::array({"query", "artifact"}),
                 "Field required: name an artifact here, or a scan in the path", nullptr);
  }
  if (problems.any()) return problems.answer();
  if (scenario) return mockProvenance(context, *scenario, artifact->text());
  auto story = context.service.provenance().ofArtifact(*artifact);
  if (!story) return answerFor(story.error(), "Provenance query failed");
  if (!*story)
    return notFound("Nothing is signed for artifact " + artifact->text() +
                    ". Compare the digest with the one that was signed.");
  const auto& first = (*story)->manifest ? *(*story)->manifest : (*story)->scans.front();
  return answerOf(context, **story, orNull(first.entry.scanId), artifact->text(), withTrail);
}

}  // namespace certus::trust_service
