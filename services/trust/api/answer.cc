#include "services/trust/api/answer.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kMaxEchoedText = 200, kMaxEchoedJson = 2048;

Answer withDetail(int status, std::string detail) {
  Answer answer;
  answer.status = status;
  answer.body = Json{{"detail", std::move(detail)}};
  return answer;
}

}  // namespace

Answer afterWriting(LogWriter::Write write, std::function<Answer(Result<Appended>)> answer) {
  Answer waiting;
  waiting.unfinished = std::make_shared<Unfinished>(std::move(write), std::move(answer));
  return waiting;
}

Answer notFound(std::string detail) { return withDetail(404, std::move(detail)); }

Answer methodNotAllowed(std::string_view allow) {
  Answer answer = withDetail(405, "Method Not Allowed");
  answer.extra = "allow: " + std::string(allow) + "\r\n";
  return answer;
}

Answer answerFor(const Error& error, const char* failureText) {
  Answer answer;
  switch (error.code) {
    case ErrorCode::Unavailable:
    case ErrorCode::ResourceExhausted:
      answer = withDetail(503, error.message);
      answer.extra = "Retry-After: 2\r\n";
      break;
    case ErrorCode::DataCorrupt:
    case ErrorCode::PermissionDenied: answer = withDetail(503, error.message); break;
    case ErrorCode::NotFound: answer = withDetail(404, error.message); break;
    default: answer = withDetail(500, failureText); break;
  }
  answer.detail = error.message + (error.detail.empty() ? "" : " [" + error.detail + "]");
  return answer;
}

Input shortInput(const Input& input) {
  if (input.is_string()) {
    const auto& text = input.get_ref<const std::string&>();
    return text.size() <= kMaxEchoedText ? input : Input(text.substr(0, kMaxEchoedText) + "...");
  }
  if (!input.is_structured()) return input;
  return input.dump(-1, ' ', false, Input::error_handler_t::replace).size() <= kMaxEchoedJson ? input : Input(nullptr);
}

void Problems::add(const char* type, Json location, std::string message, const Input& input, Json context) {
  Json item{{"type", type}, {"loc", std::move(location)}, {"msg", std::move(message)}, {"input", Json(shortInput(input))}};
  if (!context.is_null()) item["ctx"] = std::move(context);
  items_.push_back(std::move(item));
}

Answer Problems::answer() const {
  Answer answer;
  answer.status = 422;
  answer.body = Json{{"detail", items_}};
  return answer;
}

}  // namespace certus::trust_service
