// What identity files take away, for when nothing else of the set that they belong to may come into force: a fault in a
// policy must not keep a stolen credential good. Gives nobody anything.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/app/identity_files.h"

namespace certus::app {

struct Withdrawals {
  std::shared_ptr<const identity::Authenticator> authenticator;  // null: nothing is taken away
  std::vector<std::string> texts;                                // what is, one phrase each: "revocations"
};

// From what is in force: API keys that are gone, another's or end earlier, and every revocation of either. The key sets of
// issuers become those of the files: who signs is their word, as with a URL. A file with problems takes nothing away.
Withdrawals withdrawalsOf(const identity::Authenticator& inForce, const IdentityFiles& files);

}  // namespace certus::app
