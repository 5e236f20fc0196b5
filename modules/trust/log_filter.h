// The filters of query_transparency: checked once, sent to the service, and applied here where the service knows none.
#pragma once

#include <optional>
#include <string>

#include "certus/json.h"
#include "conversation.h"
#include "instant.h"

namespace certus::trust {

struct LogFilter {
  std::string signer, artifactType;    // empty: any
  std::optional<Instant> first, last;  // both inclusive

  bool matches(const Json& entry) const;
};

// Reads the arguments; a Failure names the argument, the rule and a right value.
std::optional<Failure> readFilter(const Json& arguments, LogFilter& out);

}  // namespace certus::trust
