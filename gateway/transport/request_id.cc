#include "gateway/transport/request_id.h"

#include <cstdint>
#include <cstring>

#include "base/encoding.h"

namespace certus::gateway {
namespace {

constexpr std::size_t kBytes = 16;
constexpr std::size_t kPool = 256 * kBytes;
constexpr const char* kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

}  // namespace

RequestId RequestIds::next() {
  if (used_ + kBytes > pool_.size()) {
    pool_ = randomBytes(kPool);
    used_ = 0;
  }
  std::uint64_t words[2];
  std::memcpy(words, pool_.data() + used_, kBytes);
  used_ += kBytes;
  // Twelve characters of each word and two of what is left of both: all 128 bits, whatever their order.
  RequestId id;
  for (std::size_t i = 0; i < 12; ++i) {
    id.text[i] = kAlphabet[words[0] >> (5 * i) & 31];
    id.text[12 + i] = kAlphabet[words[1] >> (5 * i) & 31];
  }
  id.text[24] = kAlphabet[words[0] >> 60 | (words[1] >> 60 & 1) << 4];
  id.text[25] = kAlphabet[words[1] >> 61];
  return id;
}

}  // namespace certus::gateway
