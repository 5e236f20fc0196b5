// What a stage is: a plain function that looks at a call and either lets it pass or says why not. No IO, no waiting.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "gateway/call/access_record.h"
#include "gateway/call/fault.h"
#include "gateway/call/principal.h"
#include "gateway/call/revision.h"
#include "gateway/tools/route.h"

namespace certus::gateway {

struct Refusal {
  Fault fault = Fault::InvalidParams;
  std::string message;   // for the caller: what is wrong, the rule, what to do next
  std::string dataJson;  // the JSON-RPC error's `data`, or empty
  CallOutcome outcome = CallOutcome::ProtocolError;
  bool asToolError = false;  // a result with isError, which the model sees, rather than a JSON-RPC error
};

// ---- before the body is read ----

struct HeadPolicy {
  std::vector<std::string> allowedOrigins, allowedHosts;  // beside loopback names, see config::McpListener
  bool loopbackOnly = true;                               // the listener's address is a loopback one
  Principal local;                                        // who calls when nobody has to prove anything
};

struct HeadCall {
  std::optional<std::string_view> host, origin;  // header values; absent and empty differ
  const HeadPolicy* policy = nullptr;
  const Principal* principal = nullptr;  // set by a stage; lives as long as the policy
};

struct HeadStage {
  const char* name;
  std::optional<Refusal> (*admit)(HeadCall&);
};

// ---- with the message ----

struct MessageCall {
  Revision revision = kModern;
  // HTTP headers; all absent where the transport has none.
  std::optional<std::string_view> mcpMethod, mcpName;
  std::span<const std::pair<std::string_view, std::string_view>> mcpParams;
  bool hasHeaders = false;  // Streamable HTTP

  std::string_view method;
  std::optional<std::string_view> name;  // what Mcp-Name must repeat: params.name or params.uri

  // tools/call only
  const ToolEntry* tool = nullptr;
  simdjson::dom::element arguments;
  std::uint32_t clientCapabilities = 0;
};

struct MessageStage {
  const char* name;
  std::optional<Refusal> (*admit)(const MessageCall&);
};

}  // namespace certus::gateway
