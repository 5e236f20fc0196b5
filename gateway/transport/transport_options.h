// The numbers that bound the transport, with their defaults. Times are parameters so that tests need no patience.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "gateway/call/invocation.h"
#include "gateway/transport/session_registry.h"

namespace certus::gateway {

struct TransportOptions {
  bool sessions = true;                     // false: legacy clients are served without memory (replicas)
  SessionRegistry::Limits sessionLimits;
  Milliseconds keepAlive{15'000};           // between comments on a silent stream: clients give up after 60 s and more
  Milliseconds progressEvery{5'000};        // synthetic progress of a long-running tool
  std::size_t maxQueuedBytes = 4u << 20;    // unsent bytes of one stream; a slower reader is cut off
  std::size_t maxLineBytes = 4u << 20;      // stdio
  std::uint32_t maxListens = 1024;          // subscriptions/listen, per io thread (stdio: per process)
  std::uint32_t maxSubscriptions = 1024;    // resources/subscribe, per session; URIs per listen
  std::uint32_t maxRunningPerChannel = 256; // calls at once on one /sse session or one stdio pipe
  Milliseconds questionLifetime = kQuestionLifetime;  // of a question that an older client is asked while its call waits
  std::uint32_t maxInputRounds = 8;         // times that one call may come back with questions
};

}  // namespace certus::gateway
