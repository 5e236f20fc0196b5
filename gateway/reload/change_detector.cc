#include "gateway/reload/change_detector.h"

#include <utility>

namespace certus::reload {

std::optional<std::string> ChangeDetector::look(SteadyTime now, const std::string& trace,
                                                const std::function<std::string()>& digest) {
  if (trace == settled_) {
    candidate_.reset();
    return std::nullopt;
  }
  if (!candidate_ || candidate_->trace != trace) {
    candidate_ = Candidate{trace, digest(), now};
    return std::nullopt;
  }
  if (now - candidate_->since < quiet_) return std::nullopt;
  std::string again = digest();
  if (again != candidate_->digest) {  // written without a trace: within one tick of the file system's clock
    candidate_ = Candidate{trace, std::move(again), now};
    return std::nullopt;
  }
  settled_ = trace;
  candidate_.reset();
  return again;
}

}  // namespace certus::reload
