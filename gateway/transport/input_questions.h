// The questions of a module as a legacy client can be asked them: checked against what the client declared, and its
// answers put together again. Pure: no sockets, no waiting.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "gateway/mcp/dispatcher.h"
#include "gateway/transport/pending_answers.h"

namespace certus::gateway {

struct InputQuestion {
  std::unique_ptr<PendingAnswer> answer;  // its address is what PendingAnswers fills
  std::string paramsJson;
};

// `questionsJson`: key -> {"method","params"}. The error's message is for the model: which capability is missing.
Result<std::vector<InputQuestion>> readQuestions(std::string_view questionsJson, const Invoke& invoke);

// All answered: {"key": result, ...}. The error's message says which question the client refused with an error.
Result<std::string> gatherAnswers(const std::vector<InputQuestion>& questions);

// What tells a client that a question needs no answer any more.
std::string renderQuestionCancelled(std::string_view idJson, std::string_view reason);

}  // namespace certus::gateway
