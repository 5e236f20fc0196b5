// Reading a service's JSON without trusting its shape: absent, null and wrongly typed members all read as "not said".
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "certus/json.h"

namespace certus::trust {

std::optional<std::string> stringAt(const Json& object, const char* key);
std::optional<std::int64_t> integerAt(const Json& object, const char* key);
std::optional<bool> boolAt(const Json& object, const char* key);
const Json* objectAt(const Json& object, const char* key);  // nullptr unless it is an object
const Json* arrayAt(const Json& object, const char* key);

// Copies the members that are there and of the wanted type; nullable ones are left out rather than sent as null.
void copyStrings(const Json& from, Json& to, std::initializer_list<const char*> keys);
void copyIntegers(const Json& from, Json& to, std::initializer_list<const char*> keys);

// The value without its null members, at every depth: an output schema then needs one type a member.
Json withoutNulls(const Json& value);

// The service says of itself that its answer is made up.
bool saysMock(const Json& answer);

}  // namespace certus::trust
