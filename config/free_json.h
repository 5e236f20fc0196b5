// A section whose keys are not ours (a module's settings) as JSON. Typed as YAML 1.2's core schema, minus its traps;
// secrets are refused here too.
#pragma once

#include <string>

#include "config/node.h"
#include "config/problems.h"

namespace certus::config {

std::string freeJson(const Node& node, const std::string& path, Problems& problems);

}  // namespace certus::config
