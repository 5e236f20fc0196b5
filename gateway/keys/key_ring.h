// The keys of every issuer that the configuration names: one KeyCache an issuer, kept over reloads, and all that happens
// when its keys are fetched. One a process. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "gateway/keys/jwks_fetcher.h"
#include "gateway/keys/key_arrival.h"
#include "policy/identity/issuer.h"
#include "policy/identity/key_cache.h"

namespace certus::gateway {

// One fetch that has ended, for the log.
struct KeyFetch {
  std::string issuer;  // its name in the configuration
  std::string url;
  FetchResult result = FetchResult::Ok;
  std::string text;                   // why not; empty with Ok
  std::vector<std::string> warnings;  // with Ok: keys of the document that cannot be used
  Milliseconds took{0};
};

struct KeyFigures {
  std::string issuer;
  std::array<std::uint64_t, kFetchResults> fetches{};  // by FetchResult
};

// Of an issuer with a jwks_file; nothing is fetched for it, ever. An error names file and key of the configuration.
Result<std::shared_ptr<identity::KeyCache>> keysFromFile(const identity::Issuer& issuer);

// The same for a command that serves nobody: a jwks_url is checked as far as that goes without asking. `asked` (borrowed,
// may be null) hears when its keys are wanted.
Result<std::shared_ptr<identity::KeyCache>> keysWithoutFetching(const identity::Issuer& issuer, identity::KeyFetcher* asked);

class KeyRing {
 public:
  using Told = std::function<void(const KeyFetch&)>;  // on the fetcher's thread, after the cache has the keys

  // `threads` are those whose requests wait; they outlive it. Destroyed before the io threads, and not on one of them.
  explicit KeyRing(http::IoThreads& threads, Told told = {}, JwksFetcher::Limits limits = {});
  ~KeyRing();

  // jwks_url: the cache of an earlier generation where URL, CA file and times are the same, else a new one. jwks_file: read
  // now, a new one each time, so that a reload which fails leaves the old keys. Contacts nobody.
  Result<std::shared_ptr<identity::KeyCache>> keysOf(const identity::Issuer& issuer);

  void warm();  // asks for all keys that are not there yet, so that the first request need not wait

  KeyArrival& arrival() { return arrival_; }
  std::vector<KeyFigures> figures() const;  // of issuers with a jwks_url, by name

 private:
  class Ring;
  class Kept;

  KeyArrival arrival_;
  std::shared_ptr<Ring> ring_;
};

}  // namespace certus::gateway
