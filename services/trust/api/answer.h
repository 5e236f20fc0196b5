// What a route answers, and the bodies of refusals as Certus-Trust's clients know them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "services/trust/formats/strict_json.h"
#include "services/trust/log/log_writer.h"

namespace certus::trust_service {

using Json = nlohmann::ordered_json;  // answers: members in the order of the API's documentation

struct Unfinished;

struct Answer {
  int status = 200;
  Json body;
  std::string extra;   // preformatted header lines
  std::string detail;  // for the log only
  // When set, `text` is the body, in this media type, instead of `body`.
  std::string_view contentType{};
  std::string text{};
  std::shared_ptr<Unfinished> unfinished{};  // when set, the rest is still to come
};

// A request that has to write first: what, and the answer once that is done or refused.
struct Unfinished {
  LogWriter::Write write;
  std::function<Answer(Result<Appended>)> answer;
};

Answer afterWriting(LogWriter::Write write, std::function<Answer(Result<Appended>)> answer);

Answer notFound(std::string detail = "Not Found");
Answer methodNotAllowed(std::string_view allow);
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
