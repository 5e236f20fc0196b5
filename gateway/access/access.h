// One generation of identity, rules and limits, joined with the catalogue that they were compiled against. Immutable but for
// caches that belong to one io thread each; part of a Snapshot, whose absence means open local mode.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/access/permitted_lists.h"
#include "gateway/call/principal.h"
#include "policy/identity/authenticator.h"
#include "policy/identity/resource_metadata.h"
#include "policy/identity/trusted_proxies.h"
#include "policy/rules/row_cache.h"
#include "policy/set/policy_set.h"

namespace certus::gateway {

// A caller as one generation sees it. Lives as long as that generation's Access.
struct Caller {
  PrincipalRef principal;
  rules::Standing standing;
  std::string_view tenant;  // the credential's; where it names none that of the policy's files; or ""

  bool sees(std::uint32_t item) const { return standing.shows(item); }
};
using CallerRef = std::shared_ptr<const Caller>;

// What a listener says to a credential that is too narrow. OAuth: with metadata, so that its holder may sign in for more.
enum class Challenge : std::uint8_t { None, Plain, OAuth };

class Access {
 public:
  struct Parts {
    std::shared_ptr<const identity::Authenticator> authenticator;
    identity::TrustedProxies proxies;
    identity::ResourceServer resource;                // publicUrl empty: no OAuth metadata
    std::shared_ptr<const rules::PolicyFiles> files;  // that `policy` was compiled from
    std::shared_ptr<const policy::PolicySet> policy;
    std::size_t items = 0;     // of the catalogue, whose numbers are the policy's
    std::size_t threads = 1;   // io threads
    std::size_t pageSize = 0;  // of lists; 0: everything on one page
  };
  explicit Access(Parts parts);

  std::uint64_t serial() const { return serial_; }  // of this process's; no two are equal
  const Parts& parts() const { return parts_; }
  const identity::Authenticator& authenticator() const { return *parts_.authenticator; }
  const identity::TrustedProxies& proxies() const { return parts_.proxies; }
  const identity::ResourceServer* resource() const { return parts_.resource.publicUrl.empty() ? nullptr : &parts_.resource; }
  // Header lines of a 403 for a credential that is too narrow for `item`: every scope that it takes. "" where a listener
  // with OAuth could name none that the token lacks: a client that signed in again would come back with the same.
  std::string scopeChallenge(Challenge kind, std::uint32_t item, const Principal& principal) const;
  const std::shared_ptr<const policy::PolicySet>& policy() const { return parts_.policy; }
  const rules::Policy& rules() const { return *parts_.policy->rules; }
  std::size_t pageSize() const { return parts_.pageSize; }
  const limits::ItemLimits* limitsOf(std::uint32_t item) const { return limits_[item]; }

  // On the io thread `thread` alone.
  CallerRef caller(unsigned thread, const PrincipalRef& principal) const;
  PermittedLists& lists(unsigned thread) const { return desks_[thread]->lists; }

 private:
  // What one io thread keeps under this generation.
  struct Desk {
    Desk(const std::shared_ptr<const rules::Policy>& policy, std::size_t rowBytes, std::size_t listBytes)
        : rows(policy, rowBytes), lists(listBytes) {}
    rules::RowCache rows;
    PermittedLists lists;
    std::unordered_map<const Principal*, CallerRef> callers;  // the value keeps its key alive
  };
  std::string_view tenantOf(const Principal& principal) const;
  std::vector<std::string> scopesFor(std::uint32_t item) const;
  CallerRef makeCaller(Desk& desk, const PrincipalRef& principal) const;

  Parts parts_;
  std::uint64_t serial_;
  std::vector<const limits::ItemLimits*> limits_;  // by item; null: no limit meets it
  mutable std::vector<std::unique_ptr<Desk>> desks_;
};

}  // namespace certus::gateway
