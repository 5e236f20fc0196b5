// Where the keys of a configuration's issuers come from: the process's ring, or for a command that serves nobody their
// files.
#pragma once

#include "gateway/app/identity_files.h"
#include "gateway/keys/key_ring.h"
#include "observability/log.h"

namespace certus::app {

KeysOf keysOfRing(gateway::KeyRing& ring);  // borrowed

// Files are read; a jwks_url is checked for its form and its CA file, and nobody is asked. `asked`, borrowed, hears when its
// keys would be fetched; without it there are none.
KeysOf keysWithoutFetching(identity::KeyFetcher* asked = nullptr);

// One line a fetch, a warning where it failed or a key cannot be used. `log` is borrowed.
gateway::KeyRing::Told keyFetchLog(observability::Log& log);

}  // namespace certus::app
