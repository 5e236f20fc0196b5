#include "gateway/mcp/state_binding.h"

#include <algorithm>
#include <vector>

#include "base/encoding.h"
#include "base/json_write.h"
#include "gateway/tools/route.h"

namespace certus::gateway {
namespace {

using simdjson::dom::element_type;

void canonical(std::string& out, simdjson::dom::element value);

void canonicalObject(std::string& out, simdjson::dom::object object) {
  std::vector<std::pair<std::string_view, simdjson::dom::element>> members;
  for (const auto field : object) members.emplace_back(field.key, field.value);
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  out += '{';
  for (const auto& [name, value] : members) {
    appendJsonString(out, name);
    canonical(out, value);
  }
  out += '}';
}

void canonical(std::string& out, simdjson::dom::element value) {
  switch (value.type()) {
    case element_type::OBJECT: return canonicalObject(out, simdjson::dom::object(value));
    case element_type::ARRAY:
      out += '[';
      for (const auto item : simdjson::dom::array(value)) {
        canonical(out, item);
        out += ',';
      }
      out += ']';
      return;
    case element_type::STRING: return appendJsonString(out, std::string_view(value));
    case element_type::INT64: return appendJsonNumber(out, std::int64_t(value));
    case element_type::UINT64: out += std::to_string(std::uint64_t(value)); return;
    case element_type::DOUBLE: return appendJsonNumber(out, double(value));
    case element_type::BOOL: out += bool(value) ? "true" : "false"; return;
    case element_type::NULL_VALUE: out += "null"; return;
  }
}

// A state that was given out in open local mode is none under policy: there a module's bytes are sealed as they are, and
// could read like what policy itself keeps in a state.
std::string_view methodOf(const Invoke& invoke) {
  const bool granted = invoke.grant.has_value();
  switch (invoke.invocation.kind) {
    case Invocation::Kind::Tool: return granted ? "tools/call under policy" : "tools/call";
    case Invocation::Kind::Resource: return granted ? "resources/read under policy" : "resources/read";
    case Invocation::Kind::Prompt: return granted ? "prompts/get under policy" : "prompts/get";
    case Invocation::Kind::Completion: return "completion/complete";
  }
  return {};
}

}  // namespace

std::string argumentsDigest(simdjson::dom::element arguments) {
  std::string text;
  canonical(text, arguments);
  return sha256(text);
}

SealBinding bindingOf(const Invoke& invoke, const MessageContext& context, std::string_view digest) {
  return {context.principal ? std::string_view(context.principal->key) : std::string_view(), context.route->path(),
          methodOf(invoke), invoke.name, digest};
}

}  // namespace certus::gateway
