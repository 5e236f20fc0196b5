// A disk that is full, or fails, at any one act: refused in words that say what to do, nothing acknowledged is lost, and the
// service goes on by itself. CERTUS_LONG=1: at every act instead of every few.
#include <fmt/format.h>

#include <cerrno>

#include "aftermath.h"
#include "outsider.h"

namespace certus::trust_service {
namespace {

struct Failure {
  const char* name;
  int number;         // errno
  const char* words;  // of the refusal
};
void PrintTo(const Failure& failure, std::ostream* out) { *out << failure.name; }

// As SQLite's own VFS reports it.
int codeOf(const Failure& failure, const DiskAct& act) {
  errno = failure.number;
  switch (act.kind) {
    case DiskAct::Kind::Write: return failure.number == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    case DiskAct::Kind::Create: return SQLITE_CANTOPEN;
    case DiskAct::Kind::Truncate: return SQLITE_IOERR_TRUNCATE;
    default: return SQLITE_IOERR_FSYNC;
  }
}

class FailingDisk : public ::testing::TestWithParam<Failure> {
 protected:
  FailingDisk() {
    Bench bench(files.path() + "/template");
    first = promisedBy(bench.sign("first"));
    bench.close();
  }

  std::string freshCopy() {
    const std::string place = files.path() + "/state" + std::to_string(places_++);
    std::filesystem::copy(files.path() + "/template", place);
    return place;
  }

  void expectSaysWhy(const std::string& text) const { EXPECT_NE(text.find(GetParam().words), std::string::npos) << text; }

  // Asks; what is promised is kept, what is refused says why.
  void ask(Bench& bench, const std::string& target, const Json& body, std::vector<Promise>& promises) {
    const Reply reply = bench.post(target, body);
    if (reply.status == 503) {
      const char* member = target == kEntriesPath ? "message" : "detail";
      ASSERT_TRUE(reply.body.contains(member)) << reply.body.dump();
      expectSaysWhy(reply.body[member]);
      return;
    }
    ASSERT_TRUE(reply.status == 202 || reply.status == 201 || reply.status == 409)
        << target << " " << reply.status << " " << reply.body.dump();
    if (reply.status != 409) promises.push_back(promisedBy(reply.body));
  }
  void work(Bench& bench, std::vector<Promise>& promises) {
    ask(bench, "/v1/sign", {{"artifact", digestOf("a")}, {"artifact_type", "t"}, {"subject", "s"}}, promises);
    ask(bench, kEntriesPath, outsider.proposal("b"), promises);
    EXPECT_TRUE(bench.verify({{"artifact", digestOf("first")}})["valid"]);  // also when it cannot be recorded
    const Json metadata{{"text", std::string(30'000, 'x')}};
    ask(bench, "/v1/sign", {{"artifact", digestOf("c")}, {"artifact_type", "t"}, {"subject", "s"}, {"metadata", metadata}},
        promises);
    foldJournal(bench);
  }
  static void foldJournal(const Bench& bench) {  // as another process that ends; it may fail
    auto database = Database::open(bench.state() + "/trust.db", Access::Write);
    if (database) (void)database->run("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  // Whether the act with this number happened at all.
  bool failAt(int number) {
    const std::string state = freshCopy();
    std::vector<Promise> promises{first};
    bool failed = false;
    {
      DiskDiary diary(state);
      diary.keepNothing();
      int acts = 0;
      Bench bench(state);  // its end writes too
      diary.refuseWith([&](const DiskAct& act) {
        if (acts++ != number) return SQLITE_OK;
        failed = true;
        return codeOf(GetParam(), act);
      });
      work(bench, promises);
      ask(bench, "/v1/sign", {{"artifact", digestOf("next")}, {"artifact_type", "t"}, {"subject", "s"}}, promises);
      const Reply ready = bench.get("/v1/ready");
      EXPECT_EQ(ready.status, 200) << ready.body.dump();
    }
    EXPECT_EQ(brokenPromiseIn(state, promises, static_cast<unsigned>(number)), "") << "act " << number;
    std::filesystem::remove_all(state);
    return failed;
  }

  static int stride() { return std::getenv("CERTUS_LONG") ? 1 : 4; }
  TemporaryDirectory files;
  const Outsider outsider;
  Promise first;

 private:
  int places_ = 0;
};

TEST_P(FailingDisk, LosesNothingAndGoesOnWhereverItFailsOnce) {
  int number = 0;
  while (!HasFailure() && failAt(number)) number += stride();
  EXPECT_GT(number, 60);
  std::cout << number / stride() << " failures\n";
}

TEST_P(FailingDisk, AFirstStartThatFailedIsCompletedByTheNext) {
  bool failed = true;
  int number = 0;
  for (; failed && !HasFailure(); number += stride()) {
    const std::string state = fmt::format("{}/first{}", files.path(), number);
    const SteppedClock clock;
    {
      DiskDiary diary(state);
      diary.keepNothing();
      int acts = 0;
      failed = false;
      diary.refuseWith([&](const DiskAct& act) {
        if (acts++ != number) return SQLITE_OK;
        failed = true;
        return codeOf(GetParam(), act);
      });
      auto service = TrustService::open(state, clock);
      EXPECT_TRUE(service || service.error().code != ErrorCode::Internal)
          << service.error().message << service.error().detail;
    }
    EXPECT_EQ(brokenPromiseIn(state, {}, 0), "") << "act " << number;
  }
  EXPECT_GT(number, 40);
}

TEST_P(FailingDisk, ServesReadsWhileItFailsAndSignsOnceItWorksAgain) {
  const std::string state = freshCopy();
  std::vector<Promise> promises{first};
  {
    DiskDiary diary(state);
    diary.keepNothing();
    Bench bench(state);
    ask(bench, "/v1/sign", {{"artifact", digestOf("before")}, {"artifact_type", "t"}, {"subject", "s"}}, promises);
    ASSERT_EQ(promises.size(), 2u);
    const Json head = bench.get("/api/v1/log").body;
    diary.refuseWith([](const DiskAct& act) { return codeOf(GetParam(), act); });
    for (int i = 0; i < 5; ++i) {
      work(bench, promises);
      ASSERT_EQ(promises.size(), 2u) << "something was acknowledged that cannot be on the disk";
      EXPECT_EQ(bench.get("/api/v1/log").body, head);
      EXPECT_EQ(bench.get("/v1/transparency/1").status, 200);
      EXPECT_EQ(bench.get("/api/v1/log/entries?logIndex=0").status, 200);
      EXPECT_EQ(bench.verify({{"artifact", digestOf("before")}})["recorded"], false);
    }
    diary.refuseWith({});
    ask(bench, "/v1/sign", {{"artifact", digestOf("after")}, {"artifact_type", "t"}, {"subject", "s"}}, promises);
    EXPECT_EQ(promises.size(), 3u);
  }
  EXPECT_EQ(brokenPromiseIn(state, promises, 0), "");
}

INSTANTIATE_TEST_SUITE_P(Of, FailingDisk,
                         ::testing::Values(Failure{"full", ENOSPC, "is full"}, Failure{"broken", EIO, "failed"}));

}  // namespace
}  // namespace certus::trust_service
