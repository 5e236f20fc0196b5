// Certus-Trust over HTTP: a TrustService with a port, an io thread and workers of its own. What `certus-trust serve` runs
// and what the gateway embeds; either way it is reached by HTTP alone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "services/trust/api/submission_gate.h"

namespace certus::trust_service {

struct TrustOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: a free one
  std::string stateDirectory;
  std::string localIdentity;                  // who signs when no user is named with the service credential, e.g. alice@host
  bool mock = false;                          // see mockFromEnvironment()
  Milliseconds drain{10'000};                 // stop() waits this long for answers under way
  std::function<void(std::string_view)> log;  // one line a failure, from any thread; may be empty
  SubmissionRules submissions{};              // of entries that others submit
};

bool mockFromEnvironment();  // CERTUS_TRUST_MOCK_SIGSTORE=true

class TrustServer {
 public:
  // Makes the state directory's files at the first start. Listens when it returns.
  static Result<std::unique_ptr<TrustServer>> start(TrustOptions options);
  virtual ~TrustServer() = default;  // stops
  virtual std::uint16_t port() const = 0;
  // Stops accepting, answers every request whose head was read, ends the threads. Not from one of its own threads.
  virtual void stop() = 0;
  // Why signing is refused although the service runs, or empty: an older or altered database, a CA out of its time.
  virtual std::string problem() = 0;
};

// What the gateway sends as "Authorization: Bearer" so that its X-User-ID counts. The file exists once the service has
// started.
std::string serviceCredentialFile(const std::string& stateDirectory);
Result<std::string> loadServiceCredential(const std::string& stateDirectory);

}  // namespace certus::trust_service
