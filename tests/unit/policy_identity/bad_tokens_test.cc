// Every way in which a token is wrong that we know of, one row each. Each is a good token but for what its name says, and
// signed by the issuer's own key unless the signature is the matter.
#include <cstdio>
#include <functional>
#include <set>

#include <gtest/gtest.h>

#include <openssl/hmac.h>

#include "tests/unit/policy_identity/issuing.h"

namespace certus::identity {
namespace {

struct Row {
  const char* name;
  const char* failure;
  std::function<std::string(IssuingWorld&)> token;
};

using World = IssuingWorld;
constexpr const char* kAlg = "ES256";

std::string withHeader(World& w, const char* name, const Json& value) {
  Json header = w.header(kAlg);
  header[name] = value;
  return signedText(keyFor(kAlg), kAlg, header.dump(), w.claims().dump());
}

std::string withClaim(World& w, const char* name, const Json& value) {
  Json claims = w.claims();
  claims[name] = value;
  return signedToken(keyFor(kAlg), w.header(kAlg), claims);
}

std::string without(World& w, const char* name) {
  Json claims = w.claims();
  claims.erase(name);
  return signedToken(keyFor(kAlg), w.header(kAlg), claims);
}

std::string rawHeader(World& w, const std::string& header) {
  return signedText(keyFor(kAlg), kAlg, header, w.claims().dump());
}
std::string rawClaims(World& w, const std::string& payload) {
  return signedText(keyFor(kAlg), kAlg, w.header(kAlg).dump(), payload);
}

std::string part(const std::string& token, int index) {
  const std::size_t first = token.find('.'), second = token.find('.', first + 1);
  if (index == 0) return token.substr(0, first);
  return index == 1 ? token.substr(first + 1, second - first - 1) : token.substr(second + 1);
}

std::string hmacToken(const Json& header, const Json& claims, const std::string& secret) {
  const std::string input = toBase64Url(header.dump()) + "." + toBase64Url(claims.dump());
  unsigned char out[32];
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(input.data()),
       input.size(), out, &size);
  return input + "." + toBase64Url({reinterpret_cast<char*>(out), size});
}

std::string alteredSignature(World& w, const char* algorithm, std::size_t index) {
  const std::string token = w.good(algorithm);
  std::string signature = *fromBase64Url(part(token, 2));
  signature[index] = static_cast<char>(signature[index] ^ 1);
  return part(token, 0) + "." + part(token, 1) + "." + toBase64Url(signature);
}

std::string deep(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']');
}

std::string derSignature(World& w) {
  const std::string token = w.good("ES256");
  const std::string pair = *fromBase64Url(part(token, 2));
  const auto integer = [](std::string bytes) {
    if (static_cast<unsigned char>(bytes[0]) & 0x80) bytes.insert(0, 1, '\0');
    return std::string("\x02") + static_cast<char>(bytes.size()) + bytes;
  };
  const std::string both = integer(pair.substr(0, 32)) + integer(pair.substr(32));
  return part(token, 0) + "." + part(token, 1) + "." +
         toBase64Url(std::string("\x30") + static_cast<char>(both.size()) + both);
}

const std::vector<Row>& forms() {
  static const std::vector<Row> rows = {
      {"empty", "malformed", [](World&) { return std::string(); }},
      {"one part", "malformed", [](World&) { return std::string("abc"); }},
      {"two parts", "malformed", [](World& w) { return part(w.good(kAlg), 0) + "." + part(w.good(kAlg), 1); }},
      {"four parts", "malformed", [](World& w) { return w.good(kAlg) + ".AAAA"; }},
      {"five parts, as an encrypted token", "malformed", [](World& w) { return w.good(kAlg) + ".AAAA.AAAA"; }},
      {"padding", "malformed", [](World& w) { return w.good(kAlg) + "=="; }},
      {"standard base64", "malformed", [](World& w) { return "+" + w.good(kAlg).substr(1); }},
      {"trailing bits in the signature", "malformed",
       [](World& w) {
         std::string token = w.good(kAlg);  // 64 bytes: the last of 86 characters holds two bits, so four are zero
         const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
         token.back() = alphabet[alphabet.find(token.back()) + 1];
         return token;
       }},
      {"impossible length", "malformed", [](World& w) { return w.good(kAlg) + "AAA"; }},
      {"line break inside", "malformed", [](World& w) { return w.good(kAlg).insert(10, "\n"); }},
      {"space at the end", "malformed", [](World& w) { return w.good(kAlg) + " "; }},
      {"NUL inside", "malformed", [](World& w) { return w.good(kAlg).insert(10, 1, '\0'); }},
      {"longer than 8 KB", "too_long", [](World& w) { return withClaim(w, "pad", std::string(7000, 'x')); }},
      {"header that is no JSON", "malformed", [](World& w) { return rawHeader(w, "hello"); }},
      {"header that is a list", "malformed", [](World& w) { return rawHeader(w, "[\"ES256\"]"); }},
      {"empty header", "header", [](World& w) { return rawHeader(w, "{}"); }},
      {"header with text after it", "malformed", [](World& w) { return rawHeader(w, w.header(kAlg).dump() + "x"); }},
      {"header with a byte order mark", "malformed",
       [](World& w) { return rawHeader(w, "\xEF\xBB\xBF" + w.header(kAlg).dump()); }},
      {"header of 3 KB", "malformed", [](World& w) { return withHeader(w, "pad", std::string(3000, 'x')); }},
      {"deep header", "malformed", [](World& w) { return rawHeader(w, R"({"alg":"ES256","x":)" + deep(9) + "}"); }},
      {"alg twice", "malformed", [](World& w) { return rawHeader(w, R"({"alg":"none","alg":"ES256","kid":"p256"})"); }},
      {"kid twice", "malformed", [](World& w) { return rawHeader(w, R"({"alg":"ES256","kid":"x","kid":"p256"})"); }},
      {"claims that are no JSON", "malformed", [](World& w) { return rawClaims(w, "alice"); }},
      {"claims that are a text", "malformed", [](World& w) { return rawClaims(w, "\"alice\""); }},
      {"empty payload", "malformed", [](World& w) { return rawClaims(w, ""); }},
      {"claims that are not UTF-8", "malformed", [](World& w) { return rawClaims(w, "{\"sub\":\"\xff\"}"); }},
      {"a number too large", "malformed", [](World& w) { return rawClaims(w, R"({"exp":1e999})"); }},
      {"sub twice", "malformed", [](World& w) { return rawClaims(w, R"({"sub":"root",)" + w.claims().dump().substr(1)); }},
      {"sub twice, once escaped", "malformed",
       [](World& w) { return rawClaims(w, R"({"s\u0075b":"root",)" + w.claims().dump().substr(1)); }},
      {"a duplicate deep inside", "malformed",
       [](World& w) { return rawClaims(w, R"({"x":{"y":[{"z":1,"z":2}]},)" + w.claims().dump().substr(1)); }},
      {"deep claims", "malformed",
       [](World& w) { return rawClaims(w, R"({"x":)" + deep(9) + "," + w.claims().dump().substr(1)); }},
      {"many small claims", "malformed",
       [](World& w) {
         std::string many = "{\"x\":[0";
         for (int i = 0; i < 1600; ++i) many += ",0";
         return rawClaims(w, many + "]," + w.claims().dump().substr(1));
       }},
  };
  return rows;
}

const std::vector<Row>& headers() {
  static const std::vector<Row> rows = {
      {"alg none, no signature", "algorithm",
       [](World& w) { return compact(R"({"alg":"none","kid":"p256"})", w.claims().dump(), ""); }},
      {"alg none, signed", "algorithm", [](World& w) { return withHeader(w, "alg", "none"); }},
      {"alg nOnE", "algorithm", [](World& w) { return withHeader(w, "alg", "nOnE"); }},
      {"alg es256", "algorithm", [](World& w) { return withHeader(w, "alg", "es256"); }},
      {"alg empty", "algorithm", [](World& w) { return withHeader(w, "alg", ""); }},
      {"alg a number", "header", [](World& w) { return withHeader(w, "alg", 1); }},
      {"alg a list", "header", [](World& w) { return withHeader(w, "alg", Json::array({"ES256"})); }},
      {"alg ES512", "algorithm", [](World& w) { return withHeader(w, "alg", "ES512"); }},
      {"alg RS1", "algorithm", [](World& w) { return withHeader(w, "alg", "RS1"); }},
      {"HS256 under the RSA key's PEM", "algorithm",
       [](World& w) {
         return hmacToken({{"alg", "HS256"}, {"kid", "rsa"}}, w.claims(), keyFor("RS256").publicPem());
       }},
      {"HS256 under the RSA modulus", "algorithm",
       [](World& w) {
         return hmacToken({{"alg", "HS256"}, {"kid", "rsa"}}, w.claims(),
                          *fromBase64Url(keyFor("RS256").jwk("rsa")["n"].get<std::string>()));
       }},
      {"HS256 under nothing", "algorithm",
       [](World& w) {
         return hmacToken({{"alg", "HS256"}}, w.claims(), "");
       }},
      {"RS256 that names the P-256 key", "key_mismatch",
       [](World& w) { return signedText(keyFor("RS256"), "RS256", R"({"alg":"RS256","kid":"p256"})", w.claims().dump()); }},
      {"ES384 that names the P-256 key", "key_mismatch", [](World& w) { return withHeader(w, "alg", "ES384"); }},
      {"EdDSA that names the RSA key", "key_mismatch",
       [](World& w) { return signedText(keyFor("EdDSA"), "EdDSA", R"({"alg":"EdDSA","kid":"rsa"})", w.claims().dump()); }},
      {"kid unknown", "unknown_key", [](World& w) { return withHeader(w, "kid", "p257"); }},
      {"kid a path", "unknown_key", [](World& w) { return withHeader(w, "kid", "../../../../dev/null"); }},
      {"kid a URL", "unknown_key", [](World& w) { return withHeader(w, "kid", "https://evil.example/key"); }},
      {"kid a query", "unknown_key", [](World& w) { return withHeader(w, "kid", "x' UNION SELECT 'key"); }},
      {"kid empty", "header", [](World& w) { return withHeader(w, "kid", ""); }},
      {"kid a number", "header", [](World& w) { return withHeader(w, "kid", 7); }},
      {"kid with a line break", "header", [](World& w) { return withHeader(w, "kid", "p256\n"); }},
      {"kid of 200 bytes", "header", [](World& w) { return withHeader(w, "kid", std::string(200, 'k')); }},
      {"its own key", "embedded_key", [](World& w) { return withHeader(w, "jwk", keyFor(kAlg).jwk("p256")); }},
      {"its own key set", "embedded_key", [](World& w) { return withHeader(w, "jku", "https://evil.example/jwks"); }},
      {"its own certificate's place", "embedded_key",
       [](World& w) { return withHeader(w, "x5u", "https://evil.example/c"); }},
      {"its own certificate", "embedded_key", [](World& w) { return withHeader(w, "x5c", Json::array({"AAAA"})); }},
      {"crit", "critical_header", [](World& w) { return withHeader(w, "crit", Json::array({"exp"})); }},
      {"crit empty", "critical_header", [](World& w) { return withHeader(w, "crit", Json::array()); }},
      {"b64 false", "critical_header", [](World& w) { return withHeader(w, "b64", false); }},
      {"zip", "critical_header", [](World& w) { return withHeader(w, "zip", "DEF"); }},
      {"enc", "critical_header", [](World& w) { return withHeader(w, "enc", "A128GCM"); }},
      {"a token inside", "token_type", [](World& w) { return withHeader(w, "cty", "JWT"); }},
      {"typ logout", "token_type", [](World& w) { return withHeader(w, "typ", "logout+jwt"); }},
      {"typ DPoP proof", "token_type", [](World& w) { return withHeader(w, "typ", "dpop+jwt"); }},
      {"typ a number", "header", [](World& w) { return withHeader(w, "typ", 1); }},
  };
  return rows;
}

const std::vector<Row>& signatures() {
  static const std::vector<Row> rows = {
      {"first bit of an ES256 signature", "signature", [](World& w) { return alteredSignature(w, "ES256", 0); }},
      {"last bit of an ES384 signature", "signature", [](World& w) { return alteredSignature(w, "ES384", 95); }},
      {"a bit of an RS256 signature", "signature", [](World& w) { return alteredSignature(w, "RS256", 100); }},
      {"a bit of a PS256 signature", "signature", [](World& w) { return alteredSignature(w, "PS256", 255); }},
      {"a bit of an EdDSA signature", "signature", [](World& w) { return alteredSignature(w, "EdDSA", 31); }},
      {"no signature", "signature", [](World& w) { return part(w.good(kAlg), 0) + "." + part(w.good(kAlg), 1) + "."; }},
      {"zero signature", "signature",
       [](World& w) { return compact(w.header(kAlg).dump(), w.claims().dump(), std::string(64, '\0')); }},
      {"signature in DER", "signature", [](World& w) { return derSignature(w); }},
      {"signature with a byte more", "signature",
       [](World& w) {
         const std::string token = w.good(kAlg);
         return part(token, 0) + "." + part(token, 1) + "." + toBase64Url(*fromBase64Url(part(token, 2)) + 'x');
       }},
      {"claims of another token", "signature",
       [](World& w) {
         return part(w.good(kAlg), 0) + "." + part(withClaim(w, "sub", "root"), 1) + "." + part(w.good(kAlg), 2);
       }},
      {"header of another token", "signature",
       [](World& w) {
         return part(withHeader(w, "typ", "at+jwt"), 0) + "." + part(w.good(kAlg), 1) + "." + part(w.good(kAlg), 2);
       }},
      {"PS256 signature called RS256", "signature",
       [](World& w) { return signedText(keyFor("RS256"), "PS256", w.header("RS256").dump(), w.claims().dump()); }},
      {"RS256 signature called PS256", "signature",
       [](World& w) { return signedText(keyFor("RS256"), "RS256", w.header("PS256").dump(), w.claims().dump()); }},
      {"a stranger's key of the same kid", "signature",
       [](World& w) {
         return signedText(SigningKey::of("RSA-1024"), "RS256", w.header("RS256").dump(), w.claims().dump());
       }},
  };
  return rows;
}

const std::vector<Row>& claimRows() {
  static const std::vector<Row> rows = {
      {"no issuer", "unknown_issuer", [](World& w) { return without(w, "iss"); }},
      {"another issuer", "unknown_issuer", [](World& w) { return withClaim(w, "iss", "https://id.example.org"); }},
      {"the issuer with a slash", "unknown_issuer", [](World& w) { return withClaim(w, "iss", "https://id.example.com/"); }},
      {"the issuer in a list", "unknown_issuer",
       [](World& w) { return withClaim(w, "iss", Json::array({w.settings.issuer})); }},
      {"no audience", "audience", [](World& w) { return without(w, "aud"); }},
      {"another audience", "audience", [](World& w) { return withClaim(w, "aud", "https://other.example.com"); }},
      {"other audiences", "audience",
       [](World& w) {
         return withClaim(w, "aud", Json::array({"a", "b"}));
       }},
      {"an audience that begins alike", "audience",
       [](World& w) { return withClaim(w, "aud", "https://gateway.example.com/mcp/evil"); }},
      {"an empty list of audiences", "audience", [](World& w) { return withClaim(w, "aud", Json::array()); }},
      {"an audience that is no text", "audience",
       [](World& w) {
         return withClaim(w, "aud", {{"x", 1}});
       }},
      {"no expiry", "claims", [](World& w) { return without(w, "exp"); }},
      {"expired", "expired", [](World& w) { return withClaim(w, "exp", kNow - 60); }},
      {"expired long ago", "expired", [](World& w) { return withClaim(w, "exp", 0); }},
      {"expiry a text", "claims", [](World& w) { return withClaim(w, "exp", std::to_string(kNow + 600)); }},
      {"expiry negative", "claims", [](World& w) { return withClaim(w, "exp", -5); }},
      {"expiry beyond all time", "claims", [](World& w) { return withClaim(w, "exp", 1e300); }},
      {"expiry null", "claims", [](World& w) { return withClaim(w, "exp", nullptr); }},
      {"not yet valid", "not_yet_valid", [](World& w) { return withClaim(w, "nbf", kNow + 61); }},
      {"not-before a text", "claims", [](World& w) { return withClaim(w, "nbf", "now"); }},
      {"issued in the future", "not_yet_valid", [](World& w) { return withClaim(w, "iat", kNow + 300); }},
      {"issued at true", "claims", [](World& w) { return withClaim(w, "iat", true); }},
      {"valid for two hours", "lifetime", [](World& w) { return withClaim(w, "exp", kNow + 7200); }},
      {"issued a day ago, valid still", "lifetime", [](World& w) { return withClaim(w, "iat", kNow - 86'400); }},
      {"valid for a year, not saying since when", "lifetime",
       [](World& w) {
         Json claims = w.claims();
         claims.erase("iat");
         claims["exp"] = kNow + 31'536'000;
         return signedToken(keyFor(kAlg), w.header(kAlg), claims);
       }},
      {"no subject", "claims", [](World& w) { return without(w, "sub"); }},
      {"empty subject", "claims", [](World& w) { return withClaim(w, "sub", ""); }},
      {"subject with a line break", "claims", [](World& w) { return withClaim(w, "sub", "alice\nX-Admin: 1"); }},
      {"subject with NUL", "claims", [](World& w) { return withClaim(w, "sub", std::string("alice\0root", 10)); }},
      {"subject that only looks like another", "claims",
       [](World& w) { return withClaim(w, "sub", "\xD0\xB0lice@example.com"); }},
      {"subject a number", "claims", [](World& w) { return withClaim(w, "sub", 1); }},
      {"subject of 300 bytes", "claims", [](World& w) { return withClaim(w, "sub", std::string(300, 'a')); }},
      {"groups a number", "claims", [](World& w) { return withClaim(w, "groups", 5); }},
      {"a group with a line break", "claims",
       [](World& w) {
         return withClaim(w, "groups", Json::array({"dev", "a\nb"}));
       }},
      {"groups of objects", "claims",
       [](World& w) {
         return withClaim(w, "groups", Json::array({Json{{"name", "ops"}}}));
       }},
      {"300 groups", "claims",
       [](World& w) {
         Json groups = Json::array();
         for (int i = 0; i < 300; ++i) groups.push_back("g" + std::to_string(i));
         return withClaim(w, "groups", groups);
       }},
      {"allowed tools that are null", "claims", [](World& w) { return withClaim(w, "allowed_tools", nullptr); }},
      {"jti a number", "claims", [](World& w) { return withClaim(w, "jti", 5); }},
      {"scope an object", "claims",
       [](World& w) {
         return withClaim(w, "scope", {{"x", 1}});
       }},
      {"an API key cut off", "malformed", [](World&) { return std::string("certus_abc"); }},
  };
  return rows;
}

void refuseAll(const std::vector<Row>& rows) {
  IssuingWorld world;
  for (const Row& row : rows) {
    EXPECT_EQ(said(world.verify(row.token(world))), row.failure) << row.name;
  }
  EXPECT_EQ(said(world.verify(world.good(kAlg))), "ok:alice@example.com");
  EXPECT_EQ(world.verifier->cache().entries(), 1u) << "only the good one is remembered";
}

TEST(BadTokens, OfAWrongFormAreRefused) { refuseAll(forms()); }
TEST(BadTokens, WithAWrongHeaderAreRefused) { refuseAll(headers()); }
TEST(BadTokens, WithAWrongSignatureAreRefused) { refuseAll(signatures()); }
TEST(BadTokens, WithWrongClaimsAreRefused) { refuseAll(claimRows()); }

TEST(BadTokens, AreAtLeastSixty) {
  std::set<std::string> names;
  for (const auto* rows : {&forms(), &headers(), &signatures(), &claimRows()}) {
    for (const Row& row : *rows) EXPECT_TRUE(names.insert(row.name).second) << row.name << " stands twice";
  }
  std::printf("%zu kinds of bad tokens are refused\n", names.size());
  EXPECT_GE(names.size(), 60u);
}

// The signature comes first, so that a forger learns nothing of what claims would do.
TEST(BadTokens, ForgedAndExpiredIsForged) {
  IssuingWorld world;
  Json claims = world.claims();
  claims["exp"] = kNow - 9999;
  EXPECT_EQ(said(world.verify(compact(world.header(kAlg).dump(), claims.dump(), std::string(64, '\1')))), "signature");
}

TEST(BadTokens, EveryFailureHasItsOwnLabel) {
  std::map<std::string_view, int> labels;
  for (std::size_t i = 0; i < kFailures; ++i) ++labels[labelOf(static_cast<Failure>(i))];
  EXPECT_EQ(labels.size(), kFailures);
  EXPECT_EQ(labels.count(""), 0u);
}

}  // namespace
}  // namespace certus::identity
