// An issuer's keys over a real connection: how often it is asked, what is believed, what outlives what.
#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "key_world.h"
#include "tests/unit/http/scripted_origin.h"

namespace certus::gateway::test {
namespace {

using certus::test::DeadPort;
using certus::test::RawPeer;
using certus::test::ScriptedOrigin;
using identity::KeyCache;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(KeyRing, AsksOnceHoweverManyCallsWantAKey) {
  KeyServer issuer(keySetOf("one"));
  RingWorld world;
  const auto keys = world.keysAt(issuer.url("/realms/main/keys/?v=2"));
  EXPECT_THAT(issuer.asked(), IsEmpty()) << "loading a configuration contacts nobody";
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (int j = 0; j < 200; ++j) asking(*keys, "one", now());
    });
  }
  for (auto& caller : callers) caller.join();
  const KeyFetch fetch = world.told(1);
  EXPECT_EQ(fetch.result, FetchResult::Ok) << fetch.text;
  EXPECT_EQ(fetch.issuer, "company");
  EXPECT_EQ(asking(*keys, "one", now()), "key");
  EXPECT_THAT(issuer.asked(), ElementsAre("/realms/main/keys/?v=2"));
}

TEST(KeyRing, UnknownKeysCauseOneFetchAMinute) {
  KeyServer issuer(keySetOf("one"));
  RingWorld world;
  const auto keys = world.keysAt(issuer.url());
  asking(*keys, "one", now());
  world.told(1);
  const SteadyTime start = now();
  std::size_t pending = 0;
  for (int second = 0; second < 300; ++second) {
    if (asking(*keys, "made-up-" + std::to_string(second), start + seconds(second)) != "pending") continue;
    ++pending;
    world.told(1 + pending);
  }
  EXPECT_LE(issuer.asked().size(), 6u);
  EXPECT_GE(issuer.asked().size(), 4u);
  EXPECT_EQ(issuer.asked().size(), 1 + pending);
}

TEST(KeyRing, ARotatedKeyIsFetchedByTheFirstTokenThatNamesIt) {
  KeyServer issuer(keySetOf("old"));
  RingWorld world;
  const auto keys = world.keysAt(issuer.url());
  asking(*keys, "old", now());
  world.told(1);
  issuer.answer(200, keySetOf("new"));
  EXPECT_EQ(asking(*keys, "new", now() + seconds(61)), "pending");
  EXPECT_EQ(world.told(2).result, FetchResult::Ok);
  EXPECT_EQ(asking(*keys, "new", now() + seconds(62)), "key");
  EXPECT_EQ(asking(*keys, "old", now() + seconds(62)), "unknown_key");
}

TEST(KeyRing, AKeyThatIsUsedRightAfterAFetchIsFoundWithinTwoMinutes) {
  KeyServer issuer(keySetOf("old"));
  RingWorld world;
  const auto keys = world.keysAt(issuer.url());
  asking(*keys, "old", now());
  world.told(1);
  issuer.answer(200, keySetOf("new"));
  EXPECT_EQ(asking(*keys, "new", now()), "unknown_key") << "too early to ask again";
  EXPECT_EQ(asking(*keys, "new", now() + seconds(121)), "pending");
  world.told(2);
  EXPECT_EQ(asking(*keys, "new", now() + seconds(122)), "key");
}

TEST(KeyRing, OldKeysServeADayWhileTheIssuerIsAway) {
  KeyServer issuer(keySetOf("one"));
  RingWorld world;
  const auto keys = world.keysAt(issuer.url());
  asking(*keys, "one", now());
  world.told(1);
  issuer.answer(500, "down");
  EXPECT_EQ(asking(*keys, "one", now() + minutes(11)), "key") << "nobody waits for the refresh";
  const KeyFetch failed = world.told(2);
  EXPECT_EQ(failed.result, FetchResult::Status);
  EXPECT_THAT(failed.text, HasSubstr("500"));
  EXPECT_EQ(asking(*keys, "one", now() + hours(23)), "key");
  world.told(3);
  EXPECT_EQ(asking(*keys, "one", now() + hours(25)), "pending");
  world.told(4);
  EXPECT_EQ(asking(*keys, "one", now() + hours(25)), "unavailable") << "a day is the limit";
}

struct BadAnswer {
  const char* name;
  int status;
  std::string body, extra;
  FetchResult result;
  const char* text;
};

TEST(KeyRing, WhatIsNoKeySetIsRefusedAndSaid) {
  const BadAnswer table[] = {
      {"redirect", 302, "", "Location: /elsewhere\r\n", FetchResult::Redirect, "redirects are not followed"},
      {"permanent redirect", 308, keySetOf("one"), "Location: /elsewhere\r\n", FetchResult::Redirect, "308"},
      {"missing", 404, keySetOf("one"), "", FetchResult::Status, "404"},
      {"no content", 204, "", "", FetchResult::Status, "204"},
      {"a page", 200, "<html>Sign in</html>", "", FetchResult::NotKeys, ""},
      {"no keys", 200, R"({"keys":[]})", "", FetchResult::NotKeys, ""},
      {"symmetric keys only", 200, R"({"keys":[{"kty":"oct","k":"AAAA","kid":"one"}]})", "", FetchResult::NotKeys, ""},
      {"empty", 200, "", "", FetchResult::NotKeys, ""},
      {"deep", 200, std::string(100'000, '['), "", FetchResult::NotKeys, ""},
      {"huge", 200, std::string(identity::kMaxKeySetBytes + 1, ' '), "", FetchResult::TooLarge, "256 KB"},
  };
  for (const BadAnswer& bad : table) {
    SCOPED_TRACE(bad.name);
    KeyServer issuer("");
    issuer.answer(bad.status, bad.body, bad.extra);
    RingWorld world;
    const auto keys = world.keysAt(issuer.url());
    EXPECT_EQ(asking(*keys, "one", now()), "pending");
    const KeyFetch fetch = world.told(1);
    EXPECT_EQ(labelOf(fetch.result), labelOf(bad.result)) << fetch.text;
    EXPECT_THAT(fetch.text, HasSubstr(bad.text));
    EXPECT_FALSE(fetch.text.empty());
    EXPECT_EQ(asking(*keys, "one", now()), "unavailable");
    EXPECT_EQ(issuer.asked().size(), 1u) << "one request, whatever it said";
  }
}

TEST(KeyRing, AnIssuerThatStallsOrNeverEndsIsGivenUp) {
  ScriptedOrigin silent([](RawPeer& peer, int) { peer.readToEnd(); });
  ScriptedOrigin endless([](RawPeer& peer, int) {
    peer.more();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "8000\r\n" + std::string(0x8000, ' ') + "\r\n";
    while (peer.send(chunk)) {
    }
  });
  RingWorld brief({Milliseconds(400)});
  const auto stalled = brief.keysAt(silent.url());
  asking(*stalled, "one", now());
  EXPECT_EQ(labelOf(brief.told(1).result), "timeout");
  RingWorld patient;
  const auto flooded = patient.keysAt(endless.url());
  asking(*flooded, "one", now());
  EXPECT_EQ(labelOf(patient.told(1).result), "too_large");
}

TEST(KeyRing, NobodyAtThePortIsARefusal) {
  const DeadPort nobody;
  RingWorld world;
  const auto keys = world.keysAt(nobody.url() + "/keys");
  asking(*keys, "one", now());
  EXPECT_EQ(labelOf(world.told(1).result), "refused");
}

TEST(KeyRing, KeysThatCannotBeUsedAreNamed) {
  auto set = identity::Json::parse(keySetOf("one"));
  set["keys"].push_back({{"kty", "oct"}, {"k", "AAAA"}, {"kid", "shared"}});
  KeyServer issuer(set.dump());
  RingWorld world;
  const auto keys = world.keysAt(issuer.url());
  asking(*keys, "one", now());
  const KeyFetch fetch = world.told(1);
  EXPECT_EQ(fetch.result, FetchResult::Ok);
  ASSERT_EQ(fetch.warnings.size(), 1u);
  EXPECT_THAT(fetch.warnings[0], HasSubstr("shared"));
}

TEST(KeyRing, WarmingAsksBeforeTheFirstCall) {
  KeyServer issuer(keySetOf("one"));
  RingWorld world;
  const auto keys = world.keysAt(issuer.url());
  world.ring->warm();
  world.told(1);
  EXPECT_EQ(asking(*keys, "one", now()), "key");
  world.ring->warm();
  EXPECT_EQ(issuer.asked().size(), 1u);
}

TEST(KeyRing, AReloadKeepsTheCacheOfAnUnchangedIssuer) {
  RingWorld world;
  identity::Issuer issuer = issuerAt("http://127.0.0.1:9/keys");
  auto first = *world.ring->keysOf(issuer);
  issuer.audiences.push_back("another");
  issuer.claims.groups = "/roles";
  EXPECT_EQ(first, *world.ring->keysOf(issuer));
  issuer.jwksUrl += "2";
  auto moved = *world.ring->keysOf(issuer);
  EXPECT_NE(first, moved);
  issuer.refresh = minutes(5);
  EXPECT_NE(moved, *world.ring->keysOf(issuer));
  const std::weak_ptr<KeyCache> gone = first;
  first.reset();
  const auto again = world.ring->keysOf(issuer);
  EXPECT_TRUE(gone.expired()) << "a cache that no generation uses is let go";
}

TEST(KeyRing, FiguresCountFetchesByIssuerAndResult) {
  KeyServer issuer(keySetOf("one"));
  RingWorld world;
  const auto keys = world.keysAt(issuer.url());
  asking(*keys, "one", now());
  world.told(1);
  issuer.answer(503, "");
  asking(*keys, "one", now() + minutes(11));
  world.told(2);
  const auto figures = world.ring->figures();
  ASSERT_EQ(figures.size(), 1u);
  EXPECT_EQ(figures[0].issuer, "company");
  EXPECT_EQ(figures[0].fetches[static_cast<std::size_t>(FetchResult::Ok)], 1u);
  EXPECT_EQ(figures[0].fetches[static_cast<std::size_t>(FetchResult::Status)], 1u);
}

TEST(KeyRing, ACacheMayOutliveTheRing) {
  ScriptedOrigin silent([](RawPeer& peer, int) { peer.readToEnd(); });
  RingWorld world;
  const auto asked = world.keysAt(silent.url());
  const auto idle = world.keysAt(silent.url() + "/other");
  asking(*asked, "one", now());
  world.ring.reset();  // in the middle of a fetch
  EXPECT_EQ(asking(*idle, "one", now()), "pending");
  EXPECT_EQ(asking(*idle, "one", now()), "unavailable");
  EXPECT_EQ(asking(*asked, "one", now() + seconds(61)), "pending");
  EXPECT_EQ(asking(*asked, "one", now() + seconds(61)), "unavailable");
}

class KeyFiles : public testing::Test {
 protected:
  KeyFiles() {
    std::string form = (std::filesystem::temp_directory_path() / "certus-keys-XXXXXX").string();
    folder_ = ::mkdtemp(form.data());
  }
  ~KeyFiles() override { std::filesystem::remove_all(folder_); }

  identity::Issuer holding(const std::string& text) {
    std::ofstream(folder_ + "/keys.json") << text;
    identity::Issuer issuer = issuerAt("");
    issuer.jwksFile = folder_ + "/keys.json";
    return issuer;
  }
  std::string problemOf(const identity::Issuer& issuer) {
    const auto made = keysFromFile(issuer);
    return made ? "none" : made.error().message;
  }
  std::string folder_;
};

TEST_F(KeyFiles, AreReadAtEachLoadAndKeptByTheGeneration) {
  RingWorld world;
  const auto first = *world.ring->keysOf(holding(keySetOf("one")));
  const auto second = *world.ring->keysOf(holding(keySetOf("two")));
  EXPECT_EQ(asking(*first, "one", now() + hours(1'000)), "key") << "a file does not grow old";
  EXPECT_EQ(asking(*first, "two", now()), "unknown_key");
  EXPECT_EQ(asking(*second, "two", now()), "key");
}

TEST_F(KeyFiles, BadOnesAreNamedWithTheirKeyOfTheConfiguration) {
  const auto says = [&](const std::string& problem) {
    return testing::AllOf(HasSubstr("identity.issuers.company.jwks_file: " + folder_), HasSubstr(problem));
  };
  EXPECT_THAT(problemOf(holding("{}")), says("keys.json"));
  EXPECT_THAT(problemOf(holding("")), says("keys.json"));
  EXPECT_THAT(problemOf(holding(std::string(identity::kMaxKeySetBytes + 1, ' '))), says("over 256 KB"));
  identity::Issuer missing = holding("");
  missing.jwksFile += ".not";
  EXPECT_THAT(problemOf(missing), says("cannot be read"));
  missing.jwksFile = folder_;
  EXPECT_THAT(problemOf(missing), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace certus::gateway::test
