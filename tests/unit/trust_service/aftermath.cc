#include "aftermath.h"

#include <fmt/format.h>

#include <fstream>
#include <map>

#include "services/trust/formats/merkle.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kVerified = 3;  // entries per look, beside the newest

// The roots of a growing tree, from bodies alone.
class Roots {
 public:
  void append(const std::string& body) {
    Hash hash = leafHash(body);
    for (std::uint64_t size = size_++; size & 1; size >>= 1) {
      hash = nodeHash(peaks_.back(), hash);
      peaks_.pop_back();
    }
    peaks_.push_back(hash);
  }
  Hash root() const {
    if (peaks_.empty()) return emptyRoot();
    Hash hash = peaks_.back();
    for (std::size_t i = peaks_.size() - 1; i-- > 0;) hash = nodeHash(peaks_[i], hash);
    return hash;
  }

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> peaks_;  // of perfect subtrees, largest first
};

std::string said(const Error& error) { return error.message + " [" + error.detail + "]"; }

class Look {
 public:
  Look(TrustService& service, const std::vector<Promise>& promises, unsigned salt)
      : service_(service), promises_(promises), salt_(salt) {}

  std::string run() {
    if (auto ready = service_.writer().probe(); !ready) return "it does not sign: " + said(ready.error());
    auto snapshot = service_.reader().snapshot();
    if (!snapshot) return "it cannot be read: " + said(snapshot.error());
    if (!snapshot->head()) return "no head: " + said(snapshot->head().error());
    for (const auto look : {&Look::trees, &Look::entries, &Look::verifications}) {
      if (std::string problem = (this->*look)(*snapshot); !problem.empty()) return problem;
    }
    return {};
  }

 private:
  std::string trees(Snapshot& snapshot) {
    std::map<std::uint64_t, Hash> promised;
    for (const Promise& promise : promises_) {
      if (promise.checkpoint.empty()) continue;
      auto checkpoint = service_.installation().log().open(promise.checkpoint);
      if (!checkpoint) return "a checkpoint that was handed out is not this log's";
      promised[checkpoint->size] = checkpoint->root;
    }
    const Checkpoint& head = *snapshot.head();
    if (!promised.empty() && promised.rbegin()->first > head.size)
      return fmt::format("the tree has {} entries, {} were signed", head.size, promised.rbegin()->first);
    promised[head.size] = head.root;
    Roots roots;
    for (std::uint64_t size = 0; size <= head.size; ++size) {
      if (const auto found = promised.find(size); found != promised.end() && found->second != roots.root())
        return fmt::format("the tree of size {} is another than the one that was signed", size);
      auto entry = entryByIndex(snapshot.database(), size);
      if (!entry || entry->has_value() != (size < head.size)) return fmt::format("entry {} of {}", size, head.size);
      if (*entry) roots.append((*entry)->body);
    }
    return {};
  }

  std::string entries(Snapshot& snapshot) {
    for (std::size_t i = 0; i < promises_.size(); ++i) {
      const Promise& promise = promises_[i];
      if (promise.body.empty()) continue;
      auto entry = entryByIndex(snapshot.database(), promise.index);
      if (!entry || !*entry) return fmt::format("acknowledged entry {} is gone", promise.index);
      if ((*entry)->body != promise.body) return fmt::format("index {} holds another entry", promise.index);
      const bool chosen = i + 1 == promises_.size() || (i + salt_) % (promises_.size() / kVerified + 1) == 0;
      if (!chosen || (*entry)->origin != Origin::Service) continue;
      const Verdict verdict = service_.verifier().verifyEntry(snapshot, **entry);
      if (!verdict.valid) return fmt::format("entry {} does not verify: {}", promise.index, verdict.checks.failedNames());
    }
    return {};
  }

  std::string verifications(Snapshot& snapshot) {
    std::map<std::string, std::size_t> promised;
    for (const Promise& promise : promises_) {
      if (promise.body.empty()) ++promised[promise.artifact];
    }
    for (const auto& [artifact, count] : promised) {
      auto records = verificationsOf(snapshot.database(), artifact, kTrailPerArtifact);
      if (!records || records->size() < count) return "a recorded verification of " + artifact + " is gone";
    }
    return {};
  }

  TrustService& service_;
  const std::vector<Promise>& promises_;
  const unsigned salt_;
};

void lay(const Files& files, const std::string& root, const std::string& place) {
  std::filesystem::create_directories(place);
  std::filesystem::permissions(place, std::filesystem::perms::owner_all);
  for (const auto& [path, content] : files) {
    const std::string copy = place + path.substr(root.size());
    std::ofstream(copy, std::ios::binary) << content;
    std::filesystem::permissions(copy, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
}

}  // namespace

Promise promisedBy(const Json& answer) {
  if (!answer.contains("bundle")) {  // Rekor's map of one entry
    const Json& entry = answer.begin().value();
    return {entry["logIndex"],
            *fromBase64(entry["body"].get<std::string>()),
            entry["verification"]["inclusionProof"]["checkpoint"],
            {}};
  }
  const Json& entry = answer["bundle"]["verificationMaterial"]["tlogEntries"][0];
  return {std::stoull(entry["logIndex"].get<std::string>()),
          *fromBase64(entry["canonicalizedBody"].get<std::string>()),
          entry["inclusionProof"]["checkpoint"]["envelope"],
          {}};
}

std::string brokenPromiseIn(const std::string& state, const std::vector<Promise>& promises, unsigned salt) {
  const SteppedClock clock;
  auto service = TrustService::open(state, clock);
  if (!service) return "it does not start: " + said(service.error());
  if (std::string problem = Look(**service, promises, salt).run(); !problem.empty()) return problem;
  SigningOrder order;
  order.artifact = *parseDigest(digestOf("afterwards"));
  order.identity = kLocalIdentity;
  order.artifactType = order.subject = "t";
  auto again = (*service)->signer().sign(order);
  return again ? std::string() : "it does not go on: " + said(again.error());
}

std::string brokenPromise(const Files& files, const std::string& root, const std::vector<Promise>& promises, unsigned salt) {
  TemporaryDirectory place;
  lay(files, root, place.path() + "/state");
  return brokenPromiseIn(place.path() + "/state", promises, salt);
}

}  // namespace certus::trust_service
