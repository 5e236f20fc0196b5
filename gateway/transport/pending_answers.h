// Requests of ours to a legacy client (elicitation, sampling, roots) that wait for its answer. The id names the thread of
// the call that asked, so an answer that arrives elsewhere is posted straight there; it counts only from the same session.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace certus::gateway {

class Signal;

// One question and, later, its answer: `result` or `error`, JSON. Owned by the call that asks.
struct PendingAnswer {
  std::string key;     // the module's name for it
  std::string method;  // "elicitation/create", ...
  std::string idJson;
  std::string result, error;
  bool answered() const { return !result.empty() || !error.empty(); }
};

class PendingAnswers : public std::enable_shared_from_this<PendingAnswers> {
 public:
  explicit PendingAnswers(unsigned thread) : thread_(thread) {}

  // Gives `answer` its id; until the token dies, deliver() fills it and raises `arrived`.
  using Token = std::shared_ptr<void>;
  [[nodiscard]] Token expect(std::string_view sessionId, PendingAnswer& answer, Signal& arrived);

  // On this thread. An unknown, repeated or foreign answer is ignored.
  void deliver(std::string_view sessionId, std::string_view idJson, std::string result, std::string error);

  static std::optional<unsigned> threadOf(std::string_view idJson);  // nullopt: not an id of ours

 private:
  struct Expected {
    std::string sessionId;
    PendingAnswer* answer;
    Signal* arrived;
  };
  unsigned thread_;
  std::unordered_map<std::string, Expected> expected_;
};

}  // namespace certus::gateway
