#include "config/problems.h"

#include <algorithm>
#include <utility>

namespace certus::config {
namespace {

constexpr std::size_t kMost = 100;  // beyond it a file is not a configuration and the list helps nobody

}  // namespace

void Problems::add(const Place& place, std::string path, std::string message) {
  if (full_) return;
  if (list_.size() == kMost) {
    full_ = true;
    list_.push_back({place, "", "too many problems; the rest is not listed"});
    return;
  }
  list_.push_back({place, std::move(path), std::move(message)});
}

std::vector<Problem> Problems::take() {
  std::stable_sort(list_.begin(), list_.end(), [](const Problem& a, const Problem& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  full_ = false;
  return std::exchange(list_, {});
}

std::string describe(const Problem& problem, const std::string& file) {
  std::string out;
  if (!problem.place.variable.empty()) {
    out = "environment variable " + problem.place.variable;
  } else {
    out = file;
    if (problem.place.line > 0) {
      out += ':' + std::to_string(problem.place.line) + ':' + std::to_string(problem.place.column);
    }
  }
  out += ": ";
  if (!problem.path.empty()) out += problem.path + ": ";
  return out + problem.message;
}

}  // namespace certus::config
