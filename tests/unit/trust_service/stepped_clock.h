// The time of tests, the same in each process.
#pragma once

#include "base/clock.h"

namespace certus::trust_service {

class SteppedClock final : public Clock {
 public:
  SteadyTime steady() const override { return {}; }
  WallTime wall() const override { return now; }
  void advance(std::chrono::seconds by) { now += by; }
  WallTime now{std::chrono::seconds(1'800'000'000)};  // 2027-01-15T08:00:00Z
};

}  // namespace certus::trust_service
