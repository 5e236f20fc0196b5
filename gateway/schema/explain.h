// What a violation says to the model that made the call: the argument, the rule, a right value. Quotes are cut short; a
// message is never long, whatever was sent.
#pragma once

#include <string>
#include <string_view>

#include "gateway/schema/evaluation.h"

namespace certus::gateway::schema {

std::string pointerOf(const Path& path);  // JSON Pointer
std::string subjectOf(const Path& path);  // `filters[0].name` in backquotes; "the value" for the root

std::string explainType(const Node& node, const Instance& got, const Path& path);
std::string explainValues(const AllowedValues& allowed, const Node& node, const Instance& got, const Path& path);
std::string explainLength(const Node& node, std::size_t length, const Path& path);
std::string explainPattern(const Node& node, const Instance& got, const Path& path);
std::string explainNumber(std::string_view rule, Number bound, const Node& node, const Instance& got, const Path& path);
std::string explainMemberCount(const ObjectRules& rules, std::size_t size, const Path& path);
std::string explainMissing(const Node* property, const Path& path);
std::string explainUnknownMember(const ObjectRules& rules, const Path& path);
std::string explainName(const Node& rule, std::string_view name);
std::string explainDependent(std::string_view trigger, std::string_view missing, const Path& path);
std::string explainItemCount(const ArrayRules& rules, std::size_t size, const Path& path);
std::string explainContains(const ArrayRules& rules, std::uint64_t matches, const Path& path);
std::string explainRepeated(std::size_t first, std::size_t second, const Instance& item, const Path& path);
std::string explainNegated(const Node& node, const Instance& got, const Path& path);
std::string explainNoBranch(const std::string& reasons, std::size_t branches, const Path& path);
std::string explainManyBranches(std::size_t matches, std::size_t branches, const Path& path);

}  // namespace certus::gateway::schema
