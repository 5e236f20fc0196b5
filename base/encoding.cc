#include "base/encoding.h"

#include <array>
#include <cstdlib>
#include <memory>

#include <openssl/evp.h>
#include <openssl/rand.h>

namespace certus {
namespace {

constexpr std::size_t kSha256Bytes = 32;
constexpr char kHex[] = "0123456789abcdef";
constexpr char kStandard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kUrl[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::array<std::int8_t, 256> reverse(const char* alphabet) {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (int i = 0; i < 64; ++i) table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}

std::string encode64(std::string_view bytes, const char* alphabet, char pad) {
  const auto at = [bytes](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(bytes[i]); };
  std::string out((bytes.size() + 2) / 3 * 4, pad);
  char* next = out.data();
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3, next += 4) {
    const std::uint32_t group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    next[0] = alphabet[group >> 18];
    next[1] = alphabet[group >> 12 & 63];
    next[2] = alphabet[group >> 6 & 63];
    next[3] = alphabet[group & 63];
  }
  if (i == bytes.size()) return out;
  const bool two = i + 2 == bytes.size();
  const std::uint32_t group = at(i) << 16 | (two ? at(i + 1) << 8 : 0);
  next[0] = alphabet[group >> 18];
  next[1] = alphabet[group >> 12 & 63];
  if (two) next[2] = alphabet[group >> 6 & 63];
  if (!pad) out.resize(out.size() - (two ? 1 : 2));
  return out;
}

std::optional<std::string> decode64(std::string_view text, const std::array<std::int8_t, 256>& table) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out(text.size() * 3 / 4, '\0');
  char* next = out.data();
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = table[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    group = (group << 6) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      *next++ = static_cast<char>((group >> bits) & 0xff);
      group &= (1u << bits) - 1;
    }
  }
  if (group != 0) return std::nullopt;
  return out;
}

}  // namespace

std::string toHex(std::string_view bytes) {
  std::string out(bytes.size() * 2, '\0');
  char* next = out.data();
  for (const char c : bytes) {
    *next++ = kHex[static_cast<unsigned char>(c) >> 4];
    *next++ = kHex[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::optional<std::string> fromHex(std::string_view text) {
  if (text.size() % 2) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hexDigit(text[i]);
    const int low = hexDigit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string percentDecoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const int high = escape ? hexDigit(text[i + 1]) : -1, low = escape ? hexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string toBase64(std::string_view bytes) { return encode64(bytes, kStandard, '='); }
std::string toBase64Url(std::string_view bytes) { return encode64(bytes, kUrl, '\0'); }

std::optional<std::string> fromBase64(std::string_view text) {
  static const auto table = reverse(kStandard);
  if (text.size() % 4) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  return decode64(text.substr(0, text.size() - padding), table);
}

std::optional<std::string> fromBase64Url(std::string_view text) {
  static const auto table = reverse(kUrl);
  return decode64(text, table);
}

std::string sha256(std::string_view bytes) {
  std::string out(kSha256Bytes, '\0');
  sha256(bytes, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

// OpenSSL's one-call form looks the algorithm up by name each time, which costs more than a short hash.
void sha256(std::string_view bytes, unsigned char* out) {
  struct FreesContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  const std::unique_ptr<EVP_MD_CTX, FreesContext> context(EVP_MD_CTX_new());
  if (!algorithm || !context || EVP_DigestInit_ex2(context.get(), algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), out, nullptr) != 1) {
    std::abort();
  }
}

std::string randomBytes(std::size_t count) {
  std::string out(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1) std::abort();
  return out;
}

}  // namespace certus
