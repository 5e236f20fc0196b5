// What no single key can say: defaults taken from the environment, paths made absolute, rules between keys.
#pragma once

#include "config/environment.h"
#include "config/gateway/gateway_config.h"
#include "config/problems.h"

namespace certus::config {

void complete(Gateway& gateway, const Environment& environment, Problems& problems);

// $XDG_STATE_HOME/certus, else $HOME/.local/state/certus; "" when the environment names no home.
std::string defaultStateDirectory(const Environment& environment);
std::string defaultIdentity(const Environment& environment);  // user@host

}  // namespace certus::config
