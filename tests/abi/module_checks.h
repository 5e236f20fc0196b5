// What the ABI suite asks of any module, as a list of named results. Knows no particular module.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/gateway/gateway_config.h"
#include "tests/abi/bench_host.h"

namespace certus::gateway {

struct ToolCall {
  std::string tool, arguments;
};

struct CheckResult {
  std::string name, why;
  bool passed = false;
};

class ModuleChecks {
 public:
  // Without calls: every tool whose schema requires no argument, with {}.
  // `patience`: the deadline of a call that should end by itself.
  ModuleChecks(config::Module module, std::vector<ToolCall> calls,
               std::chrono::milliseconds patience = std::chrono::milliseconds(20'000));
  void run();

  const std::vector<CheckResult>& results() const { return results_; }
  std::size_t passed() const;
  std::size_t failed() const { return results_.size() - passed(); }

 private:
  void check(std::string name, const std::string& why);  // an empty `why` is a pass
  bool load(BenchHost& host);
  void catalogue(BenchHost& host);
  void chooseCalls();
  void answered(const ToolCall& call);
  void blocksNothing(const ToolCall& call);
  void serviceFailures(const ToolCall& call);
  void clientGivesUp(const ToolCall& call);
  void deadlinePasses(const ToolCall& call);
  void manyAtOnce(const ToolCall& call);
  void strangeRequests();
  void stopsInTheMiddle(const ToolCall& call);
  std::string rulesKept(const BenchHost& host) const;  // what the counters hold against the module
  std::string outcomeFault(const CopiedOutcome& outcome, const std::string& tool) const;

  config::Module module_;
  std::vector<ToolCall> calls_;
  std::chrono::milliseconds patience_;
  ModuleDescriptor described_;
  std::vector<CheckResult> results_;
};

}  // namespace certus::gateway
