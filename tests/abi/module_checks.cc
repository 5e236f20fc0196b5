#include "tests/abi/module_checks.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "gateway/schema/schema.h"

namespace certus::gateway {
namespace {

using std::chrono::milliseconds;
using Kind = OutcomeView::Kind;

// A tool's answer that a client can use, whatever the services did.
bool isOrderly(Kind kind) { return kind == Kind::Result || kind == Kind::ToolError || kind == Kind::InputRequired || kind == Kind::Invalid; }

constexpr std::pair<Script, std::uint32_t> kTroubles[] = {
    {Script::UnknownService, 0}, {Script::Refused, 0},  {Script::Broken, 0},   {Script::TooLarge, 0}, {Script::NotJson, 0},
    {Script::Status, 400},       {Script::Status, 401}, {Script::Status, 404}, {Script::Status, 422}, {Script::Status, 429},
    {Script::Status, 500},       {Script::Status, 503}};

// Answers that are JSON but not what anybody expects.
constexpr const char* kOddBodies[] = {"{}", "[]", "null", "0", "\"text\"", R"({"detail":"x"})", R"({"items":null,"total":-1})", "[[[[[[1]]]]]]"};

}  // namespace

ModuleChecks::ModuleChecks(config::Module module, std::vector<ToolCall> calls, milliseconds patience)
    : module_(std::move(module)), calls_(std::move(calls)), patience_(patience) {}

std::size_t ModuleChecks::passed() const {
  return static_cast<std::size_t>(std::count_if(results_.begin(), results_.end(), [](const CheckResult& each) { return each.passed; }));
}

void ModuleChecks::check(std::string name, const std::string& why) { results_.push_back({std::move(name), why, why.empty()}); }

void ModuleChecks::run() {
  {
    BenchHost host(1);
    if (!load(host)) return;
    catalogue(host);
  }
  chooseCalls();
  for (const ToolCall& call : calls_) {
    answered(call);
    blocksNothing(call);
    serviceFailures(call);
    clientGivesUp(call);
    deadlinePasses(call);
    manyAtOnce(call);
    stopsInTheMiddle(call);
  }
  strangeRequests();
}

bool ModuleChecks::load(BenchHost& host) {
  const ModuleLoad load = host.load({module_});
  std::string why;
  for (const ModuleProblem& problem : load.problems) why += "\n        " + problem.path + ": " + problem.message;
  if (load.modules.empty() && why.empty()) why = "nothing was loaded";
  check("the daemon's loader takes it", why);
  if (!load.modules.empty()) described_ = load.modules.front();
  return why.empty();
}

void ModuleChecks::catalogue(BenchHost& host) {
  const CatalogRefresh again = host.host().refreshCatalog(0);
  const auto names = [](const ModuleDescriptor& module) {
    std::string all;
    for (const ToolDescriptor& tool : module.tools) all += tool.name + " " + tool.inputSchema + "\n";
    for (const ResourceDescriptor& resource : module.resources) all += resource.uri + "\n";
    for (const PromptDescriptor& prompt : module.prompts) all += prompt.name + "\n";
    return all;
  };
  check("its catalogue is the same when it is asked again", names(again.module) == names(described_) ? "" : "it differs without a change");
  for (const ToolDescriptor& tool : described_.tools) {
    const auto input = CompiledSchema::compile(tool.inputSchema);
    check(tool.name + ": the input schema compiles", input ? "" : input.error().message);
    if (tool.outputSchema.empty()) continue;
    const auto output = CompiledSchema::compile(tool.outputSchema);
    check(tool.name + ": the output schema compiles", output ? "" : output.error().message);
  }
}

void ModuleChecks::chooseCalls() {
  if (!calls_.empty()) return;
  for (const ToolDescriptor& tool : described_.tools) {
    const auto schema = nlohmann::json::parse(tool.inputSchema, nullptr, false);
    if (schema.value("required", nlohmann::json::array()).empty()) calls_.push_back({tool.name, "{}"});
  }
}

std::string ModuleChecks::outcomeFault(const CopiedOutcome& outcome, const std::string& tool) const {
  if (outcome.completions != 1) return fmt::format("{} completions reached the client", outcome.completions);
  if (!outcome.structuredIsJson) return "structured content is not JSON";
  const auto row = std::find_if(described_.tools.begin(), described_.tools.end(), [&](const ToolDescriptor& each) { return each.name == tool; });
  if (outcome.kind != Kind::Result || row == described_.tools.end() || row->outputSchema.empty()) return {};
  const auto schema = CompiledSchema::compile(row->outputSchema);
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  if (!schema || parser.parse(outcome.structured).get(value) != simdjson::SUCCESS) return "it promises an output schema and gives no structured content";
  std::vector<Violation> violations;
  if ((*schema)->validate(value, &violations)) return {};
  return "structured content breaks its output schema: " + violations.front().message;
}

std::string ModuleChecks::rulesKept(const BenchHost& host) const {
  const ModuleFigures figures = host.figures();
  std::string why;
  const auto hold = [&](std::uint64_t count, std::string_view what) {
    if (count > 0) why += fmt::format("{}{} time(s) {}", why.empty() ? "" : "; ", count, what);
  };
  hold(figures.doubleCompletions, "completed twice");
  hold(figures.wrongThread, "called the host on a thread that is not the call's");
  hold(figures.threw, "let an exception cross the ABI");
  return why;
}

// A busy machine makes any entry slow now and then; one that blocks is slow every time.
void ModuleChecks::blocksNothing(const ToolCall& call) {
  std::string why = "it held an io thread for over 10 ms, every time: the work belongs into a service or a thread of its own";
  for (int round = 0; round < 5 && !why.empty(); ++round) {
    BenchHost host(1);
    host.load({module_});
    host.ask({.name = call.tool, .arguments = call.arguments, .deadline = patience_});
    if (host.figures().slowEntries == 0) why.clear();
  }
  check(call.tool + ": holds no io thread", why);
}

void ModuleChecks::answered(const ToolCall& call) {
  for (const char* body : kOddBodies) {
    BenchHost host(1);
    host.load({module_});
    host.services().script.body = body;
    const CopiedOutcome outcome = host.ask({.name = call.tool, .arguments = call.arguments, .deadline = patience_});
    std::string why = outcomeFault(outcome, call.tool);
    if (why.empty() && !isOrderly(outcome.kind)) why = fmt::format("it {}: {}", toString(outcome.kind), outcome.text());
    if (why.empty()) why = rulesKept(host);
    check(fmt::format("{}: copes with the service's answer {}", call.tool, body), why);
  }
}

void ModuleChecks::serviceFailures(const ToolCall& call) {
  for (const auto& [script, status] : kTroubles) {
    BenchHost host(1);
    host.load({module_});
    host.services().script = {script, "{}", status};
    const CopiedOutcome outcome = host.ask({.name = call.tool, .arguments = call.arguments, .deadline = patience_});
    std::string why = outcomeFault(outcome, call.tool);
    const bool asked = host.services().asked > 0;
    if (why.empty() && !isOrderly(outcome.kind)) why = fmt::format("it {}: {}", toString(outcome.kind), outcome.text());
    if (why.empty() && asked && outcome.kind == Kind::ToolError && outcome.text().empty()) why = "the tool error says nothing";
    if (why.empty()) why = rulesKept(host);
    const std::string trouble = script == Script::Status ? "status " + std::to_string(status) : std::string(toString(script));
    check(fmt::format("{}: copes with a service that fails: {}", call.tool, trouble), why);
  }
}

void ModuleChecks::clientGivesUp(const ToolCall& call) {
  for (const int after : {0, 5, 40}) {
    BenchHost host(1);
    host.load({module_});
    host.services().script.script = Script::Hang;
    const CopiedOutcome outcome = host.askAndCancel({.name = call.tool, .arguments = call.arguments, .deadline = patience_}, milliseconds(after));
    std::string why = outcomeFault(outcome, call.tool);
    if (why.empty() && host.services().hanging > 0) why = "a request to a service outlived the call";
    host.stop();
    if (why.empty() && host.figures().lateCompletions > 0) why = "it completed the call after the cancel";
    if (why.empty()) why = rulesKept(host);
    check(fmt::format("{}: lets go when the client gives up after {} ms", call.tool, after), why);
  }
}

void ModuleChecks::deadlinePasses(const ToolCall& call) {
  BenchHost host(1);
  host.load({module_});
  host.services().script.script = Script::Hang;
  const CopiedOutcome outcome = host.ask({.name = call.tool, .arguments = call.arguments, .deadline = milliseconds(60)});
  std::string why = outcomeFault(outcome, call.tool);
  if (why.empty() && outcome.took > milliseconds(30'000)) why = "the call outlived its deadline";
  if (why.empty() && outcome.kind == Kind::Failed) why = "it failed: " + outcome.text();
  host.stop();
  if (why.empty() && host.figures().lateCompletions > 0) why = "it completed the call after the deadline";
  if (why.empty()) why = rulesKept(host);
  check(call.tool + ": ends when the deadline passes", why);
}

void ModuleChecks::manyAtOnce(const ToolCall& call) {
  BenchHost host(2);
  host.load({module_});
  std::vector<Question> questions;
  for (unsigned i = 0; i < 200; ++i) questions.push_back({.name = call.tool, .arguments = call.arguments, .deadline = 4 * patience_, .thread = i});
  std::string why;
  for (const CopiedOutcome& outcome : host.askAtOnce(questions)) {
    if (why.empty()) why = outcomeFault(outcome, call.tool);
    if (why.empty() && !isOrderly(outcome.kind)) why = fmt::format("one {}: {}", toString(outcome.kind), outcome.text());
  }
  if (why.empty() && host.figures().doubleCompletions + host.figures().wrongThread + host.figures().threw > 0) why = rulesKept(host);
  check(call.tool + ": serves 200 calls on two threads at once", why);
}

void ModuleChecks::stopsInTheMiddle(const ToolCall& call) {
  BenchHost host(2);
  host.load({module_});
  host.services().script.script = Script::Hang;
  host.abandon({{.name = call.tool, .arguments = call.arguments}, {.name = call.tool, .arguments = call.arguments, .thread = 1}});
  host.stop();
  check(call.tool + ": the gateway can stop in the middle of its calls", rulesKept(host));
}

void ModuleChecks::strangeRequests() {
  BenchHost host(1);
  host.load({module_});
  const auto ends = [&](const Question& question) {
    const CopiedOutcome outcome = host.ask(question);
    if (outcome.completions != 1) return std::string("it was not completed once");
    if (outcome.kind == Kind::TimedOut) return std::string("it was never completed");
    return outcome.kind == Kind::Result ? std::string("it was answered as if it existed") : std::string();
  };
  check("refuses a tool that it does not offer", ends({.name = "no_such_tool_anywhere"}));
  check("refuses a resource that it does not offer", ends({.kind = Invocation::Kind::Resource, .name = "nowhere://at/all"}));
  check("refuses a prompt that it does not offer", ends({.kind = Invocation::Kind::Prompt, .name = "no_such_prompt"}));
  check("keeps the rules all the while", rulesKept(host));
}

}  // namespace certus::gateway
