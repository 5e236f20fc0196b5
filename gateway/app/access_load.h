// From a configuration to one generation of identity and policy: reads what the configuration names, compiles it against a
// catalogue, and says everything that is wrong at once. Keeps what outlives a generation.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/gateway/gateway_config.h"
#include "gateway/access/access.h"
#include "gateway/app/identity_files.h"
#include "gateway/app/withdrawals.h"
#include "gateway/tools/catalog.h"

namespace certus::app {

struct AccessLoad {
  std::shared_ptr<const gateway::Access> access;  // null: there are problems, or the configuration has no policy
  std::vector<std::string> problems, warnings;    // "file:line:col: path: message"
};

class AccessLoader {
 public:
  // `keysOf` keeps the keys of a URL over reloads.
  AccessLoader(const identity::FailureLimit& failures, unsigned threads, KeysOf keysOf);

  AccessLoad load(const config::Gateway& config, const gateway::Catalog& catalog);
  // What is in force, for another catalogue. Reads no file: what stands on disk by now may be half of something.
  AccessLoad recompile(const config::Gateway& config, const gateway::Access& inForce, const gateway::Catalog& catalog) const;

  // For a set that was refused: `inForce`, less what the identity files of its own configuration take away. `access` is null
  // if that is nothing.
  struct Less {
    std::shared_ptr<const gateway::Access> access;
    std::vector<std::string> texts;  // see Withdrawals
  };
  Less withdraw(const config::Gateway& inForceConfig, const gateway::Access& inForce) const;

 private:
  // The API keys as they were written.
  identity::ApiKeyFile loadIdentity(const config::Gateway& config, gateway::Access::Parts& parts, AccessLoad& out);
  void readPolicy(const config::Gateway& config, gateway::Access::Parts& parts, AccessLoad& out) const;
  void compilePolicy(const gateway::Catalog& catalog, rules::Unmatched unmatched, gateway::Access::Parts& parts,
                     AccessLoad& out) const;
  void finish(const config::Gateway& config, const gateway::Catalog& catalog, rules::Unmatched unmatched,
              gateway::Access::Parts parts, AccessLoad& out) const;

  std::shared_ptr<identity::FailureLimiter> failures_;  // of the process
  limits::HashSecret secret_;
  unsigned threads_;
  KeysOf keysOf_;
};

// Every file that a generation is made from, as absolute paths: the configuration itself, policy is a folder.
std::vector<std::string> filesOf(const config::Gateway& config);

}  // namespace certus::app
