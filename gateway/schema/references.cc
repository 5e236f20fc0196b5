// SchemaIndex::resolve: from the text of a $ref to the place it names.
#include <array>
#include <charconv>

#include "gateway/schema/metaschemas.h"
#include "gateway/schema/schema_index.h"
#include "gateway/schema/uri.h"

namespace certus::gateway::schema {
namespace {

namespace dom = simdjson::dom;

std::string inQuotes(std::string_view text) {
  return "\"" + std::string(text.substr(0, 200)) + (text.size() > 200 ? "...\"" : "\"");
}

bool step(dom::element from, const std::string& token, dom::element& to) {
  if (from.is_object()) return from.get_object().value_unsafe().at_key(token).get(to) == simdjson::SUCCESS;
  std::size_t index = 0;
  const auto read = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool isIndex =
      read.ec == std::errc{} && read.ptr == token.data() + token.size() && (token == "0" || token[0] != '0');
  return from.is_array() && isIndex && from.get_array().value_unsafe().at(index).get(to) == simdjson::SUCCESS;
}

}  // namespace

Result<Target> SchemaIndex::resolve(LocationId from, std::string_view reference) {
  const SplitUri uri = splitFragment(resolveUri(resources_[locations_[from].resource].uri, reference));
  auto resource = resourceNamed(from, uri.resource, reference);
  if (!resource) return tl::make_unexpected(resource.error());
  if (uri.fragment.empty()) return Target{resources_[*resource].root, {}};
  if (uri.fragment.front() == '/') return pointerTarget(from, *resource, uri.fragment, reference);
  return anchorTarget(from, *resource, uri.fragment, reference);
}

Result<ResourceId> SchemaIndex::resourceNamed(LocationId from, const std::string& uri, std::string_view reference) {
  if (const auto known = resourcesByUri_.find(uri); known != resourcesByUri_.end()) return known->second;
  const auto source = sources_.find(uri);
  const std::string_view text = source != sources_.end() ? std::string_view(source->second) : metaschema(uri);
  if (text.empty()) {
    return failAt(from, {},
                  "the reference " + inQuotes(reference) +
                      " leads outside this schema and nothing is fetched; put the schema it means under \"$defs\"");
  }
  auto document = addDocument(uri, text);
  if (!document) return tl::make_unexpected(document.error());
  return locations_[*document].resource;
}

Result<Target> SchemaIndex::anchorTarget(LocationId from, ResourceId in, const std::string& name,
                                         std::string_view reference) const {
  const Resource& resource = resources_[in];
  if (const auto found = resource.dynamicAnchors.find(name); found != resource.dynamicAnchors.end()) {
    return Target{found->second, name};
  }
  if (const auto found = resource.anchors.find(name); found != resource.anchors.end()) return Target{found->second, {}};
  return failAt(from, {}, "the reference " + inQuotes(reference) + " names an anchor that does not exist");
}

Result<Target> SchemaIndex::pointerTarget(LocationId from, ResourceId in, const std::string& pointer,
                                          std::string_view reference) {
  const auto tokens = pointerTokens(pointer);
  if (!tokens) return failAt(from, {}, "the reference " + inQuotes(reference) + " is not a JSON Pointer");
  LocationId at = resources_[in].root;
  for (const std::string& token : *tokens) {
    dom::element next;
    if (!step(locations_[at].element, token, next)) {
      return failAt(from, {},
                    "the reference " + inQuotes(reference) + " names nothing: there is no " + inQuotes(token) + " in " +
                        inQuotes(describe(at)));
    }
    at = child(at, token, next);
  }
  if (auto scanned = scan(at); !scanned) return tl::make_unexpected(scanned.error());
  return Target{at, {}};
}

}  // namespace certus::gateway::schema
