// What a tool says to its service and what it makes of the reply: one call's conversation as a value that decides, so
// that every branch is a function of its input. converse() alone carries it over the ABI.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "certus/http.h"
#include "certus/json.h"

namespace certus::trust {

// The tool succeeded: `structured` holds everything, its one-line "summary" included.
struct Answer {
  Json structured;
};

// The tool could not do it. The text says what failed and what to do next; converse() adds the request's id.
struct Failure {
  std::string text;
};

// HttpRequest::service is filled in by converse().
using Step = std::variant<HttpRequest, Answer, Failure>;

// What the service's refusals mean for one tool.
struct Errand {
  std::string_view doing;     // "Signing"
  std::string_view undone;    // what is certain after a refusal: "Nothing was signed."; may be empty
  std::string_view unsure;    // what to do when the service may have acted; empty: asking again is harmless
  std::string_view tooLarge;  // how to ask for less
};

// One call of one tool: begin() once, then received() for each reply until something other than a request comes back.
class Conversation {
 public:
  virtual ~Conversation() = default;
  virtual Step begin() = 0;
  Step received(const Reply& reply);

 protected:
  explicit Conversation(Errand errand) : errand_(errand) {}
  virtual Step answered(const Json& body) = 0;                                   // 2xx and JSON
  virtual std::optional<Failure> refused(const Reply&) { return std::nullopt; }  // a 4xx that this tool explains itself
  Failure unexpected(std::string_view what) const;                               // JSON, but not what the API promises

 private:
  Errand errand_;
};

}  // namespace certus::trust
