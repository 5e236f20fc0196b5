// What the HTTP faces share: where sessions are, who is told of changes. Borrowed by each of them.
#pragma once

#include <memory>
#include <vector>

#include "gateway/transport/broadcaster.h"
#include "gateway/transport/session_home.h"
#include "gateway/transport/session_registry.h"
#include "gateway/transport/transport_options.h"
#include "gateway/transport/worker.h"

namespace certus::gateway {

struct TransportParts {
  const TransportOptions& options;
  bool oauth;  // a 403 for a credential that is too narrow names the OAuth metadata
  Workers& workers;
  SessionRegistry& sessions;
  const std::vector<std::shared_ptr<SessionHome>>& homes;  // one an io thread
  Broadcaster& broadcaster;
};

}  // namespace certus::gateway
