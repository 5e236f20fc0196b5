#include "services/trust/api/strict_json.h"

#include <set>
#include <vector>

namespace certus::trust_service {
namespace {

// Sees every token before a document is built; false stops the parser.
class Inspector final : public nlohmann::json_sax<Input> {
 public:
  explicit Inspector(JsonProblem& problem) : problem_(problem) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return enter(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }

  bool key(string_t& name) override {
    if (names_.back().insert(name).second) return true;
    problem_.reason = "Duplicate member name: \"" + name.substr(0, 100) + "\"";
    return false;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    problem_.offset = position == 0 ? 0 : position - 1;
    const std::string text = error.what();
    const auto cut = text.find("parse error");
    problem_.reason = (cut == std::string::npos ? text : text.substr(cut)).substr(0, 200);
    return false;
  }

 private:
  bool enter() {
    names_.emplace_back();
    if (names_.size() <= kMaxJsonDepth) return true;
    problem_.reason = "Nested deeper than " + std::to_string(kMaxJsonDepth) + " levels";
    return false;
  }
  bool leave() {
    names_.pop_back();
    return true;
  }

  JsonProblem& problem_;
  std::vector<std::set<std::string>> names_;  // of each open object; empty for arrays
};

}  // namespace

std::optional<Input> parseStrictly(std::string_view text, JsonProblem& problem) {
  Inspector inspector(problem);
  if (!Input::sax_parse(text, &inspector)) {
    if (problem.reason.empty()) problem.reason = "Malformed JSON";
    return std::nullopt;
  }
  Input document = Input::parse(text, nullptr, false);
  if (document.is_discarded()) {
    problem.reason = "Malformed JSON";
    return std::nullopt;
  }
  return document;
}

}  // namespace certus::trust_service
