// The keys of the section `limits:`: the only place where they are listed. It fills a LimitsConfig.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/shape.h"

namespace certus::limits {

const config::Shape& limitsShape();

// Texts of the section, as config::Check.
std::optional<std::string> checkKeyPart(std::string_view text);
std::optional<std::string> checkRuleName(std::string_view text);
std::optional<std::string> checkRedisUrl(std::string_view text);  // redis://host[:port][/database], unix:///path
std::optional<std::string> checkRedisPrefix(std::string_view text);
std::optional<std::string> checkWho(std::string_view text);  // a subject, a tenant or a group

}  // namespace certus::limits
