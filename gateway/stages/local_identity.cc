#include "gateway/stages/local_identity.h"

namespace certus::gateway {

std::optional<Refusal> assignLocalIdentity(HeadCall& call) {
  call.principal = &call.policy->local;
  return std::nullopt;
}

}  // namespace certus::gateway
