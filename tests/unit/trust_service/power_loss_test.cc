// The power fails at every write, sync and rename of a run, and takes all that was not synced, or any part of it. No
// acknowledged entry or verification is lost, no checkpoint that was handed out is contradicted, and the log goes on.
// CERTUS_LONG=1: a longer run, every act of it, many seeds.
#include <fmt/format.h>

#include <fstream>
#include <thread>

#include "aftermath.h"
#include "outsider.h"

namespace certus::trust_service {
namespace {

using Kind = DiskAct::Kind;

bool isLong() { return std::getenv("CERTUS_LONG") != nullptr; }

// A service that works while its disk is watched from the first start on.
class WatchedRun {
 public:
  WatchedRun() : diary(files_.path() + "/state"), bench(files_.path() + "/state") {}

  void sign(const std::string& name, std::size_t metadataBytes = 0) {
    Json body{{"artifact", digestOf(name)}, {"artifact_type", "t"}, {"subject", name}};
    if (metadataBytes) body["metadata"] = {{"text", std::string(metadataBytes, 'x')}};
    const Reply reply = bench.post("/v1/sign", body);
    ASSERT_EQ(reply.status, 202) << reply.body.dump();
    promise(promisedBy(reply.body));
  }
  void submit(const Outsider& by, const std::string& name) {
    const Reply reply = bench.post(kEntriesPath, by.proposal(name));
    ASSERT_EQ(reply.status, 201) << reply.body.dump();
    promise(promisedBy(reply.body));
  }
  void verify(const std::string& name) {
    const Json verdict = bench.post("/v1/verify", {{"artifact", digestOf(name)}}).body;
    ASSERT_TRUE(verdict["valid"] == true && verdict["recorded"] == true) << verdict.dump();
    promise({0, {}, {}, digestOf(name)});
  }
  // A few at once, so that commits are shared.
  void workTogether(int threads, int rounds, const std::string& name) {
    std::vector<std::thread> all;
    for (int thread = 0; thread < threads; ++thread) {
      all.emplace_back([=, this] {
        const Outsider outsider;
        for (int round = 0; round < rounds; ++round) {
          const std::string mine = fmt::format("{} {} {}", name, thread, round);
          sign(mine, 30'000);
          submit(outsider, mine);
          verify(mine);
        }
      });
    }
    for (std::thread& each : all) each.join();
  }
  // As an operator's sqlite3 would, or another process that closes.
  void foldJournal(const char* how) {
    auto database = Database::open(bench.state() + "/trust.db", Access::Write);
    ASSERT_TRUE(database.has_value());
    EXPECT_TRUE(database->run(how).has_value());
  }
  void handOutHead() {  // with the oldest entry, as a client that reads
    promise(promisedBy(bench.get("/api/v1/log/entries?logIndex=0").body));
  }

  std::string root() const { return files_.path() + "/state"; }

 private:
  void promise(Promise made) {
    const std::lock_guard lock(mutex_);
    promises.push_back(std::move(made));
    diary.mark(static_cast<std::int64_t>(promises.size()) - 1);
  }
  TemporaryDirectory files_;
  std::mutex mutex_;

 public:
  DiskDiary diary;
  Bench bench;
  std::vector<Promise> promises;
};

struct Cuts {
  std::uint64_t certain = 0, partial = 0;
  std::vector<std::string> problems;
};

// Cuts the power after each act: with nothing unsynced left wherever that makes a difference, and `partial` times of a
// hundred acts with any part of it.
Cuts cutEverywhere(const WatchedRun& run, unsigned partial, unsigned seed, std::function<bool(const DiskAct&)> deaf = {},
                   std::size_t enough = 3) {
  Cuts cuts;
  DiskReplay disk(std::move(deaf));
  std::vector<Promise> promised;
  std::mt19937_64 random(seed);
  const auto look = [&](const Files& left, const char* model, std::size_t at, const DiskAct& act) {
    auto problem = brokenPromise(left, run.root(), promised, static_cast<unsigned>(at + seed));
    if (!problem.empty())
      cuts.problems.push_back(fmt::format("{}, seed {}, after act {} ({} {}): {}", model, seed, at, toString(act.kind),
                                          act.path.substr(act.path.rfind('/') + 1), problem));
  };
  const auto acts = run.diary.acts();
  for (std::size_t at = 0; at < acts.size() && cuts.problems.size() < enough; ++at) {
    const DiskAct& act = acts[at];
    disk.apply(act);
    if (act.kind == Kind::Mark) promised.push_back(run.promises.at(static_cast<std::size_t>(act.place)));
    if (act.kind == Kind::Sync || act.kind == Kind::SyncFolder || act.kind == Kind::Mark) {
      ++cuts.certain;
      look(disk.certain(), "nothing unsynced survives", at, act);
    }
    for (std::uint64_t tries = partial / 100 + (random() % 100 < partial % 100); tries > 0; --tries) {
      ++cuts.partial;
      look(disk.some(random), "a part survives", at, act);
    }
  }
  return cuts;
}

void expectNoneBroken(const Cuts& cuts) {
  for (const std::string& problem : cuts.problems) ADD_FAILURE() << problem;
}

std::string summary(const WatchedRun& run, const Cuts& cuts) {
  std::uint64_t syncs = 0, restarts = 0, checkpoints = 0;
  for (const DiskAct& act : run.diary.acts()) {
    syncs += act.kind == Kind::Sync;
    restarts += act.kind == Kind::Write && act.path.ends_with("-wal") && act.place == 0;
    checkpoints += act.kind == Kind::Rename && act.data.ends_with(".checkpoint");
  }
  return fmt::format(
      "{} acts, {} syncs, {} starts of the journal, {} batches for {} promises; {} cuts that leave what was synced, {} "
      "that leave a part of the rest\n",
      run.diary.acts().size(), syncs, restarts, checkpoints, run.promises.size(), cuts.certain, cuts.partial);
}

TEST(PowerLoss, LosesNothingThatWasPromisedSinceTheFirstStart) {
  WatchedRun run;
  const Outsider outsider;
  run.sign("first");
  run.submit(outsider, "second");
  run.verify("first");
  run.handOutHead();
  run.bench.open();  // a restart: the journal is folded and removed
  run.sign("third");
  run.bench.close();
  const Cuts cuts = cutEverywhere(run, isLong() ? 2000 : 150, 1);
  EXPECT_GT(cuts.certain, 25u);
  expectNoneBroken(cuts);
  std::cout << summary(run, cuts);
}

TEST(PowerLoss, LosesNothingOfBatchesWhileTheJournalStartsAnew) {
  WatchedRun run;
  run.workTogether(4, isLong() ? 6 : 3, "one");
  run.foldJournal("PRAGMA wal_checkpoint(RESTART)");
  run.workTogether(4, isLong() ? 6 : 2, "two");
  run.foldJournal("PRAGMA wal_checkpoint(TRUNCATE)");
  run.workTogether(2, 2, "three");
  run.bench.close();
  for (unsigned seed = 1; seed <= (isLong() ? 2u : 1u); ++seed) {
    const Cuts cuts = cutEverywhere(run, isLong() ? 50 : 8, seed);
    expectNoneBroken(cuts);
    std::cout << summary(run, cuts);
  }
}

// The test's own eyes: each sync that is not heeded is missed somewhere.
struct MissingSync {
  const char* of;  // how the file's name ends; empty: the folder's
  int heeded;      // of its syncs
};
void PrintTo(const MissingSync& missing, std::ostream* out) { *out << (*missing.of ? missing.of : "folder"); }

class PowerLossNotices : public ::testing::TestWithParam<MissingSync> {
 protected:
  static std::function<bool(const DiskAct&)> deafness() {
    return [missing = GetParam(), met = 0](const DiskAct& act) mutable {
      const bool folder = !*missing.of;
      if (act.kind != (folder ? Kind::SyncFolder : Kind::Sync) || (!folder && !act.path.ends_with(missing.of))) return false;
      return ++met > missing.heeded;
    };
  }
};

TEST_P(PowerLossNotices, TheMissingSync) {
  WatchedRun run;
  for (int i = 0; i < 4; ++i) run.sign(std::to_string(i));
  run.foldJournal("PRAGMA wal_checkpoint(RESTART)");
  for (int i = 4; i < 8; ++i) run.sign(std::to_string(i));
  run.bench.close();
  std::vector<std::string> found;
  for (unsigned seed = 1; seed <= 50 && found.empty(); ++seed) found = cutEverywhere(run, 100, seed, deafness(), 1).problems;
  ASSERT_FALSE(found.empty());
  std::cout << found.front() << "\n";
}

// Of the new database and the new checkpoint the first sync belongs to the first start, the others to every signature.
INSTANTIATE_TEST_SUITE_P(OfThe, PowerLossNotices,
                         ::testing::Values(MissingSync{"-wal", 0}, MissingSync{"trust.db", 0},
                                           MissingSync{"trust.db.new", 0}, MissingSync{".checkpoint.new", 0},
                                           MissingSync{".checkpoint.new", 1}, MissingSync{"-ca.key.new", 0},
                                           MissingSync{"", 0}));

// Lost, it falls back to one that is a second older, of which the database's tree is an extension: so it need not be on the
// disk before an answer is given, only whole. The next start brings it up to date.
TEST(KeptCheckpointAfterPowerLoss, IsBroughtUpToDateByTheNextStart) {
  Bench bench;
  bench.sign("a");
  const std::string kept = bench.state() + "/trust-log.checkpoint";
  const std::string older = readSmallFile(kept, Secrecy::Public).value();
  bench.sign("b");
  bench.close();
  std::filesystem::copy_file(kept, bench.state() + "/newest");
  std::ofstream(kept) << older;
  bench.open();
  EXPECT_EQ(bench.get("/v1/ready").status, 200);
  EXPECT_EQ(readSmallFile(kept, Secrecy::Public).value(), readSmallFile(bench.state() + "/newest", Secrecy::Public).value());
}

// Else a power cut would leave an old one, and an old backup that is restored after it would be signed again.
TEST(KeptCheckpointAfterPowerLoss, IsTheNewestASecondAfterItWasGivenOutAndAfterAStart) {
  WatchedRun run;
  std::atomic<bool> synced = false;
  run.diary.refuseWith([&](const DiskAct& act) {
    const bool renamed = act.kind == Kind::Rename && act.data.ends_with(".checkpoint");
    if (act.kind == Kind::Sync && act.path.ends_with(".checkpoint")) synced = true;
    if (renamed || (act.kind == Kind::Write && act.path.ends_with(".checkpoint"))) synced = false;
    return SQLITE_OK;
  });
  const std::string kept = run.root() + "/trust-log.checkpoint";
  for (const char* name : {"a", "b", "c"}) run.sign(name);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!synced && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // until the other thread has done it
  ASSERT_TRUE(synced);
  DiskReplay disk;
  for (const DiskAct& act : run.diary.acts()) disk.apply(act);
  EXPECT_EQ(disk.certain()[kept], readSmallFile(kept, Secrecy::Public).value());
  run.bench.close();
  synced = false;
  run.bench.open();
  EXPECT_TRUE(synced);
  run.bench.close();
  run.diary.refuseWith({});
}

TEST(StateFolders, AreOnTheDiskBeforeAnythingInThem) {
  TemporaryDirectory files;
  DiskDiary diary(files.path());
  ASSERT_TRUE(StateDirectory::open(files.path() + "/one/two").has_value());
  std::vector<std::string> synced;
  for (const DiskAct& act : diary.acts()) {
    if (act.kind == Kind::SyncFolder) synced.push_back(act.path);
  }
  EXPECT_EQ(synced, (std::vector<std::string>{files.path(), files.path() + "/one"}));
}

}  // namespace
}  // namespace certus::trust_service
