// Content blocks of a result as JSON, mapped down for revisions that do not know their kind.
#pragma once

#include <string>

#include "gateway/call/invocation.h"
#include "gateway/call/revision.h"
#include "gateway/mcp/json_document.h"

namespace certus::gateway {

class ContentWriter {
 public:
  // One block: {"type":"text",...}.
  void appendBlock(std::string& out, const ContentView& content, Revision revision);
  // One entry of resources/read: {"uri":...,"text"|"blob":...}.
  void appendResource(std::string& out, const ContentView& content, std::string_view fallbackUri);

 private:
  void appendAnnotations(std::string& out, std::string_view json);

  JsonDocument annotations_;
};

// {"type":"text","text":...}
void appendTextBlock(std::string& out, std::string_view text);

}  // namespace certus::gateway
