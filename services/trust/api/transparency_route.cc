// GET /v1/transparency and /v1/transparency/{entry_id}. Beyond v1: filters by artifact, artifact_type, subject, scan and
// date, both orders, `cursor` and `count`. With `cursor` in the query (empty for the first page) or count=true the answer is
// {entries, next_cursor[, total, total_is_exact]}; a plain list is the v1 array, and names the next page's cursor in
// X-Next-Cursor.
#include <charconv>

#include "base/encoding.h"
#include "services/trust/api/fields.h"
#include "services/trust/api/routes.h"
#include "services/trust/api/views.h"

namespace certus::trust_service {
namespace {

constexpr std::uint64_t kMaxLimit = 1000;
constexpr std::uint64_t kMaxOffset = 100'000;   // what is skipped is walked: a cursor goes on for nothing
constexpr std::uint64_t kMaxCounted = 100'000;  // a larger total is said to be at least this
constexpr std::size_t kMarkHex = 8;

// A cursor is the index of the last entry shown and a mark of the question it belongs to: with other filters or in the other
// order it would silently leave entries out.
std::string markOf(const EntryFilter& filter) {
  std::string question = filter.order == Order::NewestFirst ? "newest" : "oldest";
  for (const auto* text : {&filter.signer, &filter.artifact, &filter.artifactType, &filter.subject, &filter.scanId}) {
    question += *text ? "\n" + std::to_string((*text)->size()) + ":" + **text : "\n-";
  }
  for (const auto* time : {&filter.from, &filter.until}) question += *time ? "\n" + std::to_string(**time) : "\n-";
  return toHex(sha256(question)).substr(0, kMarkHex);
}

std::string cursorAfter(const EntryFilter& filter, const LogEntry& entry) {
  return std::to_string(entry.index) + "-" + markOf(filter);
}

void readCursor(QueryFields& query, Problems& problems, EntryFilter& filter) {
  const auto given = query.text("cursor");
  if (!given) return;
  std::uint64_t index = 0;
  const char* const end = given->data() + given->size();
  const auto [at, error] = std::from_chars(given->data(), end, index);
  if (error == std::errc{} && index <= INT64_MAX && std::string_view(at, end) == "-" + markOf(filter)) {
    filter.after = index;
    return;
  }
  problems.add(
      "cursor", Json::array({"query", "cursor"}),
      "Input should be the next_cursor of an earlier answer to the same filters and order, unchanged; leave it empty "
      "to begin at the first page",
      *given);
}

EntryFilter readFilter(QueryFields& query, Problems& problems) {
  EntryFilter filter;
  filter.signer = query.text("signer");
  if (const auto artifact = query.digest("artifact")) filter.artifact = artifact->text();
  filter.artifactType = query.text("artifact_type");
  filter.subject = query.text("subject");
  filter.scanId = query.text("scan_id");
  if (const auto assessment = query.text("assessment_id")) filter.scanId = assessment;
  filter.from = query.time("start_date", QueryFields::Edge::Start);
  filter.until = query.time("end_date", QueryFields::Edge::End);
  filter.order = query.choice("order", {"oldest", "newest"}) == 1 ? Order::NewestFirst : Order::OldestFirst;
  filter.limit = query.number("limit", 10, 0, kMaxLimit);
  filter.offset = query.number("offset", 0, 0, kMaxOffset);
  readCursor(query, problems, filter);
  return filter;
}

Result<void> addTotal(Database& database, const EntryFilter& filter, Json& page) {
  auto total = countEntries(database, filter, kMaxCounted + 1);
  if (!total) return tl::make_unexpected(total.error());
  const bool exact = filter.isEverything() || *total <= kMaxCounted;
  page["total"] = exact ? *total : kMaxCounted;
  page["total_is_exact"] = exact;
  return {};
}

}  // namespace

Answer listEntries(const ApiContext& context, const ApiRequest& request) {
  Problems problems;
  QueryFields query(request, problems);
  EntryFilter filter = readFilter(query, problems);
  const bool counted = query.flag("count", false);
  if (problems.any()) return problems.answer();
  const std::uint64_t limit = filter.limit++;  // one more, to know whether there is a next page
  auto snapshot = context.service.reader().snapshot();
  if (!snapshot) return answerFor(snapshot.error(), "Transparency query failed");
  auto entries = findEntries(snapshot->database(), filter);
  if (!entries) return answerFor(entries.error(), "Transparency query failed");
  const bool more = entries->size() > limit;
  if (more) entries->pop_back();
  const std::string next = more && !entries->empty() ? cursorAfter(filter, entries->back()) : "";
  Json list = Json::array();
  for (const LogEntry& entry : *entries) {
    list.push_back(viewOf(context.service, entry));
    if (context.mock) list.back()["mock"] = true;
  }
  Answer answer;
  if (!next.empty()) answer.extra = "X-Next-Cursor: " + next + "\r\n";
  answer.body = std::move(list);
  if (!counted && !QueryParameters(request.query).find("cursor")) return answer;
  answer.body = Json{{"entries", std::move(answer.body)}, {"next_cursor", next.empty() ? Json(nullptr) : Json(next)}};
  if (!counted) return answer;
  auto total = addTotal(snapshot->database(), filter, answer.body);
  return total ? answer : answerFor(total.error(), "Transparency query failed");
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
