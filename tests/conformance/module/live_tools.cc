// Tools that do something while they run: progress, logs, a question to the user or to the client's model.
#include <chrono>

#include "conformance.h"

namespace conformance {
namespace {

using certus::Call;
using certus::Json;
using certus::Questions;
using std::chrono::milliseconds;

constexpr milliseconds kPause{50};

void withProgress(Call call, const Json&) {
  call.progress(0, 100);
  call.after(kPause, [call]() mutable {
    call.progress(50, 100);
    call.after(kPause, [call]() mutable {
      call.progress(100, 100);
      call.text("Three steps of progress were reported.");
    });
  });
}

void withLogging(Call call, const Json&) {
  call.log(CERTUS_INFO, "conformance", "Tool execution started");
  call.after(kPause, [call]() mutable {
    call.log(CERTUS_INFO, "conformance", "Tool processing data");
    call.after(kPause, [call]() mutable {
      call.log(CERTUS_INFO, "conformance", "Tool execution completed");
      call.text("Three messages were logged.");
    });
  });
}

void logOnce(Call call, const Json&) {
  call.log(CERTUS_INFO, "conformance", "One message, for whoever asked for it");
  call.text("One message was logged.");
}

void sample(Call call, const Json& arguments) {
  const Json answers = call.inputResponses();
  if (!answers.contains("reply")) {
    if (!call.clientCan(CERTUS_CAP_SAMPLING)) return void(call.error("This client offers no sampling: use one that does."));
    const Json message = {{"role", "user"}, {"content", {{"type", "text"}, {"text", arguments.at("prompt")}}}};
    call.inputRequired(Questions().sample("reply", {{"messages", Json::array({message})}, {"maxTokens", 100}}));
    return;
  }
  const Json& content = answers.at("reply").at("content");
  call.text("LLM response: " + (content.is_object() ? content.value("text", std::string()) : content.dump()));
}

// Asks one question and repeats what the user did with it.
void elicit(Call& call, const std::string& message, const Json& schema, const char* before) {
  const Json answers = call.inputResponses();
  if (!answers.contains("form")) {
    if (!call.clientCan(CERTUS_CAP_ELICITATION)) return void(call.error("This client asks its user nothing: use one with elicitation."));
    call.inputRequired(Questions().elicit("form", message, schema));
    return;
  }
  const Json& answer = answers.at("form");
  call.text(std::string(before) + "action=" + answer.value("action", std::string("?")) + ", content=" + answer.value("content", Json::object()).dump());
}

void elicitUser(Call call, const Json& arguments) {
  static const Json kSchema = Json::parse(R"json({"type":"object","properties":{
    "username":{"type":"string","description":"User's response"},"email":{"type":"string","description":"User's email address"}},
    "required":["username","email"]})json");
  elicit(call, arguments.at("message"), kSchema, "User response: ");
}

void elicitDefaults(Call call, const Json&) {
  static const Json kSchema = Json::parse(R"json({"type":"object","properties":{
    "name":{"type":"string","description":"User name","default":"John Doe"},
    "age":{"type":"integer","description":"User age","default":30},
    "score":{"type":"number","description":"User score","default":95.5},
    "status":{"type":"string","description":"User status","enum":["active","inactive","pending"],"default":"active"},
    "verified":{"type":"boolean","description":"Verification status","default":true}},"required":[]})json");
  elicit(call, "Please review and update the form fields with defaults", kSchema, "Elicitation completed: ");
}

void elicitEnums(Call call, const Json&) {
  static const Json kSchema = Json::parse(R"json({"type":"object","properties":{
    "untitledSingle":{"type":"string","description":"Select one option","enum":["option1","option2","option3"]},
    "titledSingle":{"type":"string","description":"Select one option with titles","oneOf":[{"const":"value1","title":"First Option"},
      {"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},
    "legacyEnum":{"type":"string","description":"Select one option (legacy)","enum":["opt1","opt2","opt3"],
      "enumNames":["Option One","Option Two","Option Three"]},
    "untitledMulti":{"type":"array","description":"Select multiple options","minItems":1,"maxItems":3,
      "items":{"type":"string","enum":["option1","option2","option3"]}},
    "titledMulti":{"type":"array","description":"Select multiple options with titles","minItems":1,"maxItems":3,
      "items":{"anyOf":[{"const":"value1","title":"First Choice"},{"const":"value2","title":"Second Choice"},
      {"const":"value3","title":"Third Choice"}]}}},"required":[]})json");
  elicit(call, "Please select options from the enum fields", kSchema, "Elicitation completed: ");
}

constexpr certus::Tool kProgress{.name = "test_tool_with_progress", .description = "Reports progress while it runs.",
                                 .inputSchema = kNoArguments, .run = &withProgress};
constexpr certus::Tool kLogging{.name = "test_tool_with_logging", .description = "Logs three messages while it runs.",
                                .inputSchema = kNoArguments, .run = &withLogging};
constexpr certus::Tool kOneLog{.name = "test_logging_tool", .description = "Logs one message to whoever asked for that level.",
                               .inputSchema = kNoArguments, .run = &logOnce};
constexpr certus::Tool kSampling{
    .name = "test_sampling", .description = "Asks the client's model.",
    .inputSchema = R"({"type":"object","properties":{"prompt":{"type":"string","description":"The prompt to send to the model."}},"required":["prompt"]})",
    .run = &sample};
constexpr certus::Tool kElicitation{
    .name = "test_elicitation", .description = "Asks the user.",
    .inputSchema = R"({"type":"object","properties":{"message":{"type":"string","description":"The message to show."}},"required":["message"]})",
    .run = &elicitUser};
constexpr certus::Tool kDefaults{.name = "test_elicitation_sep1034_defaults", .description = "Asks the user, with a default for each type.",
                                 .inputSchema = kNoArguments, .run = &elicitDefaults};
constexpr certus::Tool kEnums{.name = "test_elicitation_sep1330_enums", .description = "Asks the user, with each kind of enumeration.",
                              .inputSchema = kNoArguments, .run = &elicitEnums};
// Asks in the way of the caller's revision: no request of the server's own inside a modern answer.
constexpr certus::Tool kStreaming{.name = "test_streaming_elicitation", .description = "Asks the user and needs no stream for it.",
                                  .inputSchema = kNoArguments, .run = &elicitDefaults};
constexpr certus::Tool kNeedsSampling{
    .name = "test_missing_capability", .description = "Serves only clients that offer sampling.", .inputSchema = kNoArguments,
    .requiredCapabilities = CERTUS_CAP_SAMPLING,
    .run = [](Call call, const Json&) { call.text("This client offers sampling."); }};
// Closing a stream in mid-call is the transport's to do, not a module's: this one only takes its time.
constexpr certus::Tool kReconnection{
    .name = "test_reconnection", .description = "Takes a moment.", .inputSchema = kNoArguments,
    .run = [](Call call, const Json&) { call.after(milliseconds(100), [call]() mutable { call.text("Reconnection test completed successfully"); }); }};

}  // namespace

void addLiveTools(std::vector<certus::Tool>& tools) {
  tools.insert(tools.end(), {kProgress, kLogging, kOneLog, kSampling, kElicitation, kDefaults, kEnums, kStreaming, kNeedsSampling, kReconnection});
}

}  // namespace conformance
