#include "services/trust/api/mock.h"

#include <array>

#include "services/trust/formats/times.h"

namespace certus::trust_service {
namespace {

constexpr std::array kScenarios{
    Scenario{"verified_premium_scan", true, "complete", "high"},
    Scenario{"unverified_basic_scan", true, "partial", "low"},
    Scenario{"tampered_scan", false, "broken", "none"},
    Scenario{"expired_certificate", false, "broken", "untrusted"},
    Scenario{"invalid_signer", false, "broken", "untrusted"},
};
constexpr Scenario kFailure{"simulate_failure", false, "broken", "untrusted"};
constexpr const char* kMockSigner = "certus-assurance@certus.cloud";
constexpr const char* kMockVerifier = "certus-trust@certus.cloud";

}  // namespace

std::optional<Scenario> readScenario(const ApiContext& context, QueryFields& query) {
  const bool failing = query.flag("simulate_failure", false);
  if (!context.mock) return std::nullopt;
  if (failing) return kFailure;
  const auto name = query.text("scenario");
  for (const Scenario& scenario : kScenarios) {
    if (name == scenario.name) return scenario;
  }
  return std::nullopt;
}

Answer mockVerification(const ApiContext& context, const Scenario& scenario) {
  Answer answer;
  answer.body = {{"valid", scenario.innerValid},
                 {"verified_at", formatMicroseconds(unixMicroseconds(context.service.clock()))},
                 {"signer", scenario.innerValid ? kMockSigner : "unknown"},
                 {"transparency_index", scenario.innerValid ? Json(0) : Json(nullptr)},
                 {"certificate_chain", nullptr},
                 {"scenario", scenario.name}};
  return answer;
}

Answer mockProvenance(const ApiContext& context, const Scenario& scenario, const std::string& scanId) {
  const bool complete = std::string_view(scenario.chainStatus) == "complete";
  const bool broken = std::string_view(scenario.chainStatus) == "broken";
  const std::string now = formatMicroseconds(unixMicroseconds(context.service.clock()));
  const Json scan{{"tool", "example-scanner"},
                  {"version", "1.0.0"},
                  {"signed_by", kMockSigner},
                  {"verified_by", complete ? Json(kMockVerifier) : Json(nullptr)},
                  {"timestamp", now}};
  const Json step{{"timestamp", now},
                  {"verifier", kMockVerifier},
                  {"result", broken ? "failed" : "verified"},
                  {"details", complete ? "All signatures valid" : "Signature validation failed"}};
  Answer answer;
  answer.body = {{"scan_id", scanId},
                 {"manifest", {{"version", "1.0"}, {"digest", nullptr}, {"signed_by", kMockSigner}, {"signed_at", now}}},
                 {"scans", Json::array({scan})},
                 {"verification_trail", Json::array({step})},
                 {"storage_locations", {{"s3", nullptr}, {"oci", nullptr}}},
                 {"chain_status", scenario.chainStatus},
                 {"trust_level", scenario.trustLevel},
                 {"scenario", scenario.name}};
  return answer;
}

}  // namespace certus::trust_service
