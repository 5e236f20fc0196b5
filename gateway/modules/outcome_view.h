// Turns a module's outcome into the views that the protocol renders, without copying, and checks what costs little to
// check. Whether `structured` is JSON is the renderer's question: it parses it anyway.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "certus/abi.h"
#include "gateway/call/invocation.h"

namespace certus::gateway {

// Scratch of one io thread; a view is valid until the next of the same reader, and as long as the module's memory.
class OutcomeReader {
 public:
  // An outcome that breaks the ABI's rules becomes Failed, with the breach as its text.
  OutcomeView read(const certus_outcome& outcome);

 private:
  const char* takeBlocks(const certus_outcome& outcome);  // null, or what is wrong
  const char* checkTexts(const OutcomeView& outcome);

  std::vector<ContentView> blocks_;
  simdjson::dom::parser parser_;
};

OutcomeView failedOutcome(std::string_view why, ContentView& block);  // `block` lends the text its place

}  // namespace certus::gateway
