// Shorthand for the configuration tests: read a text as if it stood in /etc/certus/gateway.yaml.
#pragma once

#include <string>

#include "config/gateway/reader.h"

namespace certus::config {

inline Reading readText(const std::string& yaml,
                        const Environment& environment = {{"HOME", "/home/alice"}, {"USER", "alice"}}) {
  return readGateway(yaml, "/etc/certus/gateway.yaml", environment);
}

inline std::string problemsOf(const std::string& yaml) { return readText(yaml).text(); }

}  // namespace certus::config
