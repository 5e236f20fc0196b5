// get_provenance: what was signed and verified for a scan or an artifact, and whether the chain holds.
#include <string>

#include "conversation.h"
#include "converse.h"
#include "digest.h"
#include "fields.h"
#include "text.h"
#include "tools.h"
#include "verdict.h"

namespace certus::trust {
namespace {

constexpr std::string_view kDescription =
    R"(Gets the provenance chain of a scan or of an artifact: the signed manifest, the signed tool results, where they are stored, what was verified when, and whether the chain is intact.

When to use: in an incident ("were these scan results tampered with?"), for an audit, or before a deployment, when one signature is not enough. For a single signature call verify.

Name exactly one of `scan_id` and `artifact`.
Examples:
- {"scan_id": "scan_7f8d9e2"}
- {"artifact": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "include_verification_trail": false}

Reading the answer: `status` proven = the service verified every signature again just now; then `chain_status` (complete, partial, broken) and `trust_level` (high, medium, low, untrusted) count, and a failed check names what broke. unproven = the service gave no evidence: conclude nothing from it.
A tool error "not found" means that nothing was ever signed or verified for this name: check the name, and do not report it as authentic.)";

constexpr std::string_view kInputSchema = R"({
  "type": "object",
  "properties": {
    "scan_id": {"type": "string", "minLength": 1, "maxLength": 200, "examples": ["scan_7f8d9e2"], "description": "The scan, as the scanner named it. Either this or `artifact`."},
    "artifact": {"type": "string", "pattern": "^(sha256:)?[0-9a-fA-F]{64}$", "examples": ["sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
      "description": "The artifact's digest. Either this or `scan_id`."},
    "include_verification_trail": {"type": "boolean", "default": true, "description": "false leaves `verification_trail` out, for a shorter answer."},
    "scenario": {"type": "string", "minLength": 1, "maxLength": 100, "description": "Mock scenario, for demonstrations only. Counts only on a service in mock mode; its answer is always unproven."}
  },
  "additionalProperties": false
})";

constexpr std::string_view kOutputSchema = R"({
  "type": "object",
  "properties": {
    "summary": {"type": "string", "description": "The finding in one line."},
    "status": {"type": "string", "enum": ["proven", "unproven"]},
    "scan_id": {"type": "string"},
    "artifact": {"type": "string"},
    "explanation": {"type": "string", "description": "Why the service computed this status and level."},
    "chain_status": {"type": "string", "description": "complete, partial, broken; unproven when the service gave no evidence."},
    "trust_level": {"type": "string", "description": "high, medium, low, untrusted; unknown when the service gave no evidence."},
    "manifest": {"type": "object", "properties": {"version": {"type": "string"}, "digest": {"type": "string"}, "signed_by": {"type": "string"}, "signed_at": {"type": "string"}}},
    "scans": {"type": "array", "items": {"type": "object",
      "properties": {"tool": {"type": "string"}, "version": {"type": "string"}, "signed_by": {"type": "string"}, "verified_by": {"type": "string"}, "timestamp": {"type": "string"},
        "artifact": {"type": "string"}, "status": {"type": "string", "description": "verified or failed, as of now."}, "failed_checks": {"type": "string"}}}},
    "verification_trail": {"type": "array", "items": {"type": "object",
      "properties": {"timestamp": {"type": "string"}, "verifier": {"type": "string"}, "result": {"type": "string"}, "details": {"type": "string"}}}},
    "storage_locations": {"type": "object", "properties": {"s3": {"type": "string"}, "oci": {"type": "string"}}},
    "checks": {"type": "array", "items": {"type": "object",
      "properties": {"name": {"type": "string"}, "result": {"type": "string", "enum": ["passed", "failed", "skipped"]}, "reason": {"type": "string"}},
      "required": ["name", "result"]}},
    "mock": {"type": "boolean", "description": "The service is in mock mode."}
  },
  "required": ["summary", "status", "chain_status", "trust_level", "manifest", "scans", "storage_locations", "checks"]
})";

constexpr Errand kErrand{"Getting the provenance", "", "", "Call again with include_verification_trail false."};

class GetProvenance final : public Conversation {
 public:
  explicit GetProvenance(const Json& arguments) : Conversation(kErrand), arguments_(arguments) {}

  Step begin() override {
    const auto scan = stringAt(arguments_, "scan_id");
    const auto artifact = stringAt(arguments_, "artifact");
    if (scan.has_value() == artifact.has_value()) {
      return Failure{std::string("Name exactly one of `scan_id` and `artifact`; ") + (scan ? "both were" : "neither was") +
                     " given. For example {\"scan_id\": \"scan_7f8d9e2\"}."};
    }
    HttpRequest request;
    const std::string scenario = stringAt(arguments_, "scenario").value_or("");
    const std::string trail = withTrail() ? "" : "false";
    if (scan) {
      named_ = "scan " + plain(*scan);
      request.path =
          "/v1/provenance/" + encode(*scan) + query({{"scenario", scenario}, {"include_verification_trail", trail}});
      return request;
    }
    const auto digest = canonicalDigest(*artifact);
    if (!digest) return Failure{digestAdvice(*artifact)};
    named_ = "artifact " + *digest;
    request.path =
        "/v1/provenance" + query({{"artifact", *digest}, {"scenario", scenario}, {"include_verification_trail", trail}});
    return request;
  }

 private:
  Step answered(const Json& body) override {
    const auto chain = stringAt(body, "chain_status");
    const auto level = stringAt(body, "trust_level");
    const Json* manifest = objectAt(body, "manifest");
    const Json* scans = arrayAt(body, "scans");
    if (!chain || !level || manifest == nullptr || scans == nullptr) {
      return unexpected("`chain_status`, `trust_level`, `manifest` or `scans` is missing");
    }
    const std::vector<Check> checks = readChecks(body);
    const bool isProven = !checks.empty() && !saysMock(body);
    Json out{{"summary", summary(body, isProven, checks)}, {"status", isProven ? "proven" : "unproven"}};
    copyStrings(body, out, {"scan_id", "artifact"});
    if (isProven) copyStrings(body, out, {"explanation"});
    out["chain_status"] = isProven ? *chain : "unproven";
    out["trust_level"] = isProven ? *level : "unknown";
    out["manifest"] = withoutNulls(*manifest);
    out["scans"] = withoutNulls(*scans);
    const Json* trail = arrayAt(body, "verification_trail");
    if (trail != nullptr && withTrail()) out["verification_trail"] = withoutNulls(*trail);
    const Json* storage = objectAt(body, "storage_locations");
    out["storage_locations"] = storage == nullptr ? Json::object() : withoutNulls(*storage);
    out["checks"] = toJson(checks);
    if (saysMock(body)) out["mock"] = true;
    return Answer{std::move(out)};
  }

  bool withTrail() const { return boolAt(arguments_, "include_verification_trail").value_or(true); }

  std::string summary(const Json& body, bool isProven, const std::vector<Check>& checks) const {
    if (!isProven) {
      return "UNPROVEN: the service gave no evidence for the provenance of " + named_ +
             (saysMock(body) ? " (it runs in mock mode)" : " (it lists no checks)") + "; conclude nothing from it.";
    }
    std::string chain = plain(body["chain_status"].get<std::string>(), 40);
    std::string out = "PROVENANCE of " + named_ + ": chain " + chain + ", trust level " +
                      plain(body["trust_level"].get<std::string>(), 40) + ", " +
                      counted(body["scans"].size(), "tool result", "tool results") + ".";
    for (const Check& check : checks) {
      if (check.result == "failed")
        out += " Check `" + check.name + "` failed" + (check.reason.empty() ? "." : ": " + check.reason + ".");
    }
    return out;
  }

  std::optional<Failure> refused(const Reply& reply) override {
    // FastAPI's own "Not Found" is the path's: a service without that endpoint.
    if (reply.status() != 404) return std::nullopt;
    const auto detail = stringAt(Json::parse(reply.body(), nullptr, false), "detail");
    if (detail && *detail == "Not Found") {
      return Failure{
          arguments_.contains("artifact")
              ? "Getting the provenance failed: this Trust service knows no provenance by `artifact`. Call again with "
                "`scan_id`."
              : "Getting the provenance failed: the service has no provenance endpoint, so it is not a Certus-Trust. "
                "Trying again will not help; tell the operator of the gateway."};
    }
    return Failure{"Not found: nothing was ever signed or verified for " + named_ +
                   ", so there is no provenance. Check the name; query_transparency lists what was signed."};
  }

  const Json arguments_;
  std::string named_;  // for texts
};

void run(Call call, const Json& arguments) { converse(call, std::make_unique<GetProvenance>(arguments)); }

}  // namespace

constinit const Tool kGetProvenance{.name = "get_provenance",
                                    .title = "Get a provenance chain",
                                    .description = kDescription,
                                    .inputSchema = kInputSchema,
                                    .outputSchema = kOutputSchema,
                                    .readOnly = Hint::Yes,
                                    .destructive = Hint::No,
                                    .idempotent = Hint::Yes,
                                    .openWorld = Hint::No,
                                    .timeoutMs = 10'000,
                                    .run = run};

}  // namespace certus::trust
