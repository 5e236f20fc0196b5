// How much work one validation may still do. Not a clock: a step is one keyword evaluation or one compared member.
#pragma once

#include <cstddef>

namespace certus::gateway::schema {

class Budget {
 public:
  explicit Budget(std::size_t steps) : left_(steps) {}

  // False for good once the steps are used up: whoever spends must then refuse the value.
  bool spend(std::size_t steps) {
    if (steps > left_) {
      left_ = 0;
      exhausted_ = true;
      return false;
    }
    left_ -= steps;
    return true;
  }
  bool exhausted() const { return exhausted_; }

 private:
  std::size_t left_;
  bool exhausted_ = false;
};

}  // namespace certus::gateway::schema
