#include "gateway/stages/parameter_match.h"

#include <charconv>

#include "gateway/stages/ascii.h"
#include "gateway/stages/header_value.h"

namespace certus::gateway {
namespace {

using Element = simdjson::dom::element;

Refusal mismatch(const ParameterHeader& parameter, std::string what) {
  std::string argument;
  for (const std::string& part : parameter.path) argument += (argument.empty() ? "" : ".") + part;
  return {Fault::HeaderMismatch,
          "The header Mcp-Param-" + parameter.header + ' ' + what + "; it must repeat the argument `" + argument + "`.",
          {},
          CallOutcome::ProtocolError};
}

// The argument at `path`, unless it or something on the way is absent or null.
std::optional<Element> argumentAt(Element arguments, const std::vector<std::string>& path) {
  Element at = arguments;
  for (const std::string& name : path) {
    simdjson::dom::object object;
    if (at.get(object) || object.at_key(name).get(at)) return std::nullopt;
  }
  return at.is_null() ? std::nullopt : std::optional(at);
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// nullopt: the argument's type is not the annotated one, which the schema will say better.
std::optional<bool> equals(const ParameterHeader& parameter, Element argument, std::string_view value) {
  switch (parameter.type) {
    case ParameterHeader::Type::String: {
      std::string_view text;
      if (argument.get(text)) return std::nullopt;
      return text == value;
    }
    case ParameterHeader::Type::Boolean: {
      bool flag = false;
      if (argument.get(flag)) return std::nullopt;
      return value == (flag ? "true" : "false");
    }
    case ParameterHeader::Type::Integer: {
      double wanted = 0;  // exact: annotated integers stay within 2^53
      if (argument.get(wanted)) return std::nullopt;
      const auto given = number(value);
      return given && *given == wanted;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> matchParameters(const MessageCall& call) {
  if (!call.hasHeaders || !isModern(call.revision)) return std::nullopt;
  for (const ParameterHeader& parameter : call.tool->parameterHeaders) {
    const auto argument = argumentAt(call.arguments, parameter.path);
    if (!argument) continue;
    std::optional<std::string_view> header;
    for (const auto& [name, value] : call.mcpParams) {
      if (equalIgnoringCase(name, parameter.header)) header = value;
    }
    if (!header) return mismatch(parameter, "is missing");
    const auto value = decodedHeaderValue(*header);
    if (!value) return mismatch(parameter, "is marked \"=?base64?...?=\" but does not hold padded standard Base64");
    if (!equals(parameter, *argument, *value).value_or(true)) return mismatch(parameter, "differs from the body");
  }
  return std::nullopt;
}

}  // namespace certus::gateway
