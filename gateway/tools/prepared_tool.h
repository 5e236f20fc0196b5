// One tool, checked and compiled, before it gets a name on a route: what all routes share of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "gateway/schema/schema.h"
#include "gateway/tools/descriptor.h"
#include "gateway/tools/parameter_headers.h"

namespace certus::gateway {

struct PreparedTool {
  const ToolDescriptor* descriptor = nullptr;  // borrowed while the catalogue is built
  std::shared_ptr<const CompiledSchema> input, output;
  bool wrapsOutput = false;
  std::vector<ParameterHeader> parameterHeaders;
  // JSON texts on one line: as given, and as legacy revisions can take them.
  std::string inputText, legacyInputText, outputText, legacyOutputText;
  std::string metaText, iconsText;
  std::string warning;  // about a tool that is served all the same, or empty
};

// Error::message says what about the tool is wrong; the caller says which tool.
Result<PreparedTool> prepareTool(const ToolDescriptor& descriptor);

}  // namespace certus::gateway
