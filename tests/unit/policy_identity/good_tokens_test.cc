#include <gtest/gtest.h>

#include "policy/identity/compact_token.h"
#include "policy/identity/key_set.h"
#include "tests/unit/policy_identity/issuing.h"

namespace certus::identity {
namespace {

const Principal& principalOf(const Outcome& outcome) { return *std::get<PrincipalPointer>(outcome); }

TEST(GoodTokens, OfEveryAlgorithmAreAcceptedAndThenRemembered) {
  IssuingWorld world;
  for (const auto& [name, algorithm] : kAlgorithms) {
    const std::string token = world.good(std::string(name));
    EXPECT_EQ(said(world.verify(token)), "ok:alice@example.com") << name;
    EXPECT_EQ(said(world.verify(token)), "ok:alice@example.com") << name;
  }
  EXPECT_EQ(world.verifier->cache().entries(), kAlgorithms.size());
}

TEST(GoodTokens, SayWhoTheyAre) {
  IssuingWorld world;
  const Outcome outcome = world.verify(world.good("ES256"));
  const Principal& who = principalOf(outcome);
  EXPECT_EQ(who.key, "https://id.example.com\nalice@example.com");
  EXPECT_EQ(who.groups, (std::vector<std::string>{"dev", "ops"}));
  EXPECT_EQ(who.scopes, (std::vector<std::string>{"mcp:sign", "mcp:tools"}));
  EXPECT_FALSE(who.allowedTools);
  EXPECT_EQ(who.tokenId, "token-1");
  EXPECT_EQ(who.keyId, "p256");
  EXPECT_EQ(who.method, Method::Bearer);
  EXPECT_EQ(who.issued, at(kNow - 60).wall);
  EXPECT_EQ(who.expires, at(kNow + 660).wall);  // with the skew
}

TEST(GoodTokens, MayLimitThemselvesToTools) {
  IssuingWorld world;
  Json claims = world.claims();
  claims["allowed_tools"] = {"trust/verify"};
  EXPECT_EQ(principalOf(world.verify(signedToken(keyFor("ES256"), world.header("ES256"), claims))).allowedTools,
            std::vector<std::string>{"trust/verify"});
  claims["allowed_tools"] = Json::array();
  EXPECT_EQ(principalOf(world.verify(signedToken(keyFor("ES256"), world.header("ES256"), claims))).allowedTools,
            std::vector<std::string>());
}

TEST(GoodTokens, AreMappedAsTheIssuersConfigurationSays) {
  IssuingWorld world;
  world.settings.claims.subject = "email";
  world.settings.claims.tenant = "/org/id";
  world.settings.claims.groups = "https://example.com/groups";
  world.settings.claims.scopes = "/realm_access/roles";
  world.rebuild();
  Json claims = world.claims();
  claims["email"] = "bob@example.com";
  claims["org"] = {{"id", "acme"}};
  claims["https://example.com/groups"] = "admins";
  claims["realm_access"] = {{"roles", {"signer"}}};
  const Outcome outcome = world.verify(signedToken(keyFor("ES256"), world.header("ES256"), claims));
  ASSERT_EQ(said(outcome), "ok:bob@example.com");
  EXPECT_EQ(principalOf(outcome).tenant, "acme");
  EXPECT_EQ(principalOf(outcome).key, "https://id.example.com\nbob@example.com\nacme");
  EXPECT_EQ(principalOf(outcome).groups, std::vector<std::string>{"admins"});
  EXPECT_EQ(principalOf(outcome).scopes, std::vector<std::string>{"signer"});
  EXPECT_EQ(said(world.verify(world.good("ES256"))), "claims") << "without its tenant a token belongs to none";
}

TEST(GoodTokens, MayNameSeveralAudiencesAndAccessTokenTypes) {
  IssuingWorld world;
  Json claims = world.claims();
  claims["aud"] = {"https://other.example.com", world.settings.audiences.front()};
  Json header = world.header("ES256");
  for (const char* type : {"at+jwt", "application/at+jwt", "AT+JWT", "jwt"}) {
    header["typ"] = type;
    EXPECT_EQ(said(world.verify(signedToken(keyFor("ES256"), header, claims))), "ok:alice@example.com") << type;
  }
  world.settings.accessTokensOnly = true;
  world.rebuild();
  EXPECT_EQ(said(world.verify(signedToken(keyFor("ES256"), header, claims))), "token_type") << "an ID token";
  header["typ"] = "at+jwt";
  EXPECT_EQ(said(world.verify(signedToken(keyFor("ES256"), header, claims))), "ok:alice@example.com");
}

TEST(GoodTokens, WithoutKidUseTheOnlyKeyThatFits) {
  IssuingWorld world;
  Json header = world.header("ES256");
  header.erase("kid");
  EXPECT_EQ(said(world.verify(signedToken(keyFor("ES256"), header, world.claims()))), "ok:alice@example.com");
  Json two = keySet();
  two["keys"].push_back(keyFor("ES256").jwk("p256-b"));
  ASSERT_TRUE(world.keys->fetched(two.dump(), at(kNow).steady));
  EXPECT_EQ(said(world.verify(signedToken(keyFor("ES256"), header, world.claims()))), "unknown_key");
}

TEST(GoodTokens, OfAnAlgorithmThatTheIssuerMayNotUseAreRefused) {
  IssuingWorld world;
  world.settings.algorithms = {"ES256"};
  world.rebuild();
  EXPECT_EQ(said(world.verify(world.good("RS256"))), "algorithm");
  EXPECT_EQ(said(world.verify(world.good("ES256"))), "ok:alice@example.com");
}

TEST(GoodTokens, CountUpToTheirLastMoment) {
  IssuingWorld world;
  const std::string token = world.good("ES256");
  EXPECT_EQ(said(world.verify(token, kNow + 659)), "ok:alice@example.com");
  EXPECT_EQ(said(world.verify(token, kNow + 660)), "expired") << "a remembered one, too";
  EXPECT_EQ(said(world.verify(token, kNow - 121)), "not_yet_valid");
}

TEST(GoodTokens, AreVerifiedAnewWhenTheKeysChange) {
  IssuingWorld world;
  const std::string token = world.good("ES256");
  ASSERT_EQ(said(world.verify(token)), "ok:alice@example.com");
  ASSERT_TRUE(world.keys->fetched(keySet().dump(), at(kNow).steady));
  EXPECT_TRUE(world.verifier->known(token, at(kNow))) << "the same keys again change nothing";
  const Json other = {{"keys", Json::array({keyFor("RS256").jwk("rsa")})}};
  ASSERT_TRUE(world.keys->fetched(other.dump(), at(kNow).steady));
  EXPECT_FALSE(world.verifier->known(token, at(kNow)));
  EXPECT_EQ(said(world.verify(token)), "unknown_key");
}

TEST(GoodTokens, DoNotFillMemory) {
  IssuingWorld world;
  BearerVerifier small({{world.settings, world.keys}}, world.revocations, 64, 64 << 10);
  for (int i = 0; i < 300; ++i) {
    Json claims = world.claims();
    claims["jti"] = std::to_string(i);
    ASSERT_EQ(said(small.verify(signedToken(keyFor("EdDSA"), world.header("EdDSA"), claims), at(kNow))),
              "ok:alice@example.com");
  }
  EXPECT_LE(small.cache().entries(), 64u);
  EXPECT_LE(small.cache().bytes(), 64u << 10);
  EXPECT_GT(small.cache().entries(), 8u);
}

struct Example {
  const char *name, *jwk, *token;
};

// Published signatures: RFC 7515 A.2 and A.3, RFC 7520 4.1, RFC 8037 A.4.
const Example kExamples[] = {
    {"RFC 7515 A.2",
     R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})",
     "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
     "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
     "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQ"
     "jbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
     "eOkHWEsqt"
     "FZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"},
    {"RFC 7515 A.3",
     R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
     "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
     "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
    {"RFC 7520 4.1",
     R"({"kty":"RSA","kid":"bilbo.baggins@hobbiton.example","use":"sig","n":"n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw","e":"AQAB"})",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9."
     "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29"
     "pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vI"
     "Gtub3d"
     "pbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.MRjdkly7_-"
     "oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mw"
     "zJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_"
     "qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPoc"
     "SadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_"
     "fcIe8u9ipH84og"
     "oree7vjbU5y18kDquDg"},
    {"RFC 8037 A.4", R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
     "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
     "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
};

TEST(PublishedExamples, VerifyAndTheirAlteredFormsDoNot) {
  for (const Example& example : kExamples) {
    const auto parts = parseCompactToken(example.token);
    ASSERT_TRUE(parts) << example.name;
    const auto key = PublicKey::fromJwk(Json::parse(example.jwk));
    ASSERT_TRUE(key) << example.name << ": " << key.error().message;
    EXPECT_TRUE(key->verify(parts->algorithm, parts->signedBytes, parts->signature)) << example.name;
    std::string other(parts->signedBytes);
    other.back() = other.back() == 'A' ? 'B' : 'A';
    EXPECT_FALSE(key->verify(parts->algorithm, other, parts->signature)) << example.name;
  }
}

std::string saidOf(IssuingWorld& world, const Json& claims) {
  world.rebuild();
  return said(world.verify(signedToken(keyFor("ES256"), world.header("ES256"), claims)));
}

TEST(GoodTokens, NeedNoMoreThanIssuerSubjectAudienceAndExpiry) {
  IssuingWorld world;
  Json claims = {
      {"iss", world.settings.issuer}, {"sub", "bob"}, {"aud", world.settings.audiences.front()}, {"exp", kNow + 60}};
  EXPECT_EQ(saidOf(world, claims), "ok:bob");
  claims["nbf"] = kNow;
  claims["scope"] = "  mcp:tools   mcp:sign ";
  EXPECT_EQ(saidOf(world, claims), "ok:bob");
}

TEST(GoodTokens, BelongToTheTenantThatTheIssuerSays) {
  IssuingWorld world;
  world.settings.tenant = "acme";
  EXPECT_EQ(saidOf(world, world.claims()), "ok:alice@example.com");
  world.settings.claims.tenant = "/org/id";
  EXPECT_EQ(saidOf(world, world.claims()), "claims") << "it has none";
  Json claims = world.claims();
  claims["org"] = {{"name", "x"}};
  EXPECT_EQ(saidOf(world, claims), "claims");
  claims["org"]["id"] = "two\nlines";
  EXPECT_EQ(saidOf(world, claims), "claims");
  claims["org"]["id"] = "other";
  EXPECT_EQ(saidOf(world, claims), "ok:alice@example.com");
}

TEST(GoodTokens, AreTakenApartInThreeParts) {
  EXPECT_EQ(parseCompactToken(std::string(kMaxTokenBytes + 1, 'a')).error(), Failure::TooLong);
  EXPECT_EQ(parseCompactToken("e30.!.AAAA").error(), Failure::Malformed);
  EXPECT_EQ(parseCompactToken("!.e30.AAAA").error(), Failure::Malformed);
}

TEST(TokenCache, ForgetsTheOldestForRoomAndNeverHoldsMoreThanItsBytes) {
  const auto tokenOf = [](std::size_t bytes) {
    Principal who;
    who.subject = std::string(bytes, 's');
    return CachedToken{std::make_shared<const Principal>(std::move(who)), 0, 1};
  };
  TokenCache cache(16'000, 16 * 4'000);    // a shard holds 4,000 bytes
  TokenDigest first{}, second{}, third{};  // all of one shard
  second[1] = 1;
  third[1] = 2;
  cache.put(first, tokenOf(1'800));
  cache.put(second, tokenOf(1'800));
  EXPECT_FALSE(cache.find(first).principal) << "the first went for the second";
  EXPECT_TRUE(cache.find(second).principal);
  cache.put(third, tokenOf(9'000));
  EXPECT_FALSE(cache.find(third).principal) << "larger than all there is";
  EXPECT_TRUE(cache.find(second).principal) << "and nothing went for it";
  cache.remove(second);
  EXPECT_EQ(cache.bytes(), 0u);
  cache.put(first, tokenOf(1'800));
  EXPECT_TRUE(cache.find(first).principal);
}

}  // namespace
}  // namespace certus::identity
