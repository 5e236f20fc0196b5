// A process of its own that signs over a shared state directory and prints the index of each signature once it is
// acknowledged. Tests start several, and kill them.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/encoding.h"
#include "services/trust/trust_service.h"
#include "stepped_clock.h"

int main(int count, char** arguments) {
  using namespace certus;
  using namespace certus::trust_service;
  if (count != 4) return 2;
  const SteppedClock clock;
  auto service = TrustService::open(arguments[1], clock);
  if (!service) {
    std::fprintf(stderr, "%s %s\n", service.error().message.c_str(), service.error().detail.c_str());
    return 1;
  }
  const int wanted = std::atoi(arguments[2]);
  for (int i = 0; i < wanted; ++i) {
    SigningOrder order;
    order.artifact = parseDigest(toHex(sha256(std::string(arguments[3]) + std::to_string(i)))).value();
    order.identity = std::string(arguments[3]) + "@example.com";
    order.artifactType = "test";
    order.subject = std::to_string(i);
    auto result = (*service)->signer().sign(order);
    if (!result) {
      std::fprintf(stderr, "%s %s\n", result.error().message.c_str(), result.error().detail.c_str());
      return 1;
    }
    std::printf("%llu\n", static_cast<unsigned long long>(result->logged.entry.index));
    std::fflush(stdout);
  }
  return 0;
}
