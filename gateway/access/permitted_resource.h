// Which resource or template serves a URI, and whether a caller may know of it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gateway/tools/route.h"
#include "policy/rules/policy.h"

namespace certus::gateway {

// Several items may cover one URI, and a module may see it otherwise than the route does. So deny wins among all of them:
// what is denied to a caller is not had through another item that covers it too.
struct PermittedResource {
  const ResourceEntry* serves = nullptr;  // Route::findResource; null: there is none
  const ResourceEntry* hides = nullptr;   // why this caller is told of none: `serves` itself, or another that a rule denies

  bool known() const { return serves != nullptr && hides == nullptr; }
};

// `caller` null: open local mode, where nothing is hidden.
PermittedResource findPermitted(const Route& route, const rules::Standing* caller, std::string_view uri);

// The items of resources that are shown themselves, but for the deny of a template that covers them: not to be listed.
std::vector<std::uint32_t> coveredByDenied(const Route& route, const rules::Standing& caller);

}  // namespace certus::gateway
