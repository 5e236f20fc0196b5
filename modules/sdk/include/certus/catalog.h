// The rows a module is made of: a tool, a resource or a prompt is its description and one function.
// Rows hold views: use literals, or Catalog::keep for texts made at run time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certus/abi.h"
#include "certus/json.h"

namespace certus {

class Call;

enum class Hint : std::uint8_t { Unsaid = CERTUS_UNSAID, No = CERTUS_NO, Yes = CERTUS_YES };

struct Tool {
  std::string_view name;          // bare, [A-Za-z0-9_-]{1,64}; clients read it, in backticks in any text, as they call it
  std::string_view title = {};    // for people
  std::string_view description;   // for a model: when to use it, an example, what a failure means
  std::string_view inputSchema;   // JSON Schema 2020-12, root type object
  std::string_view outputSchema = {};
  Hint readOnly = Hint::Unsaid, destructive = Hint::Unsaid, idempotent = Hint::Unsaid, openWorld = Hint::Unsaid;
  std::uint32_t requiredCapabilities = 0;  // certus_capability bits that the client must have declared
  std::uint32_t timeoutMs = 0;             // 0: the gateway's
  bool longRunning = false;
  std::string_view meta = {}, icons = {};  // JSON texts, or empty
  // One of the two. The arguments are valid against inputSchema already.
  void (*run)(Call call, const Json& arguments) = nullptr;
  void (*runRaw)(Call call, std::string_view argumentsJson) = nullptr;  // unparsed; the view ends with the function
};

// What a resource was asked for: its URI and, for a template, the values of its {variables}, percent-decoded.
struct ResourceRead {
  std::string_view uri;
  std::map<std::string, std::string> variables;
};

struct Resource {
  std::string_view uri;  // with {variables} (RFC 6570 level 1): a template
  std::string_view name, title = {}, description = {}, mimeType = {}, meta = {};
  void (*read)(Call call, const ResourceRead& request) = nullptr;
  bool isTemplate() const { return uri.find('{') != std::string_view::npos; }
};

struct PromptArgument {
  std::string_view name, title = {}, description = {};
  bool required = false;
};

struct Prompt {
  std::string_view name, title = {}, description = {};
  std::vector<PromptArgument> arguments = {};
  void (*get)(Call call, const Json& arguments) = nullptr;  // an object of strings, the required ones present
};

class Catalog {
 public:
  std::vector<Tool> tools;
  std::vector<Resource> resources;
  std::vector<Prompt> prompts;
  std::string_view instructions;  // one paragraph for a model: when to use this module
  bool completes = false;         // Module::completion answers
  bool subscribable = false;      // resourceUpdated is called
  bool logs = false;              // Call::log is called

  // Owns a text made at run time for as long as this catalogue is offered.
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

  const Tool* tool(std::string_view name) const { return find(tools, &Tool::name, name); }
  const Prompt* prompt(std::string_view name) const { return find(prompts, &Prompt::name, name); }

 private:
  template <class Row>
  static const Row* find(const std::vector<Row>& rows, std::string_view Row::* key, std::string_view name) {
    auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.*key == name; });
    return row == rows.end() ? nullptr : &*row;
  }
  std::deque<std::string> kept_;
};

}  // namespace certus
