// What the commands that ask no running gateway work on: configuration, tools, policy. Each is read when it is needed, so
// that a command with --policy and --catalog needs no configuration. What is wrong is printed on standard error.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "config/gateway/reader.h"
#include "gateway/app/command_line.h"
#include "policy/set/policy_set.h"

namespace certus::app {

class Offline {
 public:
  explicit Offline(const CommandLine& line) : line_(line) {}

  // Null: there is none, or it has problems.
  const config::Gateway* configuration();

  // Of --catalog, else of the configuration's modules.
  const rules::Catalogue* catalogue();

  // --policy, else what the configuration names; empty: neither does.
  std::string policyFolder();

  // Null: it has problems, or there is none.
  std::shared_ptr<const policy::PolicySet> policy();
  std::shared_ptr<const policy::PolicySet> policyOf(const std::string& folder,
                                                    rules::Unmatched unmatched = rules::Unmatched::AreErrors);

 private:
  const CommandLine& line_;
  bool configurationRead_ = false, catalogueRead_ = false;
  std::optional<config::Gateway> configuration_;
  std::optional<rules::Catalogue> catalogue_;
};

// A caller as rules see it, borrowed from the words.
rules::Caller callerOf(const CallerWords& words);

Result<rules::Catalogue> readCatalogueFile(const std::string& path);

// `check` where no configuration was found, in the form that was asked for.
int checkNothing(const std::string& why, const CommandLine& line);

inline constexpr int kYes = 0, kNo = 1, kCannotSay = 2;  // exit codes

}  // namespace certus::app
