// Keys: agreed with OpenSSL's SipHash, and the same in every process where they must be.
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstring>
#include <memory>

#include "policy/limits/key_hash.h"

namespace certus::limits {
namespace {

Key opensslSipHash13(const HashSecret& secret, std::string_view bytes) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(EVP_MAC_fetch(nullptr, "SIPHASH", nullptr), EVP_MAC_free);
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(EVP_MAC_CTX_new(mac.get()), EVP_MAC_CTX_free);
  std::size_t size = 16;
  unsigned compress = 1, finish = 3;
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
                                   OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_C_ROUNDS, &compress),
                                   OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_D_ROUNDS, &finish), OSSL_PARAM_construct_end()};
  unsigned char out[16] = {};
  Key key;
  if (EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(secret.data()), 16, parameters) != 1 ||
      EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) != 1 ||
      EVP_MAC_final(context.get(), out, &size, sizeof out) != 1 || size != 16) {
    return key;
  }
  std::memcpy(&key.a, out, 8);
  std::memcpy(&key.b, out + 8, 8);
  return key;
}

TEST(KeyHash, AgreesWithOpenSslAtEveryLength) {
  const HashSecret secret = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::string bytes;
  for (int size = 0; size < 70; ++size) {
    const Key expected = opensslSipHash13(secret, bytes);
    ASSERT_NE(expected, Key{});
    EXPECT_EQ(sipHash13(secret, bytes), expected) << size;
    bytes += static_cast<char>(size * 37);
  }
}

TEST(KeyHash, DependsOnItsSecret) {
  EXPECT_NE(KeyHash::secret({1, 2})("alice"), KeyHash::secret({1, 3})("alice"));
  EXPECT_EQ(KeyHash::secret({1, 2})("alice"), KeyHash::secret({1, 2})("alice"));
}

TEST(KeyHash, SharedIsTheStartOfSha256) {  // of "abc", FIPS 180-4: ba7816bf 8f01cfea 414140de 5dae2223
  const Key key = KeyHash::shared()("abc");
  EXPECT_EQ(key.a, 0xeacf018fbf1678ba);
  EXPECT_EQ(key.b, 0x2322ae5dde404141);
  EXPECT_EQ(toHex({0x0123456789abcdef, 1}), "0123456789abcdef0000000000000001");
}

}  // namespace
}  // namespace certus::limits
