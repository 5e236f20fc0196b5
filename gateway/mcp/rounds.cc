// The later rounds of a request that asked for input: opening what the client carried back.
#include "gateway/mcp/handlers.h"
#include "gateway/mcp/state_binding.h"

namespace certus::gateway {
namespace {

Refusal invalid(std::string message) { return {Fault::InvalidParams, std::move(message), {}, CallOutcome::ProtocolError}; }

std::optional<Refusal> readResponses(const Request& request, Invoke& invoke) {
  const auto responses = request.param("inputResponses");
  if (!responses) return std::nullopt;
  if (!responses->is(JsonKind::Object))
    return invalid("params.inputResponses must be an object: the key of each input request with its result.");
  auto members = request.document.members(*responses);
  while (const auto member = members.next()) {
    if (!member->value.is(JsonKind::Object)) {
      return invalid("params.inputResponses[\"" + std::string(member->name.substr(0, 64)) +
                     "\"] must be the result object of that input request, such as {\"action\":\"accept\",\"content\":{}}.");
    }
  }
  invoke.invocation.inputResponses = responses->raw;
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> readRound(const Request& request, simdjson::dom::element arguments, Invoke& invoke) {
  if (!request.modern()) return std::nullopt;
  if (auto why = readResponses(request, invoke)) return why;
  const auto state = request.param("requestState");
  if (!state) return std::nullopt;
  if (!state->is(JsonKind::String))
    return invalid("params.requestState must be the string that the previous answer gave, unchanged.");
  const std::string digest = argumentsDigest(arguments);
  const SealBinding binding = bindingOf(invoke, request.context, digest);
  auto opened =
      request.sealer ? request.sealer->open(request.document.text(*state), binding, request.clock.wall()) : std::nullopt;
  if (!opened) {
    return invalid(
        "params.requestState is not good for this request: it was changed, is older than ten minutes, or belongs to another "
        "call, "
        "other arguments or another caller. Start the call again without requestState and inputResponses.");
  }
  std::string& held = request.memory->scratch();
  held = std::move(*opened);
  invoke.invocation.state = held;
  return std::nullopt;
}

}  // namespace certus::gateway
