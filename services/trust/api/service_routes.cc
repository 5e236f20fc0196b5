// GET /, /v1/health, /v1/ready, /v1/stats: what the service is and how it is.
#include "services/trust/api/routes.h"
#include "services/trust/formats/times.h"

namespace certus::trust_service {
namespace {

constexpr std::uint64_t kMaxSigners = 1000;

Json now(const ApiContext& context) { return formatMicroseconds(unixMicroseconds(context.service.clock())); }

}  // namespace

Answer describeService() {
  Answer answer;
  answer.body = {{"service", "Certus-Trust"},
                 {"version", CERTUS_VERSION},
                 {"description", "Supply chain integrity service using Sigstore"},
                 {"docs_url", "/docs"},
                 {"health_url", "/v1/health"},
                 {"ready_url", "/v1/ready"}};
  return answer;
}

Answer reportHealth(const ApiContext& context) {
  Answer answer;
  answer.body = {{"status", "healthy"}, {"timestamp", now(context)}};
  return answer;
}

// `fulcio` is the certificate authority, `rekor` the log. A TUF repository and an identity provider are no part of it.
Answer reportReady(const ApiContext& context) {
  return afterWriting(LogWriter::Probe{}, [&context](const Result<Appended>& probed) {
    const auto& authority = context.service.installation().authority();
    const bool issues = authority.validAt(unixMicroseconds(context.service.clock()) / 1'000'000);
    auto log = probed.map([](const Appended&) {});
    if (log) log = context.service.installation().directory().hasRoom();
    Json problems = Json::array();
    if (!issues)
      problems.push_back(
          "fulcio: the certificate authority is not valid at this time: check the machine's clock; if it is right, "
          "certus-trust rotate-ca");
    if (!log) problems.push_back("rekor: " + log.error().message);
    Answer answer;
    answer.status = issues && log ? 200 : 503;
    answer.body = {{"ready", issues && log},
                   {"checks", {{"fulcio", issues}, {"rekor", log.has_value()}, {"tuf", false}, {"keycloak", false}}},
                   {"timestamp", now(context)},
                   {"problems", std::move(problems)},
                   {"notes", Json::array({"tuf and keycloak are no part of this service; it is ready without them"})}};
    if (!log) answer.detail = log.error().message + " [" + log.error().detail + "]";
    return answer;
  });
}

Answer reportStats(const ApiContext& context) {
  auto snapshot = context.service.reader().snapshot();
  if (!snapshot) return answerFor(snapshot.error(), "Stats query failed");
  auto counters = readCounters(snapshot->database());
  if (!counters) return answerFor(counters.error(), "Stats query failed");
  auto signers = distinctSigners(snapshot->database(), kMaxSigners);
  if (!signers) return answerFor(signers.error(), "Stats query failed");
  auto newest = newestIndex(snapshot->database());
  if (!newest) return answerFor(newest.error(), "Stats query failed");
  Answer answer;
  answer.body = {{"total_signatures", counters->signatures},
                 {"total_transparency_entries", *newest ? **newest + 1 : 0},
                 {"verification_stats",
                  {{"total", counters->verifications},
                   {"successful", counters->verificationsSuccessful},
                   {"failed", counters->verifications - counters->verificationsSuccessful}}},
                 {"signers", *signers},
                 {"timestamp", now(context)}};
  return answer;
}

}  // namespace certus::trust_service
