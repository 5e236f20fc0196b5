// What policy granted one call, for the runner that holds the call to it. Made by the tool stages, borrowed by Invocation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/call/principal.h"
#include "policy/set/policy_set.h"

namespace certus::gateway {

struct Grant {
  PrincipalRef principal;
  std::shared_ptr<const policy::PolicySet> policy;  // of the generation that decided; what follows points into it
  const limits::ItemLimits* limits = nullptr;       // null: nothing limits this call
  std::optional<std::uint32_t> item;                // in the policy's catalogue; unset: nothing that rules are about
  const rules::Rule* confirm = nullptr;             // null: nobody has to be asked first
  std::string_view clientAddress;                   // behind trusted proxies; "" over stdio. Lives as long as the request
  std::string_view tool;                            // as the caller named it
  std::string argumentsDigest;                      // SHA-256 of the canonical value; only where `confirm` is set
};

}  // namespace certus::gateway
