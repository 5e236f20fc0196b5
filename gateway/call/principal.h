// Who calls. A session, a handle and a sealed state are bound to `key`; everything else a call knows of its caller is here.
#pragma once

#include <memory>

#include "policy/identity/principal.h"

namespace certus::gateway {

using identity::Principal;
using PrincipalRef = std::shared_ptr<const Principal>;  // never null where a call is

}  // namespace certus::gateway
