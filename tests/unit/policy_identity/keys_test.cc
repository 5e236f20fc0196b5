#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy_identity/issuing.h"

namespace certus::identity {
namespace {

using ::testing::HasSubstr;

std::string problemOf(const Json& keys) {
  const auto set = KeySet::parse(Json{{"keys", keys}}.dump());
  return set ? "" : set.error().message;
}

TEST(KeySet, PassesOverWhatItCannotUseAndSaysSo) {
  Json keys = keySet()["keys"];
  keys.push_back({{"kty", "oct"}, {"kid", "secret"}, {"k", "AAAA"}});
  keys.push_back({{"kty", "OKP"}, {"crv", "X25519"}, {"kid", "exchange"}, {"x", "AAAA"}});
  keys.push_back(SigningKey::of("RSA-1024").jwk("weak"));
  Json encryption = keyFor("RS256").jwk("encryption");
  encryption["use"] = "enc";
  keys.push_back(encryption);
  Json other = keyFor("RS256").jwk("other");
  other["alg"] = "RS512";
  keys.push_back(other);
  keys.push_back(5);
  const auto set = KeySet::parse(Json{{"keys", keys}}.dump());
  ASSERT_TRUE(set);
  EXPECT_EQ(set->size(), 4u);
  ASSERT_EQ(set->warnings().size(), 6u);
  EXPECT_THAT(set->warnings()[0], HasSubstr("key 5 (kid secret): holds private material"));
  EXPECT_THAT(set->warnings()[2], HasSubstr("fewer than 2048"));
  EXPECT_THAT(set->warnings()[3], HasSubstr("not for signatures"));
}

TEST(KeySet, RefusesWhatIsNone) {
  EXPECT_FALSE(KeySet::parse("<html>"));
  EXPECT_FALSE(KeySet::parse("{\"keys\":{}}"));
  EXPECT_FALSE(KeySet::parse(std::string(kMaxKeySetBytes + 1, ' ')));
  EXPECT_FALSE(KeySet::parse("{\"keys\":[],\"keys\":[]}"));
  EXPECT_THAT(problemOf(Json::array()), HasSubstr("no key"));
  EXPECT_THAT(problemOf(Json::array({keyFor("RS256").jwk("a"), keyFor("RS256").jwk("a")})), HasSubstr("kid of another key"));
  EXPECT_THAT(problemOf(Json(101, keyFor("EdDSA").jwk("a"))), HasSubstr("more than 100"));
}

TEST(KeySet, RefusesKeysThatNobodyMade) {
  const auto broken = [](const char* algorithm, const char* member, const Json& value) {
    Json jwk = keyFor(algorithm).jwk("a");
    jwk[member] = value;
    return problemOf(Json::array({jwk}));
  };
  EXPECT_THAT(broken("ES256", "x", keyFor("ES256").jwk("a")["y"]), HasSubstr("not a valid key"));
  EXPECT_THAT(broken("ES256", "crv", "P-384"), HasSubstr("wrong size"));
  EXPECT_THAT(broken("ES256", "crv", "secp256k1"), HasSubstr("not used here"));
  EXPECT_THAT(broken("ES256", "y", "AA=="), HasSubstr("malformed y"));
  EXPECT_THAT(broken("RS256", "e", "AQ"), HasSubstr("no key has"));
  EXPECT_THAT(broken("RS256", "e", "AAAAAAAD"), HasSubstr("no key has"));
  EXPECT_THAT(broken("RS256", "n", 5), HasSubstr("has no n"));
  EXPECT_THAT(broken("RS256", "d", "AAAA"), HasSubstr("private material"));
  EXPECT_THAT(broken("RS256", "alg", "ES256"), HasSubstr("another type than its alg"));
  EXPECT_THAT(broken("RS256", "key_ops", Json::array({"sign"})), HasSubstr("not for verification"));
  EXPECT_THAT(broken("EdDSA", "x", "AAAA"), HasSubstr("wrong size"));
}

TEST(KeySet, AKeyForOneAlgorithmVerifiesNoOther) {
  IssuingWorld world;
  Json only = keyFor("RS256").jwk("rsa");
  only["alg"] = "PS256";
  ASSERT_TRUE(world.keys->fetched(Json{{"keys", Json::array({only})}}.dump(), at(kNow).steady));
  EXPECT_EQ(said(world.verify(world.good("RS256"))), "key_mismatch");
  EXPECT_EQ(said(world.verify(world.good("PS256"))), "ok:alice@example.com");
}

struct Remote {  // an issuer whose keys come from a URL
  FakeFetcher fetcher;
  KeyCache cache{{.url = "https://id.example.com/jwks"}, &fetcher};

  std::string find(const char* kid, std::int64_t second) {
    const KeyAnswer answer = cache.find(std::string(kid), Algorithm::ES256, at(second).steady);
    if (std::holds_alternative<KeysPending>(answer)) return "pending";
    if (std::holds_alternative<KeysUnavailable>(answer)) return "unavailable";
    if (const auto* failure = std::get_if<Failure>(&answer)) return std::string(labelOf(*failure));
    return "found";
  }
  void answer(const Json& keys, std::int64_t second) { (void)cache.fetched(keys.dump(), at(second).steady); }
  void fail(std::int64_t second) { (void)cache.fetched(certus::fail(ErrorCode::Unavailable, "refused"), at(second).steady); }
};

Json onlyKey(const char* kid) { return {{"keys", Json::array({keyFor("ES256").jwk(kid)})}}; }

TEST(KeyCache, AsksOnceForManyCallersAndThenAnswers) {
  Remote issuer;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(issuer.find("p256", 1000), "pending");
  EXPECT_EQ(issuer.fetcher.started, std::vector<std::string>{"https://id.example.com/jwks"});
  issuer.answer(keySet(), 1001);
  EXPECT_EQ(issuer.find("p256", 1001), "found");
  EXPECT_EQ(issuer.fetcher.started.size(), 1u);
}

TEST(KeyCache, FollowsARotation) {
  Remote issuer;
  issuer.find("old", 1000);
  issuer.answer(onlyKey("old"), 1000);
  EXPECT_EQ(issuer.find("new", 1100), "pending");
  EXPECT_EQ(issuer.find("old", 1100), "found") << "meanwhile";
  issuer.answer(onlyKey("new"), 1101);
  EXPECT_EQ(issuer.find("new", 1101), "found");
  EXPECT_EQ(issuer.find("old", 1101), "unknown_key");
}

TEST(KeyCache, StrangersCannotMakeItAskMoreThanOnceAMinute) {
  Remote issuer;
  issuer.find("p256", 1000);
  issuer.answer(keySet(), 1000);
  for (std::int64_t second = 1000; second < 1600; ++second) {
    const std::size_t before = issuer.fetcher.started.size();
    for (int i = 0; i < 5; ++i) issuer.find(("stranger-" + std::to_string(second * 5 + i)).c_str(), second);
    if (issuer.fetcher.started.size() > before) issuer.answer(keySet(), second);
  }
  EXPECT_LE(issuer.fetcher.started.size(), 10u);
  EXPECT_GE(issuer.fetcher.started.size(), 9u);
}

TEST(KeyCache, RemembersWhichKeysDoNotExist) {
  Remote issuer;
  issuer.find("p256", 1000);
  issuer.answer(keySet(), 1000);
  EXPECT_EQ(issuer.find("stranger", 1000), "unknown_key");
  EXPECT_EQ(issuer.find("stranger", 1119), "unknown_key") << "no fetch for it although one would be allowed";
  EXPECT_EQ(issuer.fetcher.started.size(), 1u);
  EXPECT_EQ(issuer.find("stranger", 1120), "pending") << "it may have been published meanwhile";
}

TEST(KeyCache, RefreshesBehindTheCallersAndKeepsOldKeysWhileTheIssuerIsAway) {
  Remote issuer;
  issuer.find("p256", 1000);
  issuer.answer(keySet(), 1000);
  EXPECT_EQ(issuer.find("p256", 1599), "found");
  EXPECT_EQ(issuer.fetcher.started.size(), 1u);
  EXPECT_EQ(issuer.find("p256", 1600), "found");
  EXPECT_EQ(issuer.fetcher.started.size(), 2u);
  issuer.fail(1601);
  EXPECT_EQ(issuer.find("p256", 1602), "found");
  EXPECT_EQ(issuer.find("p256", 87'399), "found");
  issuer.fail(87'399);
  EXPECT_EQ(issuer.find("p256", 87'400), "unavailable") << "a day without an answer";
  EXPECT_EQ(issuer.find("p256", 87'459), "pending");
}

TEST(KeyCache, AnAnswerThatIsNoKeySetKeepsTheOldKeys) {
  Remote issuer;
  issuer.find("p256", 1000);
  issuer.answer(keySet(), 1000);
  const auto error = issuer.cache.fetched(std::string("<html>sign in</html>"), at(1001).steady);
  ASSERT_FALSE(error);
  EXPECT_THAT(error.error().message, HasSubstr("key set"));
  EXPECT_EQ(issuer.find("p256", 1002), "found");
}

TEST(KeyCache, WithoutAnyKeysSaysThatItCannotTell) {
  Remote issuer;
  EXPECT_EQ(issuer.find("p256", 1000), "pending");
  issuer.fail(1001);
  EXPECT_EQ(issuer.find("p256", 1002), "unavailable");
  EXPECT_EQ(issuer.find("p256", 1060), "pending");
  EXPECT_EQ(issuer.find("p256", 1080), "unavailable") << "a fetch that never reported";
}

TEST(KeyCache, WarmsUpBeforeTheFirstCall) {
  Remote issuer;
  issuer.cache.warm(at(1000).steady);
  issuer.cache.warm(at(1001).steady);
  EXPECT_EQ(issuer.fetcher.started.size(), 1u);
}

TEST(KeyCache, OfAFileNeverAsks) {
  IssuingWorld world;
  EXPECT_EQ(said(world.verify(world.good("ES256"))), "ok:alice@example.com");
  const KeyAnswer answer = world.keys->find(std::string("x"), Algorithm::ES256, at(kNow + 400'000).steady);
  EXPECT_EQ(std::get<Failure>(answer), Failure::UnknownKey);
}

TEST(Bearer, AwaitsTheKeysOfItsIssuerAndThenAnswers) {
  IssuingWorld world;
  FakeFetcher fetcher;
  auto cache = std::make_shared<KeyCache>(KeyCacheOptions{.url = "https://id.example.com/jwks"}, &fetcher);
  BearerVerifier verifier({{world.settings, cache}}, world.revocations);
  const std::string token = world.good("ES256");
  const Outcome first = verifier.verify(token, at(kNow));
  ASSERT_EQ(said(first), "await");
  EXPECT_EQ(std::get<AwaitKeys>(first).issuer, 0u);
  ASSERT_TRUE(cache->fetched(keySet().dump(), at(kNow).steady));
  EXPECT_EQ(said(verifier.verify(token, at(kNow))), "ok:alice@example.com");
}

TEST(KeySet, PassesOverKeysByWhatTheySayOfThemselves) {
  Json nameless = keyFor("ES256").jwk("a"), list = nameless, single = nameless, number = nameless, named = nameless;
  nameless.erase("kid");
  list["key_ops"] = "verify";
  number["kid"] = 7;
  named["kid"] = "line\nbreak";
  named["use"] = "enc";
  single["alg"] = 5;
  Json unknown = {{"kty", "AKP"}, {"kid", "later"}}, typeless = {{"kid", "x"}};
  const auto set = KeySet::parse(Json{{"keys", {nameless, list, number, named, single, unknown, typeless}}}.dump());
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->size(), 1u);
  ASSERT_EQ(set->warnings().size(), 6u);
  EXPECT_THAT(set->warnings()[0], HasSubstr("key_ops that is no list"));
  EXPECT_EQ(set->warnings()[1], "key 3: has a kid that is no text");
  EXPECT_THAT(set->warnings()[2], HasSubstr("key 4: is not for signatures")) << "a log line has no room for its kid";
  EXPECT_THAT(set->warnings()[3], HasSubstr("algorithm that is not used here"));
  EXPECT_THAT(set->warnings()[4], HasSubstr("of a type that is not used here"));
  EXPECT_THAT(set->warnings()[5], HasSubstr("has no kty"));
}

TEST(KeySet, TellsKeysApartByKidAndType) {
  Json verifying = keyFor("ES256").jwk("same"), other = keyFor("ES384").jwk("same"), nameless = keyFor("EdDSA").jwk("x");
  verifying["key_ops"] = {"sign", "verify"};
  nameless.erase("kid");
  const auto set = KeySet::parse(Json{{"keys", {verifying, other, nameless, nameless}}}.dump());
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_TRUE(set->find(std::string("same"), Algorithm::ES256));
  EXPECT_TRUE(set->find(std::string("same"), Algorithm::ES384));
  EXPECT_EQ(set->find(std::string("same"), Algorithm::RS256).error(), Failure::KeyMismatch);
  EXPECT_EQ(set->find(std::nullopt, Algorithm::RS256).error(), Failure::UnknownKey) << "none fits, and none was named";
  EXPECT_EQ(set->find(std::nullopt, Algorithm::EdDSA).error(), Failure::UnknownKey) << "two fit";
  EXPECT_THAT(KeySet::parse("{}").error().message, HasSubstr("no list"));
}

TEST(KeySet, RefusesNumbersThatBelongToNoKey) {
  const auto with = [](const char* algorithm, const char* member, const std::string& value) {
    Json jwk = keyFor(algorithm).jwk("a");
    if (value == "gone") jwk.erase(member);
    if (value != "gone") jwk[member] = toBase64Url(value);
    return problemOf(Json::array({jwk}));
  };
  std::string even = *fromBase64Url(keyFor("RS256").jwk("a")["n"].get<std::string>());
  even.back() = static_cast<char>(even.back() & ~1);
  EXPECT_THAT(with("RS256", "n", even), HasSubstr("no key has"));
  EXPECT_THAT(with("RS256", "n", std::string(256, '\xff')), HasSubstr("not a valid key")) << "divisible by three";
  EXPECT_THAT(with("RS256", "n", std::string(1025, '\xff')), HasSubstr("more than 8192"));
  EXPECT_THAT(with("RS256", "n", std::string(1026, '\xff')), HasSubstr("malformed n"));
  EXPECT_THAT(with("RS256", "n", ""), HasSubstr("malformed n"));
  EXPECT_THAT(with("RS256", "n", "gone"), HasSubstr("has no n"));
  EXPECT_THAT(with("RS256", "e", "gone"), HasSubstr("has no e"));
  EXPECT_THAT(with("RS256", "e", std::string("\x01\x00\x00", 3)), HasSubstr("no key has")) << "even";
  EXPECT_THAT(with("ES256", "x", "gone"), HasSubstr("has no x"));
  EXPECT_THAT(with("ES256", "y", std::string(31, 'y')), HasSubstr("wrong size"));
  EXPECT_THAT(with("EdDSA", "x", "gone"), HasSubstr("has no x"));
}

TEST(PublicKey, VerifiesNothingOfAnotherAlgorithm) {
  const auto key = PublicKey::fromJwk(keyFor("ES256").jwk("a"));
  EXPECT_FALSE(key->verify(Algorithm::RS256, "bytes", keyFor("RS256").sign("RS256", "bytes")));
}

TEST(KeyCache, WithoutAnybodyToAskHasNoKeys) {
  KeyCache cache({.url = "https://id.example.com/jwks"}, nullptr);
  cache.warm(at(1000).steady);
  EXPECT_TRUE(std::holds_alternative<KeysUnavailable>(cache.find(std::string("x"), Algorithm::ES256, at(1000).steady)));
}

TEST(KeyCache, RefreshesForAStrangersSakeNoMoreThanForAnyOther) {
  FakeFetcher fetcher;
  KeyCache cache({.url = "https://id.example.com/jwks", .refresh = Milliseconds{30'000}}, &fetcher);
  const auto find = [&](std::int64_t second) {
    return cache.find(std::string("stranger"), Algorithm::ES256, at(second).steady);
  };
  find(1000);
  ASSERT_TRUE(cache.fetched(keySet().dump(), at(1000).steady));
  EXPECT_EQ(std::get<Failure>(find(1001)), Failure::UnknownKey);
  EXPECT_EQ(std::get<Failure>(find(1040)), Failure::UnknownKey) << "keys are due, but asked for a minute ago at most";
  EXPECT_EQ(fetcher.started.size(), 1u);
  EXPECT_EQ(std::get<Failure>(find(1060)), Failure::UnknownKey) << "answered at once, and asked behind it";
  EXPECT_EQ(fetcher.started.size(), 2u);
}

TEST(KeyCache, ConcludesNothingFromAFetchThatFailedOrNeverReported) {
  Remote issuer;
  issuer.find("p256", 1000);
  issuer.answer(keySet(), 1000);
  EXPECT_EQ(issuer.find("new", 1100), "pending");
  EXPECT_EQ(issuer.find("new", 1130), "unknown_key") << "that fetch never reported";
  EXPECT_EQ(issuer.find("new", 1160), "pending") << "so it was not remembered as unknown";
  issuer.fail(1161);
  EXPECT_EQ(issuer.find("new", 1162), "unknown_key");
  EXPECT_EQ(issuer.find("new", 1220), "pending") << "nor after one that failed";
  issuer.cache.warm(at(1300).steady);
  EXPECT_EQ(issuer.fetcher.started.size(), 4u) << "there are keys: nothing to warm";
}

TEST(Bearer, SaysThatKeysAreAwayAndNotThatATokenIsWrong) {
  IssuingWorld world;
  FakeFetcher fetcher;
  auto cache = std::make_shared<KeyCache>(KeyCacheOptions{.url = "https://id.example.com/jwks"}, &fetcher);
  const BearerVerifier verifier({{world.settings, cache}}, nullptr);
  EXPECT_EQ(verifier.issuers().size(), 1u);
  const std::string token = world.good("ES256");
  EXPECT_EQ(said(verifier.verify(token, at(kNow))), "await");
  (void)cache->fetched(certus::fail(ErrorCode::Unavailable, "refused"), at(kNow).steady);
  EXPECT_EQ(said(verifier.verify(token, at(kNow))), "keys_unavailable");
  EXPECT_FALSE(countsAgainstAddress(Failure::KeysUnavailable)) << "it is not the caller's fault";
  ASSERT_TRUE(cache->fetched(keySet().dump(), at(kNow).steady));
  EXPECT_EQ(said(verifier.verify(token, at(kNow))), "ok:alice@example.com") << "with no list of revocations";
}

TEST(KeyCache, NamesTheKeysOfItsSetThatCannotBeUsed) {
  KeyCache cache({}, nullptr);
  EXPECT_TRUE(cache.warnings().empty());
  Json set = keySet();
  set["keys"].push_back({{"kty", "oct"}, {"k", "AAAA"}});
  ASSERT_TRUE(cache.fetched(set.dump(), at(kNow).steady));
  ASSERT_EQ(cache.warnings().size(), 1u);
  EXPECT_EQ(cache.warnings()[0].rfind("key 5", 0), 0u) << cache.warnings()[0];
}

}  // namespace
}  // namespace certus::identity
