#include "gateway/reload/reloader.h"

#include <csignal>
#include <exception>
#include <utility>

namespace certus::reload {
namespace {

constexpr int kAttempts = 3;
constexpr Milliseconds kCollectEvery{500};  // while an old generation is still held

// What the files hold must not be able to end the process: an exception is a set that is refused.
Candidate buildSafely(const std::function<Candidate()>& build) {
  Candidate out;
  try {
    return build();
  } catch (const std::exception& thrown) {
    out.problems = {std::string("the files could not be made into a generation: ") + thrown.what()};
  } catch (...) {
    out.problems = {"the files could not be made into a generation"};
  }
  return out;
}

}  // namespace

Reloader::Reloader(Parts parts, WatchList files, std::string digest)
    : parts_(std::move(parts)), files_(std::move(files)), inForce_(std::move(digest)), tried_(inForce_) {}

void Reloader::start() {
  thread_ = std::thread([this] { run(); });
}

void Reloader::end() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  wakeUp_.notify_all();
  if (thread_.joinable()) thread_.join();
  waiting_.clear();
}

void Reloader::request(Trigger by, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (end_) return;
    if (!wanted_) wanted_ = by;
    if (done) waiting_.push_back(std::move(done));
  }
  wakeUp_.notify_all();
}

void Reloader::filesChanged(const std::string& digest) {
  {
    const std::lock_guard lock(mutex_);
    if (digest == tried_) return;
  }
  request(Trigger::FileChange);
}

WatchList Reloader::files() const {
  const std::lock_guard lock(mutex_);
  return files_;
}

Reloader::State Reloader::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Reloader::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  std::unique_lock lock(mutex_);
  bool held = false;  // an old generation is
  while (true) {
    const auto called = [this] { return end_ || wanted_; };
    if (held) {
      wakeUp_.wait_for(lock, kCollectEvery, called);
    } else {
      wakeUp_.wait(lock, called);
    }
    if (end_) return;
    const auto by = std::exchange(wanted_, std::nullopt);
    const std::vector<Done> waiting = std::exchange(waiting_, {});
    lock.unlock();
    if (by) {
      const Report report = attempt(*by);
      parts_.tell(report);
      for (const Done& done : waiting) done(report);
    }
    held = parts_.collect() > 0;
    lock.lock();
  }
}

Report Reloader::attempt(Trigger by) {
  const SteadyTime begun = parts_.clock->steady();
  Report report;
  bool moved = true;
  for (int i = 0; moved && i < kAttempts; ++i) report = tryOnce(moved);
  report.by = by;
  if (moved) {
    report.outcome = Outcome::Refused;
    report.problems = {"the files changed while they were read, " + std::to_string(kAttempts) +
                       " times over; reload again when whatever writes them is done"};
    report.warnings.clear();
  }
  report.generation = parts_.generation();
  report.at = parts_.clock->wall();
  report.took = std::chrono::duration_cast<Milliseconds>(parts_.clock->steady() - begun);
  remember(report);
  return report;
}

// `moved`: what was read is not one set of files, so that nothing was decided.
Report Reloader::tryOnce(bool& moved) {
  Report report;
  const WatchList list = files();
  const std::string digest = digestOf(list);
  moved = false;
  std::unique_lock lock(mutex_);
  if (digest == inForce_) {
    tried_ = digest;
    return report;
  }
  lock.unlock();
  Candidate candidate = buildSafely(parts_.build);
  lock.lock();
  if (!candidate.files.empty() && candidate.files != list) {
    files_ = candidate.files;  // from now on these have to hold still
    moved = true;
    return report;
  }
  lock.unlock();
  moved = digestOf(list) != digest;
  if (moved) return report;
  report.warnings = std::move(candidate.warnings);
  report.problems = std::move(candidate.problems);
  report.outcome = report.problems.empty() ? Outcome::Applied : Outcome::Refused;
  const bool withdrawn = putInForce(candidate, report);
  lock.lock();
  tried_ = digest;
  if (report.outcome == Outcome::Applied) inForce_ = digest;
  if (withdrawn) inForce_.clear();  // what is in force now is of no files
  return report;
}

// True: of what was refused, something is in force all the same.
bool Reloader::putInForce(const Candidate& candidate, Report& report) {
  if (report.outcome == Outcome::Applied) candidate.publish();
  if (report.outcome == Outcome::Applied || !candidate.withdraw) return false;
  std::vector<std::string> withdrawn = candidate.withdraw();
  for (std::string& text : withdrawn) report.warnings.push_back(std::move(text));
  return !withdrawn.empty();
}

void Reloader::remember(const Report& report) {
  const std::lock_guard lock(mutex_);
  ++state_.counts[static_cast<std::size_t>(report.outcome)];
  if (report.outcome == Outcome::Refused) {
    state_.stale = Stale{state_.stale ? state_.stale->since : report.at, report.problems};
  } else {
    state_.stale.reset();
    state_.lastSuccess = report.at;
  }
  state_.last = report;
}

}  // namespace certus::reload
