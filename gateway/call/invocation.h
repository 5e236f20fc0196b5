// What a module is asked and what it answers, as borrowed views: the seam between the protocol (gateway/mcp) and the
// module host (gateway/modules). Neither side knows the other's types.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "base/clock.h"
#include "gateway/call/access_record.h"

namespace certus::gateway {

// Bits, equal to certus_capability of the ABI.
enum ClientCapability : std::uint32_t { kCanSample = 1, kCanElicit = 2, kHasRoots = 4 };

enum class LogLevel : std::uint8_t { Debug, Info, Notice, Warning, Error, Critical, Alert, Emergency };

struct Grant;  // grant.h

// How long a question to a person is open, whatever the tool's own timeout: that counts while the module runs.
inline constexpr Milliseconds kQuestionLifetime{5 * 60'000};

struct Invocation {
  enum class Kind : std::uint8_t { Tool = 1, Resource = 2, Prompt = 3, Completion = 4 };
  Kind kind = Kind::Tool;
  std::uint32_t module = 0;         // index into Catalog::modules
  std::string_view name;            // the module's own name of the tool or prompt; URI of a resource
  std::string_view arguments;       // JSON object; "{}" when absent. Completion: the request's params, whole
  std::string_view inputResponses;  // JSON object, or empty in the first round
  std::string_view state;           // the module's state, opened and checked; or empty
  std::string_view requestId;
  std::string_view subject, tenant;  // tenant: the one that policy decides by; or ""
  std::string_view traceparent;      // W3C, or empty
  std::uint32_t clientCapabilities = 0;
  std::uint32_t maxResults = 0;
  SteadyTime deadline{};
  const Grant* grant = nullptr;  // null: open local mode, nothing to hold the call to
};

struct ContentView {  // equal in meaning to certus_content
  enum class Kind : std::uint8_t { Text = 1, Image, Audio, ResourceLink, Embedded };
  Kind kind = Kind::Text;
  bool assistant = false;
  bool hasData = false;  // Embedded: data rather than text
  std::string_view text, data, mimeType, uri, name, annotations;
};

struct OutcomeView {  // equal in meaning to certus_outcome; valid during OutcomeSink::complete only
  enum class Kind : std::uint8_t {
    Result = 1,
    ToolError,
    InputRequired,
    NotFound,
    Invalid,
    Completion,
    Failed,
    TimedOut = 100,
    Cancelled
  };  // the last two are the host's own
  Kind kind = Kind::Result;
  std::span<const ContentView> content;
  std::string_view structured;
  std::optional<simdjson::dom::element> parsed;  // `structured`, where somebody has parsed and checked just these bytes
  std::string_view state;
  std::string_view description;
  std::chrono::nanoseconds upstream{0};  // of the call's time, waiting for services
  std::optional<CallOutcome> recordAs;   // ToolError of the gateway itself: what it was, for the access record
};

class OutcomeSink {
 public:
  virtual ~OutcomeSink() = default;
  virtual void complete(const OutcomeView& outcome) = 0;  // exactly once a run, on the call's thread
};

// What a running call tells its client meanwhile. On the call's thread.
class NotificationSink {
 public:
  virtual ~NotificationSink() = default;
  virtual bool wantsProgress() const = 0;
  virtual bool wantsLog(LogLevel level) const = 0;
  virtual void progress(double progress, double total, std::string_view message) = 0;
  virtual void log(LogLevel level, std::string_view logger, std::string_view jsonData) = 0;
};

}  // namespace certus::gateway
