// Entries: added, and found again by index, by uuid, by what they say.
#include <functional>

#include <fmt/format.h>

#include "services/trust/formats/merkle.h"
#include "services/trust/log/search_index.h"
#include "services/trust/rekor/entry_view.h"
#include "services/trust/rekor/operations.h"
#include "services/trust/rekor/proposal.h"
#include "services/trust/rekor/query.h"

namespace certus::trust_service::rekor {
namespace {

constexpr std::size_t kMaxRetrieved = 10;
constexpr std::size_t kUuidHex = 64, kEntryIdHex = 80;
constexpr const char* kUuidPattern = "'^([0-9a-fA-F]{64}|[0-9a-fA-F]{80})$'";

bool isUuid(std::string_view text) {
  return (text.size() == kUuidHex || text.size() == kEntryIdHex) &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

using Found = Result<std::optional<LogEntry>>;

Answer oneEntry(const ApiContext& context, Snapshot& snapshot, const Found& entry) {
  if (!entry) return failure(entry.error());
  if (!*entry) return missing();
  auto view = entryView(context.service, snapshot, **entry);
  return view ? jsonAnswer(200, *view) : failure(view.error());
}

// The list `name` of a retrieve query; absent or null is empty.
tl::expected<Input, Answer> listIn(const Input& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return Input::array();
  if (!found->is_array())
    return tl::make_unexpected(invalid(kInvalidType, fmt::format("{} in body must be of type array", name)));
  if (found->size() <= kMaxRetrieved) return *found;
  return tl::make_unexpected(invalid(kTooMany, fmt::format("{} in body should have at most {} items", name, kMaxRetrieved)));
}

using Finder = std::function<Found(Database&)>;

std::optional<Answer> addUuids(const ApiContext& context, const Input& list, std::vector<Finder>& finders) {
  for (const Input& each : list) {
    if (!each.is_string() || !isUuid(each.get_ref<const std::string&>())) {
      return invalid(kPattern, std::string("entryUUIDs in body should match ") + kUuidPattern);
    }
    finders.emplace_back([&context, id = asSearchKey(each.get_ref<const std::string&>())](Database& database) {
      return context.service.findEntry(database, id);
    });
  }
  return std::nullopt;
}

std::optional<Answer> addIndexes(const Input& list, std::vector<Finder>& finders) {
  for (const Input& each : list) {
    if (!each.is_number_integer()) return invalid(kInvalidType, "logIndexes in body must be of type integer");
    if (!each.is_number_unsigned() || each.get<std::uint64_t>() >> 63) {
      return invalid(kTooSmall, "logIndexes in body should be greater than or equal to 0");
    }
    finders.emplace_back([index = each.get<std::uint64_t>()](Database& database) { return entryByIndex(database, index); });
  }
  return std::nullopt;
}

std::optional<Answer> addProposals(const Input& list, std::vector<Finder>& finders) {
  for (const Input& each : list) {
    auto proposed = readProposal(each);
    if (!proposed) return std::move(proposed.error());
    finders.emplace_back(
        [hash = bytesOf(leafHash(proposed->body))](Database& database) { return entryByLeafHash(database, hash); });
  }
  return std::nullopt;
}

Answer answerOf(const ApiContext& context, const Appended& written) {
  const std::string id = context.service.entryId(written.entry);
  Answer answer = written.fresh
                      ? jsonAnswer(201, entryView(context.service, written.entry, *written.head, written.path,
                                                  written.entry.entryTimestamp))
                      : refusal(409, 409, "an equivalent entry already exists in the transparency log with UUID " + id);
  if (written.fresh) answer.extra += "ETag: " + id + "\r\n";
  answer.extra += "Location: /api/v1/log/entries/" + id + "\r\n";
  return answer;
}

}  // namespace

Answer addEntry(const ApiContext& context, const ApiRequest& request) {
  auto body = readObject(request, "proposedEntry");
  if (!body) return std::move(body.error());
  auto proposed = readProposal(*body);
  if (!proposed) return std::move(proposed.error());
  return afterWriting(std::move(*proposed), [&context](const Result<Appended>& written) {
    return written ? answerOf(context, *written) : failure(written.error());
  });
}

Answer entryByLogIndex(const ApiContext& context, const ApiRequest& request) {
  const auto index = numberIn(request, "logIndex", 0, std::nullopt);
  if (!index) return index.error();
  auto snapshot = context.service.reader().snapshot();
  if (!snapshot) return failure(snapshot.error());
  return oneEntry(context, *snapshot, entryByIndex(snapshot->database(), *index));
}

Answer entryByUuid(const ApiContext& context, const std::string& uuid) {
  if (!isUuid(uuid)) return invalid(kPattern, std::string("entryUUID in path should match ") + kUuidPattern);
  auto snapshot = context.service.reader().snapshot();
  if (!snapshot) return failure(snapshot.error());
  return oneEntry(context, *snapshot, context.service.findEntry(snapshot->database(), asSearchKey(uuid)));
}

Answer retrieveEntries(const ApiContext& context, const ApiRequest& request) {
  auto body = readObject(request, "entry");
  if (!body) return std::move(body.error());
  const auto uuids = listIn(*body, "entryUUIDs"), indexes = listIn(*body, "logIndexes"), entries = listIn(*body, "entries");
  for (const auto* list : {&uuids, &indexes, &entries}) {
    if (!*list) return list->error();
  }
  if (uuids->size() + indexes->size() + entries->size() > kMaxRetrieved) {
    return invalid(kOwnRule, fmt::format("more than max allowed {} entries in request", kMaxRetrieved));
  }
  std::vector<Finder> finders;
  if (auto wrong = addUuids(context, *uuids, finders)) return std::move(*wrong);
  if (auto wrong = addProposals(*entries, finders)) return std::move(*wrong);
  if (auto wrong = addIndexes(*indexes, finders)) return std::move(*wrong);
  auto snapshot = context.service.reader().snapshot();
  if (!snapshot) return failure(snapshot.error());
  Json found = Json::array();
  for (const Finder& find : finders) {
    auto entry = find(snapshot->database());
    if (!entry) return failure(entry.error());
    if (!*entry) continue;
    auto view = entryView(context.service, *snapshot, **entry);
    if (!view) return failure(view.error());
    found.push_back(std::move(*view));
  }
  return jsonAnswer(200, found);
}

}  // namespace certus::trust_service::rekor
