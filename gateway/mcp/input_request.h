// `input_required` on the newest revision: which of a module's questions this client may be asked, and the result that
// carries them together with the module's sealed state.
#pragma once

#include <string>

#include "gateway/mcp/dispatcher.h"
#include "gateway/mcp/json_document.h"

namespace certus::gateway {

struct InputQuestions {
  std::string json;           // the permitted ones as an object; empty when there are none
  std::uint32_t missing = 0;  // ClientCapability bits that left-out questions would have needed
  bool malformed = false;     // the module's questions are no map of known requests
};

// `questions`: JSON object key -> {"method","params"}, or empty.
InputQuestions permittedQuestions(JsonDocument& document, std::string_view questions, const Invoke& invoke);

}  // namespace certus::gateway
