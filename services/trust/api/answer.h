// What a route answers, and the bodies of refusals as Certus-Trust's clients know them.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace certus::trust_service {

using Json = nlohmann::ordered_json;  // answers: members in the order of the API's documentation
using Input = nlohmann::json;         // requests: sorted, so that a body of 100,000 members is not quadratic

struct Answer {
  int status = 200;
  Json body;
  std::string extra;   // preformatted header lines
  std::string detail;  // for the log only
};

Answer notFound(std::string detail = "Not Found");
Answer methodNotAllowed(std::string_view allow);
Answer forbidden(std::string detail);
// `failureText` is the fixed text of a 500 ("Signing failed"); refusals that an operator can lift are 503 and say why.
Answer answerFor(const Error& error, const char* failureText);

// A 422 as FastAPI words it: one item a problem.
class Problems {
 public:
  void add(const char* type, Json location, std::string message, const Input& input, Json context = nullptr);
  bool any() const { return !items_.empty(); }
  Answer answer() const;

 private:
  Json items_ = Json::array();
};

Input shortInput(
    const Input& input);  // what is echoed of a refused value: at most 200 bytes of a text, 2 KiB of anything else

}  // namespace certus::trust_service
