#include "policy/identity/address.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>

namespace certus::identity {
namespace {

constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool bit(const Address& address, unsigned index) { return (address.bytes[index / 8] >> (7 - index % 8) & 1) != 0; }

}  // namespace

bool Address::isV4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

std::optional<Address> parseAddress(std::string_view text) {
  if (text.empty() || text.size() > 45 || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string copy(text);
  Address out;
  in_addr v4{};
  if (inet_pton(AF_INET, copy.c_str(), &v4) == 1) {
    std::copy(kMapped.begin(), kMapped.end(), out.bytes.begin());
    std::memcpy(out.bytes.data() + 12, &v4, 4);
    return out;
  }
  if (inet_pton(AF_INET6, copy.c_str(), out.bytes.data()) != 1) return std::nullopt;
  return out;
}

std::string showAddress(const Address& address) {
  char text[INET6_ADDRSTRLEN] = {};
  const bool v4 = address.isV4();
  inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes.data() + (v4 ? 12 : 0), text, sizeof text);
  return text;
}

bool Network::contains(const Address& address) const {
  const std::size_t whole = bits / 8;
  if (!std::equal(base.bytes.begin(), base.bytes.begin() + static_cast<std::ptrdiff_t>(whole), address.bytes.begin()))
    return false;
  for (unsigned i = bits / 8 * 8; i < bits; ++i) {
    if (bit(base, i) != bit(address, i)) return false;
  }
  return true;
}

std::optional<Network> parseNetwork(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = parseAddress(text.substr(0, slash));
  if (!base) return std::nullopt;
  Network out{*base, 128};
  if (slash != std::string_view::npos) {
    const std::string_view number = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), bits);
    const unsigned most = text.find(':') == std::string_view::npos ? 32 : 128;
    if (failed != std::errc() || end != number.data() + number.size() || bits > most ||
        (number.size() > 1 && number[0] == '0'))
      return std::nullopt;
    out.bits = bits + (128 - most);
  }
  for (unsigned i = out.bits; i < 128; ++i) {
    if (bit(out.base, i)) return std::nullopt;
  }
  return out;
}

Address holderOf(const Address& address) {
  Address out = address;
  if (!address.isV4()) std::fill(out.bytes.begin() + 8, out.bytes.end(), static_cast<unsigned char>(0));
  return out;
}

std::string showHolder(const Address& address) {
  return address.isV4() ? showAddress(address) : showAddress(holderOf(address)) + "/64";
}

}  // namespace certus::identity
