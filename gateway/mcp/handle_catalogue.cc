// prompts/get, resources/read and subscriptions, completion/complete.
#include "base/json_write.h"
#include "gateway/mcp/handlers.h"

namespace certus::gateway {
namespace {

Refusal invalid(std::string message) { return {Fault::InvalidParams, std::move(message), {}, CallOutcome::ProtocolError}; }

Reply unknownResource(const Request& request, std::string_view uri) {
  std::string data = "{\"uri\":";
  appendJsonString(data, uri);
  return refuse(request, {Fault::ResourceNotFound,
                          "There is no such resource here; resources/list and resources/templates/list name all.",
                          data + '}', CallOutcome::ProtocolError});
}

Reply unknownPrompt(const Request& request, std::string_view name) {
  std::string message = "There is no prompt \"" + std::string(name.substr(0, 64)) + "\" here.";
  if (const auto near = request.route().nearestPrompt(name, shownTo(request))) message += " Did you mean \"" + *near + "\"?";
  return invalidParams(request, message + " prompts/list names all.");
}

// All that is wrong with a prompt's arguments: a map of strings that has the required ones.
std::optional<Refusal> checkPromptArguments(const Request& request, const PromptEntry& prompt,
                                            const std::optional<JsonValue>& given) {
  std::string wrong;
  if (given && !given->is(JsonKind::Object)) return invalid("params.arguments must be an object of strings.");
  for (const PromptArgument& argument : prompt.arguments) {
    const bool present = given && request.document.find(*given, argument.name);
    if (argument.required && !present)
      wrong += "\n- `" + argument.name + "` is required" + (argument.description.empty() ? "" : ": " + argument.description);
  }
  if (given) {
    auto members = request.document.members(*given);
    while (const auto member = members.next()) {
      if (!member->value.is(JsonKind::String))
        wrong += "\n- `" + std::string(member->name.substr(0, 64)) + "` must be a string, such as \"text\"";
    }
  }
  if (wrong.empty()) return std::nullopt;
  return invalid("The arguments of prompt \"" + prompt.name + "\" were not accepted." + wrong +
                 "\nCorrect them and ask again.");
}

// The DOM of params.<name>, or {}.
simdjson::dom::element domOf(const Request& request, std::string_view name) {
  simdjson::dom::element params, value;
  if (request.dom.at_key("params").get(params) || params.at_key(name).get(value)) return request.emptyObject;
  return value;
}

// Nothing tells a caller whether an item is missing or hidden; the log does.
template <class Entry>
Reply hiding(const Request& request, const Entry* hidden, Reply reply) {
  if (hidden) reply.detail = whyHidden(request, hidden->item);
  return reply;
}

struct Reference {
  std::uint32_t module = 0;
  std::string_view name;
  std::uint32_t item = 0;
};

tl::expected<Reference, Refusal> findReference(const Request& request, const JsonValue& ref) {
  const auto member = [&](std::string_view key) -> std::optional<std::string_view> {
    const auto value = request.document.find(ref, key);
    if (!value || !value->is(JsonKind::String)) return std::nullopt;
    return request.document.text(*value);
  };
  const auto type = member("type");
  if (type == "ref/prompt") {
    const auto name = member("name");
    const PromptEntry* prompt = name ? request.route().findPrompt(*name) : nullptr;
    if (!prompt || !mayKnow(request, prompt->item)) return tl::make_unexpected(invalid("params.ref.name is no prompt of this server; prompts/list names all."));
    return Reference{prompt->module, prompt->bareName, prompt->item};
  }
  if (type == "ref/resource") {
    const auto uri = member("uri");
    const ResourceEntry* entry = uri ? request.route().findTemplate(*uri) : nullptr;
    const bool isTemplate = entry != nullptr && entry->pattern;
    if (isTemplate && !mayKnow(request, entry->item)) entry = nullptr;
    if (!isTemplate && uri) {
      const PermittedResource found = resourceAt(request, *uri);
      entry = found.known() ? found.serves : nullptr;
    }
    if (entry == nullptr)
      return tl::make_unexpected(
          invalid("params.ref.uri is no resource or template of this server; resources/templates/list names all."));
    return Reference{entry->module, entry->uri, entry->item};
  }
  return tl::make_unexpected(
      invalid("params.ref must be {\"type\":\"ref/prompt\",\"name\":...} or {\"type\":\"ref/resource\",\"uri\":...}."));
}

bool isCompletionArgument(const Request& request) {
  const auto argument = request.param("argument");
  if (!argument || !argument->is(JsonKind::Object)) return false;
  const auto name = request.document.find(*argument, "name"), value = request.document.find(*argument, "value");
  return name && name->is(JsonKind::String) && value && value->is(JsonKind::String);
}

}  // namespace

Decision handlePromptGet(const Request& request) {
  const auto name = request.text("name");
  if (!name) return invalidParams(request, "prompts/get needs params.name, the name of a prompt from prompts/list.");
  const PromptEntry* prompt = request.route().findPrompt(*name);
  if (!prompt || !mayKnow(request, prompt->item)) return hiding(request, prompt, unknownPrompt(request, *name));
  const auto arguments = request.param("arguments");
  if (const auto why = checkPromptArguments(request, *prompt, arguments)) return refuse(request, *why);
  Invoke invoke = begin(request, Invocation::Kind::Prompt, prompt->module, prompt->bareName, prompt->name, request.route().defaultTimeout());
  if (arguments) invoke.invocation.arguments = arguments->raw;
  if (const auto why = decide(request, prompt->item, domOf(request, "arguments"), invoke)) return refuse(request, *why);
  if (const auto why = readRound(request, domOf(request, "arguments"), invoke)) return refuse(request, *why);
  return invoke;
}

Decision handleResourceRead(const Request& request) {
  const auto uri = request.text("uri");
  if (!uri) return invalidParams(request, "resources/read needs params.uri, a URI from resources/list.");
  const PermittedResource found = resourceAt(request, *uri);
  if (!found.known()) return hiding(request, found.hides, unknownResource(request, *uri));
  const ResourceEntry* entry = found.serves;
  Invoke invoke = begin(request, Invocation::Kind::Resource, entry->module, *uri, *uri, request.route().defaultTimeout());
  if (const auto why = decide(request, entry->item, request.emptyObject, invoke)) return refuse(request, *why);
  if (const auto why = readRound(request, request.emptyObject, invoke)) return refuse(request, *why);
  return invoke;
}

Decision handleSubscription(const Request& request) {
  const auto uri = request.text("uri");
  if (!uri)
    return invalidParams(request, std::string(request.method->name) + " needs params.uri, a URI from resources/list.");
  const bool on = request.method->method == Method::ResourcesSubscribe;
  const PermittedResource found = resourceAt(request, *uri);
  if (on && !found.known()) return hiding(request, found.hides, unknownResource(request, *uri));
  if (on && !found.serves->subscribable)
    return invalidParams(request, "This resource does not announce its changes; read it again instead of subscribing.");
  return Subscribe{std::string(*uri), on, answerEmpty(request)};
}

Decision handleCompletion(const Request& request) {
  const auto ref = request.param("ref");
  if (!ref || !ref->is(JsonKind::Object))
    return invalidParams(request, "completion/complete needs params.ref, an object naming a prompt or a resource template.");
  if (!isCompletionArgument(request))
    return invalidParams(request, "completion/complete needs params.argument: {\"name\": string, \"value\": string}.");
  const auto found = findReference(request, *ref);
  if (!found) return refuse(request, found.error());
  Invoke invoke = begin(request, Invocation::Kind::Completion, found->module, found->name, found->name, request.route().defaultTimeout());
  invoke.invocation.arguments = request.envelope.params->raw;
  // Whoever may not have it may not have its values completed either; nobody is asked to confirm a completion.
  if (const auto why = decide(request, found->item, request.emptyObject, invoke)) return refuse(request, *why);
  if (invoke.grant && invoke.grant->confirm != nullptr)
    return refuse(request, {Fault::Forbidden, "This needs the user's confirmation, so its arguments are not completed.", {}, CallOutcome::Denied});
  return invoke;
}

}  // namespace certus::gateway
