#include "gateway/transport/decided_anew.h"

#include <chrono>

#include <simdjson.h>

#include "gateway/access/permitted_resource.h"
#include "gateway/stages/policy.h"
#include "gateway/tools/snapshot.h"

namespace certus::gateway {
namespace {

constexpr const char* kCallAgain = "The policy has changed while the question was open, so nothing was done. Call again.";

// What serves the call now, as far as the caller may know it.
std::optional<std::uint32_t> itemNow(const CallRun& run, const Snapshot& now, const Caller& caller, const Grant& grant) {
  if (run.invocation().kind == Invocation::Kind::Resource) {
    const Route* route = now.catalog->route(run.around().context.route->path());
    if (route == nullptr) return std::nullopt;
    const PermittedResource found = findPermitted(*route, &caller.standing, run.invocation().name);
    return found.known() ? std::optional(found.serves->item) : std::nullopt;
  }
  const rules::CatalogueItem& asked = grant.policy->rules->catalogue()[*grant.item];
  return now.access->rules().item(asked.kind, asked.fullName());
}

std::optional<std::string> decideNow(const CallRun& run, const Snapshot& now, const Grant& grant, const PrincipalRef& who) {
  const Access& access = *now.access;
  const CallerRef caller = access.caller(run.around().worker.thread().index(), who);
  const auto item = itemNow(run, now, *caller, grant);
  simdjson::dom::parser parser;
  simdjson::dom::element arguments;
  if (!item || parser.parse(simdjson::padded_string(run.invocation().arguments)).get(arguments)) return kCallAgain;
  const rules::Rule* confirm = nullptr;
  if (auto refusal = decideByPolicy({access, *caller, *item, grant.tool, arguments, true}, confirm)) return refusal->message;
  const bool sameQuestion = confirm == nullptr || (grant.confirm != nullptr && grant.confirm->digest == confirm->digest);
  return sameQuestion ? std::nullopt : std::optional<std::string>(kCallAgain);
}

}  // namespace

std::optional<std::string> refusedSince(const CallRun& run) {
  const Grant* grant = run.invocation().grant;
  const SnapshotRef now = run.around().worker.snapshot();
  if (grant == nullptr || !now->access) return std::nullopt;
  const auto who = now->access->authenticator().renewed(grant->principal, std::chrono::system_clock::now());
  if (!who) return "Your credential has expired or was revoked while the question was open, so nothing was done.";
  if (!grant->item || (now->access->policy() == grant->policy && *who == grant->principal)) return std::nullopt;
  return decideNow(run, *now, *grant, *who);
}

}  // namespace certus::gateway
