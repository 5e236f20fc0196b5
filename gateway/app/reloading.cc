#include "gateway/app/reloading.h"

#include "base/json_write.h"
#include "config/environment.h"
#include "config/gateway/reader.h"
#include "gateway/app/access_load.h"
#include "gateway/app/listener_tls.h"
#include "gateway/guard/redis_limits.h"
#include "observability/metric_names.h"

namespace certus::app {
namespace {

using observability::Level;
using observability::LogFields;
using observability::MetricKind;
using observability::Sample;
using reload::Outcome;
using reload::Report;

constexpr Outcome kOutcomes[] = {Outcome::Applied, Outcome::Unchanged, Outcome::Refused};

double seconds(WallTime at) { return std::chrono::duration<double>(at.time_since_epoch()).count(); }

}  // namespace

reload::WatchList watchListOf(const config::Gateway& config) {
  reload::WatchList out{filesOf(config), {}};
  if (config.policy) out.folders.push_back(*config.policy);
  return out;
}

namespace {

// Beside what the configuration names: what its policy names.
reload::WatchList allWatched(const gateway::Snapshot& snapshot) {
  reload::WatchList out = watchListOf(*snapshot.config);
  if (!snapshot.access) return out;
  if (std::string file = gateway::redisPasswordFile(*snapshot.access->policy()->limits); !file.empty())
    out.files.push_back(std::move(file));
  return out;
}

// Of the larger list, if `digest` still is that of the smaller: else it stays what no files have, and the first look
// reloads.
std::string digestOfAll(const reload::WatchList& all, const config::Gateway& config, std::string digest) {
  const reload::WatchList named = watchListOf(config);
  return named != all && reload::digestOf(named) == digest ? reload::digestOf(all) : digest;
}

}  // namespace

Reloading::Reloading(Runtime& runtime, std::string digest) : runtime_(runtime) {
  reload::Reloader::Parts parts;
  parts.build = [this] { return build(); };
  parts.generation = [this] { return runtime_.board().newest()->generation; };
  parts.collect = [this] { return runtime_.board().collect(); };
  parts.tell = [this](const Report& report) { tell(report); };
  parts.clock = &clock_;
  reload::WatchList all = allWatched(*runtime.board().newest());
  digest = digestOfAll(all, runtime.config(), std::move(digest));
  reloader_ = std::make_shared<reload::Reloader>(std::move(parts), std::move(all), std::move(digest));
  addSources();
}

void Reloading::end() {
  watcher_.reset();
  reloader_->end();
}

void Reloading::start() {
  reloader_->start();
  if (!runtime_.config().watchFiles) return;
  watcher_ = std::make_unique<reload::Watcher>([this] { return reloader_->files(); },
                                               [this](const std::string& digest) { reloader_->filesChanged(digest); },
                                               reload::Watcher::Pace{});
}

void Reloading::request(gateway::OperationsHandler::ReloadDone done) {
  reloader_->request(reload::Trigger::Request, [done = std::move(done)](const Report& report) {
    done(report.outcome == Outcome::Refused ? 422 : 200, toJson(report));
  });
}

std::string Reloading::staleJson() const {
  const auto stale = reloader_->state().stale;
  std::string out;
  if (!stale) return out;
  JsonObject body(out);
  body.string("since", reload::timestamp(stale->since));
  reload::appendJsonStrings(body.member("problems"), stale->problems);
  body.end();
  return out;
}

reload::Candidate Reloading::build() {
  reload::Candidate out;
  GenerationBuild built = runtime_.rebuild();
  out.problems = std::move(built.problems);
  out.warnings = std::move(built.warnings);
  if (built.next) {
    out.files = allWatched(*built.next);
    for (const std::string& file : filesOf(runtime_.config())) out.files.files.push_back(file);  // listeners keep theirs
  }
  // A certificate that cannot be used keeps the old one in force on its listener, and never holds up a revocation.
  for (std::string& problem : tlsProblems(runtime_.config())) out.warnings.push_back(std::move(problem));
  if (!out.problems.empty()) {
    out.withdraw = [this] { return withdraw(); };
    return out;
  }
  out.publish = [this, next = std::move(built.next)]() mutable {
    const std::uint64_t generation = runtime_.generations().publish(std::move(next));
    if (!alsoPublish_) return generation;
    for (const std::string& problem : alsoPublish_()) runtime_.log().write(Level::Error, "reload", problem);
    return generation;
  };
  return out;
}

std::vector<std::string> Reloading::withdraw() {
  std::string all;
  for (const std::string& text : runtime_.generations().withdraw()) all += (all.empty() ? "" : ", ") + text;
  if (all.empty()) return {};
  return {all + ": in force at once, as generation " + std::to_string(runtime_.board().newest()->generation) +
          "; everything else waits until the files are right"};
}

void Reloading::tell(const Report& report) {
  observability::Log& log = runtime_.log();
  const auto line = [&](Level level, std::string_view message) {
    log.write(level, "reload", [&](LogFields& fields) {
      fields.text("outcome", toString(report.outcome)).text("by", toString(report.by)).text("message", message);
      fields.number("generation", static_cast<std::int64_t>(report.generation));
    });
  };
  for (const std::string& warning : report.warnings) line(Level::Warning, warning);
  for (const std::string& problem : report.problems) line(Level::Error, problem);
  switch (report.outcome) {
    case Outcome::Applied: return line(Level::Info, "a new generation is in force");
    case Outcome::Unchanged: return line(Level::Info, "the files are those of the generation in force");
    case Outcome::Refused: return line(Level::Error, "the old generation stays in force until the files are right");
  }
}

void Reloading::addSources() {
  observability::Metrics& metrics = runtime_.metrics();
  const auto state = [reloader = reloader_] { return reloader->state(); };
  metrics.source(observability::names::kReloads, MetricKind::Counter, "Attempts to put changed files in force, by result.",
                 [state] {
                   std::vector<Sample> out;
                   const auto counts = state().counts;
                   for (const Outcome outcome : kOutcomes) {
                     const auto count = counts[static_cast<std::size_t>(outcome)];
                     out.push_back({{{"result", toString(outcome)}}, static_cast<double>(count)});
                   }
                   return out;
                 });
  const double started = seconds(clock_.wall());
  metrics.source(observability::names::kReloadSuccess, MetricKind::Gauge,
                 "When the files were last found to be those in force, Unix seconds.", [state, started] {
                   const auto last = state().lastSuccess;
                   return std::vector<Sample>{{{}, last ? seconds(*last) : started}};
                 });
  metrics.source(observability::names::kPolicyStale, MetricKind::Gauge,
                 "1 while the files hold a fault and an older generation decides.", [state] {
                   return std::vector<Sample>{{{}, state().stale ? 1.0 : 0.0}};
                 });
  metrics.source(observability::names::kGenerationsLive, MetricKind::Gauge,
                 "Generations in memory: the one in force, and those that a call still keeps.", [board = &runtime_.board()] {
                   return std::vector<Sample>{{{}, static_cast<double>(board->live())}};
                 });
}

}  // namespace certus::app
