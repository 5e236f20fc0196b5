// Answers in Rekor's form: JSON that no cache keeps, {code, message} for refusals, and the codes of its request validation.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "services/trust/api/answer.h"
#include "services/trust/api/request.h"

namespace certus::trust_service::rekor {

// Codes in the body of a 422, as Rekor's framework numbers them. A rule of Rekor's own has the code 422.
inline constexpr int kInvalidType = 601, kRequired = 602, kTooLong = 603, kPattern = 605, kEnum = 606, kTooSmall = 609,
                     kTooMany = 611, kOwnRule = 422;

Answer jsonAnswer(int status, const Json& body);
Answer refusal(int status, int code, const std::string& message);
Answer invalid(int code, const std::string& message);  // 422
Answer badRequest(const std::string& message);         // 400
Answer missing();                                      // 404 with an empty body
Answer failure(const Error& error);                    // what the service could not do; 400 for InvalidArgument
Answer methodRefused(const std::string& method, const std::string& allowed);  // "GET,POST"

// The body as a JSON object, or the refusal. `name` is what Rekor calls it.
tl::expected<Input, Answer> readObject(const ApiRequest& request, const std::string& name);

std::string shortened(std::string_view text);  // of a request, to be quoted in a message

}  // namespace certus::trust_service::rekor
