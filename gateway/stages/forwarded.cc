#include "gateway/stages/forwarded.h"

namespace certus::gateway {

std::optional<Refusal> refuseForwarded(HeadCall& call) {
  if (!call.open || !call.forwarded) return std::nullopt;
  return Refusal{Fault::Forbidden,
                 "This gateway runs in open local mode, where everybody on this machine is one identity, and this request was "
                 "passed on by a proxy (Forwarded, X-Forwarded-For or Via). Connect directly, or have the operator configure "
                 "`policy` and `identity`.",
                 {},
                 CallOutcome::Denied};
}

}  // namespace certus::gateway
