// A catalogue with one of everything, a clock that stands still, and a dispatcher to talk to: what the protocol tests share.
#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gateway/mcp/dispatcher.h"
#include "gateway/mcp/sealer.h"
#include "gateway/tools/catalog.h"

namespace certus::gateway {

using Json = nlohmann::json;

inline std::ostream& operator<<(std::ostream& out, Revision revision) { return out << toString(revision); }

class StandingClock final : public Clock {
 public:
  SteadyTime steady() const override { return SteadyTime{} + elapsed; }
  WallTime wall() const override { return WallTime{} + std::chrono::hours(400'000) + elapsed; }
  Milliseconds elapsed{0};
};

// "trust": verify (argument rules, output schema), sign (changes things), retired (switched off), shout (asks the user),
//          region (x-mcp-header), numbers (output that is no object). "lab": prompts, resources, completion, logs.
std::vector<ModuleDescriptor> sampleModules();
config::Gateway sampleConfig();
std::shared_ptr<const Catalog> sampleCatalog();
std::shared_ptr<const Catalog> sampleCatalog(const config::Gateway& config);

class Protocol : public ::testing::Test {
 protected:
  Protocol();

  // One request of the newest revision: `params` gets its `_meta`, the context its headers. `extraMeta` is added to `_meta`.
  Json modernBody(const std::string& method, Json params = Json::object(), Json extraMeta = Json::object());
  void modernHeaders(const Json& body);
  Message modern(const std::string& method, Json params = Json::object(), Json extraMeta = Json::object());

  Message legacy(Revision revision, const std::string& method, const Json& params = nullptr);
  Message send(std::string_view body);  // in `context` as it stands; exactly one message
  template <std::same_as<Json> J>
  Message send(const J& message) {
    return send(std::string_view(held_ = message.dump()));
  }

  static const Reply& reply(const Message& message);  // whatever kind of decision carries one
  static Json body(const Message& message) { return Json::parse(reply(message).body); }
  static int code(const Message& message);  // of a JSON-RPC error; 0 when there is none
  static int status(const Message& message) { return reply(message).httpStatus; }

  std::shared_ptr<const Catalog> catalog = sampleCatalog();
  StandingClock clock;
  std::shared_ptr<const Sealer> sealer;
  Principal principal{"alice@host", "local\nalice@host"};
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<ResultRenderer> renderer;
  MessageContext context;

 private:
  std::string held_, methodHeader_, nameHeader_;
};

}  // namespace certus::gateway
