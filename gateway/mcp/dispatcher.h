// The protocol core, without IO: bytes of one message in, a decision out. HTTP, SSE and stdio only frame what this decides.
// Synchronous, pure but for the parser's scratch memory; one Dispatcher per io thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "gateway/access/access.h"
#include "gateway/call/access_record.h"
#include "gateway/call/grant.h"
#include "gateway/call/invocation.h"
#include "gateway/call/principal.h"
#include "gateway/call/revision.h"

namespace certus::gateway {

class Route;
class Sealer;  // sealer.h
struct ToolEntry;

enum class Transport : std::uint8_t { Http, Sse, Stdio };

// What of the outside world the protocol may look at. Views live as long as the request.
struct MessageContext {
  Transport transport = Transport::Http;
  const Route* route = nullptr;  // of the snapshot that the caller keeps alive
  const Principal* principal = nullptr;
  const Access* access = nullptr;  // of the snapshot; null: open local mode
  const Caller* caller = nullptr;  // the principal under `access`; set where that is
  std::string_view refused;        // why the caller may do nothing any more; "" : it may. For a conversation without heads
  unsigned thread = 0;             // of the io thread, whose caches `access` keeps
  std::string_view clientAddress;  // behind trusted proxies, of IPv6 the /64; "" over stdio
  Challenge challenge = Challenge::None;  // for a credential that is too narrow; None where there is no HTTP status
  // HTTP headers as sent (Streamable HTTP only); absent and empty differ.
  std::optional<std::string_view> protocolVersion, mcpMethod, mcpName;
  std::span<const std::pair<std::string_view, std::string_view>> mcpParams;  // "Region" -> raw value, of Mcp-Param-Region
  // What an earlier initialize settled, for the session or the process; unset before it and in stateless legacy use.
  std::optional<Revision> sessionRevision;
  std::uint32_t sessionCapabilities = 0;
  bool sessionElicitationUrl = false;
  std::string_view requestId;    // as in the log; ends the texts of failures
  std::string_view traceparent;  // the HTTP header, if any; a modern request's `_meta` wins
};

// An answer to be written as is. `record` says what happened, for the access record.
struct Reply {
  int httpStatus = 200;
  std::string body;  // one JSON-RPC response, or empty (202)
  CallOutcome outcome = CallOutcome::Ok;
  std::string extra = {};   // header lines, "Name: value\r\n"
  std::string detail = {};  // for the operator's log alone
};

// initialize was accepted. The transport makes the session (if it keeps any) and sends the body.
struct Opened {
  Reply reply;
  Revision revision = kNewestLegacy;
  std::uint32_t clientCapabilities = 0;
  bool hasElicitationUrl = false;
  std::string clientName;  // for the log; "name/version", printable, capped
};

// A module must run. Views point into the parsed message, which lives until the next message on this Dispatcher is
// parsed: the transport keeps them alive by holding the Message (below).
struct Invoke {
  Invocation invocation;
  Revision revision = kModern;
  std::string idJson;                // the request's id, verbatim JSON
  std::string progressTokenJson;     // verbatim, or empty
  std::optional<LogLevel> logLevel;  // modern: asked for in this request
  std::string_view name;             // tool or prompt as the client called it, or the URI
  const ToolEntry* tool = nullptr;
  bool mayStream = false;                        // a progress token or a log level was given: notifications may come
  bool elicitsForm = false, elicitsUrl = false;  // of the client's elicitation capability
  std::optional<Grant> grant = {};               // unset: open local mode
};

struct Listen {  // subscriptions/listen
  std::string idJson;
  bool tools = false, prompts = false, resources = false;
  std::vector<std::string> resourceUris;
  std::string acknowledgement;  // the first message, ready to send
  std::string result;           // the graceful end, ready to send
};

struct Cancelled {
  std::string idJson;
};                              // notifications/cancelled
struct Initialized {};          // notifications/initialized
struct IgnoredNotification {};  // 202
struct ClientAnswer {
  std::string idJson;
  std::string result;
  std::string error;
};  // to a request of ours; one of both is set
struct SetLevel {
  LogLevel level;
  Reply reply;
};
struct Subscribe {
  std::string uri;
  bool on;
  Reply reply;
};

using Decision = std::variant<Reply, Opened, Invoke, Listen, Cancelled, Initialized, IgnoredNotification, ClientAnswer,
                              SetLevel, Subscribe>;

// One parsed message and the memory that its views need.
struct Message {
  Decision decision;
  std::string_view method = {};  // from our own table, else "_other"; "" for an answer
  std::string tool = {};         // exposed name as called if it exists in the catalogue, else "_other"; "" when no tool call
  std::shared_ptr<void> memory = {};
  Revision revision = kNewestLegacy;  // under which it is served, for the access record
  std::string idJson = {};            // of a request, verbatim: a transport's own refusal must carry it too; else empty
};

class Dispatcher {
 public:
  virtual ~Dispatcher() = default;
  // `body`: one HTTP body or one stdio line. More than one message only for a legacy batch; `batch` says that the
  // answers go out as one array.
  struct Parsed {
    std::vector<Message> messages;  // never empty
    bool batch = false;
  };
  virtual Parsed dispatch(std::string_view body, const MessageContext& context) = 0;
};

// Renders one outcome as the JSON-RPC response of its revision. InputRequired on a legacy revision is not rendered here:
// the transport plays it live and runs the module again.
class ResultRenderer {
 public:
  virtual ~ResultRenderer() = default;
  // `out` is appended to. Seals the module's state where the outcome is InputRequired.
  virtual CallOutcome render(const Invoke& invoke, const MessageContext& context, const OutcomeView& outcome,
                             std::string& out) = 0;
  // Of the last render: 200, or 400 where the revision demands it (a client capability is missing). Moot once an SSE answer
  // began.
  virtual int httpStatus() const = 0;
};

struct DispatcherOptions {
  const Clock* clock = nullptr;          // outlives the Dispatcher; null: the system's
  std::shared_ptr<const Sealer> sealer;  // opens `requestState`; null: none is ever valid
  std::size_t maxBytes = 4u << 20;       // of one message; stdio has no other cap
  unsigned maxDepth = 64;
  std::size_t maxBatch = 64;
};
std::unique_ptr<Dispatcher> makeDispatcher(const DispatcherOptions& options);

struct RendererOptions {
  const Clock* clock = nullptr;
  std::shared_ptr<const Sealer> sealer;  // null: an InputRequired that carries state fails
};
std::unique_ptr<ResultRenderer> makeRenderer(const RendererOptions& options);

// Ready-made outgoing messages.
std::string renderProgress(Revision revision, std::string_view tokenJson, double progress, double total,
                           std::string_view message);
std::string renderLog(Revision revision, LogLevel level, std::string_view logger, std::string_view jsonData);
std::string renderListChanged(std::string_view what,
                              std::string_view subscriptionIdJson);  // "tools" | "prompts" | "resources"; id empty: legacy
std::string renderResourceUpdated(std::string_view uri, std::string_view subscriptionIdJson);
std::string renderServerRequest(std::string_view idJson, std::string_view method, std::string_view paramsJson);
std::string renderError(std::string_view idJson, int code, std::string_view message,
                        std::string_view dataJson = {});  // empty id: left out

}  // namespace certus::gateway
