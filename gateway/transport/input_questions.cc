#include "gateway/transport/input_questions.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "base/utf8.h"

namespace certus::gateway {
namespace {

using nlohmann::json;

constexpr std::size_t kQuotedBytes = 200;

std::string missing(std::string_view capability, std::string_view method) {
  return "This tool must ask the user or the model something (" + std::string(method) +
         "), but this client did not declare the \"" + std::string(capability) +
         "\" capability when it connected. Use a client that supports it, or a tool that needs no question.";
}

// Empty: the client can be asked. Otherwise why not, for the model.
std::string whyNot(const std::string& method, const json& params, const Invoke& invoke) {
  const std::uint32_t has = invoke.invocation.clientCapabilities;
  if (method == "sampling/createMessage") return (has & kCanSample) != 0 ? "" : missing("sampling", method);
  if (method == "roots/list") return (has & kHasRoots) != 0 ? "" : missing("roots", method);
  if ((has & kCanElicit) == 0) return missing("elicitation", method);
  const bool byUrl = params.is_object() && params.value("mode", json("form")) == json("url");
  if (byUrl) return invoke.elicitsUrl ? "" : missing("elicitation.url", method);
  return invoke.elicitsForm ? "" : missing("elicitation.form", method);
}

bool known(const std::string& method) {
  return method == "elicitation/create" || method == "sampling/createMessage" || method == "roots/list";
}

// What the client said, cut between two characters.
std::string quoted(const json& error) {
  const auto said = error.is_object() ? error.value("message", json()) : json();
  if (!said.is_string()) return {};
  const auto& text = said.get_ref<const std::string&>();
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t size = utf8CharacterSize(text, end);
    if (size == 0 || end + size > kQuotedBytes) break;
    end += size;
  }
  return text.substr(0, end);
}

tl::unexpected<Error> malformed(std::string detail) {
  return fail(ErrorCode::Internal, "This tool asked its client a question in a form that the gateway cannot relay.",
              std::move(detail));
}

}  // namespace

Result<std::vector<InputQuestion>> readQuestions(std::string_view questionsJson, const Invoke& invoke) {
  const json parsed = json::parse(questionsJson, nullptr, false);
  if (!parsed.is_object() || parsed.empty()) return malformed("input_required without an object of questions");
  std::vector<InputQuestion> questions;
  for (const auto& [key, value] : parsed.items()) {
    if (!value.is_object() || !value.contains("method") || !value["method"].is_string()) {
      return malformed("question \"" + key + "\" has no method");
    }
    const auto method = value["method"].get<std::string>();
    if (!known(method)) return malformed("question \"" + key + "\" has the unknown method " + method);
    json params = value.value("params", json::object());
    if (std::string reason = whyNot(method, params, invoke); !reason.empty()) {
      return fail(ErrorCode::PermissionDenied, std::move(reason));
    }
    if (invoke.revision < Revision::V2025_11_25 && params.is_object() && params.value("mode", json()) == json("form")) {
      params.erase("mode");  // the only mode there was, and not yet a member
    }
    InputQuestion question{std::make_unique<PendingAnswer>(), params.dump()};
    question.answer->key = key;
    question.answer->method = method;
    questions.push_back(std::move(question));
  }
  return questions;
}

Result<std::string> gatherAnswers(const std::vector<InputQuestion>& questions) {
  std::string all = "{";
  for (const InputQuestion& question : questions) {
    const PendingAnswer& answer = *question.answer;
    if (!answer.error.empty()) {
      const std::string text = quoted(json::parse(answer.error, nullptr, false));
      return fail(ErrorCode::Unavailable,
                  "The client could not answer " + answer.method + (text.empty() ? "." : ": " + text));
    }
    if (all.size() > 1) all += ',';
    all += json(answer.key).dump() + ":" + answer.result;
  }
  return all + "}";
}

std::string renderQuestionCancelled(std::string_view idJson, std::string_view reason) {
  return R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + std::string(idJson) +
         R"(,"reason":")" + std::string(reason) + R"("}})";
}

}  // namespace certus::gateway
