#include "fields.h"

namespace certus::trust {
namespace {

const Json* memberAt(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::optional<std::string> stringAt(const Json& object, const char* key) {
  const Json* value = memberAt(object, key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

std::optional<std::int64_t> integerAt(const Json& object, const char* key) {
  const Json* value = memberAt(object, key);
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  return value->get<std::int64_t>();
}

std::optional<bool> boolAt(const Json& object, const char* key) {
  const Json* value = memberAt(object, key);
  if (value == nullptr || !value->is_boolean()) return std::nullopt;
  return value->get<bool>();
}

const Json* objectAt(const Json& object, const char* key) {
  const Json* value = memberAt(object, key);
  return value != nullptr && value->is_object() ? value : nullptr;
}

const Json* arrayAt(const Json& object, const char* key) {
  const Json* value = memberAt(object, key);
  return value != nullptr && value->is_array() ? value : nullptr;
}

void copyStrings(const Json& from, Json& to, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (auto value = stringAt(from, key)) to[key] = *std::move(value);
  }
}

void copyIntegers(const Json& from, Json& to, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (const auto value = integerAt(from, key)) to[key] = *value;
  }
}

Json withoutNulls(const Json& value) {
  if (value.is_object()) {
    Json out = Json::object();
    for (const auto& [key, member] : value.items()) {
      if (!member.is_null()) out[key] = withoutNulls(member);
    }
    return out;
  }
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& element : value) {
      if (!element.is_null()) out.push_back(withoutNulls(element));
    }
    return out;
  }
  return value;
}

bool saysMock(const Json& answer) { return boolAt(answer, "mock").value_or(false); }

}  // namespace certus::trust
