// The formats that are checked where a schema's metaschema names the format-assertion vocabulary. Elsewhere a format is an
// annotation and this is not asked.
#pragma once

#include <string_view>

namespace certus::gateway::schema {

bool isKnownFormat(std::string_view format);
bool matchesFormat(std::string_view format, std::string_view text);  // true for a format that is not known

}  // namespace certus::gateway::schema
