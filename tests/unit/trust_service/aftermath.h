// What was promised to callers, and whether a service over what a power cut left keeps it.
#pragma once

#include "bench.h"
#include "disk_replay.h"

namespace certus::trust_service {

struct Promise {
  std::uint64_t index = 0;
  std::string body;        // the leaf; empty when a verification was recorded
  std::string checkpoint;  // the signed note it came with
  std::string artifact;    // of a recorded verification
};

// The entry, index and checkpoint that an answer of /v1/sign or of POST /api/v1/log/entries promises.
Promise promisedBy(const Json& answer);

// Opens a service over a state directory; empty, or the first promise that is broken. Signs once more at the end: the log
// goes on. `salt` chooses which entries are verified down to their certificates.
std::string brokenPromiseIn(const std::string& state, const std::vector<Promise>& promises, unsigned salt);
// The same over a copy of `files`, which are paths below `root`.
std::string brokenPromise(const Files& files, const std::string& root, const std::vector<Promise>& promises, unsigned salt);

}  // namespace certus::trust_service
