// IP addresses and networks as values. An IPv4 address and its IPv6-mapped form are one.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certus::identity {

struct Address {
  std::array<unsigned char, 16> bytes{};  // network order; IPv4 as ::ffff:a.b.c.d

  bool isV4() const;
  auto operator<=>(const Address&) const = default;
};

// Numeric forms only; no brackets, no port, no zone.
std::optional<Address> parseAddress(std::string_view text);
std::string showAddress(const Address& address);

// Who stands behind an address, for what is counted by it: an IPv4 address, of IPv6 the /64 that one customer has whole.
Address holderOf(const Address& address);
std::string showHolder(const Address& address);  // "192.0.2.7", "2001:db8:1:2::/64"

struct Network {
  Address base;
  unsigned bits = 128;  // of the 128

  bool contains(const Address& address) const;
};

// "10.0.0.0/8", "fd00::/8", or one address; bits beyond the prefix must be zero.
std::optional<Network> parseNetwork(std::string_view text);

}  // namespace certus::identity
