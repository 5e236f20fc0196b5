// `certus-gateway plan`: who gains or loses what by a new folder of policy.
#include <iostream>

#include "gateway/app/commands.h"
#include "gateway/app/offline.h"
#include "policy/set/set_plan.h"

namespace certus::app {

int plan(const CommandLine& line) {
  Offline offline(line);
  const std::string old = line.old.empty() ? offline.policyFolder() : line.old;
  if (old.empty()) {
    if (offline.configuration() != nullptr)
      std::cerr << offline.configuration()->file << " names no policy to compare with; name one with --old DIR\n";
    return kCannotSay;
  }
  const auto after = offline.policyOf(line.folder);
  // The one in force may speak of a tool that a module withdrew since.
  const auto before = after ? offline.policyOf(old, rules::Unmatched::AreWarnings) : nullptr;
  if (!before) return kCannotSay;
  const policy::SetPlan changes = policy::planOf(*before, *after);
  std::cout << (line.form == Form::Json ? changes.json() : changes.text());
  return line.exitCode && changes.changesAnything() ? kNo : kYes;
}

}  // namespace certus::app
