#include "gateway/keys/key_ring.h"

#include <utility>

#include "base/files.h"
#include "policy/identity/key_set.h"

namespace certus::gateway {
namespace {

using identity::Issuer;
using identity::KeyCache;

std::string identifyingTextOf(const Issuer& issuer) {
  std::string out;
  for (const std::string& part : {issuer.name, issuer.issuer, issuer.jwksUrl, issuer.jwksCaFile}) out += part + "\n";
  return out + std::to_string(issuer.refresh.count()) + "\n" + std::to_string(issuer.keepOnError.count());
}

identity::KeyCacheOptions optionsOf(const Issuer& issuer) {
  identity::KeyCacheOptions options;
  options.url = issuer.jwksUrl;
  options.refresh = issuer.refresh;
  options.keepOnError = issuer.keepOnError;
  return options;
}

std::string keyOf(const Issuer& issuer, const char* last) { return "identity.issuers." + issuer.name + "." + last; }

Result<void> checkSource(const Issuer& issuer) {
  const auto checked = JwksFetcher::check({issuer.jwksUrl, issuer.jwksCaFile});
  if (checked) return {};
  const char* said = issuer.jwksCaFile.empty() ? "jwks_url" : "jwks_ca_file";
  return fail(checked.error().code, keyOf(issuer, said) + ": " + checked.error().message, checked.error().detail);
}

Result<std::string> contentOf(const Issuer& issuer) {
  const std::string where = keyOf(issuer, "jwks_file") + ": " + issuer.jwksFile;
  auto content = readFile(issuer.jwksFile, identity::kMaxKeySetBytes);
  if (content) return content;
  const Error& error = content.error();
  if (error.code == ErrorCode::ResourceExhausted) return fail(error.code, where + " is over 256 KB: no key set");
  return fail(error.code, where + " " + error.message + "; name a key set (JWKS) that the gateway may read");
}

}  // namespace

Result<std::shared_ptr<KeyCache>> keysFromFile(const Issuer& issuer) {
  const auto content = contentOf(issuer);
  if (!content) return tl::make_unexpected(content.error());
  auto cache = std::make_shared<KeyCache>(identity::KeyCacheOptions{}, nullptr);
  const auto taken = cache->fetched(content, std::chrono::steady_clock::now());
  if (taken) return cache;
  return fail(ErrorCode::InvalidArgument, keyOf(issuer, "jwks_file") + ": " + issuer.jwksFile + ": " + taken.error().message,
              taken.error().detail);
}

Result<std::shared_ptr<KeyCache>> keysWithoutFetching(const Issuer& issuer, identity::KeyFetcher* asked) {
  if (issuer.jwksUrl.empty()) return keysFromFile(issuer);
  if (auto checked = checkSource(issuer); !checked) return tl::make_unexpected(std::move(checked.error()));
  return std::make_shared<KeyCache>(optionsOf(issuer), asked);
}

// What outlives a KeyRing's callers by weak pointers only: a cache in a generation may be asked after the end.
class KeyRing::Ring : public std::enable_shared_from_this<Ring> {
 public:
  Ring(KeyArrival& arrival, Told told, JwksFetcher::Limits limits)
      : arrival_(arrival), told_(std::move(told)), fetcher_(std::make_unique<JwksFetcher>(limits)) {}

  Result<std::shared_ptr<KeyCache>> keysOf(const Issuer& issuer);
  void warm();
  std::vector<KeyFigures> figures() const;

  // False when the fetcher is gone.
  bool fetch(JwksSource source, JwksFetcher::Done done) {
    const std::scoped_lock lock(mutex_);
    if (fetcher_) fetcher_->fetch(std::move(source), std::move(done));
    return fetcher_ != nullptr;
  }
  void tell(const KeyFetch& fetch) {
    {
      const std::scoped_lock lock(mutex_);
      ++counts_[fetch.issuer][static_cast<std::size_t>(fetch.result)];
    }
    arrival_.reported();
    if (told_) told_(fetch);
  }
  void end() {
    std::unique_ptr<JwksFetcher> fetcher;
    {
      const std::scoped_lock lock(mutex_);
      fetcher = std::move(fetcher_);
    }
  }

 private:
  KeyArrival& arrival_;
  const Told told_;
  mutable std::mutex mutex_;
  std::unique_ptr<JwksFetcher> fetcher_;
  std::map<std::string, std::shared_ptr<Kept>> kept_;
  std::map<std::string, std::array<std::uint64_t, kFetchResults>> counts_;
};

// An issuer's cache and the fetcher that it asks, of one life.
class KeyRing::Kept final : public identity::KeyFetcher, public std::enable_shared_from_this<Kept> {
 public:
  Kept(const Issuer& issuer, std::weak_ptr<Ring> ring)
      : name_(issuer.name),
        source_{issuer.jwksUrl, issuer.jwksCaFile},
        ring_(std::move(ring)),
        cache(optionsOf(issuer), this) {}

  void start(const std::string&) override {
    const auto ring = ring_.lock();
    const bool begun = ring && ring->fetch(source_, [weak = weak_from_this(), of = ring_](Fetched fetched) {
      const auto self = weak.lock();
      const auto there = of.lock();
      if (self && there) self->take(*there, std::move(fetched));
    });
    if (!begun) take(fail(ErrorCode::Unavailable, "the gateway is ending"));
  }

 private:
  const std::string name_;
  const JwksSource source_;
  const std::weak_ptr<Ring> ring_;

  Result<void> take(const Result<std::string>& document) {
    return cache.fetched(document, std::chrono::steady_clock::now());
  }
  void take(Ring& ring, Fetched fetched) {
    KeyFetch fetch{name_, source_.url, fetched.result, {}, {}, fetched.took};
    const auto taken = take(fetched.document);
    if (!fetched.document) {
      fetch.text = fetched.document.error().detail;
    } else if (!taken) {
      fetch.result = FetchResult::NotKeys;
      fetch.text = taken.error().message;
    } else if (const auto set = identity::KeySet::parse(*fetched.document)) {
      fetch.warnings = set->warnings();
    }
    ring.tell(fetch);
  }

 public:
  KeyCache cache;
};

Result<std::shared_ptr<KeyCache>> KeyRing::Ring::keysOf(const Issuer& issuer) {
  if (issuer.jwksUrl.empty()) return keysFromFile(issuer);
  const std::string id = identifyingTextOf(issuer);
  const std::scoped_lock lock(mutex_);
  std::shared_ptr<Kept>& kept = kept_[id];
  if (!kept) {
    if (auto checked = checkSource(issuer); !checked) {
      kept_.erase(id);
      return tl::make_unexpected(std::move(checked.error()));
    }
    kept = std::make_shared<Kept>(issuer, weak_from_this());
    counts_.try_emplace(issuer.name);  // a series that begins at its first failure hides that one from increase()
  }
  auto out = std::shared_ptr<KeyCache>(kept, &kept->cache);
  std::erase_if(kept_, [](const auto& one) { return one.second.use_count() == 1; });  // of generations that are gone
  return out;
}

void KeyRing::Ring::warm() {
  std::vector<std::shared_ptr<Kept>> all;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, kept] : kept_) all.push_back(kept);
  }
  for (const auto& kept : all) kept->cache.warm(std::chrono::steady_clock::now());
}

std::vector<KeyFigures> KeyRing::Ring::figures() const {
  const std::scoped_lock lock(mutex_);
  std::vector<KeyFigures> out;
  for (const auto& [issuer, counts] : counts_) out.push_back({issuer, counts});
  return out;
}

KeyRing::KeyRing(http::IoThreads& threads, Told told, JwksFetcher::Limits limits)
    : arrival_(threads), ring_(std::make_shared<Ring>(arrival_, std::move(told), limits)) {}

KeyRing::~KeyRing() { ring_->end(); }

Result<std::shared_ptr<KeyCache>> KeyRing::keysOf(const Issuer& issuer) { return ring_->keysOf(issuer); }
void KeyRing::warm() { ring_->warm(); }
std::vector<KeyFigures> KeyRing::figures() const { return ring_->figures(); }

}  // namespace certus::gateway
