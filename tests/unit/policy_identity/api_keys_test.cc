#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/json_schema.h"
#include "policy/identity/api_keys.h"
#include "policy/identity/instant.h"
#include "policy/identity/revocations.h"
#include "tests/unit/policy_identity/issuing.h"

namespace certus::identity {
namespace {

using ::testing::HasSubstr;

const NewApiKey kKey = makeApiKey(std::string(32, '\x5a'));

std::string said(const ApiKeys& keys, std::string_view key, const char* when = "2026-11-23T00:00:00Z") {
  const auto found = keys.find(key, *parseInstant(when));
  return found ? (*found)->subject : std::string(labelOf(found.error()));
}

ApiKeys keysOf(const std::string& yaml) {
  const auto file = readApiKeys(yaml, "keys.yaml");
  EXPECT_EQ(file.text(), "");
  return ApiKeys(file.value.keys);
}

TEST(ApiKeys, LookLikeOnesAndHoldTheirRandomBytes) {
  EXPECT_EQ(kKey.key.size(), kApiKeyBytes);
  EXPECT_TRUE(looksLikeApiKey(kKey.key));
  EXPECT_EQ(kKey.sha256, toHex(sha256(kKey.key)));
  EXPECT_NE(makeApiKey(std::string(32, '\x5b')).key, kKey.key);
}

TEST(ApiKeys, AreFoundByTheirDigestAlone) {
  const ApiKeys keys = keysOf("keys:\n  ci-bot:\n    sha256: " + kKey.sha256 +
                              "\n    subject: ci@example.com\n    tenant: acme\n    groups: [b, a, b]\n"
                              "    expires: 2027-01-01T00:00:00Z\n    created: 2026-01-01T00:00:00Z\n");
  ASSERT_EQ(said(keys, kKey.key), "ci@example.com");
  const Principal who = **keys.find(kKey.key, WallTime{});
  EXPECT_EQ(who.key, "api-key\nci@example.com\nacme") << "what it opens for one tenant is none of another's";
  EXPECT_EQ(who.groups, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(who.keyId, "ci-bot");
  EXPECT_FALSE(who.allowedTools);
  EXPECT_EQ(said(keys, kKey.key, "2027-01-01T00:00:00Z"), "api_key_expired");
  EXPECT_EQ(said(keys, makeApiKey(std::string(32, 'x')).key), "unknown_api_key");
}

TEST(ApiKeys, AMistypedOneIsToldFromAnUnknownOne) {
  const ApiKeys keys = keysOf("keys: {}\n");
  EXPECT_EQ(said(keys, kKey.key), "unknown_api_key");
  std::string typo = kKey.key;
  std::swap(typo[10], typo[11]);
  typo[12] = typo[12] == 'a' ? 'b' : 'a';
  EXPECT_EQ(said(keys, typo), "api_key_form");
  EXPECT_EQ(said(keys, kKey.key.substr(0, 54)), "api_key_form");
  EXPECT_EQ(said(keys, kKey.key + "A"), "api_key_form");
  EXPECT_EQ(said(keys, "certus_"), "api_key_form");
}

TEST(ApiKeys, AnEmptyListOfToolsIsALimit) {
  const ApiKeys keys = keysOf("keys:\n  a:\n    sha256: " + kKey.sha256 + "\n    subject: a\n    allowed_tools: []\n");
  EXPECT_EQ((*keys.find(kKey.key, WallTime{}))->allowedTools, std::vector<std::string>());
}

TEST(ApiKeyFile, NamesEveryMistakeWithItsPlace) {
  const auto file =
      readApiKeys("keys:\n  a:\n    sha256: " + kKey.sha256 + "\n    subject: a\n  b:\n    sha256: " + kKey.sha256 +
                      "\n    subjekt: b\n    expires: tomorrow\n  C: {}\n",
                  "keys.yaml");
  EXPECT_THAT(file.text(), HasSubstr("keys.yaml:6:13: keys.b.sha256: the digest of a too"));
  EXPECT_THAT(file.text(), HasSubstr("keys.yaml:7:5: keys.b.subjekt: unknown key; did you mean subject?"));
  EXPECT_THAT(file.text(), HasSubstr("keys.b.expires: not a point in time"));
  EXPECT_THAT(file.text(), HasSubstr("subject is missing"));
  EXPECT_THAT(file.text(), HasSubstr("keys.C: not a name"));
}

TEST(IdentityFiles, ThatSayNothingAreMistakes) {
  for (const char* blank : {"", "# all gone\n", "---\n"}) {
    EXPECT_THAT(readRevocations(blank, "r.yaml").text(), HasSubstr("nothing stands here; write {} if nothing is meant"));
    EXPECT_THAT(readApiKeys(blank, "k.yaml").text(), HasSubstr("nothing stands here; write {} if nothing is meant"));
  }
  for (const char* key : {"tokens", "keys", "subjects"})
    EXPECT_THAT(readRevocations(std::string(key) + ":\n", "r.yaml").text(),
                HasSubstr("r.yaml:1:1: " + std::string(key) + ": nothing"));
  EXPECT_THAT(readApiKeys("keys:\n", "k.yaml").text(), HasSubstr("k.yaml:1:1: keys: nothing"));
  EXPECT_EQ(readRevocations("{}", "r.yaml").text() + readRevocations("tokens: {}", "r.yaml").text(), "");
  EXPECT_EQ(readApiKeys("{}", "k.yaml").text() + readApiKeys("keys: {}", "k.yaml").text(), "");
}

TEST(IdentityFiles, NameTheNearestKeyBeforeTheySpeakOfSecrets) {
  const std::string text = readRevocations("token: {a: {}}", "r.yaml").text();
  EXPECT_THAT(text, HasSubstr("unknown key; did you mean tokens?"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("secret")));
}

TEST(IdentityFiles, HaveSchemasForEditors) {
  for (const config::Shape* shape : {&apiKeysShape(), &revocationsShape()}) {
    EXPECT_TRUE(Json::parse(config::jsonSchema(*shape))["properties"].is_object());
  }
}

TEST(Revocations, StopTokensKeysAndSubjectsUpToTheirCutOff) {
  const auto file = readRevocations(
      "tokens:\n  token-9: {reason: lost}\nkeys:\n  ci-bot: {issued_before: 2026-06-01T00:00:00Z}\n"
      "subjects:\n  bob@example.com: {issued_before: 2026-06-01T02:00:00+02:00}\n",
      "revocations.yaml");
  ASSERT_EQ(file.text(), "");
  const Revocations& list = file.value;
  Principal who;
  who.subject = "alice";
  who.issued = *parseInstant("2026-05-31T23:59:59Z");
  EXPECT_FALSE(list.revoked(who));
  who.tokenId = "token-9";
  EXPECT_TRUE(list.revoked(who));
  who.tokenId = "token-8";
  who.keyId = "ci-bot";
  EXPECT_TRUE(list.revoked(who));
  who.issued = *parseInstant("2026-06-01T00:00:00Z");
  EXPECT_FALSE(list.revoked(who)) << "made after the cut-off";
  who.subject = "bob@example.com";
  EXPECT_FALSE(list.revoked(who));
  who.issued = WallTime{};
  EXPECT_TRUE(list.revoked(who)) << "of unknown age";
}

TEST(Revocations, JoinedStopWhatEitherStops) {
  const auto read = [](const std::string& yaml) { return readRevocations(yaml, "revoked.yaml").value; };
  const Revocations old = read("tokens: {t: {}}\nsubjects: {bob: {issued_before: 2026-01-01T00:00:00Z}, eve: {}}\n");
  EXPECT_EQ(joined(old, Revocations()), old);
  const Revocations earlier = read("subjects: {bob: {issued_before: 2025-01-01T00:00:00Z}}\n");
  EXPECT_EQ(joined(old, earlier), old) << "the later cut-off counts";
  const Revocations all = joined(old, read("keys: {ci: {}}\nsubjects: {bob: {issued_before: 2027-01-01T00:00:00Z}}\n"));
  EXPECT_NE(all, old);
  EXPECT_EQ(all.tokens.size() + all.keys.size() + all.subjects.size(), 4u);
  EXPECT_EQ(all.subjects.at("bob").cutOff, *parseInstant("2027-01-01T00:00:00Z"));
}

TEST(Revocations, StopATokenThatWasVerifiedBefore) {
  IssuingWorld world;
  const std::string token = world.good("ES256");
  world.revocations->tokens["token-1"] = {};
  world.rebuild();
  EXPECT_EQ(said(world.verify(token)), "revoked");
}

TEST(Instants, AreReadStrictly) {
  EXPECT_EQ(*parseInstant("1970-01-02T00:00:00Z"), WallTime(std::chrono::hours(24)));
  EXPECT_EQ(*parseInstant("2026-11-23T01:00:00+01:00"), *parseInstant("2026-11-23T00:00:00Z"));
  EXPECT_EQ(showInstant(*parseInstant("2028-02-29T23:59:59Z")), "2028-02-29T23:59:59Z");
  for (const char* wrong :
       {"", "2026-11-23", "2026-11-23T00:00:00", "2026-02-30T00:00:00Z", "2026-11-23 00:00:00Z", "2026-11-23T24:00:00Z",
        "2026-11-23T00:00:00+25:00", "2026-11-23T00:00:00Zx", "1969-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parseInstant(wrong)) << wrong;
  }
  EXPECT_TRUE(parseInstant("9999-12-31T00:00:00Z")) << "as people write: never";
}

TEST(ApiKeys, AreComparedWholeAndNotByWhereADigestBegins) {
  const std::string other = makeApiKey(std::string(32, '!')).sha256;
  std::map<std::string, ApiKeyEntry> entries;
  entries["alike"].sha256 = kKey.sha256.substr(0, 16) + other.substr(16);
  entries["cut"].sha256 = kKey.sha256.substr(0, 16);
  entries["last"].sha256 = std::string(64, 'f');
  for (auto& [name, entry] : entries) entry.subject = name;
  EXPECT_EQ(said(ApiKeys(entries), kKey.key), "unknown_api_key");
  entries["right"].sha256 = kKey.sha256;
  entries["right"].subject = "right";
  EXPECT_EQ(said(ApiKeys(entries), kKey.key), "right");
  EXPECT_EQ(ApiKeys(entries).size(), 4u);
  EXPECT_EQ(said(ApiKeys(), kKey.key), "unknown_api_key");
}

std::string narrowedText(const std::string& inForce, const std::string& next) {
  const auto left = keysOf(inForce).narrowed(keysOf(next));
  return left ? std::to_string(left->size()) + " " + said(*left, kKey.key) : "as before";
}

TEST(ApiKeys, AreNarrowedByWhatIsGoneAndByNothingThatGives) {
  const std::string head = "keys:\n  ci: {sha256: " + kKey.sha256 + ", subject: ci";
  const std::string other = "  new: {sha256: " + std::string(64, 'a') + ", subject: new}\n";
  EXPECT_EQ(narrowedText(head + "}\n", head + "}\n"), "as before");
  EXPECT_EQ(narrowedText(head + "}\n", head + ", groups: [admins]}\n" + other), "as before") << "new keys and groups wait";
  EXPECT_EQ(narrowedText(head + "}\n" + other, head + "}\n"), "1 ci");
  EXPECT_EQ(narrowedText(head + "}\n", "keys:\n" + other), "0 unknown_api_key");
  const std::string given = "keys:\n  ci: {sha256: " + kKey.sha256 + ", subject: another}\n";
  EXPECT_EQ(narrowedText(head + "}\n", given), "0 unknown_api_key");
  const std::string ended = head + ", expires: 2026-01-01T00:00:00Z}\n", later = head + ", expires: 2027-01-01T00:00:00Z}\n";
  EXPECT_EQ(narrowedText(head + "}\n", ended), "1 api_key_expired");
  EXPECT_EQ(narrowedText(ended, later), "as before");
}

TEST(ApiKeys, HoldUntilTheEndThatTheyHaveNow) {
  const std::string head = "keys:\n  ci: {sha256: " + kKey.sha256 + ", subject: ci";
  const auto who = *keysOf(head + "}\n").find(kKey.key, WallTime{});
  const ApiKeys sooner = keysOf(head + ", expires: 2027-01-01T00:00:00Z}\n");
  EXPECT_TRUE(sooner.hold(*who, *parseInstant("2026-12-31T23:59:59Z")));
  EXPECT_FALSE(sooner.hold(*who, *parseInstant("2027-01-01T00:00:00Z"))) << "an open stream ends then too";
}

TEST(ApiKeys, OfTheRightLengthAreRefusedForTheirPrefixAndCharacters) {
  const ApiKeys keys;
  EXPECT_EQ(said(keys, "Certus_" + kKey.key.substr(7)), "api_key_form");
  EXPECT_EQ(said(keys, kKey.key.substr(0, 54) + "+"), "api_key_form");
}

TEST(ApiKeyFile, OfBrokenYamlOrWithoutDigestsIsAMistakeOnce) {
  EXPECT_THAT(readApiKeys("keys: [\n", "keys.yaml").text(), HasSubstr("keys.yaml:"));
  const std::string text = readApiKeys("keys:\n  a: {subject: a}\n  b: {subject: b}\n", "keys.yaml").text();
  EXPECT_THAT(text, HasSubstr("keys.a: sha256 is missing"));
  EXPECT_THAT(text, testing::Not(HasSubstr("the digest of")));
}

}  // namespace
}  // namespace certus::identity
