// The C++ face of the module ABI: derive from certus::Module, list your rows in describe(), write CERTUS_MODULE(Yours).
// A new tool is one row and one function. Nothing registers itself; nothing thrown leaves the module.
#pragma once

#include <exception>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

#include "certus/abi.h"
#include "certus/call.h"
#include "certus/catalog.h"
#include "certus/json.h"
#include "certus/offer.h"
#include "certus/uri_template.h"

namespace certus {

// One instance per configuration. A deriving class has `static constexpr std::string_view kName, kVersion` and a
// constructor from the module's settings, which throws to refuse them: the text becomes the start-up error.
class Module {
 public:
  Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  virtual ~Module() = default;

  // What is offered now. Runs at load and after catalogChanged, beside running calls: lock what it shares with them.
  virtual void describe(Catalog& catalog) = 0;
  // completion/complete: complete with Outcome::completion().structured({{"values", ...}}).
  virtual void completion(Call call, const Json& /*params*/) {
    call.complete(Outcome::completion().structured({{"values", Json::array()}}));
  }
  // This call was given up by its client or passed its deadline: let go of what you keep for it.
  virtual void cancelled(certus_call /*ticket*/) {}

  // From any thread, not from the constructor.
  void catalogChanged(std::uint32_t what) { host_->catalog_changed(host_->context, what); }
  void resourceUpdated(std::string_view uri) { host_->resource_updated(host_->context, borrow(uri)); }
  void log(certus_log_level level, std::string_view text) {  // the gateway's own log
    const std::string json = Json(std::string(text)).dump();
    host_->log(host_->context, 0, level, certus_str{}, borrow(json));
  }

 private:
  template <class M>
  friend struct ModuleEntries;

  void dispatch(Call call, const certus_request& request) {
    const std::string_view name = view(request.name);
    const std::string_view arguments = view(request.arguments);
    const std::shared_ptr<const Offer> offer = current();
    const Catalog& catalog = offer->catalog;
    if (request.kind == CERTUS_TOOL) {
      const Tool* tool = catalog.tool(name);
      if (tool && tool->runRaw) return tool->runRaw(std::move(call), arguments);
      if (tool && tool->run) return tool->run(std::move(call), Json::parse(arguments));
    } else if (request.kind == CERTUS_RESOURCE) {
      return read(std::move(call), catalog, name);
    } else if (request.kind == CERTUS_PROMPT) {
      const Prompt* prompt = catalog.prompt(name);
      if (prompt && prompt->get) return prompt->get(std::move(call), Json::parse(arguments));
    } else if (request.kind == CERTUS_COMPLETE) {
      return completion(std::move(call), Json::parse(arguments));
    }
    call.invalid("this module does not offer it (any more): list again");
  }

  static void read(Call call, const Catalog& catalog, std::string_view uri) {
    for (const Resource& row : catalog.resources) {
      if (row.read && !row.isTemplate() && row.uri == uri) return row.read(std::move(call), {uri, {}});
    }
    for (const Resource& row : catalog.resources) {
      if (!row.read || !row.isTemplate()) continue;
      if (auto variables = matchUriTemplate(row.uri, uri)) return row.read(std::move(call), {uri, std::move(*variables)});
    }
    call.notFound();
  }

  std::shared_ptr<const Offer> current() {
    const std::shared_lock lock(mutex_);
    return offer_;
  }
  const certus_catalog* refresh() {
    auto fresh = std::make_shared<Offer>();
    describe(fresh->catalog);
    fresh->lend();
    const certus_catalog* raw = &fresh->raw;
    const std::unique_lock lock(mutex_);
    offer_ = std::move(fresh);  // the old one dies with its last running dispatch
    return raw;
  }

  const certus_host* host_ = nullptr;
  std::shared_mutex mutex_;
  std::shared_ptr<const Offer> offer_ = std::make_shared<Offer>();
};

// The trampolines: C on the outside, exceptions end here.
template <class M>
struct ModuleEntries {
  static std::uint32_t init(const certus_host* host, certus_str settings, void** state, certus_str* message) noexcept {
    static std::string refusal;
    try {
      auto module = std::make_unique<M>(Json::parse(view(settings)));
      static_cast<Module&>(*module).host_ = host;
      *state = static_cast<Module*>(module.release());
      return 0;
    } catch (const std::exception& error) {
      refusal = error.what();
    } catch (...) {
      refusal = "the constructor threw something that is no std::exception";
    }
    *message = borrow(refusal);
    return 1;
  }

  static const certus_catalog* catalog(void* state) noexcept {
    auto* module = static_cast<Module*>(state);
    try {
      return module->refresh();
    } catch (const std::exception& error) {
      module->log(CERTUS_ERROR, std::string("describe() threw: ") + error.what());
    } catch (...) {
      module->log(CERTUS_ERROR, "describe() threw something that is no std::exception");
    }
    return nullptr;
  }

  static void call(void* state, certus_call ticket, const certus_request* request) noexcept {
    auto* module = static_cast<Module*>(state);
    auto* shared = new detail::CallState(*module->host_, *module, ticket, *request);
    const Call call(shared);
    shared->enter(ticket, [&] { module->dispatch(call, *request); });
  }

  static void cancel(void* state, certus_call ticket) noexcept {
    detail::cancelling = ticket;
    try {
      static_cast<Module*>(state)->cancelled(ticket);
    } catch (...) {  // nobody is left to tell
    }
    detail::cancelling = 0;
  }

  static void shutdown(void* state) noexcept { delete static_cast<Module*>(state); }
};

// The module's table; also what a unit test hands to certus::FakeHost.
template <class M>
const certus_module* moduleTable() {
  using Entries = ModuleEntries<M>;
  static constexpr certus_module kTable = {
      sizeof(certus_module), CERTUS_ABI_MAJOR, CERTUS_ABI_MINOR, {M::kName.data(), M::kName.size()}, {M::kVersion.data(), M::kVersion.size()},
      &Entries::init, &Entries::catalog, &Entries::call, &Entries::cancel, &Entries::shutdown};
  return &kTable;
}

}  // namespace certus

// Exports the module's one symbol. Once per module, outside any namespace.
#define CERTUS_MODULE(Type)                                                      \
  extern "C" CERTUS_EXPORT const certus_module* certus_module_v1(void);          \
  extern "C" const certus_module* certus_module_v1(void) { return certus::moduleTable<Type>(); }
