// JSON Schema 2020-12, compiled once, validated over a simdjson DOM: the check that stands between a client's arguments
// and a module. Not a metaschema tool and no network: an unresolvable $ref is a compile error.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "base/error.h"

namespace certus::gateway {

struct Violation {
  std::string path;     // JSON Pointer of the instance, "" is the root
  std::string rule;     // keyword: "required", "type", "pattern", ...
  std::string message;  // names the argument, the rule and, where the schema knows one, a right value
};

struct SchemaLimits {
  std::size_t maxSchemaBytes = 256 * 1024, maxSubschemas = 10'000;
  unsigned maxDepth = 64;            // of the instance and of nested $ref
  std::size_t maxSteps = 1'000'000;  // keyword evaluations of one validation; beyond it the value is refused
  std::size_t maxViolations = 16;
};

class CompiledSchema {
 public:
  // `documents`: URI -> schema text that $ref may name (the official suite's remotes). Error::message says where and what.
  static Result<std::shared_ptr<const CompiledSchema>> compile(std::string_view schema,
                                                               const std::map<std::string, std::string>& documents = {},
                                                               SchemaLimits limits = {});
  virtual ~CompiledSchema() = default;
  // Thread-safe, allocation-free when valid. False fills `violations` (at most maxViolations, in document order).
  virtual bool validate(simdjson::dom::element value, std::vector<Violation>* violations) const = 0;
};

}  // namespace certus::gateway
