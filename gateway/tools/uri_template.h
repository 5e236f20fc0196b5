// Does a URI come from this RFC 6570 template? For routing only: variables are not extracted.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace certus::gateway {

class UriTemplate {
 public:
  static Result<UriTemplate> parse(std::string_view text);
  bool matches(std::string_view uri) const;

 private:
  struct Matcher;  // a compiled regular expression
  std::shared_ptr<const Matcher> matcher_;
};

}  // namespace certus::gateway
