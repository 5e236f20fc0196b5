// trust_log_filler STATE SIZE: an installation in the directory STATE whose log has SIZE entries, made for measuring.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "fill.h"

namespace {

using namespace certus::trust_service;

int fill(const char* state, std::uint64_t size) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  auto directory = StateDirectory::open(state);
  if (!directory) return fmt::print(stderr, "{}\n", directory.error().message), 1;
  auto installation =
      Installation::openOrCreate(std::move(*directory), std::chrono::duration_cast<std::chrono::seconds>(now).count());
  if (!installation) return fmt::print(stderr, "{}\n", installation.error().message), 1;
  auto filled = fillLog(**installation, size);
  if (!filled) return fmt::print(stderr, "{} ({})\n", filled.error().message, filled.error().detail), 1;
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return fmt::print(stderr, "usage: trust_log_filler STATE SIZE\n"), 2;
  return fill(arguments[1], std::strtoull(arguments[2], nullptr, 10));
}
