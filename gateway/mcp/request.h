// One request on its way to a decision: what every method's handler may look at, and the ways to answer it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "gateway/mcp/dispatcher.h"
#include "gateway/mcp/envelope.h"
#include "gateway/mcp/methods.h"
#include "gateway/mcp/request_meta.h"
#include "gateway/stages/stage.h"
#include "gateway/tools/route.h"

namespace certus::gateway {

struct Request {
  const MessageContext& context;
  const Clock& clock;
  const Sealer* sealer;  // may be null
  JsonDocument& document;
  simdjson::dom::element dom;          // of this message
  simdjson::dom::element emptyObject;  // arguments that were left out
  std::shared_ptr<JsonMemory> memory;  // what views into the message live in
  Envelope envelope;
  RequestMeta meta;
  Revision revision = kNewestLegacy;
  const MethodRow* method = nullptr;
  bool inBatch = false;  // whose answers have no status and headers of their own

  const Route& route() const { return *context.route; }
  const RevisionTexts& texts() const { return context.route->texts(revision); }
  bool modern() const { return isModern(revision); }
  ClientCapabilities capabilities() const;

  std::optional<JsonValue> param(std::string_view name) const;
  std::optional<std::string_view> text(std::string_view name) const;  // a string parameter
};

// {"jsonrpc":"2.0","id":...,"result":<resultJson>}
Reply answer(const Request& request, std::string_view resultJson);
// The same for a result without members of its own: {} plus what the revision adds.
Reply answerEmpty(const Request& request);
Reply refuse(const Request& request, const Refusal& refusal);
Reply invalidParams(const Request& request, std::string message, std::string dataJson = {},
                    CallOutcome outcome = CallOutcome::ProtocolError);

// A refusal of something whose request could not be read as one.
Reply refusal(std::string_view idJson, const Refusal& refusal, Revision revision);

// {"content":[{"type":"text","text":...}],"isError":true<tail>}
std::string toolErrorResult(std::string_view text, std::string_view tail);

// An Invoke with everything filled in that does not depend on the method.
Invoke begin(const Request& request, Invocation::Kind kind, std::uint32_t module, std::string_view moduleName,
             std::string_view exposedName, Milliseconds patience);

}  // namespace certus::gateway
