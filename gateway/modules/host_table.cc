#include "gateway/modules/host_table.h"

#include <simdjson.h>

#include "gateway/modules/abi_view.h"
#include "gateway/modules/ticket.h"

namespace certus::gateway {
namespace {

ModuleInstance& instanceOf(void* context) { return *static_cast<ModuleInstance*>(context); }

ThreadRunner* runnerOf(const ModuleInstance& instance, certus_call ticket) {
  const auto& runners = instance.router->runners;
  const std::uint32_t thread = Ticket::unpack(ticket).thread;
  return thread < runners.size() ? runners[thread].get() : nullptr;
}

// The runner if this thread may use the ticket, else null and the status to answer.
ThreadRunner* here(ModuleInstance& instance, certus_call ticket, std::uint32_t& status) {
  ThreadRunner* runner = runnerOf(instance, ticket);
  status = runner == nullptr ? CERTUS_GONE : CERTUS_OK;
  if (runner == nullptr || runner->isHere()) return runner;
  instance.counters.wrongThread.fetch_add(1, std::memory_order_relaxed);
  status = CERTUS_WRONG_THREAD;
  return nullptr;
}

// An exception of ours (out of memory) must not cross into the module either.
template <class Body>
std::uint32_t guarded(Body body) noexcept {
  try {
    return body();
  } catch (...) {
    return CERTUS_BUSY;
  }
}

std::uint32_t complete(void* context, certus_call ticket, const certus_outcome* outcome) {
  return guarded([&]() -> std::uint32_t {
    ModuleInstance& instance = instanceOf(context);
    std::uint32_t status = CERTUS_OK;
    ThreadRunner* runner = here(instance, ticket, status);
    if (runner == nullptr) return status;
    return outcome != nullptr ? runner->complete(instance, ticket, *outcome) : static_cast<std::uint32_t>(CERTUS_BAD_ARGUMENT);
  });
}

std::uint32_t http(void* context, certus_call ticket, const certus_http_request* request, certus_done done, void* user) {
  return guarded([&]() -> std::uint32_t {
    ModuleInstance& instance = instanceOf(context);
    std::uint32_t status = CERTUS_OK;
    ThreadRunner* runner = here(instance, ticket, status);
    if (runner == nullptr) return status;
    if (request == nullptr || done == nullptr) return CERTUS_BAD_ARGUMENT;
    return runner->http(instance, ticket, *request, done, user);
  });
}

std::uint32_t progress(void* context, certus_call ticket, double value, double total, certus_str message) {
  return guarded([&]() -> std::uint32_t {
    ModuleInstance& instance = instanceOf(context);
    std::uint32_t status = CERTUS_OK;
    ThreadRunner* runner = here(instance, ticket, status);
    return runner != nullptr ? runner->progress(instance, ticket, value, total, message) : status;
  });
}

std::uint32_t logOutsideCalls(const ModuleInstance& instance, std::uint32_t level, std::string_view logger, std::string_view json) {
  if (level > CERTUS_EMERGENCY || !simdjson::validate_utf8(logger.data(), logger.size())) return CERTUS_BAD_ARGUMENT;
  simdjson::dom::parser parser;
  if (parser.parse(json.data(), json.size()).error() != simdjson::SUCCESS) return CERTUS_BAD_ARGUMENT;
  if (instance.events->log) instance.events->log(instance.name, static_cast<LogLevel>(level), logger, json);
  return CERTUS_OK;
}

std::uint32_t log(void* context, certus_call ticket, std::uint32_t level, certus_str logger, certus_str json) {
  return guarded([&]() -> std::uint32_t {
    ModuleInstance& instance = instanceOf(context);
    if (ticket == 0) return logOutsideCalls(instance, level, view(logger), view(json));
    std::uint32_t status = CERTUS_OK;
    ThreadRunner* runner = here(instance, ticket, status);
    return runner != nullptr ? runner->log(instance, ticket, level, logger, json) : status;
  });
}

std::uint32_t after(void* context, certus_call ticket, std::uint32_t delayMs, certus_fn fn, void* user) {
  return guarded([&]() -> std::uint32_t {
    ModuleInstance& instance = instanceOf(context);
    std::uint32_t status = CERTUS_OK;
    ThreadRunner* runner = here(instance, ticket, status);
    if (runner == nullptr) return status;
    return fn != nullptr ? runner->after(instance, ticket, delayMs, fn, user) : static_cast<std::uint32_t>(CERTUS_BAD_ARGUMENT);
  });
}

std::uint32_t wake(void* context, certus_call ticket, certus_fn fn, void* user) {
  return guarded([&]() -> std::uint32_t {
    ModuleInstance& instance = instanceOf(context);
    ThreadRunner* runner = runnerOf(instance, ticket);
    if (runner == nullptr || fn == nullptr) return CERTUS_BAD_ARGUMENT;
    return runner->wake(instance, ticket, fn, user);
  });
}

void catalogChanged(void* context, std::uint32_t what) {
  guarded([&]() -> std::uint32_t {
    const ModuleInstance& instance = instanceOf(context);
    if (instance.events->catalogChanged) instance.events->catalogChanged(instance.index, what);
    return CERTUS_OK;
  });
}

void resourceUpdated(void* context, certus_str uri) {
  guarded([&]() -> std::uint32_t {
    const ModuleInstance& instance = instanceOf(context);
    const std::string_view text = view(uri);
    if (!simdjson::validate_utf8(text.data(), text.size())) return CERTUS_BAD_ARGUMENT;
    if (instance.events->resourceUpdated) instance.events->resourceUpdated(instance.index, text);
    return CERTUS_OK;
  });
}

}  // namespace

certus_host makeHostTable(ModuleInstance& instance) {
  certus_host table{};
  table.size = sizeof table;
  table.abi_major = CERTUS_ABI_MAJOR;
  table.abi_minor = CERTUS_ABI_MINOR;
  table.context = &instance;
  table.complete = &complete;
  table.http = &http;
  table.progress = &progress;
  table.log = &log;
  table.after = &after;
  table.wake = &wake;
  table.catalog_changed = &catalogChanged;
  table.resource_updated = &resourceUpdated;
  return table;
}

}  // namespace certus::gateway
