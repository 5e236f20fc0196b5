// Everything that asks for the next generation meets here: a thread that builds one beside the running one, and puts it in
// force only if it is without fault and the files held still meanwhile. Knows not what a generation consists of.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gateway/reload/file_set.h"
#include "gateway/reload/reload_report.h"

namespace certus::reload {

// A generation that was built but is not in force.
struct Candidate {
  std::vector<std::string> problems, warnings;  // of the form of Report's; a problem keeps it from coming into force
  WatchList files;                              // what it was made from, also of a refused one; empty: as before
  std::function<std::uint64_t()> publish;       // puts it in force, at most once, and says its number; set if no problem
  // Of one with problems, or null: puts in force what may not wait until it is right, and says in warnings what; none:
  // nothing.
  std::function<std::vector<std::string>()> withdraw;
};

class Reloader {
 public:
  struct Parts {  // all but `clock` run on the reloader's thread, one at a time
    std::function<Candidate()> build;
    std::function<std::uint64_t()> generation;  // in force now
    std::function<std::size_t()> collect;       // frees old generations; how many are still held
    std::function<void(const Report&)> tell;    // the log
    const Clock* clock = nullptr;               // outlives this
  };
  struct Stale {  // the files hold what was refused, and an older generation serves
    WallTime since;
    std::vector<std::string> problems;
  };
  struct State {
    std::array<std::uint64_t, 3> counts{};  // by Outcome
    std::optional<Report> last;
    std::optional<WallTime> lastSuccess;  // applied or unchanged
    std::optional<Stale> stale;
  };

  // `files`, `digest`: of the generation in force, taken before it was built.
  Reloader(Parts parts, WatchList files, std::string digest);
  ~Reloader() { end(); }
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  void start();
  void end();  // waits for the attempt under way; requests that nobody has begun are dropped unanswered

  // From any thread, returns at once. Requests that wait together are one attempt. `done` runs on the reloader's thread.
  using Done = std::function<void(const Report&)>;
  void request(Trigger by, Done done = nullptr);
  void filesChanged(const std::string& digest);  // of a complete set; one that was tried already is no request

  WatchList files() const;
  State state() const;

 private:
  void run();
  Report attempt(Trigger by);
  Report tryOnce(bool& moved);
  static bool putInForce(const Candidate& candidate, Report& report);
  void remember(const Report& report);

  Parts parts_;
  mutable std::mutex mutex_;  // of all below
  std::condition_variable wakeUp_;
  WatchList files_;
  std::string inForce_, tried_;  // digests
  State state_;
  std::optional<Trigger> wanted_;
  std::vector<Done> waiting_;
  bool end_ = false;
  std::thread thread_;
};

}  // namespace certus::reload
