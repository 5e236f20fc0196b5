// What a refused credential is refused for, and what mends it: for operators only, who see it in `whoami`.
#pragma once

#include "policy/identity/failure.h"

namespace certus::app {

const char* reasonFor(identity::Failure failure);

}  // namespace certus::app
