#include "gateway/transport/pending_answers.h"

#include <charconv>
#include <utility>

#include "base/encoding.h"
#include "gateway/transport/signal.h"

namespace certus::gateway {
namespace {

constexpr std::string_view kPrefix = "\"gw-";  // ids are strings: "gw-<thread>-<96 random bits>"

}  // namespace

PendingAnswers::Token PendingAnswers::expect(std::string_view sessionId, PendingAnswer& answer, Signal& arrived) {
  answer.idJson = std::string(kPrefix) + std::to_string(thread_) + "-" + toHex(randomBytes(12)) + "\"";
  expected_.emplace(answer.idJson, Expected{std::string(sessionId), &answer, &arrived});
  const auto forget = [self = shared_from_this(), id = answer.idJson](void*) { self->expected_.erase(id); };
  return Token(this, forget);
}

void PendingAnswers::deliver(std::string_view sessionId, std::string_view idJson, std::string result, std::string error) {
  const auto at = expected_.find(std::string(idJson));
  if (at == expected_.end() || at->second.sessionId != sessionId || at->second.answer->answered()) return;
  at->second.answer->result = std::move(result);
  at->second.answer->error = std::move(error);
  at->second.arrived->raise();
}

std::optional<unsigned> PendingAnswers::threadOf(std::string_view idJson) {
  if (!idJson.starts_with(kPrefix)) return std::nullopt;
  const std::string_view rest = idJson.substr(kPrefix.size());
  unsigned thread = 0;
  const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), thread);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return thread;
}

}  // namespace certus::gateway
