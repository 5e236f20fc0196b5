// A described catalogue together with its form in the ABI, which borrows from it. For certus/module.h, not for modules.
#pragma once

#include <cstdint>
#include <vector>

#include "certus/abi.h"
#include "certus/catalog.h"

namespace certus {

struct Offer {
  Catalog catalog;
  certus_catalog raw{};

  Offer() = default;
  Offer(const Offer&) = delete;
  Offer& operator=(const Offer&) = delete;

  // Fills `raw`. After this, `catalog` stays as it is.
  void lend() {
    for (const Tool& row : catalog.tools) tools_.push_back(lend(row));
    for (const Resource& row : catalog.resources) resources_.push_back(lend(row));
    arguments_.reserve(catalog.prompts.size());  // the rows below point into its elements
    for (const Prompt& row : catalog.prompts) prompts_.push_back(lend(row));
    raw.size = sizeof raw;
    raw.tool_count = static_cast<std::uint32_t>(tools_.size());
    raw.resource_count = static_cast<std::uint32_t>(resources_.size());
    raw.prompt_count = static_cast<std::uint32_t>(prompts_.size());
    raw.tools = tools_.data();
    raw.resources = resources_.data();
    raw.prompts = prompts_.data();
    raw.instructions = borrow(catalog.instructions);
    raw.completes = catalog.completes ? 1 : 0;
    raw.subscribable = catalog.subscribable ? 1 : 0;
    raw.logs = catalog.logs ? 1 : 0;
  }

 private:
  static certus_tool lend(const Tool& row) {
    certus_tool out{};
    out.size = sizeof out;
    out.read_only = static_cast<std::uint8_t>(row.readOnly);
    out.destructive = static_cast<std::uint8_t>(row.destructive);
    out.idempotent = static_cast<std::uint8_t>(row.idempotent);
    out.open_world = static_cast<std::uint8_t>(row.openWorld);
    out.name = borrow(row.name);
    out.title = borrow(row.title);
    out.description = borrow(row.description);
    out.input_schema = borrow(row.inputSchema);
    out.output_schema = borrow(row.outputSchema);
    out.requires_caps = row.requiredCapabilities;
    out.timeout_ms = row.timeoutMs;
    out.long_running = row.longRunning ? 1 : 0;
    out.meta = borrow(row.meta);
    out.icons = borrow(row.icons);
    return out;
  }
  static certus_resource lend(const Resource& row) {
    certus_resource out{};
    out.size = sizeof out;
    out.is_template = row.isTemplate() ? 1 : 0;
    out.uri = borrow(row.uri);
    out.name = borrow(row.name);
    out.title = borrow(row.title);
    out.description = borrow(row.description);
    out.mime_type = borrow(row.mimeType);
    out.meta = borrow(row.meta);
    return out;
  }
  certus_prompt lend(const Prompt& row) {
    std::vector<certus_prompt_argument>& arguments = arguments_.emplace_back();
    for (const PromptArgument& each : row.arguments) {
      certus_prompt_argument out{};
      out.size = sizeof out;
      out.required = each.required ? 1 : 0;
      out.name = borrow(each.name);
      out.title = borrow(each.title);
      out.description = borrow(each.description);
      arguments.push_back(out);
    }
    certus_prompt out{};
    out.size = sizeof out;
    out.argument_count = static_cast<std::uint32_t>(arguments.size());
    out.arguments = arguments.data();
    out.name = borrow(row.name);
    out.title = borrow(row.title);
    out.description = borrow(row.description);
    return out;
  }

  std::vector<certus_tool> tools_;
  std::vector<certus_resource> resources_;
  std::vector<certus_prompt> prompts_;
  std::vector<std::vector<certus_prompt_argument>> arguments_;
};

}  // namespace certus
