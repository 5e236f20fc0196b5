// Who an HTTP request comes from: found out from its head, before its body is read, and kept until it is answered.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "gateway/access/access.h"
#include "gateway/call/principal.h"
#include "http/io_threads.h"
#include "http/server.h"
#include "policy/limits/key_hash.h"

namespace certus::gateway {

struct Admission {
  PrincipalRef principal;     // null while awaitsKeys
  std::string clientAddress;  // behind trusted proxies, as limits count it: of IPv6 the /64
  bool awaitsKeys = false;    // its issuer's keys are being fetched: ask again when they are there

  // What the judgement was made from, so that the same credential on the same connection need not be judged from its bytes
  // again.
  std::optional<limits::Key> authorization{};  // a keyed hash of the header's value; unset: the connection's certificate
  std::uint64_t access = 0;     // Access::serial
  std::uint64_t keys = 0;       // Authenticator::keysVersion
  bool direct = false;          // no proxy is trusted to name another client on this connection
};

// How authentications ended, by thread so that counting shares nothing. Read from any thread.
class AdmissionCounters {
 public:
  static constexpr std::size_t kAccepted = identity::kFailures;
  explicit AdmissionCounters(std::size_t threads) : counts_(threads) {}

  void count(unsigned thread, std::size_t result) { counts_[thread].of[result].fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t total(std::size_t result) const;  // an identity::Failure, or kAccepted

 private:
  struct alignas(64) Counts {
    std::array<std::atomic<std::uint64_t>, identity::kFailures + 1> of{};
  };
  std::vector<Counts> counts_;
};

// The credential of `head`, judged. `wait` of a Failure::Limited.
struct Judgement {
  std::shared_ptr<const Admission> admission;  // null: refused
  identity::Failure failure = identity::Failure::NoCredential;
  Milliseconds wait{0};
};
Judgement judge(const Access& access, const http::RequestHead& head);

// The judgement of the connection's earlier request stands for this one: the same credential and nothing else, under the
// same generation and keys, neither expired nor revoked since.
bool standsFor(const Admission& earlier, const Access& access, const http::RequestHead& head);

}  // namespace certus::gateway
