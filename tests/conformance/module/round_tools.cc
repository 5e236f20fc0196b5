// Multi-round-trip requests: tools that end with a question and run again with the answer.
#include "conformance.h"

namespace conformance {
namespace {

using certus::Call;
using certus::Json;
using certus::Questions;

Json oneField(const char* name, const char* type) {
  return {{"type", "object"}, {"properties", Json::object({{name, Json::object({{"type", type}})}})}, {"required", Json::array({name})}};
}

// The field of an accepted answer under `key`; null when it is not there or of another shape.
Json accepted(const Json& answers, const char* key, const char* field) {
  if (!answers.is_object() || !answers.contains(key)) return nullptr;
  const Json& answer = answers.at(key);
  if (!answer.is_object() || answer.value("action", Json()) != "accept" || !answer.value("content", Json()).is_object()) return nullptr;
  return answer.at("content").value(field, Json());
}

Json under(const Json& answers, const char* key) {
  return answers.is_object() && answers.contains(key) && answers.at(key).is_object() ? answers.at(key) : Json();
}

Json question(const char* text) {
  return {{"role", "user"}, {"content", {{"type", "text"}, {"text", text}}}};
}

std::string sampledText(const Json& answer) {
  const Json content = answer.value("content", Json::object());
  return content.is_object() ? content.value("text", std::string()) : content.dump();
}

void elicitation(Call call, const Json&) {
  const Json name = accepted(call.inputResponses(), "user_name", "name");
  if (name.is_string()) return void(call.text("Hello, " + name.get<std::string>() + "!"));
  call.inputRequired(Questions().elicit("user_name", "What is your name?", oneField("name", "string")));
}

void sampling(Call call, const Json&) {
  const Json answer = under(call.inputResponses(), "capital_question");
  if (!answer.is_null()) return void(call.text(sampledText(answer)));
  call.inputRequired(Questions().sample(
      "capital_question", {{"messages", Json::array({question("What is the capital of France?")})}, {"maxTokens", 100}}));
}

void listRoots(Call call, const Json&) {
  const Json answer = under(call.inputResponses(), "client_roots");
  if (answer.is_null() || !answer.value("roots", Json()).is_array()) return void(call.inputRequired(Questions().roots("client_roots")));
  call.text("The client's roots: " + answer.at("roots").dump());
}

void requestState(Call call, const Json&) {
  const Json ok = accepted(call.inputResponses(), "confirm", "ok");
  if (ok.is_boolean() && call.state() == "confirming") return void(call.text(std::string("state-ok, confirmed: ") + (ok ? "yes" : "no")));
  call.inputRequired(Questions().elicit("confirm", "Please confirm", oneField("ok", "boolean")), "confirming");
}

void multipleInputs(Call call, const Json&) {
  const Json answers = call.inputResponses();
  const Json name = accepted(answers, "user_name", "name"), greeting = under(answers, "greeting"), roots = under(answers, "client_roots");
  if (name.is_string() && !greeting.is_null() && !roots.is_null() && call.state() == "three-questions") {
    return void(call.text(sampledText(greeting) + " " + name.get<std::string>() + ", roots: " + roots.value("roots", Json::array()).dump()));
  }
  call.inputRequired(Questions()
                         .elicit("user_name", "What is your name?", oneField("name", "string"))
                         .sample("greeting", {{"messages", Json::array({question("Generate a greeting")})}, {"maxTokens", 50}})
                         .roots("client_roots"),
                     "three-questions");
}

// The state carries what earlier rounds have learned: the gateway keeps nothing between rounds.
void multiRound(Call call, const Json&) {
  const Json answers = call.inputResponses();
  const Json state = call.state().empty() ? Json::object() : Json::parse(call.state());
  const Json name = state.contains("name") ? state.at("name") : accepted(answers, "step1", "name");
  if (!name.is_string()) {
    return void(call.inputRequired(Questions().elicit("step1", "Step 1: What is your name?", oneField("name", "string")), R"({"round":1})"));
  }
  const Json color = accepted(answers, "step2", "color");
  if (color.is_string() && state.contains("name")) {
    return void(call.text("Hello " + name.get<std::string>() + ", you like " + color.get<std::string>() + "."));
  }
  call.inputRequired(Questions().elicit("step2", "Step 2: What is your favorite color?", oneField("color", "string")),
                     Json{{"round", 2}, {"name", name}}.dump());
}

void sealedState(Call call, const Json&) {
  const Json ok = accepted(call.inputResponses(), "confirm", "ok");
  if (ok.is_boolean() && call.state() == "sealed") return void(call.text("The state came back untouched."));
  call.inputRequired(Questions().elicit("confirm", "Please confirm", oneField("ok", "boolean")), "sealed");
}

void onlyDeclared(Call call, const Json&) {
  const Json answers = call.inputResponses();
  if (!answers.is_null()) return void(call.text("Answered: " + answers.dump()));
  Questions questions;
  if (call.clientCan(CERTUS_CAP_ELICITATION)) questions.elicit("name", "What is your name?", oneField("name", "string"));
  if (call.clientCan(CERTUS_CAP_SAMPLING)) questions.sample("greeting", {{"messages", Json::array({question("Say hello")})}, {"maxTokens", 50}});
  if (call.clientCan(CERTUS_CAP_ROOTS)) questions.roots("roots");
  if (questions.empty()) return void(call.text("This client can answer no question."));
  call.inputRequired(questions);
}

constexpr certus::Tool row(std::string_view name, std::string_view description, void (*run)(Call, const Json&)) {
  return {.name = name, .description = description, .inputSchema = kNoArguments, .run = run};
}

}  // namespace

void addRoundTools(std::vector<certus::Tool>& tools) {
  tools.insert(tools.end(), {
      row("test_input_required_result_elicitation", "Asks for a name, then greets.", &elicitation),
      row("test_input_required_result_sampling", "Asks the client's model for a capital.", &sampling),
      row("test_input_required_result_list_roots", "Asks for the client's roots.", &listRoots),
      row("test_input_required_result_request_state", "Asks for a confirmation and checks its own state.", &requestState),
      row("test_input_required_result_multiple_inputs", "Asks three questions at once.", &multipleInputs),
      row("test_input_required_result_multi_round", "Asks twice, one question a round.", &multiRound),
      row("test_input_required_result_tampered_state", "Asks with a state that nobody may change.", &sealedState),
      row("test_input_required_result_capabilities", "Asks only what this client can answer.", &onlyDeclared)});
}

}  // namespace conformance
