#include "gateway/call/recorder.h"

namespace certus::gateway {
namespace {

observability::Level levelOf(CallOutcome outcome) {
  switch (outcome) {
    case CallOutcome::Internal: return observability::Level::Error;
    case CallOutcome::Timeout: return observability::Level::Warning;
    default: return observability::Level::Info;
  }
}

}  // namespace

std::vector<std::string_view> outcomeNames() {
  std::vector<std::string_view> names;
  for (auto i = 0; i <= static_cast<int>(CallOutcome::Internal); ++i) names.push_back(toString(static_cast<CallOutcome>(i)));
  return names;
}

observability::CallCell& CallRecorder::cell(Cells& cache, observability::CallTable& table, std::string_view name) const {
  if (const auto found = cache.find(name); found != cache.end()) return *found->second;
  observability::CallCell& made = table.cell(name, thread_);
  cache.emplace(std::string(name), &made);
  return made;
}

void CallRecorder::record(const AccessRecord& record) {
  const auto outcome = static_cast<std::size_t>(record.outcome);
  if (!record.tool.empty()) cell(tools_, metrics_.calls(), record.tool).add(outcome, record.duration);
  cell(methods_, metrics_.requests(), record.method.empty() ? "_other" : record.method).add(outcome, record.duration);
  const observability::Level level = levelOf(record.outcome);
  if (lines_ == CallLines::Written || level != observability::Level::Info) writeLine(record);
}

void CallRecorder::writeLine(const AccessRecord& record) {
  log_.write(levelOf(record.outcome), "call", [&](observability::LogFields& line) {
    line.word("id", record.requestId).word("method", record.method).word("tool", record.tool);
    line.word("outcome", toString(record.outcome)).milliseconds("ms", record.duration);
    if (record.upstream.count() > 0) line.milliseconds("upstream_ms", record.upstream);
    line.word("revision", record.revision).word("transport", record.transport).text("subject", record.subject);
    if (record.httpStatus != 0) line.number("status", record.httpStatus);
    line.number("generation", static_cast<std::int64_t>(record.generation)).text("detail", record.detail);
  });
}

}  // namespace certus::gateway
