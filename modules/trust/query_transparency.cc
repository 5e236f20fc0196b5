// query_transparency: what stands in the log, filtered and page by page.
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "conversation.h"
#include "converse.h"
#include "fields.h"
#include "log_filter.h"
#include "text.h"
#include "tools.h"

namespace certus::trust {
namespace {

constexpr std::string_view kDescription =
    R"(Lists signatures in the transparency log, filtered by signer, type of artifact and time.

When to use: for audits and reports ("everything signed in December"), for monitoring ("who signed today?"), or to find the digest of something whose name you know. To check one artifact call verify.

Examples:
- {}
- {"signer": "ci@example.com", "start_date": "2025-12-01", "end_date": "2025-12-31"}
- {"artifact_type": "scan_result", "limit": 50}
- {"signer": "ci@example.com", "order": "newest", "limit": 1}

One answer holds at most `limit` entries. When `has_more` is true, call again with the same filters and `cursor` = `next_cursor`, until it is false: only then is a report complete. `total` is how many entries match on all pages together; to count only, ask with `limit` 1. An entry with `submitted` true was put into the log by somebody else and signed by nobody here. An empty list means that nothing matched. Being listed is not being verified: call verify for what matters.)";

constexpr std::string_view kInputSchema = R"({
  "type": "object",
  "properties": {
    "signer": {"type": "string", "minLength": 1, "maxLength": 512, "examples": ["ci@example.com"], "description": "Only entries signed by exactly this identity."},
    "artifact_type": {"type": "string", "minLength": 1, "maxLength": 100, "examples": ["container_image", "scan_result"], "description": "Only entries of exactly this type."},
    "start_date": {"type": "string", "minLength": 1, "maxLength": 40, "examples": ["2025-12-01", "2025-12-01T08:00:00Z"], "description": "Not before: a day (from its first moment, UTC) or an RFC 3339 time."},
    "end_date": {"type": "string", "minLength": 1, "maxLength": 40, "examples": ["2025-12-31", "2025-12-31T18:00:00Z"], "description": "Not after: a day (to its last moment, UTC) or an RFC 3339 time."},
    "order": {"type": "string", "enum": ["oldest", "newest"], "default": "oldest", "description": "Which entries come first."},
    "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10, "description": "Entries in one answer. The operator may have set a lower cap; for more, page with `cursor`."},
    "cursor": {"type": "string", "minLength": 1, "maxLength": 1024, "description": "`next_cursor` of the answer before, unchanged, with the same filters and `order`."}
  },
  "additionalProperties": false
})";

constexpr std::string_view kOutputSchema = R"({
  "type": "object",
  "properties": {
    "summary": {"type": "string"},
    "count": {"type": "integer", "description": "Entries in this answer."},
    "total": {"type": "integer", "description": "Entries that match on all pages together, if the service counts."},
    "total_is_exact": {"type": "boolean", "description": "False: there are more than total, which is as far as the service counts."},
    "has_more": {"type": "boolean", "description": "More entries may match: page on with next_cursor."},
    "next_cursor": {"type": "string", "description": "Present when has_more is true."},
    "entries": {"type": "array", "items": {"type": "object",
      "properties": {"entry_id": {"type": "string"}, "index": {"type": "integer"}, "artifact": {"type": "string"}, "artifact_type": {"type": "string"},
        "subject": {"type": "string"}, "timestamp": {"type": "string", "description": "RFC 3339."}, "signer": {"type": "string"},
        "signature": {"type": "string"}, "submitted": {"type": "boolean", "description": "True: somebody else put it into the log, already signed. The log proves its time and no signer."}, "rekor_url": {"type": "string", "description": "If the service names one."}},
      "required": ["entry_id"]}},
    "notes": {"type": "array", "items": {"type": "string"}, "description": "What limits this answer."},
    "mock": {"type": "boolean"}
  },
  "required": ["summary", "count", "has_more", "entries", "notes"]
})";

constexpr Errand kErrand{"Querying the log", "", "", "Call again with a smaller `limit`."};
constexpr std::size_t kMost = 100;  // entries an answer, whatever the operator says
constexpr std::size_t kDefault = 10;
constexpr std::size_t kPage = 200;               // entries asked of a service without filters at a time
constexpr std::size_t kScanCap = 2'000;          // entries such a service is asked for in one call
constexpr std::string_view kOffset = "offset-";  // cursors of ours; all others are the service's
constexpr std::string_view kBadCursor =
    "`cursor` must be the `next_cursor` of an earlier answer, unchanged. Leave it out to begin at the first page.";

Json mapped(const Json& entry) {
  Json out{{"entry_id", stringAt(entry, "entry_id").value_or("")}};
  copyIntegers(entry, out, {"index"});
  copyStrings(entry, out, {"artifact", "artifact_type", "subject", "timestamp", "signer", "signature", "rekor_url"});
  if (boolAt(entry, "submitted").value_or(false)) out["submitted"] = true;
  return out;
}

class QueryTransparency final : public Conversation {
 public:
  QueryTransparency(const Json& arguments, std::uint32_t maxResults) : Conversation(kErrand), arguments_(arguments) {
    const auto asked = static_cast<std::size_t>(integerAt(arguments, "limit").value_or(kDefault));
    const std::size_t cap = maxResults == 0 ? kMost : std::min<std::size_t>(maxResults, kMost);
    limit_ = std::min(asked, cap);
    if (asked > cap)
      notes_.push_back("The operator of the gateway allows " + counted(cap, "entry", "entries") + " in one answer.");
  }

  Step begin() override {
    newest_ = stringAt(arguments_, "order") == "newest";
    if (auto failure = readFilter(arguments_, filter_)) return *std::move(failure);
    const std::string cursor = stringAt(arguments_, "cursor").value_or("");
    if (!cursor.starts_with(kOffset)) return extendedRequest(cursor);
    const std::string_view digits = std::string_view(cursor).substr(kOffset.size());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), offset_);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      return Failure{std::string(kBadCursor)};
    }
    return plainRequest();
  }

 private:
  // For a service that filters and pages itself; a v1 service ignores what it does not know and answers an array.
  HttpRequest extendedRequest(const std::string& cursor) const {
    HttpRequest request;
    request.path = "/v1/transparency?cursor=" + encode(cursor) + "&limit=" + std::to_string(limit_);
    const auto add = [&request](const char* name, const std::string& value) {
      if (!value.empty()) request.path += std::string("&") + name + "=" + encode(value);
    };
    add("signer", filter_.signer);
    add("artifact_type", filter_.artifactType);
    add("start_date", filter_.first ? toRfc3339(*filter_.first) : "");
    add("end_date", filter_.last ? toRfc3339(*filter_.last) : "");
    add("order", newest_ ? "newest" : "");
    request.path += "&count=true";
    return request;
  }

  HttpRequest plainRequest() const {
    HttpRequest request;
    request.path =
        "/v1/transparency" +
        query({{"signer", filter_.signer}, {"limit", std::to_string(kPage)}, {"offset", std::to_string(offset_)}});
    return request;
  }

  Step answered(const Json& body) override {
    if (body.is_object()) return extendedAnswer(body);
    if (!body.is_array()) return unexpected("neither a list of entries nor a page");
    if (isPlain_) return plainAnswer(body);
    // The first answer of a v1 service was cut to our limit: begin again with pages of our own.
    const std::string cursor = stringAt(arguments_, "cursor").value_or("");
    isPlain_ = true;
    if (newest_) {
      return Failure{
          "This Trust service lists the oldest entries first and cannot do otherwise. Call again without `order`; "
          "`start_date` leaves older entries out."};
    }
    notes_.push_back("This service cannot filter by date or type: the gateway read the log and filtered by itself.");
    if (cursor.starts_with(kOffset)) return plainAnswer(body);
    if (!cursor.empty()) return Failure{std::string(kBadCursor)};
    return plainRequest();
  }

  Step extendedAnswer(const Json& body) {
    const Json* entries = arrayAt(body, "entries");
    if (entries == nullptr) return unexpected("`entries` is missing");
    for (const Json& entry : *entries) {
      if (found_.size() < limit_) found_.push_back(mapped(entry));
    }
    total_ = integerAt(body, "total");
    totalIsExact_ = boolAt(body, "total_is_exact").value_or(true);
    return finished(stringAt(body, "next_cursor").value_or(""), saysMock(body));
  }

  Step plainAnswer(const Json& page) {
    for (const Json& entry : page) {
      if (!filter_.artifactType.empty() && !stringAt(entry, "artifact_type")) {
        return Failure{
            "Querying the log failed: this Trust service does not record types, so `artifact_type` cannot be answered. "
            "Call again without it."};
      }
      if (filter_.matches(entry)) {
        if (found_.size() == limit_) return finished(std::string(kOffset) + std::to_string(offset_), false);
        found_.push_back(mapped(entry));
      }
      ++offset_;
      ++scanned_;
    }
    if (page.size() < kPage) return finished("", false);
    if (scanned_ < kScanCap) return plainRequest();
    notes_.push_back("The first " + std::to_string(scanned_) + " entries of this stretch were read; page on for the rest.");
    return finished(std::string(kOffset) + std::to_string(offset_), false);
  }

  Step finished(const std::string& next, bool isMock) {
    const bool hasMore = !next.empty();
    std::string summary = isMock ? "MOCK: " : "";
    summary += found_.empty() ? "No entry" : counted(found_.size(), "entry", "entries");
    if (total_ && hasMore) summary += (totalIsExact_ ? " of " : " of more than ") + std::to_string(*total_);
    summary += hasMore ? " so far; more may match: call again with `cursor` = next_cursor." : ", and no more match.";
    Json out{{"summary", summary}, {"count", found_.size()}, {"has_more", hasMore}};
    if (hasMore) out["next_cursor"] = next;
    if (total_) {
      out["total"] = *total_;
      out["total_is_exact"] = totalIsExact_;
    }
    out["entries"] = found_;
    out["notes"] = notes_;
    if (isMock) out["mock"] = true;
    return Answer{std::move(out)};
  }

  const Json arguments_;
  LogFilter filter_;
  std::size_t limit_ = kDefault, offset_ = 0, scanned_ = 0;
  bool isPlain_ = false, newest_ = false, totalIsExact_ = true;
  std::optional<std::int64_t> total_;
  Json found_ = Json::array(), notes_ = Json::array();
};

void run(Call call, const Json& arguments) {
  converse(call, std::make_unique<QueryTransparency>(arguments, call.maxResults()));
}

}  // namespace

constinit const Tool kQueryTransparency{.name = "query_transparency",
                                        .title = "Query the transparency log",
                                        .description = kDescription,
                                        .inputSchema = kInputSchema,
                                        .outputSchema = kOutputSchema,
                                        .readOnly = Hint::Yes,
                                        .destructive = Hint::No,
                                        .idempotent = Hint::Yes,
                                        .openWorld = Hint::No,
                                        .timeoutMs = 30'000,
                                        .run = run};

}  // namespace certus::trust
