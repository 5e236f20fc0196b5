// CERTUS_GATEWAY__SECTION__KEY: a scalar of the configuration said by the environment. Written into the tree before it is
// read, so types, bounds and messages are the same as for the file.
#pragma once

#include <map>
#include <string>

#include "config/node.h"
#include "config/problems.h"
#include "config/shape.h"

namespace certus::config {

using Environment = std::map<std::string, std::string>;

Environment processEnvironment();

void applyEnvironment(const Environment& environment, const Shape& shape, Node& root, Problems& problems);

}  // namespace certus::config
