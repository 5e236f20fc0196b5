// The forms of what people write and what peers send: names, points in time, addresses, URLs, claims, JSON.
#include <gtest/gtest.h>

#include "policy/identity/address.h"
#include "policy/identity/credential.h"
#include "policy/identity/identity_rules.h"
#include "policy/identity/instant.h"
#include "policy/identity/strict_json_events.h"
#include "policy/identity/text_rules.h"
#include "tests/unit/policy_identity/issuing.h"

namespace certus::identity {
namespace {

using Rule = std::optional<std::string> (*)(std::string_view);

void expectForms(Rule rule, const std::vector<std::string>& right, const std::vector<std::string>& wrong) {
  for (const std::string& text : right) EXPECT_FALSE(rule(text)) << text << ": " << *rule(text);
  for (const std::string& text : wrong) EXPECT_TRUE(rule(text)) << text;
}

const std::string kLong(300, 'a');

TEST(Forms, NamesAreOneLineOfPrintableAscii) {
  expectForms(checkPrintable, {"alice@example.com", "release team", "~"},
              {"", " alice", "alice ", "a\nb", "\xC3\xA4", "a\x7f", kLong});
  expectForms(checkKeyName, {"ci-bot"}, {"CI", ""});
}

TEST(Forms, IssuersAreWordsThatCannotBeOurOwnNames) {
  expectForms(checkIssuer, {"https://id.example.com", "accounts.example.com/x"},
              {"", "api-key", "https://id.example.com/a b", "https://\xC3\xA4", "https://" + kLong});
  EXPECT_FALSE(isWord(""));
}

TEST(Forms, AlgorithmsAreTheAsymmetricOnes) {
  expectForms(checkAlgorithm, {"RS256", "PS256", "ES256", "ES384", "EdDSA"}, {"", "HS256", "none", "rs256", "ES512"});
}

TEST(Forms, ClaimsAreNamesOrPointers) {
  expectForms(
      checkClaim,
      {"", "groups", "https://example.com/groups", "/realm_access/roles", "/a~0b/c~1d", "/list/0", "/list/123456789"},
      {" groups", "/a~", "/a~2b", "/list/1234567890", "/x\n"});
}

TEST(Forms, KeysComeOverTlsOrFromThisMachine) {
  expectForms(checkKeysUrl,
              {"https://id.example.com/keys", "http://localhost:9/keys", "http://127.0.0.2/keys", "http://[::1]:9"},
              {"", "ftp://id.example.com", "https://", "http://id.example.com/keys", "http://10.0.0.1/keys",
               "http://[2001:db8::1]/"});
}

TEST(Forms, TheSubjectStandsSomewhere) {
  expectForms(checkSubjectClaim, {"sub", "/user/id"}, {"", "/a~2"});
}

TEST(Forms, ThePublicUrlHasNoSlashAtItsEnd) {
  expectForms(checkPublicUrl, {"https://g.example.com/mcp", "https://g.example.com"},
              {"https://g.example.com/", "g.example.com", ""});
}

TEST(Forms, ScopesAreWordsThatAChallengeCanQuote) {
  expectForms(checkScope, {"mcp:tools", "a"}, {"", "a b", "a\"b", "a\\b", "\xC3\xA4", kLong});
}

TEST(Forms, ToolsOfAScopeAreAServiceAndAName) {
  expectForms(checkToolPattern, {"trust/sign", "trust/*", "*/*"}, {"", "trust_sign", "/sign", "trust/", "trust/s ign"});
}

TEST(Forms, TrustedNetworksAreNeverEverybody) {
  expectForms(checkCidr, {"10.0.0.0/8", "fd00::/8", "192.0.2.1", "::/96"}, {"0.0.0.0/0", "::/0", "10.0.0.1/8", "proxy"});
}

TEST(Forms, CertificatePatternsHaveAtMostOneStarAtAnEnd) {
  expectForms(checkCertificatePattern, {"spiffe://example.org/ci/*", "*@example.org", "CN=ci"},
              {"", "*", "a*b", "*a*", "a**", "\n"});
}

TEST(Forms, AddressesAndNetworksAreWhole) {
  EXPECT_FALSE(parseAddress(std::string(46, '1')));
  EXPECT_FALSE(parseNetwork("10.0.0.0/8x"));
  EXPECT_FALSE(parseNetwork("10.0.0.0/99999999999"));
}

TEST(Forms, InstantsAreRefusedAtEveryPlaceThatIsWrong) {
  const std::string right = "2026-11-23T10:20:30+01:30";
  ASSERT_TRUE(parseInstant(right));
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (const char other : {'x', ' '}) {  // one above the digits, one below
      std::string wrong = right;
      wrong[i] = other;
      EXPECT_FALSE(parseInstant(wrong)) << wrong;
    }
  }
  for (const char* wrong : {"2026-11-23T10:60:30Z", "2026-11-23T10:20:60Z", "2026-11-23T10:20:30+24:00",
                            "2026-11-23T10:20:30+01:60", "2026-13-23T10:20:30Z", "2026-11-23T10:20:30+01:3"}) {
    EXPECT_FALSE(parseInstant(wrong)) << wrong;
  }
  EXPECT_EQ(*parseInstant("2026-11-23T10:20:30-01:30"), *parseInstant("2026-11-23T11:50:30Z"));
  expectForms(checkInstant, {"2027-01-31T00:00:00Z"}, {"tomorrow"});
}

std::string errorOf(const std::string& header, const std::string& target = "/mcp") {
  const std::vector<std::string_view> headers = {header};
  const auto found = bearerCredential(headers, target);
  return found ? "ok" : std::string(labelOf(found.error()));
}

TEST(Credentials, HideInNoEncodingOfTheQuery) {
  for (const char* target : {"/?%61ccess_token=x", "/?access%5ftoken=x", "/?access%5Ftoken=x", "/?a;access_token=x"}) {
    EXPECT_EQ(errorOf("Bearer x", target), "token_in_query") << target;
  }
  for (const char* target : {"/?access_token%", "/?access_token%6", "/?%g1ccess_token", "/?%6/ccess_token", "/?%6:", "/?%/1",
                             "/?%`1", "/?%zz=1", "/?%6g", "/?%6`", "/?access_tokens", "/?access_toke%6e%6e", "/?", "/"}) {
    EXPECT_EQ(errorOf("Bearer x", target), "ok") << target;
  }
}

TEST(Credentials, AreOfTheCharactersThatATokenHas) {
  EXPECT_EQ(errorOf("Bearer aZ09-._~+/="), "ok");
  for (const char* token : {"a{b", "a[b", "a:b", "a@b", "a!b", "a|b"}) {
    EXPECT_EQ(errorOf(std::string("Bearer ") + token), "malformed") << token;
  }
}

TEST(StrictJson, TakesNothingThatIsNoJsonText) {
  const JsonLimits limits;
  StrictJsonEvents events(limits);
  const std::vector<std::uint8_t> bytes = Json::to_cbor(Json::binary({1, 2, 3}));
  EXPECT_FALSE(Json::sax_parse(bytes, &events, nlohmann::detail::input_format_t::cbor));
}

TEST(StrictJson, CountsContainersToo) {
  EXPECT_TRUE(parseStrictObject(R"({"a":[[]]})", {100, 8, 3}));
  EXPECT_FALSE(parseStrictObject(R"({"a":[[],[]]})", {100, 8, 3}));
}

}  // namespace
}  // namespace certus::identity
