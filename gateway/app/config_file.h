// Which configuration file is meant when none is named.
#pragma once

#include <string>

#include "base/error.h"
#include "config/environment.h"

namespace certus::app {

// `named` if it is not empty; else the first of the usual places that exists. The error lists them.
Result<std::string> findConfigFile(const std::string& named, const config::Environment& environment);

std::string executablePath();  // absolute, of this process

}  // namespace certus::app
