// Compiler: the keywords about an object's members.
#include "gateway/schema/compiler.h"

namespace certus::gateway::schema {
namespace {

namespace dom = simdjson::dom;

}  // namespace

Result<void> Compiler::properties(const Work& work) {
  dom::object members;
  if (work.value.get(members) != simdjson::SUCCESS) return wrong(work, "\"properties\" is an object of schemas");
  const LocationId holder = index_.child(work.at, work.keyword, work.value);
  for (const auto member : members) {
    auto to =
        subschema({work.id, holder, member.key, member.value}, index_.child(holder, member.key, member.value), member.value);
    if (!to) return tl::make_unexpected(to.error());
    ObjectRules& rules = objects(work.id);
    const std::uint32_t number = rules.properties.add(member.key);
    rules.propertyNodes.resize(rules.properties.names().size(), kNoNode);
    rules.propertyNodes[number] = *to;
  }
  return {};
}

Result<void> Compiler::patternProperties(const Work& work) {
  dom::object members;
  if (work.value.get(members) != simdjson::SUCCESS) return wrong(work, "\"patternProperties\" is an object of schemas");
  const LocationId holder = index_.child(work.at, work.keyword, work.value);
  for (const auto member : members) {
    const Work inner{work.id, holder, member.key, member.value};
    auto to = subschema(inner, index_.child(holder, member.key, member.value), member.value);
    if (!to) return tl::make_unexpected(to.error());
    auto compiled = Pattern::compile(member.key);
    if (!compiled) return wrong(inner, "the pattern cannot be used: " + compiled.error().message);
    objects(work.id).patterns.push_back({std::move(*compiled), *to});
  }
  return {};
}

Result<std::vector<std::string_view>> Compiler::nameList(const Work& work, Value value) {
  dom::array items;
  std::vector<std::string_view> names;
  if (value.get(items) != simdjson::SUCCESS) return wrong(work, "a list of member names is expected");
  for (const auto item : items) {
    std::string_view name;
    if (item.get(name) != simdjson::SUCCESS) return wrong(work, "a list of member names is expected");
    names.push_back(name);
  }
  return names;
}

Result<void> Compiler::required(const Work& work) {
  auto names = nameList(work, work.value);
  if (!names) return tl::make_unexpected(names.error());
  ObjectRules& rules = objects(work.id);
  std::vector<bool> seen;
  for (const std::string_view name : *names) {
    const std::uint32_t number = rules.properties.add(name);
    rules.propertyNodes.resize(rules.properties.names().size(), kNoNode);
    seen.resize(rules.properties.names().size());
    if (seen[number]) return wrong(work, "\"" + std::string(name.substr(0, 80)) + "\" is listed twice");
    seen[number] = true;
    rules.required.push_back(number);
  }
  return {};
}

Result<void> Compiler::dependentRequired(const Work& work) {
  dom::object members;
  if (work.value.get(members) != simdjson::SUCCESS) return wrong(work, "\"dependentRequired\" is an object of name lists");
  for (const auto member : members) {
    auto names = nameList(work, member.value);
    if (!names) return tl::make_unexpected(names.error());
    objects(work.id).dependentNames.push_back({member.key, std::move(*names)});
  }
  return {};
}

Result<void> Compiler::dependentSchemas(const Work& work) {
  dom::object members;
  if (work.value.get(members) != simdjson::SUCCESS) return wrong(work, "\"dependentSchemas\" is an object of schemas");
  const LocationId holder = index_.child(work.at, work.keyword, work.value);
  for (const auto member : members) {
    auto to =
        subschema({work.id, holder, member.key, member.value}, index_.child(holder, member.key, member.value), member.value);
    if (!to) return tl::make_unexpected(to.error());
    objects(work.id).dependentNodes.push_back({member.key, *to});
  }
  return {};
}

// Not of 2020-12 any more, but its metaschema still describes it and old schemas rely on it.
Result<void> Compiler::dependencies(const Work& work) {
  dom::object members;
  if (work.value.get(members) != simdjson::SUCCESS) return wrong(work, "\"dependencies\" is an object");
  const LocationId holder = index_.child(work.at, work.keyword, work.value);
  for (const auto member : members) {
    const Work inner{work.id, holder, member.key, member.value};
    if (member.value.is_array()) {
      auto names = nameList(inner, member.value);
      if (!names) return tl::make_unexpected(names.error());
      objects(work.id).dependentNames.push_back({member.key, std::move(*names)});
      continue;
    }
    auto to = subschema(inner, index_.child(holder, member.key, member.value), member.value);
    if (!to) return tl::make_unexpected(to.error());
    objects(work.id).dependentNodes.push_back({member.key, *to});
  }
  return {};
}

}  // namespace certus::gateway::schema
