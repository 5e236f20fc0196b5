#include "gateway/access/access.h"

#include <algorithm>
#include <atomic>

#include "policy/rules/glob.h"

namespace certus::gateway {
namespace {

// A credential that comes again costs one lookup. Beyond this many at once, they are worked out anew.
constexpr std::size_t kMostCallers = 2'048;

// Of a generation, divided among its io threads; with the 16 MiB of known tokens they stay under 64.
constexpr std::size_t kRowBytes = 16u << 20, kListBytes = 24u << 20;

std::atomic<std::uint64_t> lastSerial{0};

}  // namespace

Access::Access(Parts parts) : parts_(std::move(parts)), serial_(++lastSerial), limits_(parts_.items) {
  const rules::Catalogue& items = rules().catalogue();
  for (std::size_t item = 0; item < items.size(); ++item) {
    const limits::ItemLimits* limits = policy::limitsOf(*parts_.policy, items[item]);
    if (limits != nullptr && !limits->rules.empty()) limits_[item] = limits;
  }
  for (std::size_t thread = 0; thread < parts_.threads; ++thread)
    desks_.push_back(std::make_unique<Desk>(parts_.policy->rules, kRowBytes / parts_.threads, kListBytes / parts_.threads));
}

std::vector<std::string> Access::scopesFor(std::uint32_t item) const {
  std::vector<std::string> out = parts_.resource.scopes;
  const rules::CatalogueItem& asked = rules().catalogue()[item];
  for (const identity::ToolScope& one : parts_.resource.toolScopes) {
    const bool meant = std::any_of(one.tools.begin(), one.tools.end(), [&](const std::string& glob) {
      return rules::globMatches(glob, asked.service, asked.name);
    });
    if (meant && std::find(out.begin(), out.end(), one.scope) == out.end()) out.push_back(one.scope);
  }
  return out;
}

std::string Access::scopeChallenge(Challenge kind, std::uint32_t item, const Principal& principal) const {
  if (kind == Challenge::None) return {};
  const std::vector<std::string> needed = scopesFor(item);
  const identity::ResourceServer* server = kind == Challenge::OAuth ? resource() : nullptr;
  const auto held = [&](const std::string& scope) {
    return std::binary_search(principal.scopes.begin(), principal.scopes.end(), scope);
  };
  if (server != nullptr && std::all_of(needed.begin(), needed.end(), held)) return {};
  return "WWW-Authenticate: " + identity::challengeScope(server, needed) + "\r\n";
}

// As rules and limits have it.
std::string_view Access::tenantOf(const Principal& principal) const {
  const rules::People& people = rules().people();
  const rules::Subject* subject = principal.tenant.empty() ? people.subject(principal.subject) : nullptr;
  return subject != nullptr && subject->tenant ? std::string_view(people.tenants()[*subject->tenant]) : principal.tenant;
}

CallerRef Access::makeCaller(Desk& desk, const PrincipalRef& principal) const {
  rules::Caller caller;
  caller.subject = principal->subject;
  caller.tenant = principal->tenant;
  caller.groups = principal->groups;
  caller.allowedTools = principal->allowedTools ? &*principal->allowedTools : nullptr;
  return std::make_shared<const Caller>(Caller{principal, desk.rows.standing(caller), tenantOf(*principal)});
}

CallerRef Access::caller(unsigned thread, const PrincipalRef& principal) const {
  Desk& desk = *desks_[thread];
  if (const auto known = desk.callers.find(principal.get()); known != desk.callers.end()) return known->second;
  CallerRef made = makeCaller(desk, principal);
  if (desk.callers.size() >= kMostCallers) desk.callers.clear();
  desk.callers.emplace(principal.get(), made);
  return made;
}

}  // namespace certus::gateway
