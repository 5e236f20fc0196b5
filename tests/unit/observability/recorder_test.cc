#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "gateway/call/recorder.h"

namespace certus::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Recorded {
  std::string log, metrics;
};

Recorded recorded(const AccessRecord& record, CallRecorder::CallLines lines = CallRecorder::CallLines::Written) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  Recorded out;
  observability::Metrics metrics(outcomeNames());
  {
    observability::Log log(observability::Level::Info, ends[1]);
    CallRecorder(metrics, log, 0, lines).record(record);
  }
  close(ends[1]);
  std::array<char, 4096> text{};
  out.log.assign(text.data(), static_cast<std::size_t>(std::max<ssize_t>(read(ends[0], text.data(), text.size()), 0)));
  close(ends[0]);
  out.metrics = metrics.text();
  return out;
}

AccessRecord call(CallOutcome outcome) {
  AccessRecord record;
  record.requestId = "r-1";
  record.method = "tools/call";
  record.tool = "trust_verify";
  record.revision = "2025-11-25";
  record.transport = "http";
  record.subject = "alice@host";
  record.outcome = outcome;
  record.httpStatus = 200;
  record.generation = 7;
  record.duration = std::chrono::microseconds(1500);
  record.upstream = std::chrono::microseconds(1200);
  return record;
}

TEST(CallRecorder, WritesOneLineAndCountsOnce) {
  const Recorded out = recorded(call(CallOutcome::Ok));
  EXPECT_THAT(
      out.log,
      HasSubstr(" level=info event=call id=r-1 method=tools/call tool=trust_verify outcome=ok ms=1.500 upstream_ms=1.200 "
                "revision=2025-11-25 transport=http subject=alice@host status=200 generation=7\n"));
  EXPECT_THAT(out.metrics, HasSubstr("certus_gateway_calls_total{tool=\"trust_verify\",outcome=\"ok\"} 1\n"));
  EXPECT_THAT(out.metrics, HasSubstr("certus_gateway_requests_total{method=\"tools/call\",outcome=\"ok\"} 1\n"));
}

TEST(CallRecorder, RaisesTheLevelForOurOwnFaults) {
  EXPECT_THAT(recorded(call(CallOutcome::Internal)).log, HasSubstr("level=error"));
  EXPECT_THAT(recorded(call(CallOutcome::Timeout)).log, HasSubstr("level=warning"));
  EXPECT_THAT(recorded(call(CallOutcome::ToolError)).log, HasSubstr("level=info"));
}

TEST(CallRecorder, WritesOnlyFaultsWhenCallLinesAreOff) {
  EXPECT_EQ(recorded(call(CallOutcome::Ok), CallRecorder::CallLines::Off).log, "");
  EXPECT_THAT(recorded(call(CallOutcome::Internal), CallRecorder::CallLines::Off).log, HasSubstr("outcome=internal"));
  EXPECT_THAT(recorded(call(CallOutcome::Ok), CallRecorder::CallLines::Off).metrics, HasSubstr("outcome=\"ok\"} 1\n"));
}

TEST(CallRecorder, CountsWhatIsNoToolCallByMethodOnly) {
  AccessRecord record = call(CallOutcome::Ok);
  record.method = "tools/list";
  record.tool = {};
  const Recorded out = recorded(record);
  EXPECT_THAT(out.metrics, HasSubstr("certus_gateway_requests_total{method=\"tools/list\",outcome=\"ok\"} 1\n"));
  EXPECT_THAT(out.metrics, Not(HasSubstr("tool=")));
}

TEST(CallRecorder, KnowsANameForEveryOutcome) {
  EXPECT_THAT(outcomeNames(),
              testing::ElementsAre("ok", "tool_error", "input_required", "invalid_arguments", "unknown_tool", "denied",
                                   "limited", "unconfirmed", "timeout", "cancelled", "protocol_error", "internal"));
}

}  // namespace
}  // namespace certus::gateway
