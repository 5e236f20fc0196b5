// Which generation is in force after a reload, and what is told of it.
#include <atomic>
#include <filesystem>
#include <functional>
#include <future>
#include <utility>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gateway/reload/reloader.h"
#include "tests/unit/reload/temp_folder.h"

namespace certus::reload {
namespace {

using test::TempFolder;

class FixedClock final : public Clock {
 public:
  SteadyTime steady() const override { return {}; }
  WallTime wall() const override { return WallTime(std::chrono::seconds(1'800'000'000 + seconds)); }
  std::atomic<int> seconds{0};
};

// A generation is the content of one file, which must begin with "good".
struct ReloaderTest : ::testing::Test {
  void SetUp() override {
    file = folder.write("policy/a.yaml", "good 1");
    list = {{}, {folder.path() + "/policy"}};
    inForce = "good 1";
    begin();
  }
  void begin() {
    Reloader::Parts parts;
    parts.build = [this] { return build(); };
    parts.generation = [this] { return generation.load(); };
    parts.collect = [this] { return ++collected, held.load() > 0 ? static_cast<std::size_t>(held--) : 0; };
    parts.tell = [this](const Report& report) { told.push_back(toJson(report)); };
    parts.clock = &clock;
    reloader = std::make_unique<Reloader>(std::move(parts), list, digestOf(list));
    reloader->start();
  }
  Candidate build() {
    ++built;
    Candidate out;
    std::ifstream in(file);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (whileBuilding) whileBuilding();
    out.files = next;
    if (!text.starts_with("good")) {
      out.problems = {file + ":1:1: is bad", file + ":2:1: is worse"};
      out.withdraw = [this]() -> std::vector<std::string> {
        if (withdrawn.empty()) return {};
        ++generation;
        return {std::exchange(withdrawn, {})};
      };
      return out;
    }
    out.publish = [this, text] {
      inForce = text;
      return ++generation;
    };
    return out;
  }
  Report reload(Trigger by = Trigger::Request) {
    std::promise<Report> answer;
    reloader->request(by, [&](const Report& report) { answer.set_value(report); });
    return answer.get_future().get();
  }

  TempFolder folder;
  std::string file, inForce;
  WatchList list, next;
  FixedClock clock;
  std::atomic<std::uint64_t> generation{1};
  std::atomic<int> built{0}, collected{0}, held{0};
  std::function<void()> whileBuilding;
  std::vector<std::string> told;
  std::string withdrawn;  // what the next bad set takes away
  std::unique_ptr<Reloader> reloader;
};

TEST_F(ReloaderTest, AGoodSetComesIntoForce) {
  folder.write("policy/a.yaml", "good 2");
  const Report report = reload(Trigger::Hangup);
  EXPECT_EQ(report.outcome, Outcome::Applied);
  EXPECT_EQ(report.generation, 2u);
  EXPECT_EQ(inForce, "good 2");
  const auto json = nlohmann::json::parse(toJson(report));
  EXPECT_EQ(json, nlohmann::json::parse(R"({"outcome":"applied","generation":2,"at":"2027-01-15T08:00:00Z","by":"signal",
                                            "took_ms":0,"problems":[],"warnings":[]})"));
}

TEST_F(ReloaderTest, ABadSetLeavesTheOldOneInForceAndSaysSoUntilItIsGood) {
  folder.write("policy/a.yaml", "bad");
  const Report report = reload();
  EXPECT_EQ(report.outcome, Outcome::Refused);
  EXPECT_EQ(report.generation, 1u);
  EXPECT_EQ(report.problems.size(), 2u);
  EXPECT_EQ(inForce, "good 1");
  const WallTime since = reloader->state().stale->since;
  clock.seconds = 60;
  EXPECT_EQ(reload().outcome, Outcome::Refused);  // asked again, told again
  EXPECT_EQ(reloader->state().stale->since, since);
  EXPECT_EQ(reloader->state().stale->problems, report.problems);
  EXPECT_FALSE(reloader->state().lastSuccess);
  folder.write("policy/a.yaml", "good 3");
  EXPECT_EQ(reload().outcome, Outcome::Applied);
  EXPECT_FALSE(reloader->state().stale);
  EXPECT_TRUE(reloader->state().lastSuccess);
  EXPECT_EQ(reloader->state().counts, (std::array<std::uint64_t, 3>{1, 0, 2}));
}

TEST_F(ReloaderTest, WhatABadSetTakesAwayIsInForceAtOnceAndTheOldFilesAreThenAnotherSet) {
  folder.write("policy/a.yaml", "bad");
  withdrawn = "revocations";
  const Report report = reload();
  EXPECT_EQ(report.outcome, Outcome::Refused);
  EXPECT_EQ(report.generation, 2u);
  EXPECT_EQ(report.warnings, std::vector<std::string>{"revocations"});
  EXPECT_TRUE(reloader->state().stale);
  EXPECT_EQ(reload().warnings, std::vector<std::string>()) << "told once";
  folder.write("policy/a.yaml", "good 1");
  EXPECT_EQ(reload().outcome, Outcome::Applied) << "what was taken away is back in these";
  EXPECT_EQ(generation, 3u);
  EXPECT_FALSE(reloader->state().stale);
}

TEST_F(ReloaderTest, ASetThatThrowsWhileItIsBuiltIsRefused) {
  folder.write("policy/a.yaml", "good 2");
  for (const bool standard : {true, false}) {
    whileBuilding = [standard] {
      if (standard) throw std::runtime_error("too deep");
      throw 5;
    };
    const Report report = reload();
    EXPECT_EQ(report.outcome, Outcome::Refused);
    ASSERT_EQ(report.problems.size(), 1u);
    EXPECT_EQ(report.problems[0].find("too deep") != std::string::npos, standard);
    EXPECT_EQ(inForce, "good 1");
    EXPECT_TRUE(reloader->state().stale);
  }
  whileBuilding = nullptr;
  EXPECT_EQ(reload().outcome, Outcome::Applied);
}

TEST_F(ReloaderTest, ABadSetThatIsTakenBackIsNoNewGeneration) {
  folder.write("policy/a.yaml", "bad");
  reload();
  folder.write("policy/a.yaml", "good 1");
  EXPECT_EQ(reload().outcome, Outcome::Unchanged);
  EXPECT_EQ(generation, 1u);
  EXPECT_FALSE(reloader->state().stale);
  EXPECT_EQ(built, 1);
}

TEST_F(ReloaderTest, FilesThatChangeBetweenReadingAndPublishingAreReadAgain) {
  folder.write("policy/a.yaml", "good 2");
  folder.write("policy/b.yaml", "x");
  whileBuilding = [this] {
    if (built == 1) folder.write("policy/b.yaml", "y");
  };
  EXPECT_EQ(reload().outcome, Outcome::Applied);
  EXPECT_EQ(built, 2);
  EXPECT_EQ(generation, 2u);
}

TEST_F(ReloaderTest, FilesThatNeverHoldStillAreNotApplied) {
  folder.write("policy/a.yaml", "good 2");
  whileBuilding = [this] { folder.write("policy/b.yaml", std::to_string(built)); };
  const Report report = reload();
  EXPECT_EQ(report.outcome, Outcome::Refused);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_NE(report.problems[0].find("changed while they were read"), std::string::npos);
  EXPECT_EQ(inForce, "good 1");
  whileBuilding = nullptr;
  reloader->filesChanged(digestOf(list));  // it was not tried: the watcher's word counts
  EXPECT_EQ(reload().outcome == Outcome::Refused, false);
  EXPECT_EQ(inForce, "good 2");
}

TEST_F(ReloaderTest, FilesThatTheConfigurationNamesAnewMustHoldStillToo) {
  const std::string keys = folder.write("keys.yaml", "k");
  next = {{keys}, list.folders};
  folder.write("policy/a.yaml", "good 2");
  EXPECT_EQ(reload().outcome, Outcome::Applied);
  EXPECT_EQ(built, 2);
  EXPECT_EQ(reloader->files(), next);
  EXPECT_EQ(reload().outcome, Outcome::Unchanged);
  folder.write("keys.yaml", "l");
  EXPECT_EQ(reload().outcome, Outcome::Applied);
}

TEST_F(ReloaderTest, TheWatchersWordCountsOnceForASet) {
  reloader->filesChanged(digestOf(list));  // as it was at the start
  folder.write("policy/a.yaml", "bad");
  reload();
  reloader->filesChanged(digestOf(list));  // was tried
  EXPECT_EQ(reload().outcome, Outcome::Refused);
  EXPECT_EQ(built, 2);
  folder.write("policy/a.yaml", "good 2");
  reloader->filesChanged(digestOf(list));
  reload();
  EXPECT_EQ(built, 3);
  EXPECT_EQ(inForce, "good 2");
}

TEST_F(ReloaderTest, RequestsThatWaitTogetherAreOneAttempt) {
  folder.write("policy/a.yaml", "good 2");
  std::promise<void> building, go;
  whileBuilding = [&] {
    if (built != 1) return;
    building.set_value();
    go.get_future().wait();
  };
  std::array<std::promise<Report>, 4> answers;
  const auto ask = [&](std::size_t i) {
    reloader->request(Trigger::Request, [&answers, i](const Report& report) { answers[i].set_value(report); });
  };
  ask(0);
  building.get_future().wait();
  for (const std::size_t i : {1u, 2u, 3u}) ask(i);
  go.set_value();
  EXPECT_EQ(answers[0].get_future().get().outcome, Outcome::Applied);
  for (const std::size_t i : {1u, 2u, 3u}) EXPECT_EQ(answers[i].get_future().get().outcome, Outcome::Unchanged);
  EXPECT_EQ(reloader->state().counts, (std::array<std::uint64_t, 3>{1, 1, 0}));
}

TEST_F(ReloaderTest, CollectsUntilNoOldGenerationIsHeld) {
  held = 2;
  folder.write("policy/a.yaml", "good 2");
  reload();
  while (held > 0) std::this_thread::yield();
  reloader->end();
  EXPECT_GE(collected, 2);
}

TEST_F(ReloaderTest, EndsWithRequestsThatNobodyHasBegun) {
  reloader->end();
  bool answered = false;
  reloader->request(Trigger::Hangup, [&](const Report&) { answered = true; });
  reloader.reset();
  EXPECT_FALSE(answered);
}

}  // namespace
}  // namespace certus::reload
