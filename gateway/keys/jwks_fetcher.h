// Fetches documents of keys over HTTP on a thread of its own. Knows no keys and no schedule: whoever asks decides when.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace certus::gateway {

enum class FetchResult : std::uint8_t {
  Ok,
  Refused,  // no connection
  Timeout,
  Tls,  // above all: a certificate that is not believed
  Broken,
  TooLarge,
  Redirect,
  Status,   // any other than 200
  NotKeys,  // an answer, but no usable key set
};
inline constexpr std::size_t kFetchResults = static_cast<std::size_t>(FetchResult::NotKeys) + 1;
std::string_view labelOf(FetchResult result);  // "not_keys": of the metric

struct JwksSource {
  std::string url;     // http:// or https://, with path and query
  std::string caFile;  // PEM, read at each fetch; empty: the system's roots
};

struct Fetched {
  FetchResult result = FetchResult::Ok;
  Result<std::string> document;  // an error's `detail` is for the log
  Milliseconds took{0};
};

class JwksFetcher {
 public:
  struct Limits {
    Milliseconds timeout{10'000};  // of the whole fetch
  };
  JwksFetcher() : JwksFetcher(Limits{}) {}
  explicit JwksFetcher(Limits limits);
  ~JwksFetcher();  // stops and joins; not on its own thread. Fetches under way end untold

  // What a fetch would fail for whatever is answered: the form of the URL, an unreadable CA file. Contacts nobody.
  static Result<void> check(const JwksSource& source);

  // Any thread; returns at once. `done` runs once, on the fetcher's thread.
  using Done = std::function<void(Fetched)>;
  void fetch(JwksSource source, Done done);

 private:
  class Thread;
  const Limits limits_;
  std::unique_ptr<Thread> thread_;
};

}  // namespace certus::gateway
