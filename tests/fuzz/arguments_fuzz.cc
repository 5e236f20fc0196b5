// A schema and arguments, both hostile: the input is `schema <0xFF> arguments`. Without the separator the whole input is
// arguments for the fixed schema below. Whatever happens: no crash, the two passes agree, and a refusal is explained
// shortly.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <simdjson.h>

#include "gateway/schema/schema.h"

namespace {

using certus::gateway::CompiledSchema;
using certus::gateway::SchemaLimits;
using certus::gateway::Violation;

constexpr std::string_view kFixed = R"json({
  "type": "object", "required": ["artifact"], "additionalProperties": false,
  "properties": {
    "artifact": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$", "maxLength": 80},
    "limit": {"type": "number", "minimum": 1, "maximum": 100, "multipleOf": 0.5},
    "kind": {"enum": ["image", "sbom", 1, null, {"a": [1, 2]}]},
    "tree": {"$ref": "#/$defs/tree"}, "tags": {"type": "array", "items": {"pattern": "a|b"}, "uniqueItems": true},
    "either": {"oneOf": [{"type": "string"}, {"required": ["x"], "unevaluatedProperties": false, "properties": {"x": true}}]}
  },
  "$defs": {"tree": {"type": "object", "additionalProperties": {"$ref": "#/$defs/tree"}, "maxProperties": 3}}
})json";

SchemaLimits smallLimits() {
  SchemaLimits limits;
  limits.maxSubschemas = 2'000;
  limits.maxSteps = 50'000;
  return limits;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void validate(const CompiledSchema& schema, std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  if (parser.parse(text.data(), text.size()).get(value) != simdjson::SUCCESS) return;
  std::vector<Violation> violations;
  const bool valid = schema.validate(value, &violations);
  require(valid == schema.validate(value, nullptr));
  require(valid == violations.empty());
  require(violations.size() <= smallLimits().maxViolations);
  constexpr std::size_t kLongestMessage = 8'000;
  for (const Violation& violation : violations)
    require(!violation.message.empty() && violation.message.size() < kLongestMessage);
#ifdef CERTUS_FUZZ_SELFTEST
  // Planted: reached only by arguments that parse as JSON and are right but for one unknown member.
  const bool hasArtifact = value["artifact"].is_string();
  if (hasArtifact && violations.size() == 1 && violations[0].rule == "additionalProperties") __builtin_trap();
#endif
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kFixedSchema = CompiledSchema::compile(kFixed, {}, smallLimits()).value();
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto separator = input.find('\xFF');
  if (separator == input.npos) {
    validate(*kFixedSchema, input);
    return 0;
  }
  const auto schema = CompiledSchema::compile(input.substr(0, separator), {}, smallLimits());
  if (schema) {
    validate(**schema, input.substr(separator + 1));
  } else {
    require(!schema.error().message.empty());
  }
  return 0;
}
