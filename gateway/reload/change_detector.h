// When a change of files counts: once they have been left alone for a while and read to the same digest again. A checkout
// half way never does. Reads nothing itself and has no clock.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"

namespace certus::reload {

class ChangeDetector {
 public:
  explicit ChangeDetector(Milliseconds quiet) : quiet_(quiet) {}

  // One look. `trace`: as traceOf() says now; `digest` reads, and is asked only for what moved. A value: a set that has
  // been quiet, by its digest; once a change. The first set seen is one.
  std::optional<std::string> look(SteadyTime now, const std::string& trace, const std::function<std::string()>& digest);

 private:
  struct Candidate {
    std::string trace, digest;
    SteadyTime since;
  };
  Milliseconds quiet_;
  std::string settled_;  // a trace
  std::optional<Candidate> candidate_;
};

}  // namespace certus::reload
