#include "gateway/mcp/sealer.h"

#include <cassert>
#include <cstring>
#include <memory>

#include <openssl/evp.h>

#include "base/encoding.h"

namespace certus::gateway {
namespace {

// version, expiry (milliseconds since 1970, big endian), nonce, ciphertext, tag
constexpr char kVersion = 1;
constexpr std::size_t kExpirySize = 8, kNonceSize = 12, kTagSize = 16;
constexpr std::size_t kHeadSize = 1 + kExpirySize + kNonceSize;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string bigEndian(std::uint64_t value) {
  std::string text;
  for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xff);
  return text;
}

std::uint64_t fromBigEndian(std::string_view text) {
  std::uint64_t value = 0;
  for (const char c : text) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::uint64_t milliseconds(WallTime time) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<Milliseconds>(time.time_since_epoch()).count());
}

// Lengths go before the parts, so that no two bindings read alike.
std::string associatedData(std::string_view expiry, const SealBinding& binding) {
  std::string data = "certus-request-state\n";
  data += kVersion;
  data += expiry;
  for (const std::string_view part :
       {binding.principalKey, binding.route, binding.method, binding.name, binding.argumentsDigest}) {
    data += bigEndian(part.size());
    data += part;
  }
  return data;
}

bool decrypt(const SealKey& key, std::string_view nonce, std::string_view data, std::string_view sealed,
             std::string& plain) {
  const std::string_view text = sealed.substr(0, sealed.size() - kTagSize);
  std::string tag(sealed.substr(text.size()));
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  plain.resize(text.size() + kTagSize);
  if (!context || EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes(nonce)) != 1) return false;
  if (EVP_DecryptUpdate(context.get(), nullptr, &size, bytes(data), static_cast<int>(data.size())) != 1) return false;
  if (EVP_DecryptUpdate(context.get(), bytes(plain), &size, bytes(text), static_cast<int>(text.size())) != 1) return false;
  if (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTagSize), tag.data()) != 1) return false;
  int rest = 0;
  if (EVP_DecryptFinal_ex(context.get(), bytes(plain) + size, &rest) != 1) return false;
  plain.resize(text.size());
  return true;
}

}  // namespace

Sealer::Sealer(std::vector<SealKey> keys) : keys_(std::move(keys)) { assert(!keys_.empty()); }

std::string Sealer::seal(std::string_view state, const SealBinding& binding, WallTime now) const {
  const std::string expiry = bigEndian(milliseconds(now + kSealLifetime));
  const std::string nonce = randomBytes(kNonceSize);
  const std::string data = associatedData(expiry, binding);
  std::string sealed = kVersion + expiry + nonce;
  sealed.resize(kHeadSize + state.size() + kTagSize);
  unsigned char* to = bytes(sealed) + kHeadSize;
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0, rest = 0;
  const bool done =
      context && EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, keys_.front().data(), bytes(nonce)) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &size, bytes(data), static_cast<int>(data.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), to, &size, bytes(state), static_cast<int>(state.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), to + size, &rest) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagSize), to + state.size()) == 1;
  return done ? toBase64Url(sealed) : std::string();
}

std::optional<std::string> Sealer::open(std::string_view sealed, const SealBinding& binding, WallTime now) const {
  const auto raw = fromBase64Url(sealed);
  if (!raw || raw->size() < kHeadSize + kTagSize || raw->front() != kVersion) return std::nullopt;
  const std::string_view text = *raw;
  const std::string_view expiry = text.substr(1, kExpirySize), nonce = text.substr(1 + kExpirySize, kNonceSize);
  const std::string data = associatedData(expiry, binding);
  std::string plain;
  for (const SealKey& key : keys_) {
    if (!decrypt(key, nonce, data, text.substr(kHeadSize), plain)) continue;
    if (fromBigEndian(expiry) <= milliseconds(now)) return std::nullopt;
    return plain;
  }
  return std::nullopt;
}

}  // namespace certus::gateway
