// Something that is wrong with a set of policy files, with its place.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "config/problems.h"

namespace certus::rules {

struct Finding {
  std::string file;
  config::Problem problem;

  std::string text() const { return config::describe(problem, file); }  // "policy/10-ci.yaml:12:5: rules.ci: ..."
};

inline std::string textOf(std::span<const Finding> findings) {
  std::string out;
  for (const Finding& finding : findings) out += finding.text() + "\n";
  return out;
}

}  // namespace certus::rules
