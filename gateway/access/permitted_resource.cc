#include "gateway/access/permitted_resource.h"

#include <algorithm>

#include "base/encoding.h"

namespace certus::gateway {
namespace {

using Entries = std::vector<const ResourceEntry*>;

Entries deniedTo(const rules::Standing& caller, const Route& route) {
  Entries out;
  for (const ResourceEntry& entry : route.resources()) {
    if (caller.row->denies(entry.item)) out.push_back(&entry);
  }
  return out;
}

const ResourceEntry* covering(const Entries& entries, std::string_view uri) {
  if (entries.empty()) return nullptr;
  const std::string decoded = percentDecoded(uri);
  const auto covers = [&](const ResourceEntry* entry) { return entry->covers(uri, decoded); };
  const auto found = std::find_if(entries.begin(), entries.end(), covers);
  return found == entries.end() ? nullptr : *found;
}

}  // namespace

PermittedResource findPermitted(const Route& route, const rules::Standing* caller, std::string_view uri) {
  PermittedResource found{route.findResource(uri), nullptr};
  if (found.serves == nullptr || caller == nullptr) return found;
  found.hides = caller->shows(found.serves->item) ? covering(deniedTo(*caller, route), uri) : found.serves;
  return found;
}

std::vector<std::uint32_t> coveredByDenied(const Route& route, const rules::Standing& caller) {
  std::vector<std::uint32_t> out;
  const Entries denied = deniedTo(caller, route);
  for (const ResourceEntry& entry : route.resources()) {
    if (!entry.pattern && caller.shows(entry.item) && covering(denied, entry.uri) != nullptr) out.push_back(entry.item);
  }
  return out;
}

}  // namespace certus::gateway
