#include "services/trust/rekor/query.h"

#include <charconv>

#include <fmt/format.h>

namespace certus::trust_service::rekor {

tl::expected<std::uint64_t, Answer> numberIn(const ApiRequest& request, const char* name, std::int64_t least,
                                             std::optional<std::uint64_t> otherwise) {
  const auto given = QueryParameters(request.query).find(name);
  if (!given || given->empty()) {
    if (otherwise && !given) return *otherwise;
    return tl::make_unexpected(invalid(kRequired, fmt::format("{} in query is required", name)));
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), value);
  if (error != std::errc{} || end != given->data() + given->size()) {
    return tl::make_unexpected(
        invalid(kInvalidType, fmt::format("{} in query must be of type int64: \"{}\"", name, shortened(*given))));
  }
  if (value < least) {
    return tl::make_unexpected(
        invalid(kTooSmall, fmt::format("{} in query should be greater than or equal to {}", name, least)));
  }
  return static_cast<std::uint64_t>(value);
}

tl::expected<std::uint64_t, Answer> sizeIn(const ApiRequest& request, const char* name,
                                           std::optional<std::uint64_t> otherwise) {
  return numberIn(request, name, 1, otherwise);
}

std::optional<Answer> refuseOtherTree(const ApiRequest& request, const LogIdentity& log) {
  const auto given = QueryParameters(request.query).find("treeID");
  if (!given || given->empty()) return std::nullopt;
  if (given->find_first_not_of("0123456789") != std::string::npos) {
    return invalid(kPattern, "treeID in query should match '^[0-9]+$'");
  }
  if (*given == std::to_string(log.treeId())) return std::nullopt;
  return badRequest("treeID " + shortened(*given) + " is not of this log; its only tree is " + std::to_string(log.treeId()));
}

}  // namespace certus::trust_service::rekor
