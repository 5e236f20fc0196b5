// GET /v1/transparency and /v1/transparency/{entry_id}. Beyond v1: filters by artifact, artifact_type, subject, scan and
// date, both orders, and `cursor`. With `cursor` in the query (empty for the first page) the answer is {entries,
// next_cursor}; a plain list is the v1 array, and names the next page's cursor in X-Next-Cursor.
#include "services/trust/api/fields.h"
#include "services/trust/api/routes.h"
#include "services/trust/api/views.h"

namespace certus::trust_service {
namespace {

constexpr std::uint64_t kMaxLimit = 1000;
constexpr std::uint64_t kMaxOffset = 1'000'000'000;
constexpr std::uint64_t kMaxIndex = INT64_MAX;

EntryFilter readFilter(QueryFields& query) {
  EntryFilter filter;
  filter.signer = query.text("signer");
  if (const auto artifact = query.digest("artifact")) filter.artifact = artifact->text();
  filter.artifactType = query.text("artifact_type");
  filter.subject = query.text("subject");
  filter.scanId = query.text("scan_id");
  if (const auto assessment = query.text("assessment_id")) filter.scanId = assessment;
  filter.from = query.time("start_date", QueryFields::Edge::Start);
  filter.until = query.time("end_date", QueryFields::Edge::End);
  filter.after = query.optionalNumber("cursor", kMaxIndex);
  filter.order = query.choice("order", {"oldest", "newest"}) == 1 ? Order::NewestFirst : Order::OldestFirst;
  filter.limit = query.number("limit", 10, 0, kMaxLimit);
  filter.offset = query.number("offset", 0, 0, kMaxOffset);
  return filter;
}

}  // namespace

Answer listEntries(const ApiContext& context, const ApiRequest& request) {
  Problems problems;
  QueryFields query(request, problems);
  EntryFilter filter = readFilter(query);
  if (problems.any()) return problems.answer();
  const std::uint64_t limit = filter.limit++;  // one more, to know whether there is a next page
  auto snapshot = context.service.reader().snapshot();
  if (!snapshot) return answerFor(snapshot.error(), "Transparency query failed");
  auto entries = findEntries(snapshot->database(), filter);
  if (!entries) return answerFor(entries.error(), "Transparency query failed");
  const bool more = entries->size() > limit;
  if (more) entries->pop_back();
  const std::string next = more && !entries->empty() ? std::to_string(entries->back().index) : "";
  Json list = Json::array();
  for (const LogEntry& entry : *entries) {
    list.push_back(viewOf(context.service, entry));
    if (context.mock) list.back()["mock"] = true;
  }
  Answer answer;
  if (!next.empty()) answer.extra = "X-Next-Cursor: " + next + "\r\n";
  answer.body = std::move(list);
  if (QueryParameters(request.query).find("cursor")) {
    answer.body = Json{{"entries", answer.body}, {"next_cursor", next.empty() ? Json(nullptr) : Json(next)}};
  }
  return answer;
}

Answer showEntry(const ApiContext& context, const ApiRequest& request, const std::string& id) {
  Problems problems;
  QueryFields query(request, problems);
  const bool withProof = query.flag("include_proof", true);
  if (problems.any()) return problems.answer();
  auto snapshot = context.service.reader().snapshot();
  if (!snapshot) return answerFor(snapshot.error(), "Transparency query failed");
  auto entry = context.service.findEntry(snapshot->database(), id);
  if (!entry) return answerFor(entry.error(), "Transparency query failed");
  if (!*entry) return notFound("Entry " + id.substr(0, 200) + " not found in transparency log");
  auto view = fullViewOf(context.service, *snapshot, **entry, withProof);
  if (!view) return answerFor(view.error(), "Transparency query failed");
  Answer answer;
  answer.body = std::move(*view);
  return answer;
}

}  // namespace certus::trust_service
