// `certus-trust rotate-log-key` and `rotate-ca`: a rotation, and what the operator does next.
#pragma once

#include <span>
#include <string>

#include "services/trust/state/rotation.h"

namespace certus::trust_service {

// Ends with 0 when it rotated, 1 when it could not, 2 when the words are wrong.
int runRotateCommand(const char* name, Result<Rotated> (*rotate)(const std::string&, std::int64_t),
                     std::span<const std::string> words);

}  // namespace certus::trust_service
