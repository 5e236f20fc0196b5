#include "services/trust/rekor/rekor_answer.h"

#include <fmt/format.h>

#include "services/trust/api/fields.h"
#include "services/trust/api/views.h"
#include "services/trust/formats/strict_json.h"

namespace certus::trust_service::rekor {
namespace {

constexpr std::size_t kMaxQuoted = 100;

}  // namespace

Answer jsonAnswer(int status, const Json& body) {
  Answer answer;
  answer.status = status;
  answer.contentType = "application/json";
  answer.text = errorFree(body) + "\n";
  answer.extra = "Cache-Control: no-cache, no-store, max-age=0, must-revalidate\r\n";
  return answer;
}

Answer refusal(int status, int code, const std::string& message) {
  return jsonAnswer(status, Json{{"code", code}, {"message", message}});
}

Answer invalid(int code, const std::string& message) { return refusal(422, code, message); }

Answer badRequest(const std::string& message) { return refusal(400, 400, message); }

Answer missing() {
  Answer answer = jsonAnswer(404, nullptr);
  answer.text.clear();
  return answer;
}

Answer failure(const Error& error) {
  if (error.code == ErrorCode::InvalidArgument) return badRequest(error.message);
  const Answer known = answerFor(error, "The log could not answer; the service's own log says why.");
  Answer answer = refusal(known.status, known.status, known.body.at("detail").get<std::string>());
  answer.extra += known.extra;
  answer.detail = known.detail;
  return answer;
}

Answer methodRefused(const std::string& method, const std::string& allowed) {
  Answer answer = refusal(405, 405, fmt::format("method {} is not allowed, but [{}] are", shortened(method), allowed));
  answer.extra += "Allow: " + allowed + "\r\n";
  return answer;
}

tl::expected<Input, Answer> readObject(const ApiRequest& request, const std::string& name) {
  if (!saysJson(request.contentType)) {
    return tl::make_unexpected(refusal(415, 415,
                                       fmt::format("unsupported media type \"{}\", only [application/json] are allowed",
                                                   shortened(request.contentType.value_or("")))));
  }
  if (request.body.empty()) return tl::make_unexpected(invalid(kRequired, name + " in body is required"));
  JsonProblem problem;
  auto document = parseStrictly(request.body, problem);
  if (!document) {
    return tl::make_unexpected(
        badRequest(fmt::format("parsing {} body failed at byte {}: {}", name, problem.offset, problem.reason)));
  }
  if (!document->is_object()) return tl::make_unexpected(invalid(kInvalidType, name + " in body must be of type object"));
  return std::move(*document);
}

std::string shortened(std::string_view text) {
  return text.size() <= kMaxQuoted ? std::string(text) : std::string(text.substr(0, kMaxQuoted)) + "...";
}

}  // namespace certus::trust_service::rekor
