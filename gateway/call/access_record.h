// The one record a call leaves behind, whatever happened: log line and metrics are made from it, nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace certus::gateway {

enum class CallOutcome : std::uint8_t {
  Ok,
  ToolError,
  InputRequired,
  InvalidArguments,
  UnknownTool,
  Denied,
  Limited,      // by a limit of the policy
  Unconfirmed,  // a person had to say yes first, and did not
  Timeout,
  Cancelled,
  ProtocolError,
  Internal
};

std::string_view toString(CallOutcome outcome);  // "ok", "tool_error", ...: the metric's label

struct AccessRecord {
  std::string requestId;
  std::string_view method;  // JSON-RPC method, from our own table, else "_other"
  std::string_view
      tool;  // exposed name from the catalog, "" when not a tool call, else "_other"; lives as long as the snapshot
  std::string_view revision;
  std::string_view transport;  // "http", "sse", "stdio"
  std::string subject;
  CallOutcome outcome = CallOutcome::Ok;
  int httpStatus = 0;
  std::uint64_t generation = 0;
  std::chrono::nanoseconds duration{0};
  std::chrono::nanoseconds upstream{0};  // of it, waiting for services
  std::string detail;                    // errors: what the log needs; never arguments, bodies or secrets
};

}  // namespace certus::gateway
