// The module's `settings:` from the gateway's configuration.
#pragma once

#include <string>

#include "certus/json.h"

namespace certus::trust {

struct Settings {
  std::string service = "trust";  // the name under `services:` that is a Certus-Trust
};

// Throws std::invalid_argument that names the setting, the rule and the right form.
Settings readSettings(const Json& settings);

}  // namespace certus::trust
