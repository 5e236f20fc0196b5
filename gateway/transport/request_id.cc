#include "gateway/transport/request_id.h"

#include <cstdint>

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
  RequestId id;
  unsigned bits = 0, held = 0;
  std::size_t byte = used_;
  for (char& character : id.text) {
    if (held < 5 && byte < used_ + kBytes) {
      bits = (bits << 8) | static_cast<unsigned char>(pool_[byte++]);
      held += 8;
    }
    const unsigned shift = held >= 5 ? held - 5 : 0;
    character = kAlphabet[(held >= 5 ? bits >> shift : bits << (5 - held)) & 31u];
    held = shift;
    bits &= (1u << held) - 1u;
  }
  used_ += kBytes;
  return id;
}

}  // namespace certus::gateway
