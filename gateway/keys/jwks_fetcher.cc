#include "gateway/keys/jwks_fetcher.h"

#include <array>
#include <mutex>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "http/client.h"
#include "http/io_threads.h"
#include "policy/identity/key_set.h"

namespace certus::gateway {
namespace asio = boost::asio;
namespace {

constexpr std::array<std::string_view, kFetchResults> kLabels = {"ok",        "refused",  "timeout", "tls",     "broken",
                                                                 "too_large", "redirect", "status",  "not_keys"};

struct Target {
  http::Origin origin;
  std::string path;
};

// A document's path is kept as it is written, with its query and a slash at the end, which an origin's base has not.
Result<Target> targetOf(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t slash = scheme == std::string::npos ? std::string::npos : url.find('/', scheme + 3);
  auto origin = http::parseOrigin(url.substr(0, slash));
  if (!origin) return tl::make_unexpected(std::move(origin.error()));
  return Target{*std::move(origin), slash == std::string::npos ? "/" : url.substr(slash)};
}

Result<std::unique_ptr<http::Client>> connectorFor(http::IoThread& thread, const JwksSource& source, http::Origin origin) {
  http::ClientLimits limits;
  limits.maxIdlePerThread = 0;
  limits.maxResponseBytes = identity::kMaxKeySetBytes;
  limits.connectTimeout = Milliseconds(5'000);
  http::TlsFiles files;
  files.caFile = source.caFile;
  return http::Client::create(thread, std::move(origin), std::move(files), limits);
}

FetchResult resultOf(const http::ClientResponse& response) {
  switch (response.failure) {
    case http::ClientFailure::None: break;
    case http::ClientFailure::Refused: return FetchResult::Refused;
    case http::ClientFailure::Timeout: return FetchResult::Timeout;
    case http::ClientFailure::Tls: return FetchResult::Tls;
    case http::ClientFailure::TooLarge: return FetchResult::TooLarge;
    case http::ClientFailure::Broken:
    case http::ClientFailure::Cancelled: return FetchResult::Broken;
  }
  if (response.status == 200) return FetchResult::Ok;
  return response.status >= 300 && response.status < 400 ? FetchResult::Redirect : FetchResult::Status;
}

std::string textOf(FetchResult result, const http::ClientResponse& response) {
  switch (result) {
    case FetchResult::Redirect:
      return "answered HTTP " + std::to_string(response.status) +
             "; redirects are not followed: configure the URL that it leads to, if it is the issuer's";
    case FetchResult::Status: return "answered HTTP " + std::to_string(response.status);
    case FetchResult::TooLarge:
      return "the answer is over " + std::to_string(identity::kMaxKeySetBytes / 1024) + " KB: is this a key set (JWKS)?";
    case FetchResult::Tls: return response.detail + "; for an authority of your own set jwks_ca_file";
    default: return response.detail;
  }
}

// One fetch, from asking to telling. On the fetcher's thread.
struct Fetch {
  JwksSource source;
  JwksFetcher::Done done;
  SteadyTime started, deadline;
  std::unique_ptr<http::Client> client;
  std::string path;

  void tell(FetchResult result, Result<std::string> document) {
    const auto took = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - started);
    done(Fetched{result, std::move(document), took});
  }
  void conclude(const http::ClientResponse& response) {
    const FetchResult result = resultOf(response);
    if (result == FetchResult::Ok) return tell(result, std::string(response.body));
    tell(result, fail(ErrorCode::Unavailable, "the issuer's keys cannot be had", textOf(result, response)));
  }
  bool prepare(http::IoThread& thread) {
    auto target = targetOf(source.url);
    auto made = target ? connectorFor(thread, source, std::move(target->origin))
                       : Result<std::unique_ptr<http::Client>>(tl::make_unexpected(target.error()));
    if (!made) {
      const Error& error = made.error();
      tell(FetchResult::Tls, fail(error.code, "the issuer's keys cannot be had", error.message + " " + error.detail));
      return false;
    }
    client = *std::move(made);
    path = std::move(target->path);
    return true;
  }
  http::ClientRequest request() const {
    http::ClientRequest out;
    out.target = path;
    out.extra = "Accept: application/jwk-set+json, application/json\r\nUser-Agent: certus-gateway\r\n";
    out.deadline = deadline;
    return out;
  }
};

asio::awaitable<void> run(std::shared_ptr<Fetch> fetch) {
  const http::ClientRequest request = fetch->request();
  http::ClientResponse response;
  http::Cancel never;
  co_await fetch->client->exchange(request, response, never);
  fetch->conclude(response);
}

}  // namespace

std::string_view labelOf(FetchResult result) { return kLabels[static_cast<std::size_t>(result)]; }

class JwksFetcher::Thread {
 public:
  void begin(std::shared_ptr<Fetch> fetch) {
    std::call_once(started_, [this] { threads_.start(); });
    http::IoThread& thread = threads_.at(0);
    asio::post(thread.context(), [&thread, fetch = std::move(fetch)] {
      if (fetch->prepare(thread)) asio::co_spawn(thread.context(), run(fetch), asio::detached);
    });
  }

 private:
  std::once_flag started_;
  http::IoThreads threads_{1};
};

JwksFetcher::JwksFetcher(Limits limits) : limits_(limits), thread_(std::make_unique<Thread>()) {}
JwksFetcher::~JwksFetcher() = default;

Result<void> JwksFetcher::check(const JwksSource& source) {
  auto target = targetOf(source.url);
  if (!target) return tl::make_unexpected(std::move(target.error()));
  http::IoThread unused(0);
  auto made = connectorFor(unused, source, std::move(target->origin));
  if (!made) return tl::make_unexpected(std::move(made.error()));
  return {};
}

void JwksFetcher::fetch(JwksSource source, Done done) {
  auto fetch = std::make_shared<Fetch>();
  fetch->source = std::move(source);
  fetch->done = std::move(done);
  fetch->started = std::chrono::steady_clock::now();
  fetch->deadline = fetch->started + limits_.timeout;
  thread_->begin(std::move(fetch));
}

}  // namespace certus::gateway
