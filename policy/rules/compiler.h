// Sources and a catalogue in, a Policy or everything that is wrong out. What compiles does what it says: no rule in it is
// dead, no name in it is unknown.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/rules/catalogue.h"
#include "policy/rules/finding.h"
#include "policy/rules/policy.h"
#include "policy/rules/source.h"

namespace certus::rules {

struct Compilation {
  std::shared_ptr<const Policy> policy;  // null when there is an error
  std::vector<Finding> errors;           // in file order
  std::vector<Finding> warnings;

  std::string text() const { return textOf(errors) + textOf(warnings); }
};

// What a rule means that is about a tool that is not there, about an argument that its tool does not take, or that for want
// of its tools says nothing new: a typo in a policy that is read anew; or, under a policy in force whose tools change, a
// tool that its module withdrew or made another. Such a rule does not open anything: an allow on what never comes never
// holds.
enum class Unmatched : std::uint8_t { AreErrors, AreWarnings };

Compilation compile(const std::vector<Source>& sources, Catalogue catalogue, Unmatched unmatched = Unmatched::AreErrors);

// The whole way from a folder, for commands and reload.
Compilation compileFolder(const std::string& folder, Catalogue catalogue);

}  // namespace certus::rules
