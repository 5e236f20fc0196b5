#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observability/metric_names.h"
#include "observability/metrics.h"

namespace certus::observability {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, CountACallUnderItsToolAndOutcome) {
  Metrics metrics({"ok", "tool_error"});
  CallCell& cell = metrics.calls().cell("trust_verify", 0);
  cell.add(0, 2ms);
  cell.add(0, 2ms);
  cell.add(1, 40s);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("# TYPE certus_gateway_calls_total counter\n"));
  EXPECT_THAT(text, HasSubstr("certus_gateway_calls_total{tool=\"trust_verify\",outcome=\"ok\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("certus_gateway_calls_total{tool=\"trust_verify\",outcome=\"tool_error\"} 1\n"));
}

TEST(Metrics, MakeACumulativeHistogramOfDurations) {
  Metrics metrics({"ok"});
  CallCell& cell = metrics.calls().cell("t", 0);
  cell.add(0, 1ms);  // a bound belongs to its own bucket
  cell.add(0, 1001us);
  cell.add(0, 100s);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("# TYPE certus_gateway_call_duration_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("certus_gateway_call_duration_seconds_bucket{tool=\"t\",le=\"0.001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("certus_gateway_call_duration_seconds_bucket{tool=\"t\",le=\"0.0025\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("certus_gateway_call_duration_seconds_bucket{tool=\"t\",le=\"60\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("certus_gateway_call_duration_seconds_bucket{tool=\"t\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("certus_gateway_call_duration_seconds_count{tool=\"t\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("certus_gateway_call_duration_seconds_sum{tool=\"t\"} 100.002001\n"));
}

TEST(Metrics, FoldTheCellsOfAllThreads) {
  Metrics metrics({"ok"});
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i) {
    threads.emplace_back([&metrics, i] {
      CallCell& cell = metrics.calls().cell("t", i);
      for (int n = 0; n < 10'000; ++n) cell.add(0, 1us);
    });
  }
  while (metrics.text().empty()) {
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(metrics.text(), HasSubstr("certus_gateway_calls_total{tool=\"t\",outcome=\"ok\"} 40000\n"));
}

TEST(Metrics, ShowADeclaredToolWithZeroesBeforeItsFirstCall) {
  Metrics metrics({"ok"});
  metrics.calls().declare("quiet");
  EXPECT_THAT(metrics.text(), HasSubstr("certus_gateway_calls_total{tool=\"quiet\",outcome=\"ok\"} 0\n"));
}

TEST(Metrics, StayBoundedWhateverTheNames) {
  Metrics metrics({"ok"});
  for (std::size_t i = 0; i < CallTable::kMostNames + 100; ++i)
    metrics.calls().cell("tool" + std::to_string(i), 0).add(0, 1us);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("certus_gateway_calls_total{tool=\"_other\",outcome=\"ok\"} 100\n"));
  EXPECT_THAT(text, Not(HasSubstr("tool2050")));
}

TEST(Metrics, ReadOthersWhenAsked) {
  Metrics metrics({"ok"});
  double sessions = 3;
  metrics.source(names::kSessions, MetricKind::Gauge, "Sessions.", [&] { return std::vector<Sample>{{{}, sessions}}; });
  EXPECT_THAT(metrics.text(), HasSubstr("# TYPE certus_gateway_sessions gauge\ncertus_gateway_sessions 3\n"));
  sessions = 4;
  EXPECT_THAT(metrics.text(), HasSubstr("certus_gateway_sessions 4\n"));
}

TEST(Metrics, ShowAHistogramOfAnotherOwner) {
  Metrics metrics({"ok"});
  metrics.histogram(names::kUpstreamDuration, "Upstream.", {0.1, 1}, [] {
    return std::vector<HistogramSample>{{{{"service", "trust"}}, {1, 2, 3}, 12.5}};
  });
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("certus_gateway_upstream_duration_seconds_bucket{service=\"trust\",le=\"1\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("certus_gateway_upstream_duration_seconds_bucket{service=\"trust\",le=\"+Inf\"} 6\n"));
  EXPECT_THAT(text, HasSubstr("certus_gateway_upstream_duration_seconds_sum{service=\"trust\"} 12.5\n"));
}

}  // namespace
}  // namespace certus::observability
