// Turns an AccessRecord into its log line and its metrics: the only place where a call leaves traces. One per io thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/call/access_record.h"
#include "observability/log.h"
#include "observability/metrics.h"

namespace certus::gateway {

std::vector<std::string_view> outcomeNames();  // of CallOutcome, in order: for observability::Metrics

class CallRecorder {
 public:
  enum class CallLines : std::uint8_t { Written, Off };  // errors are written in any case

  // Both outlive the recorder. `thread`: index of the io thread that calls record().
  CallRecorder(observability::Metrics& metrics, observability::Log& log, unsigned thread, CallLines lines)
      : metrics_(metrics), log_(log), thread_(thread), lines_(lines) {}

  void record(const AccessRecord& record);

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Cells = std::unordered_map<std::string, observability::CallCell*, TextHash, std::equal_to<>>;
  observability::CallCell& cell(Cells& cache, observability::CallTable& table, std::string_view name) const;
  void writeLine(const AccessRecord& record);

  observability::Metrics& metrics_;
  observability::Log& log_;
  unsigned thread_;
  CallLines lines_;
  Cells tools_, methods_;
};

}  // namespace certus::gateway
