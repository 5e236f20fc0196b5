// A "pattern" (ECMA-262, as schemas write it), ready to match in linear time: the common shapes by a matcher of our own,
// the rest by RE2. Lookaround and back references cannot be had in linear time and are refused at compile.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "gateway/schema/simple_pattern.h"

namespace re2 {
class RE2;
}

namespace certus::gateway::schema {

class Pattern {
 public:
  // The error's message names the part of the pattern that cannot be used.
  static Result<Pattern> compile(std::string_view ecma);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  bool matches(std::string_view text) const;
  const std::string& source() const { return source_; }

 private:
  Pattern();
  std::string source_;
  std::optional<SimplePattern> simple_;
  std::unique_ptr<re2::RE2> general_;  // when simple_ is empty
};

// ECMA-262 syntax rewritten for RE2 with the same meaning.
Result<std::string> re2FromEcma(std::string_view ecma);

}  // namespace certus::gateway::schema
