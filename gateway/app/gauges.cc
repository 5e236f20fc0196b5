#include "gateway/app/gauges.h"

#include <chrono>

#include "gateway/tools/snapshot.h"
#include "observability/metric_names.h"

namespace certus::app {
namespace {

using observability::HistogramSample;
using observability::MetricKind;
using observability::Sample;
namespace names = observability::names;

double number(std::uint64_t value) { return static_cast<double>(value); }

}  // namespace

void addProcessSources(observability::Metrics& metrics, const observability::Log& log) {
  metrics.source(names::kBuildInfo, MetricKind::Gauge, "Always 1; the version is a label.", [] {
    return std::vector<Sample>{{{{"version", CERTUS_VERSION}}, 1}};
  });
  const double started = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  metrics.source(names::kStartTime, MetricKind::Gauge, "When this process began to serve, Unix seconds.", [started] {
    return std::vector<Sample>{{{}, started}};
  });
  metrics.source(names::kLogDropped, MetricKind::Counter, "Log lines dropped because standard error was read too slowly.",
                 [&log] {
                   return std::vector<Sample>{{{}, number(log.dropped())}};
                 });
}

void addCatalogSources(observability::Metrics& metrics, const gateway::SnapshotBoard& board) {
  metrics.source(names::kGeneration, MetricKind::Gauge, "Generation of configuration and catalogue in force.", [&board] {
    return std::vector<Sample>{{{}, number(board.newest()->generation)}};
  });
  metrics.source(names::kTools, MetricKind::Gauge, "Tools offered on /mcp.", [&board] {
    double enabled = 0;
    for (const auto& tool : board.newest()->catalog->composed().tools()) enabled += tool.enabled ? 1 : 0;
    return std::vector<Sample>{{{}, enabled}};
  });
  metrics.source(names::kModuleInfo, MetricKind::Gauge, "Always 1; version and digest of each module are labels.", [&board] {
    std::vector<Sample> out;
    for (const auto& module : board.newest()->catalog->modules()) {
      out.push_back({{{"module", module.name}, {"version", module.version}, {"sha256", module.sha256}}, 1});
    }
    return out;
  });
}

void addServiceSources(observability::Metrics& metrics, const gateway::Services& services) {
  metrics.source(names::kUpstreamRequests, MetricKind::Counter, "Requests to services by outcome.", [&services] {
    std::vector<Sample> out;
    for (const auto& figures : services.figures()) {
      for (std::size_t i = 0; i < figures.outcomes.size(); ++i) {
        const std::string outcome(toString(static_cast<gateway::ServiceOutcome>(i)));
        out.push_back({{{"service", figures.service}, {"outcome", outcome}}, number(figures.outcomes[i])});
      }
    }
    return out;
  });
  metrics.source(names::kBreakerOpen, MetricKind::Gauge, "1 while nobody answers for the service and it is not asked.",
                 [&services] {
                   std::vector<Sample> out;
                   for (const auto& figures : services.figures())
                     out.push_back({{{"service", figures.service}}, figures.breakerOpen ? 1.0 : 0.0});
                   return out;
                 });
  metrics.histogram(
      names::kUpstreamDuration, "Seconds from a request to a service to its whole answer.",
      {gateway::kServiceSeconds.begin(), gateway::kServiceSeconds.end()}, [&services] {
        std::vector<HistogramSample> out;
        for (const auto& figures : services.figures()) {
          out.push_back(
              {{{"service", figures.service}}, {figures.buckets.begin(), figures.buckets.end()}, figures.secondsSum});
        }
        return out;
      });
}

void addKeySources(observability::Metrics& metrics, const gateway::KeyRing& keys) {
  metrics.source(names::kKeyFetches, MetricKind::Counter, "Fetches of an issuer's keys by result.", [&keys] {
    std::vector<Sample> out;
    for (const auto& figures : keys.figures()) {
      for (std::size_t i = 0; i < figures.fetches.size(); ++i) {
        const std::string result(gateway::labelOf(static_cast<gateway::FetchResult>(i)));
        out.push_back({{{"issuer", figures.issuer}, {"result", result}}, number(figures.fetches[i])});
      }
    }
    return out;
  });
}

void addModuleSources(observability::Metrics& metrics, const gateway::ModuleHost& host) {
  metrics.source(names::kModuleMisuse, MetricKind::Counter, "Times a module broke a rule of its interface, by kind.",
                 [&host] {
                   std::vector<Sample> out;
                   for (const auto& figures : host.figures()) {
                     const auto add = [&](const char* kind, std::uint64_t count) {
                       out.push_back({{{"module", figures.module}, {"kind", kind}}, number(count)});
                     };
                     add("failed", figures.failed);
                     add("late_completion", figures.lateCompletions);
                     add("double_completion", figures.doubleCompletions);
                     add("wrong_thread", figures.wrongThread);
                     add("slow_entry", figures.slowEntries);
                   }
                   return out;
                 });
}

void addLimitSources(observability::Metrics& metrics, const gateway::LimitStores& limits) {
  metrics.source(names::kLimitRefusals, MetricKind::Counter, "Calls refused by each limit of the policy.", [&limits] {
    std::vector<Sample> out;
    for (const auto& [limit, count] : limits.figures().refusals) out.push_back({{{"limit", limit}}, number(count)});
    return out;
  });
  metrics.source(names::kLimitStoreFailures, MetricKind::Counter, "Decisions about limits that Redis did not make in time.",
                 [&limits] {
                   return std::vector<Sample>{{{}, number(limits.figures().redisFailures)}};
                 });
  metrics.source(names::kLimitsForgotten, MetricKind::Counter,
                 "Keys of limits that were forgotten before they were free, because the table was full.", [&limits] {
                   return std::vector<Sample>{{{}, number(limits.figures().forgottenEarly)}};
                 });
}

namespace {

// One sample a listener, of those that serve MCP or of all.
template <class Value>
auto perListener(const std::vector<ListenerView>& listeners, Value value) {
  return [listeners, value] {
    std::vector<Sample> out;
    for (const ListenerView& listener : listeners) out.push_back({{{"listener", listener.name}}, number(value(listener))});
    return out;
  };
}

void addAdmissionSources(observability::Metrics& metrics, const std::vector<ListenerView>& listeners) {
  metrics.source(names::kAuthentications, MetricKind::Counter,
                 "Authentications by result: ok, or why the credential was refused.", [listeners] {
                   std::vector<Sample> out;
                   for (const ListenerView& listener : listeners) {
                     const auto add = [&](std::size_t result, std::string_view label) {
                       out.push_back({{{"listener", listener.name}, {"result", std::string(label)}},
                                      number(listener.handler->admissions().total(result))});
                     };
                     add(gateway::AdmissionCounters::kAccepted, "ok");
                     for (std::size_t i = 0; i < identity::kFailures; ++i)
                       add(i, identity::labelOf(static_cast<identity::Failure>(i)));
                   }
                   return out;
                 });
}

void addHandshakeSources(observability::Metrics& metrics, const std::vector<ListenerView>& listeners) {
  metrics.source(names::kTlsHandshakes, MetricKind::Counter, "TLS handshakes by result: ok, or how they failed.",
                 [listeners] {
                   std::vector<Sample> out;
                   for (const ListenerView& listener : listeners) {
                     const auto counts = listener.server->counters().handshakes;
                     for (std::size_t i = 0; i < counts.size(); ++i) {
                       const std::string result(http::labelOf(static_cast<http::HandshakeResult>(i)));
                       out.push_back({{{"listener", listener.name}, {"result", result}}, number(counts[i])});
                     }
                   }
                   return out;
                 });
}

}  // namespace

void addServerSources(observability::Metrics& metrics, const std::vector<ListenerView>& listeners) {
  const auto both = [&listeners](auto value) {
    return perListener(listeners, [value](const ListenerView& listener) { return value(listener.server->counters()); });
  };
  using C = http::ServerCounters;
  metrics.source(names::kConnections, MetricKind::Gauge, "Open connections.",
                 both([](const C& c) { return c.connectionsOpen; }));
  metrics.source(names::kConnectionsTotal, MetricKind::Counter, "Connections accepted.",
                 both([](const C& c) { return c.connectionsTotal; }));
  metrics.source(names::kHttpRequests, MetricKind::Counter, "HTTP requests whose head was read.",
                 both([](const C& c) { return c.requestsTotal; }));
  metrics.source(names::kHttpBadRequests, MetricKind::Counter, "HTTP requests that were malformed or over a limit.",
                 both([](const C& c) { return c.badRequestsTotal; }));
  metrics.source(names::kHttpRefused, MetricKind::Counter, "Connections refused at max_connections.",
                 both([](const C& c) { return c.refusedTotal; }));
  std::vector<ListenerView> faces;
  for (const ListenerView& listener : listeners) {
    if (listener.handler != nullptr) faces.push_back(listener);
  }
  metrics.source(names::kSessions, MetricKind::Gauge, "Sessions of clients older than 2026-07-28.",
                 perListener(faces, [](const ListenerView& listener) { return listener.handler->sessions(); }));
  metrics.source(names::kStreams, MetricKind::Gauge, "Open event streams.",
                 perListener(faces, [](const ListenerView& listener) { return listener.handler->streams(); }));
  addAdmissionSources(metrics, faces);
  addHandshakeSources(metrics, faces);
}

}  // namespace certus::app
