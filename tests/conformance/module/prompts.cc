#include "conformance.h"

namespace conformance {
namespace {

using certus::Call;
using certus::Json;
using certus::Outcome;

void simple(Call call, const Json&) { call.complete(Outcome::result().text("This is a simple prompt for testing.")); }

void withArguments(Call call, const Json& arguments) {
  const std::string first = arguments.at("arg1"), second = arguments.at("arg2");
  call.complete(Outcome::result().text("Prompt with arguments: arg1='" + first + "', arg2='" + second + "'"));
}

void withResource(Call call, const Json& arguments) {
  call.complete(Outcome::result()
                    .resourceText(arguments.at("resourceUri"), "Embedded resource content for testing.", "text/plain")
                    .text("Please process the embedded resource above."));
}

void withImage(Call call, const Json&) {
  call.complete(Outcome::result().image(std::string(pixelPng()), "image/png").text("Please analyze the image above."));
}

void withQuestion(Call call, const Json&) {
  const Json answers = call.inputResponses();
  if (answers.is_object() && answers.value("user_context", Json()).is_object()) {
    const Json content = answers.at("user_context").value("content", Json::object());
    const std::string context = content.is_object() ? content.value("context", std::string()) : std::string();
    return void(call.complete(Outcome::result().text("Use this context: " + context)));
  }
  call.inputRequired(certus::Questions().elicit(
      "user_context", "What context should the prompt use?",
      {{"type", "object"}, {"properties", {{"context", {{"type", "string"}}}}}, {"required", Json::array({"context"})}}));
}

}  // namespace

void addPrompts(std::vector<certus::Prompt>& prompts, const Conformance& module) {
  prompts = {{.name = "test_simple_prompt", .description = "One message.", .get = &simple},
             {.name = "test_prompt_with_arguments",
              .description = "One message made from two arguments.",
              .arguments = {{.name = "arg1", .description = "First test argument", .required = true},
                            {.name = "arg2", .description = "Second test argument", .required = true}},
              .get = &withArguments},
             {.name = "test_prompt_with_embedded_resource",
              .description = "A resource and a request.",
              .arguments = {{.name = "resourceUri", .description = "URI of the resource to embed", .required = true}},
              .get = &withResource},
             {.name = "test_prompt_with_image", .description = "An image and a request.", .get = &withImage},
             {.name = "test_input_required_result_prompt", .description = "Asks for context first.", .get = &withQuestion}};
  if (module.hasExtraPrompt) prompts.push_back({.name = "test_dynamic_prompt", .description = "Is there every other time.", .get = &simple});
}

}  // namespace conformance
