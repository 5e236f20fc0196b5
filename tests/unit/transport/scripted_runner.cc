#include "tests/unit/transport/scripted_runner.h"

#include "gateway/transport/signal.h"

namespace certus::gateway::test {
namespace {

constexpr std::string_view kElicitName =
    R"("name":{"method":"elicitation/create","params":{"mode":"form","message":"Who?","requestedSchema":{"type":"object","properties":{"who":{"type":"string"}}}}})";
constexpr std::string_view kRoots = R"("where":{"method":"roots/list","params":{}})";
constexpr std::string_view kSample = R"("model":{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":5}})";

ToolDescriptor tool(std::string name, std::uint32_t timeoutMs = 0) {
  ToolDescriptor descriptor;
  descriptor.description = "A tool of the transport's tests: " + name;
  descriptor.name = std::move(name);
  descriptor.inputSchema = R"({"type":"object","properties":{},"additionalProperties":true})";
  descriptor.timeoutMs = timeoutMs;
  return descriptor;
}

void say(OutcomeSink& outcome, std::string_view text) {
  ContentView content;
  content.text = text;
  OutcomeView view;
  view.content = std::span<const ContentView>(&content, 1);
  outcome.complete(view);
}

void ask(OutcomeSink& outcome, std::string_view questions, std::string_view state) {
  const std::string structured = "{" + std::string(questions) + "}";
  OutcomeView view;
  view.kind = OutcomeView::Kind::InputRequired;
  view.structured = structured;
  view.state = state;
  outcome.complete(view);
}

void end(OutcomeSink& outcome, OutcomeView::Kind kind) {
  OutcomeView view;
  view.kind = kind;
  outcome.complete(view);
}

std::string questionsOf(std::string_view name) {
  if (name == "ask_model") return std::string(kSample);
  if (name == "ask_two") return std::string(kElicitName) + "," + std::string(kRoots);
  return std::string(kElicitName);
}

void message(OutcomeSink& outcome) {
  ContentView content;
  content.text = "hello";
  OutcomeView view;
  view.content = std::span<const ContentView>(&content, 1);
  outcome.complete(view);
}

// All that needs no waiting; false: the tool holds.
bool runNow(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome, unsigned thread) {
  const std::string_view name = invocation.name;
  if (name.starts_with("ask")) {
    if (invocation.inputResponses.empty()) {
      ask(outcome, questionsOf(name), "remembered");
    } else if (invocation.kind == Invocation::Kind::Prompt) {
      message(outcome);
    } else {
      say(outcome, std::string(invocation.state) + " " + std::string(invocation.inputResponses));
    }
  } else if (name == "nag") {
    ask(outcome, kElicitName, "");
  } else if (name == "where") {
    say(outcome, std::to_string(thread));
  } else if (name == "report") {
    for (const double progress : {0.0, 50.0, 50.0, 100.0}) notifications.progress(progress, 100, "step");
    say(outcome, "reported");
  } else if (name == "talk") {
    notifications.log(LogLevel::Debug, "lab", R"("detail")");
    notifications.log(LogLevel::Error, "lab", R"({"why":"broken"})");
    say(outcome, "talked");
  } else if (name.starts_with("hold") || name == "say_then_hold") {
    if (name == "say_then_hold") notifications.progress(1, 0, "begun");
    return false;
  } else {
    say(outcome, invocation.arguments);
  }
  return true;
}

}  // namespace

std::vector<ModuleDescriptor> scriptedModules() {
  ModuleDescriptor lab;
  lab.name = "lab";
  lab.version = "1.0";
  lab.logs = lab.subscribable = true;
  lab.tools = {tool("echo"), tool("where"),     tool("hold"), tool("report"),  tool("talk"), tool("say_then_hold"),
               tool("ask"),  tool("ask_model"), tool("nag"),  tool("ask_two"), tool("ask_soon", 400)};
  ToolDescriptor longOne = tool("hold_long");
  longOne.longRunning = true;
  lab.tools.push_back(longOne);
  lab.prompts = {{"ask_prompt", "", "", {}}};
  lab.resources = {{"lab://watched", "watched", "", "", "text/plain", "", false}};
  return {lab};
}

boost::asio::awaitable<void> ScriptedRunner::run(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome,
                                                 CallCancel& cancel) {
  ++script_.started;
  const bool done = runNow(invocation, notifications, outcome, thread_.index());
  if (!done) co_await hold(invocation, outcome, cancel);
  ++script_.finished;
}

boost::asio::awaitable<void> ScriptedRunner::hold(const Invocation& invocation, OutcomeSink& outcome, CallCancel& cancel) {
  Signal signal(thread_.context());
  cancel.arm([&signal] { signal.raise(); });
  while (!cancel.requested() && !script_.released && std::chrono::steady_clock::now() < invocation.deadline) {
    const SteadyTime soon = std::chrono::steady_clock::now() + Milliseconds(5);
    co_await signal.wait(soon);
  }
  cancel.arm(nullptr);
  if (cancel.requested()) {
    ++script_.cancelled;
    end(outcome, OutcomeView::Kind::Cancelled);
  } else if (script_.released) {
    say(outcome, "released");
  } else {
    end(outcome, OutcomeView::Kind::TimedOut);
  }
}

}  // namespace certus::gateway::test
