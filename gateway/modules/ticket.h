// A call's ticket: which io thread, which slot of its table, which generation of that slot. Never zero.
#pragma once

#include <cstdint>

#include "certus/abi.h"

namespace certus::gateway {

struct Ticket {
  std::uint32_t thread = 0;      // 12 bits, all ones excepted
  std::uint32_t slot = 0;        // 20 bits
  std::uint32_t generation = 0;  // counts up, skips nothing: 2^32 calls in one slot before one could return

  static constexpr std::uint32_t kMaxThreads = 4095, kMaxSlots = 1u << 20;

  constexpr certus_call pack() const { return (std::uint64_t{thread} + 1) << 52 | std::uint64_t{slot} << 32 | generation; }
  static constexpr Ticket unpack(certus_call packed) {  // meaningless for 0 and foreign numbers: look it up
    return {static_cast<std::uint32_t>(packed >> 52) - 1, static_cast<std::uint32_t>(packed >> 32) & (kMaxSlots - 1),
            static_cast<std::uint32_t>(packed)};
  }
};

}  // namespace certus::gateway
