// A module's catalogue as owned values: what the loader copied out of the module and checked, before it is composed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace certus::gateway {

struct ToolDescriptor {
  std::string name, title, description;
  std::string inputSchema, outputSchema;                                         // JSON texts; output may be empty
  std::string meta, icons;                                                       // JSON texts or empty
  std::int8_t readOnly = -1, destructive = -1, idempotent = -1, openWorld = -1;  // -1 unsaid, 0 no, 1 yes
  std::uint32_t requiredCapabilities = 0;                                        // ClientCapability bits
  std::uint32_t timeoutMs = 0;
  bool longRunning = false;
};

struct ResourceDescriptor {
  std::string uri, name, title, description, mimeType, meta;
  bool isTemplate = false;
};

struct PromptArgument {
  std::string name, title, description;
  bool required = false;
};

struct PromptDescriptor {
  std::string name, title, description;
  std::vector<PromptArgument> arguments;
};

struct ModuleDescriptor {
  std::string name, version, instructions;
  std::string sha256;  // hex, of the file it was loaded from
  std::vector<ToolDescriptor> tools;
  std::vector<ResourceDescriptor> resources;
  std::vector<PromptDescriptor> prompts;
  bool completes = false, subscribable = false, logs = false;
};

}  // namespace certus::gateway
