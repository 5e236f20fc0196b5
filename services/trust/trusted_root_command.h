// `certus-trust trusted-root`: the root with which others verify what this installation signs.
#pragma once

#include <span>
#include <string>

#include "base/error.h"

namespace certus::trust_service {

// Of the installation in `stateDirectory` (empty: the default place), which must be there: none is made for it.
Result<std::string> trustedRootText(const std::string& stateDirectory);

int runTrustedRootCommand(std::span<const std::string> words);

}  // namespace certus::trust_service
