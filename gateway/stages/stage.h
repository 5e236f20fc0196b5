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

#include "gateway/access/access.h"
#include "gateway/call/access_record.h"
#include "gateway/call/fault.h"
#include "gateway/call/revision.h"
#include "gateway/tools/route.h"

namespace certus::gateway {

struct Refusal {
  Fault fault = Fault::InvalidParams;
  std::string message;   // for the caller: what is wrong, the rule, what to do next
  std::string dataJson;  // the JSON-RPC error's `data`, or empty
  CallOutcome outcome = CallOutcome::ProtocolError;
  bool asToolError = false;  // a result with isError, which the model sees, rather than a JSON-RPC error
  // The item that the credential is too narrow for: over HTTP answered with 403 and a challenge.
  std::optional<std::uint32_t> needsScope = {};
  std::string detail = {};   // for the operator's log alone, never for the caller
};

// ---- before the body is read ----

struct HeadPolicy {
  std::vector<std::string> allowedOrigins, allowedHosts;  // beside loopback names, see config::McpListener
  bool loopbackOnly = true;                               // the listener's address is a loopback one
};

struct HeadCall {
  std::optional<std::string_view> host, origin;  // header values; absent and empty differ
  const HeadPolicy* policy = nullptr;
  bool open = true;       // open local mode: nobody has to prove anything
  bool forwarded = false; // some proxy says that it passes on another's request
  std::string_view publicOrigin = {};  // of identity.resource.public_url: "https://gateway.example.com"; or ""
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
  const Access* access = nullptr;  // null: open local mode
  const Caller* caller = nullptr;  // set where `access` is
  bool canAsk = false;             // the client can put a form before its user
  const rules::Rule** confirm = nullptr;  // where the policy stage leaves the rule by which the person must be asked first
};

struct MessageStage {
  const char* name;
  std::optional<Refusal> (*admit)(const MessageCall&);
};

}  // namespace certus::gateway
