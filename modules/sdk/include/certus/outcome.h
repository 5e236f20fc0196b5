// What a call ends with, built up piece by piece, and its translation into the ABI's borrowed form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certus/abi.h"
#include "certus/json.h"

namespace certus {

enum class Role : std::uint32_t { User = CERTUS_USER, Assistant = CERTUS_ASSISTANT };

// One outcome. Start with a named maker, add blocks, hand it to Call::complete.
class Outcome {
 public:
  static Outcome result() { return Outcome(CERTUS_RESULT); }
  static Outcome toolError() { return Outcome(CERTUS_TOOL_ERROR); }
  static Outcome notFound() { return Outcome(CERTUS_NOT_FOUND); }
  static Outcome invalid() { return Outcome(CERTUS_INVALID); }
  static Outcome failed() { return Outcome(CERTUS_FAILED); }
  static Outcome completion() { return Outcome(CERTUS_COMPLETION); }
  static Outcome inputRequired() { return Outcome(CERTUS_INPUT_REQUIRED); }

  Outcome& text(std::string text, Role role = Role::User) {
    return add({.kind = CERTUS_TEXT, .role = role, .text = std::move(text)});
  }
  Outcome& image(std::string bytes, std::string mimeType, Role role = Role::User) {
    return add({.kind = CERTUS_IMAGE, .role = role, .data = std::move(bytes), .mimeType = std::move(mimeType)});
  }
  Outcome& audio(std::string bytes, std::string mimeType, Role role = Role::User) {
    return add({.kind = CERTUS_AUDIO, .role = role, .data = std::move(bytes), .mimeType = std::move(mimeType)});
  }
  Outcome& resourceLink(std::string uri, std::string name, std::string description = {}, std::string mimeType = {}) {
    return add({.kind = CERTUS_RESOURCE_LINK, .text = std::move(description), .mimeType = std::move(mimeType),
                .uri = std::move(uri), .name = std::move(name)});
  }
  // A resource's contents: in a tool's result, a prompt's message, or as the answer to resources/read.
  Outcome& resourceText(std::string uri, std::string text, std::string mimeType, Role role = Role::User) {
    return add({.kind = CERTUS_EMBEDDED, .role = role, .text = std::move(text), .mimeType = std::move(mimeType), .uri = std::move(uri)});
  }
  Outcome& resourceBytes(std::string uri, std::string bytes, std::string mimeType, Role role = Role::User) {
    return add({.kind = CERTUS_EMBEDDED, .role = role, .isData = true, .data = std::move(bytes), .mimeType = std::move(mimeType),
                .uri = std::move(uri)});
  }
  // Of the block added last: a JSON object {audience, priority, lastModified}.
  Outcome& annotations(const Json& value) {
    if (!content_.empty()) content_.back().annotations = value.dump();
    return *this;
  }
  Outcome& structured(const Json& value) { return structuredJson(value.dump()); }
  Outcome& structuredJson(std::string json) {
    structured_ = std::move(json);
    return *this;
  }
  Outcome& state(std::string bytes) {
    state_ = std::move(bytes);
    return *this;
  }
  Outcome& description(std::string text) {
    description_ = std::move(text);
    return *this;
  }

  // Calls `use` with the ABI's form of this outcome, which borrows from it.
  template <class Use>
  auto lend(Use use) const {
    std::vector<certus_content> blocks;
    blocks.reserve(content_.size());
    for (const Block& block : content_) blocks.push_back(block.borrowed());
    certus_outcome out{};
    out.size = sizeof out;
    out.kind = kind_;
    out.content_count = static_cast<std::uint32_t>(blocks.size());
    out.content = blocks.data();
    out.structured = borrow(structured_);
    out.state = borrow(state_);
    out.description = borrow(description_);
    return use(out);
  }

 private:
  struct Block {
    std::uint32_t kind = CERTUS_TEXT;
    Role role = Role::User;
    bool isData = false;
    std::string text = {}, data = {}, mimeType = {}, uri = {}, name = {}, annotations = {};

    certus_content borrowed() const {
      certus_content out{};
      out.size = sizeof out;
      out.kind = kind;
      out.role = static_cast<std::uint32_t>(role);
      out.text = borrow(text);
      if (isData || kind == CERTUS_IMAGE || kind == CERTUS_AUDIO) out.data = borrow(data);  // the pointer says: data, even if empty
      out.mime_type = borrow(mimeType);
      out.uri = borrow(uri);
      out.name = borrow(name);
      out.annotations = borrow(annotations);
      return out;
    }
  };
  explicit Outcome(std::uint32_t kind) : kind_(kind) {}
  Outcome& add(Block block) {
    content_.push_back(std::move(block));
    return *this;
  }
  std::uint32_t kind_;
  std::vector<Block> content_;
  std::string structured_, state_, description_;
};

// Questions to the user or the client's model, for Call::inputRequired. The tool is called again with the answers
// under the same keys. Ask only what Call::clientCan says the client can answer.
class Questions {
 public:
  Questions& elicit(const std::string& key, const std::string& message, const Json& requestedSchema) {
    json_[key] = {{"method", "elicitation/create"},
                  {"params", {{"mode", "form"}, {"message", message}, {"requestedSchema", requestedSchema}}}};
    return *this;
  }
  Questions& sample(const std::string& key, const Json& createMessageParams) {
    json_[key] = {{"method", "sampling/createMessage"}, {"params", createMessageParams}};
    return *this;
  }
  Questions& roots(const std::string& key) {
    json_[key] = {{"method", "roots/list"}, {"params", Json::object()}};
    return *this;
  }
  bool empty() const { return json_.empty(); }
  const Json& json() const { return json_; }

 private:
  Json json_ = Json::object();
};

}  // namespace certus
