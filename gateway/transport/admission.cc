#include "gateway/transport/admission.h"

#include <chrono>
#include <cstring>
#include <vector>

#include "base/encoding.h"

namespace certus::gateway {
namespace {

constexpr std::size_t kMostLines = 3;  // of Authorization that are looked at; two are too many already

struct Lines {
  std::array<std::string_view, kMostLines> values;
  std::size_t count = 0;
  std::span<const std::string_view> span() const { return {values.data(), count}; }
};

Lines linesOf(const http::RequestHead& head, std::string_view name) {
  Lines lines;
  for (const http::Field& field : head.fields) {
    if (lines.count < kMostLines && http::equalsIgnoreCase(field.name, name)) lines.values[lines.count++] = field.value;
  }
  return lines;
}

identity::Address peerOf(const http::RequestHead& head) {
  return identity::parseAddress(head.peerAddress).value_or(identity::Address{});
}

identity::Address clientOf(const identity::TrustedProxies& proxies, const http::RequestHead& head) {
  const identity::Address peer = peerOf(head);
  if (!proxies.trusts(peer)) return peer;
  const bool standard = proxies.header() == identity::ForwardedHeader::Forwarded;
  std::vector<std::string_view> lines;  // all of them: what counts is what the nearest proxy wrote, which comes last
  for (const http::Field& field : head.fields) {
    if (http::equalsIgnoreCase(field.name, standard ? "Forwarded" : "X-Forwarded-For")) lines.push_back(field.value);
  }
  return proxies.clientOf(peer, lines);
}

// Keyed with a secret of this process, 128 bits: no credential is kept, and none that is another can be made to look equal.
limits::Key hashOf(std::string_view credential) {
  static const limits::HashSecret secret = [] {
    limits::HashSecret out{};
    const std::string bytes = randomBytes(sizeof(out));
    std::memcpy(out.data(), bytes.data(), sizeof(out));
    return out;
  }();
  return limits::sipHash13(secret, credential);
}

std::optional<identity::VerifiedCertificate> certificateOf(const http::RequestHead& head) {
  if (head.certificate == nullptr) return std::nullopt;
  const http::PeerCertificate& peer = *head.certificate;
  return identity::VerifiedCertificate{peer.subject, peer.uris,      peer.names,   peer.emails,
                                       peer.sha256,  peer.notBefore, peer.notAfter};
}

}  // namespace

std::uint64_t AdmissionCounters::total(std::size_t result) const {
  std::uint64_t sum = 0;
  for (const Counts& counts : counts_) sum += counts.of[result].load(std::memory_order_relaxed);
  return sum;
}

Judgement judge(const Access& access, const http::RequestHead& head) {
  const Lines authorization = linesOf(head, "Authorization");
  const auto certificate = certificateOf(head);
  const identity::Address client = clientOf(access.proxies(), head);
  const std::uint64_t keys = access.authenticator().keysVersion();  // before: keys that change meanwhile make it look old
  const identity::Attempt attempt{authorization.span(), head.target, certificate ? &*certificate : nullptr, client};
  const identity::Moment now{std::chrono::system_clock::now(), std::chrono::steady_clock::now()};
  const identity::Outcome outcome = access.authenticator().authenticate(attempt, now);
  Judgement out;
  if (const auto* failure = std::get_if<identity::Failure>(&outcome)) {
    out.failure = *failure;
    if (*failure == identity::Failure::Limited) out.wait = access.authenticator().wait(client, now.steady);
    return out;
  }
  Admission admission{nullptr, identity::showHolder(client), true};
  if (authorization.count == 1) admission.authorization = hashOf(authorization.values[0]);
  admission.access = access.serial();
  admission.keys = keys;
  admission.direct = !access.proxies().trusts(peerOf(head));
  if (const auto* principal = std::get_if<identity::PrincipalPointer>(&outcome)) {
    admission.principal = *principal;
    admission.awaitsKeys = false;
  }
  out.admission = std::make_shared<const Admission>(std::move(admission));
  return out;
}

bool standsFor(const Admission& earlier, const Access& access, const http::RequestHead& head) {
  if (earlier.access != access.serial() || earlier.awaitsKeys || !earlier.direct || !head.query.empty()) return false;
  const Lines authorization = linesOf(head, "Authorization");
  if (authorization.count > 1 || (authorization.count == 1) != earlier.authorization.has_value()) return false;
  if (authorization.count == 1 && hashOf(authorization.values[0]) != *earlier.authorization) return false;
  const identity::Authenticator& authenticator = access.authenticator();
  return earlier.keys == authenticator.keysVersion() &&
         authenticator.stillValid(*earlier.principal, std::chrono::system_clock::now()).has_value();
}

}  // namespace certus::gateway
