// Where every subschema lies: documents, resources ($id), anchors, JSON Pointers. Resolves references without opening
// anything but the documents it was given. Says nothing of what a keyword means.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <simdjson.h>

#include "base/error.h"
#include "gateway/schema/schema.h"

namespace certus::gateway::schema {

using LocationId = std::uint32_t;
using ResourceId = std::uint32_t;

using Vocabularies = std::uint8_t;  // bits
inline constexpr Vocabularies kCoreVocabulary = 1, kApplicatorVocabulary = 2, kUnevaluatedVocabulary = 4,
                              kValidationVocabulary = 8;
inline constexpr Vocabularies kStandardVocabularies =
    kCoreVocabulary | kApplicatorVocabulary | kUnevaluatedVocabulary | kValidationVocabulary;

struct Resource {
  std::string uri;
  LocationId root = 0;
  Vocabularies vocabularies = 0;
  std::unordered_map<std::string, LocationId> anchors, dynamicAnchors;
};

struct Location {
  simdjson::dom::element element;
  LocationId parent = 0;
  std::string token;  // within the parent
  ResourceId resource = 0;
  bool isDocument = false, scanned = false;
};

struct Target {
  LocationId location = 0;
  std::string dynamicAnchor;  // the fragment, when it names a $dynamicAnchor
};

using Documents = std::vector<std::unique_ptr<simdjson::dom::document>>;

class SchemaIndex {
 public:
  SchemaIndex(const std::map<std::string, std::string>& sources, const SchemaLimits& limits)
      : sources_(sources), limits_(limits) {}

  Result<LocationId> addDocument(const std::string& uri, std::string_view text);
  Result<Target> resolve(LocationId from, std::string_view reference);
  LocationId child(LocationId parent, std::string_view token, simdjson::dom::element element);

  const Location& at(LocationId id) const { return locations_[id]; }
  const Resource& resource(ResourceId id) const { return resources_[id]; }
  ResourceId resourceCount() const { return static_cast<ResourceId>(resources_.size()); }
  // "#/properties/limit", with the document's URI in front when it is not the first one.
  std::string describe(LocationId id) const;
  tl::unexpected<Error> failAt(LocationId id, std::string_view keyword, const std::string& what) const;
  Documents releaseDocuments() { return std::move(documents_); }

 private:
  Result<simdjson::dom::element> parse(const std::string& uri, std::string_view text);
  Result<void> scan(LocationId id);
  Result<void> scanIdentity(LocationId id, simdjson::dom::object schema);
  Result<void> openResource(LocationId id, std::string_view uri);
  Result<void> readDialect(LocationId id, simdjson::dom::object schema);
  Result<void> addAnchor(LocationId id, simdjson::dom::object schema, std::string_view keyword);
  Result<void> scanMember(LocationId id, std::string_view keyword, simdjson::dom::element value);
  Result<void> scanNamed(LocationId id, std::string_view keyword, simdjson::dom::element value);
  Result<void> scanListed(LocationId id, std::string_view keyword, simdjson::dom::element value);
  Result<Vocabularies> vocabulariesOf(LocationId id, const std::string& dialect);
  Result<Vocabularies> declaredVocabularies(LocationId id, const std::string& dialect, simdjson::dom::element metaschema);
  Result<ResourceId> resourceNamed(LocationId from, const std::string& uri, std::string_view reference);
  Result<Target> anchorTarget(LocationId from, ResourceId in, const std::string& name, std::string_view reference) const;
  Result<Target> pointerTarget(LocationId from, ResourceId in, const std::string& pointer, std::string_view reference);
  std::string pointerTo(LocationId id) const;

  const std::map<std::string, std::string>& sources_;
  const SchemaLimits& limits_;
  Documents documents_;
  std::deque<Resource> resources_;
  std::deque<Location> locations_;
  std::map<std::pair<LocationId, std::string>, LocationId> children_;
  std::unordered_map<std::string, ResourceId> resourcesByUri_;
  std::size_t scanned_ = 0;
};

}  // namespace certus::gateway::schema
