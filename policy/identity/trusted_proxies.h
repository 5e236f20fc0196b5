// The client's address behind proxies that the operator trusts, and nobody else's word for it. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "policy/identity/address.h"

namespace certus::identity {

enum class ForwardedHeader : std::uint8_t { XForwardedFor, Forwarded };  // one is read, never both: they could disagree

class TrustedProxies {
 public:
  TrustedProxies() = default;  // trusts nobody
  TrustedProxies(std::vector<Network> networks, ForwardedHeader header) : networks_(std::move(networks)), header_(header) {}

  // `values`: each line of the header that header() names, in order. From a peer that is not trusted they are ignored. Read
  // from the right, over trusted proxies, to the first address that is none; at an entry that is no address (unknown,
  // _hidden, malformed) the proxy that wrote it stands for its clients.
  Address clientOf(const Address& peer, std::span<const std::string_view> values) const;

  ForwardedHeader header() const { return header_; }
  bool trusts(const Address& peer) const;

 private:
  std::vector<Network> networks_;
  ForwardedHeader header_ = ForwardedHeader::XForwardedFor;
};

}  // namespace certus::identity
