#include "tests/unit/sdk/greeter.h"

namespace greeter {
namespace {

void greet(certus::Call call, const certus::Json& arguments) {
  const auto& module = call.module<Greeter>();
  const std::string name = arguments["name"];
  call.http({.service = "greetings", .path = "/v1/greeting" + certus::query({{"name", name}, {"lang", module.language}})},
            [call](const certus::Reply& reply) mutable {
              if (!reply.ok()) return void(call.error(reply.explanation()));
              call.result({{"text", reply.json().at("text")}});
            });
}

constexpr certus::Tool kGreet{
    .name = "greet",
    .title = "Greet",
    .description = "Greets somebody by name.",
    .inputSchema = R"({"type":"object","properties":{"name":{"type":"string"}},"required":["name"]})",
    .readOnly = certus::Hint::Yes,
    .run = &greet,
};

constexpr certus::Tool kEcho{
    .name = "echo",
    .description = "Says what it heard, unparsed.",
    .inputSchema = R"({"type":"object"})",
    .runRaw = [](certus::Call call, std::string_view arguments) { call.text(arguments); },
};

// Asks the user first; runs again with the answer.
constexpr certus::Tool kConfirm{
    .name = "confirm",
    .description = "Asks before it acts.",
    .inputSchema = R"({"type":"object"})",
    .requiredCapabilities = CERTUS_CAP_ELICITATION,
    .run =
        [](certus::Call call, const certus::Json&) {
          const certus::Json answers = call.inputResponses();
          if (answers.is_null()) {
            call.inputRequired(certus::Questions().elicit("sure", "Are you sure?", {{"type", "object"}}), "round-1");
            return;
          }
          call.text(answers.at("sure").at("action") == "accept" ? "done, after " + std::string(call.state()) : "not done");
        },
};

void readNote(certus::Call call, const certus::ResourceRead& request) {
  call.complete(certus::Outcome::result().resourceText(std::string(request.uri), "note " + request.variables.at("id"), "text/plain"));
}

}  // namespace

void Greeter::describe(certus::Catalog& catalog) {
  catalog.instructions = "Use greet to greet people.";
  catalog.completes = true;
  catalog.tools = {kGreet, kEcho, kConfirm};
  catalog.resources = {{.uri = "note://{id}/text", .name = "note", .read = &readNote}};
  catalog.prompts = {{.name = "introduce",
                      .arguments = {{.name = "who", .required = true}},
                      .get = [](certus::Call call, const certus::Json& arguments) {
                        call.complete(certus::Outcome::result()
                                          .text("Introduce " + std::string(arguments["who"]))
                                          .text("Gladly.", certus::Role::Assistant));
                      }}};
}

void Greeter::completion(certus::Call call, const certus::Json& params) {
  const std::string begun = params.at("argument").at("value");
  call.complete(certus::Outcome::completion().structured({{"values", {begun + "da", begun + "lan"}}}));
}

}  // namespace greeter
