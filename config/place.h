// Where something was said: a line of the file, or the environment variable that overrode it.
#pragma once

#include <string>

namespace certus::config {

struct Place {
  int line = 0, column = 0;  // from 1; 0: nowhere, it is a default
  std::string variable;
};

}  // namespace certus::config
