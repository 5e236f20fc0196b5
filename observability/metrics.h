// What /metrics says. Call counters live in tables that io threads write without locks; everything else is read from its
// owner when somebody asks. Serves no HTTP.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "observability/call_table.h"

namespace certus::observability {

struct Sample {
  std::map<std::string, std::string> labels;
  double value = 0;
};

struct HistogramSample {
  std::map<std::string, std::string> labels;
  std::vector<std::uint64_t> buckets;  // not cumulative; one more than the bounds, the last is +Inf
  double sum = 0;
};

enum class MetricKind : std::uint8_t { Counter, Gauge };

class Metrics {
 public:
  explicit Metrics(std::vector<std::string_view> outcomes);  // of calls and requests, by the index that cells are given

  CallTable& calls() { return calls_; }        // by exposed tool name
  CallTable& requests() { return requests_; }  // by JSON-RPC method

  // `read` runs on the thread that asks for text(), as long as this object lives. `name` is one of metric_names.h.
  void source(std::string_view name, MetricKind kind, std::string_view help, std::function<std::vector<Sample>()> read);

  void histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                 std::function<std::vector<HistogramSample>()> read);

  std::string text() const;  // Prometheus text format 0.0.4

 private:
  using Collect = std::function<prometheus::MetricFamily()>;
  CallTable calls_, requests_;
  mutable std::mutex mutex_;
  std::vector<Collect> sources_;
};

}  // namespace certus::observability
