// Everything a message can want that needs no module and opens no stream: cancels, answers to our questions, log level,
// resource subscriptions. The same for Streamable HTTP, HTTP+SSE and stdio.
#pragma once

#include <string_view>

#include "gateway/mcp/dispatcher.h"
#include "gateway/transport/session_registry.h"
#include "gateway/transport/worker.h"

namespace certus::gateway {

// Not for Opened, Invoke and Listen. `session` may be null. The body is empty where nothing is to be answered (202).
Reply settle(Workers& workers, Worker& here, const SessionRef& session, Message& message);

// Ends what a session still has running, on every thread.
void cancelSession(Workers& workers, std::string_view sessionId);

// A context for the messages of `session` on `route`; the rest is the caller's.
void describeSession(MessageContext& context, const Session* session);

// The access record of one message, and of a request whose head was refused.
struct Answered {
  CallOutcome outcome = CallOutcome::Ok;
  int httpStatus = 200;
  SteadyTime started{};
  std::string_view detail = {};  // for the log
  std::chrono::nanoseconds upstream{0};
};
void recordMessage(Worker& worker, const MessageContext& context, const Message& message, const Answered& answered);
void recordRefusedHead(Worker& worker, int httpStatus, std::string_view detail = {});

}  // namespace certus::gateway
