#include "gateway/schema/schema_index.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "gateway/schema/metaschemas.h"
#include "gateway/schema/uri.h"

namespace certus::gateway::schema {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxSchemaDepth = 256;  // nesting of the schema's own JSON

// Keywords that hold subschemas: only there do $id and anchors count.
constexpr std::array<std::string_view, 12> kHoldsOne = {"not",
                                                        "if",
                                                        "then",
                                                        "else",
                                                        "items",
                                                        "contains",
                                                        "additionalProperties",
                                                        "propertyNames",
                                                        "unevaluatedItems",
                                                        "unevaluatedProperties",
                                                        "contentSchema",
                                                        "additionalItems"};
constexpr std::array<std::string_view, 4> kHoldsList = {"allOf", "anyOf", "oneOf", "prefixItems"};
constexpr std::array<std::string_view, 6> kHoldsNamed = {"properties", "patternProperties", "dependentSchemas",
                                                         "$defs",      "definitions",       "dependencies"};

// Vocabularies; format-assertion is not among them: a format is an annotation here.
constexpr std::array<std::string_view, 7> kUnderstood = {
    "core", "applicator", "unevaluated", "validation", "format-annotation", "content", "meta-data"};

template <std::size_t N>
bool isIn(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool isAnchorName(std::string_view name) {
  if (name.empty() || name[0] == '-' || name[0] == '.' || (name[0] >= '0' && name[0] <= '9')) return false;
  return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._") == name.npos;
}

std::string_view firstDuplicate(dom::object members) {
  std::unordered_set<std::string_view> names;
  for (const auto member : members) {
    if (!names.insert(member.key).second) return member.key;
  }
  return {};
}

std::string shortened(std::string_view text) {
  return text.size() <= 200 ? std::string(text) : std::string(text.substr(0, 200)) + "...";
}

}  // namespace

tl::unexpected<Error> SchemaIndex::failAt(LocationId id, std::string_view keyword, const std::string& what) const {
  std::string place = describe(id);
  if (!keyword.empty()) place += "/" + escapedToken(keyword);
  return fail(ErrorCode::InvalidArgument, "schema at " + shortened(place) + ": " + what);
}

std::string SchemaIndex::pointerTo(LocationId id) const {
  std::vector<std::string_view> tokens;
  while (!locations_[id].isDocument) {
    tokens.push_back(locations_[id].token);
    id = locations_[id].parent;
  }
  std::string pointer = "#";
  for (auto token = tokens.rbegin(); token != tokens.rend(); ++token) pointer += "/" + escapedToken(*token);
  return pointer;
}

std::string SchemaIndex::describe(LocationId id) const {
  LocationId root = id;
  while (!locations_[root].isDocument) root = locations_[root].parent;
  return root == 0 ? pointerTo(id) : resources_[locations_[root].resource].uri + pointerTo(id);
}

LocationId SchemaIndex::child(LocationId parent, std::string_view token, dom::element element) {
  const auto [entry, isNew] =
      children_.try_emplace({parent, std::string(token)}, static_cast<LocationId>(locations_.size()));
  if (isNew) {
    Location location;
    location.element = element;
    location.parent = parent;
    location.token = std::string(token);
    location.resource = locations_[parent].resource;
    locations_.push_back(std::move(location));
  }
  return entry->second;
}

Result<dom::element> SchemaIndex::parse(const std::string& uri, std::string_view text) {
  const std::string name = uri.empty() ? "schema" : "schema document " + shortened(uri);
  if (text.size() > limits_.maxSchemaBytes) {
    return fail(ErrorCode::ResourceExhausted, name + " has " + std::to_string(text.size()) + " bytes; at most " +
                                                  std::to_string(limits_.maxSchemaBytes) + " are read");
  }
  dom::parser parser;
  if (parser.allocate(std::max<std::size_t>(text.size(), 64), kMaxSchemaDepth) != simdjson::SUCCESS) {
    return fail(ErrorCode::ResourceExhausted, name + ": out of memory");
  }
  documents_.push_back(std::make_unique<dom::document>());
  dom::element root;
  const auto error = parser.parse_into_document(*documents_.back(), text.data(), text.size()).get(root);
  if (error == simdjson::DEPTH_ERROR) {
    return fail(ErrorCode::ResourceExhausted,
                name + " is nested deeper than " + std::to_string(kMaxSchemaDepth) + " levels");
  }
  if (error != simdjson::SUCCESS) {
    return fail(ErrorCode::InvalidArgument, name + " is not JSON: " + simdjson::error_message(error));
  }
  return root;
}

Result<LocationId> SchemaIndex::addDocument(const std::string& uri, std::string_view text) {
  auto root = parse(uri, text);
  if (!root) return tl::make_unexpected(root.error());
  const auto id = static_cast<LocationId>(locations_.size());
  Location location;
  location.element = *root;
  location.isDocument = true;
  location.resource = static_cast<ResourceId>(resources_.size());
  locations_.push_back(std::move(location));
  resourcesByUri_.emplace(uri, static_cast<ResourceId>(resources_.size()));
  resources_.push_back(Resource{uri, id, kStandardVocabularies, {}, {}});
  if (auto scanned = scan(id); !scanned) return tl::make_unexpected(scanned.error());
  return id;
}

Result<void> SchemaIndex::scan(LocationId id) {
  if (locations_[id].scanned) return {};
  locations_[id].scanned = true;
  if (++scanned_ > limits_.maxSubschemas) {
    return failAt(id, {}, "the schema has more than " + std::to_string(limits_.maxSubschemas) + " subschemas");
  }
  const dom::element element = locations_[id].element;
  if (element.is_bool()) return {};
  dom::object schema;
  if (element.get(schema) != simdjson::SUCCESS) return failAt(id, {}, "a schema is an object, true or false");
  if (auto identity = scanIdentity(id, schema); !identity) return identity;
  if (const auto twice = firstDuplicate(schema); !twice.empty()) return failAt(id, twice, "this member occurs twice");
  for (const auto member : schema) {
    if (auto scanned = scanMember(id, member.key, member.value); !scanned) return scanned;
  }
  return {};
}

Result<void> SchemaIndex::scanIdentity(LocationId id, dom::object schema) {
  dom::element value;
  if (schema.at_key("$id").get(value) == simdjson::SUCCESS) {
    std::string_view uri;
    if (value.get(uri) != simdjson::SUCCESS) return failAt(id, "$id", "an $id is a URI reference in a string");
    if (auto opened = openResource(id, uri); !opened) return opened;
  }
  if (resources_[locations_[id].resource].root == id) {
    if (auto dialect = readDialect(id, schema); !dialect) return dialect;
  }
  if (auto anchor = addAnchor(id, schema, "$anchor"); !anchor) return anchor;
  return addAnchor(id, schema, "$dynamicAnchor");
}

Result<void> SchemaIndex::openResource(LocationId id, std::string_view uri) {
  const ResourceId outer = locations_[id].resource;
  const SplitUri absolute = splitFragment(resolveUri(resources_[outer].uri, uri));
  if (!absolute.fragment.empty()) return failAt(id, "$id", "an $id has no fragment; write \"$anchor\" for a name");
  const auto next = static_cast<ResourceId>(resources_.size());
  const ResourceId named = locations_[id].isDocument ? outer : next;
  const auto [entry, isNew] = resourcesByUri_.try_emplace(absolute.resource, named);
  if (!isNew && entry->second != named) {
    return failAt(id, "$id", "\"" + shortened(absolute.resource) + "\" already names another schema");
  }
  if (locations_[id].isDocument) {
    resources_[outer].uri = absolute.resource;
    return {};
  }
  resources_.push_back(Resource{absolute.resource, id, resources_[outer].vocabularies, {}, {}});
  locations_[id].resource = next;
  return {};
}

Result<void> SchemaIndex::readDialect(LocationId id, dom::object schema) {
  dom::element value;
  if (schema.at_key("$schema").get(value) != simdjson::SUCCESS) return {};
  std::string_view dialect;
  if (value.get(dialect) != simdjson::SUCCESS) return failAt(id, "$schema", "$schema is a URI in a string");
  auto vocabularies = vocabulariesOf(id, splitFragment(dialect).resource);
  if (!vocabularies) return tl::make_unexpected(vocabularies.error());
  resources_[locations_[id].resource].vocabularies = *vocabularies;
  return {};
}

Result<Vocabularies> SchemaIndex::vocabulariesOf(LocationId id, const std::string& dialect) {
  if (dialect == kDraft) return kStandardVocabularies;
  const auto source = sources_.find(dialect);
  if (source == sources_.end()) {
    return failAt(id, "$schema",
                  "\"" + shortened(dialect) + "\" is not understood; write \"" + std::string(kDraft) + "\" or leave it out");
  }
  auto metaschema = parse(dialect, source->second);
  if (!metaschema) return tl::make_unexpected(metaschema.error());
  return declaredVocabularies(id, dialect, *metaschema);
}

Result<Vocabularies> SchemaIndex::declaredVocabularies(LocationId id, const std::string& dialect, dom::element metaschema) {
  std::string_view itsDialect;
  if (metaschema["$schema"].get(itsDialect) == simdjson::SUCCESS && splitFragment(itsDialect).resource != kDraft) {
    return failAt(id, "$schema", "\"" + shortened(dialect) + "\" is not a 2020-12 metaschema");
  }
  dom::object declared;
  if (metaschema["$vocabulary"].get(declared) != simdjson::SUCCESS) return kStandardVocabularies;
  Vocabularies found = kCoreVocabulary;
  for (const auto [name, required] : declared) {
    const std::string_view last = name.starts_with(kVocabularyPrefix) ? name.substr(kVocabularyPrefix.size()) : "";
    if (last == "applicator") found |= kApplicatorVocabulary;
    if (last == "unevaluated") found |= kUnevaluatedVocabulary;
    if (last == "validation") found |= kValidationVocabulary;
    if (!isIn(kUnderstood, last) && required.is_bool() && required.get_bool().value_unsafe()) {
      return failAt(id, "$schema", "its metaschema requires the unknown vocabulary \"" + shortened(name) + "\"");
    }
  }
  return found;
}

Result<void> SchemaIndex::addAnchor(LocationId id, dom::object schema, std::string_view keyword) {
  dom::element value;
  if (schema.at_key(keyword).get(value) != simdjson::SUCCESS) return {};
  std::string_view name;
  if (value.get(name) != simdjson::SUCCESS || !isAnchorName(name)) {
    return failAt(id, keyword, "an anchor is a name of letters, digits, '-', '_' and '.', starting with a letter or '_'");
  }
  Resource& resource = resources_[locations_[id].resource];
  auto& anchors = keyword == "$anchor" ? resource.anchors : resource.dynamicAnchors;
  const auto& others = keyword == "$anchor" ? resource.dynamicAnchors : resource.anchors;
  const auto other = others.find(std::string(name));
  const bool clashes = other != others.end() && other->second != id;
  if (clashes || !anchors.emplace(std::string(name), id).second) {
    return failAt(id, keyword, "the anchor \"" + shortened(name) + "\" is already taken in this schema");
  }
  return {};
}

Result<void> SchemaIndex::scanMember(LocationId id, std::string_view keyword, dom::element value) {
  if (isIn(kHoldsOne, keyword) && (value.is_object() || value.is_bool())) return scan(child(id, keyword, value));
  if (isIn(kHoldsList, keyword) && value.is_array()) return scanListed(id, keyword, value);
  if (isIn(kHoldsNamed, keyword) && value.is_object()) return scanNamed(id, keyword, value);
  return {};  // a wrong shape is reported where the keyword is compiled, with its rule
}

Result<void> SchemaIndex::scanNamed(LocationId id, std::string_view keyword, dom::element value) {
  const LocationId holder = child(id, keyword, value);
  const dom::object named = value.get_object().value_unsafe();
  if (const auto twice = firstDuplicate(named); !twice.empty()) return failAt(holder, twice, "this member occurs twice");
  for (const auto member : named) {
    if (!member.value.is_object() && !member.value.is_bool()) continue;
    if (auto scanned = scan(child(holder, member.key, member.value)); !scanned) return scanned;
  }
  return {};
}

Result<void> SchemaIndex::scanListed(LocationId id, std::string_view keyword, dom::element value) {
  const LocationId holder = child(id, keyword, value);
  std::size_t index = 0;
  for (const auto item : dom::array(value.get_array().value_unsafe())) {
    const std::string token = std::to_string(index++);
    if (!item.is_object() && !item.is_bool()) continue;
    if (auto scanned = scan(child(holder, token, item)); !scanned) return scanned;
  }
  return {};
}

}  // namespace certus::gateway::schema
