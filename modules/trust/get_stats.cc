// get_stats: what the Trust service has counted.
#include <algorithm>
#include <cmath>
#include <string>

#include "conversation.h"
#include "converse.h"
#include "fields.h"
#include "text.h"
#include "tools.h"

namespace certus::trust {
namespace {

constexpr std::string_view kDescription =
    R"(Gives the Trust service's totals: signatures made, size of the transparency log, verifications that succeeded and failed, and who has signed.

When to use: for an overview or a daily check, to notice a high failure rate or an unknown signer. For the entries behind the numbers call query_transparency.

Example: {}
A tool error means that the service could not be asked; it says nothing about the numbers.)";

constexpr std::string_view kInputSchema = R"({"type": "object", "properties": {}, "additionalProperties": false})";

constexpr std::string_view kOutputSchema = R"({
  "type": "object",
  "properties": {
    "summary": {"type": "string"},
    "total_signatures": {"type": "integer"},
    "total_transparency_entries": {"type": "integer"},
    "verification_stats": {"type": "object",
      "properties": {"total": {"type": "integer"}, "successful": {"type": "integer"}, "failed": {"type": "integer"},
        "success_rate_percent": {"type": "number", "description": "Absent before the first verification."}},
      "required": ["total", "successful", "failed"]},
    "signers": {"type": "array", "items": {"type": "string"}},
    "signer_count": {"type": "integer", "description": "All of them; `signers` may be cut to the operator's max_results."},
    "timestamp": {"type": "string", "description": "When it was counted, RFC 3339."},
    "mock": {"type": "boolean", "description": "The service is in mock mode: the numbers say nothing."}
  },
  "required": ["summary", "total_signatures", "total_transparency_entries", "verification_stats", "signers", "signer_count"]
})";

constexpr Errand kErrand{"Getting the statistics", "", "", "Tell the operator of the gateway."};

class GetStats final : public Conversation {
 public:
  explicit GetStats(std::uint32_t maxResults) : Conversation(kErrand), maxResults_(maxResults) {}

  Step begin() override {
    HttpRequest request;
    request.path = "/v1/stats";
    return request;
  }

 private:
  Step answered(const Json& body) override {
    const auto signatures = integerAt(body, "total_signatures");
    const auto entries = integerAt(body, "total_transparency_entries");
    const Json* counted = objectAt(body, "verification_stats");
    if (signatures.value_or(-1) < 0 || entries.value_or(-1) < 0 || counted == nullptr)
      return unexpected("a total is missing");
    Json out{{"summary", ""}, {"total_signatures", *signatures}, {"total_transparency_entries", *entries}};
    out["verification_stats"] = verifications(*counted);
    addSigners(body, out);
    copyStrings(body, out, {"timestamp"});
    if (saysMock(body)) out["mock"] = true;
    out["summary"] = summary(out);
    return Answer{std::move(out)};
  }

  static Json verifications(const Json& counted) {
    const auto number = [&counted](const char* key) {
      return std::max<std::int64_t>(0, integerAt(counted, key).value_or(0));
    };
    const std::int64_t total = number("total");
    const std::int64_t successful = number("successful");
    Json out{{"total", total}, {"successful", successful}, {"failed", number("failed")}};
    if (total > 0)
      out["success_rate_percent"] = std::round(1000.0 * static_cast<double>(successful) / static_cast<double>(total)) / 10.0;
    return out;
  }

  void addSigners(const Json& body, Json& out) const {
    Json names = Json::array();
    std::size_t count = 0;
    if (const Json* list = arrayAt(body, "signers")) {
      for (const Json& each : *list) {
        if (!each.is_string()) continue;
        ++count;
        if (maxResults_ == 0 || names.size() < maxResults_) names.push_back(each);
      }
    }
    out["signers"] = std::move(names);
    out["signer_count"] = count;
  }

  static std::string summary(const Json& out) {
    const Json& checked = out["verification_stats"];
    std::string text = out.contains("mock") ? "MOCK: " : "";
    text += counted(out["total_signatures"].get<std::size_t>(), "signature", "signatures") + " by " +
            counted(out["signer_count"].get<std::size_t>(), "signer", "signers") + ", " +
            counted(out["total_transparency_entries"].get<std::size_t>(), "log entry", "log entries") + ", " +
            counted(checked["total"].get<std::size_t>(), "verification", "verifications");
    if (checked["total"] != 0) text += " of which " + checked["failed"].dump() + " failed";
    return text + ".";
  }

  const std::uint32_t maxResults_;
};

void run(Call call, const Json&) { converse(call, std::make_unique<GetStats>(call.maxResults())); }

}  // namespace

constinit const Tool kGetStats{.name = "get_stats",
                               .title = "Trust statistics",
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
