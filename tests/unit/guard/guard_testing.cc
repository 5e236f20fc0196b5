#include "tests/unit/guard/guard_testing.h"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>

#include "base/encoding.h"

namespace certus::gateway::test {
namespace {

constexpr std::string_view kQuestion =
    R"({"name":{"method":"elicitation/create","params":{"mode":"form","message":"Who?","requestedSchema":{"type":"object","properties":{}}}}})";

void say(OutcomeSink& outcome, const std::string& text) {
  ContentView content;
  content.text = text;
  OutcomeView view;
  view.content = std::span<const ContentView>(&content, 1);
  outcome.complete(view);
}

void askSomething(OutcomeSink& outcome) {
  OutcomeView view;
  view.kind = OutcomeView::Kind::InputRequired;
  view.structured = kQuestion;
  view.state = "the module's own";
  outcome.complete(view);
}

void end(OutcomeSink& outcome, OutcomeView::Kind kind) {
  OutcomeView view;
  view.kind = kind;
  outcome.complete(view);
}

rules::Catalogue catalogue() {
  rules::Catalogue out;
  for (const char* name : {"sign", "verify", "hold", "fall", "ask"}) {
    rules::CatalogueItem item;
    item.service = "trust";
    item.name = name;
    item.exposed = "trust_" + item.name;
    item.inputSchema = R"({"type":"object","properties":{"artifact":{"type":"string"}}})";
    out.push_back(item);
  }
  rules::CatalogueItem prompt;
  prompt.kind = rules::ItemKind::Prompt;
  prompt.service = "trust";
  prompt.name = "audit";
  prompt.exposed = "trust_audit";
  out.push_back(prompt);
  return out;
}

const limits::ItemLimits* limitsOf(const Gateway::Ask& ask) {
  const bool tool = ask.kind == Invocation::Kind::Tool;
  const limits::ItemKind kind = tool ? limits::ItemKind::Tool : limits::ItemKind::Prompt;
  const limits::ItemLimits* found = ask.policy->limits->item(kind, "trust/" + ask.tool);
  return found && ask.kind == Invocation::Kind::Completion ? found->completion : found;
}

}  // namespace

const char* const kEverybodyMay = "rules: {all: {effect: allow, who: everyone, tools: ['trust/*'], prompts: ['trust/*']}}\n";
const std::string kYes = R"({"confirmation":{"action":"accept","content":{"approve":true}}})";
const std::string kNo = R"({"confirmation":{"action":"accept","content":{"approve":false}}})";

boost::asio::awaitable<void> FakeModule::run(const Invocation& invocation, NotificationSink&, OutcomeSink& outcome,
                                             CallCancel& cancel) {
  ++ran;
  ++running;
  const std::string name(invocation.name);
  if (name == "hold") {
    Arrival<bool> cancelled(thread_.context());
    cancel.arm([&cancelled] { cancelled.bring(true); });
    boost::asio::steady_timer deadline(thread_.context(), invocation.deadline);
    deadline.async_wait([&cancelled](boost::system::error_code failed) {
      if (!failed) cancelled.bring(false);
    });
    while (!cancelled.here()) co_await cancelled.wait();
    cancel.arm(nullptr);
    deadline.cancel();
    --running;
    end(outcome, cancelled.value() ? OutcomeView::Kind::Cancelled : OutcomeView::Kind::TimedOut);
    co_return;
  }
  --running;
  if (name == "fall") throw std::runtime_error("fell");
  if (name == "ask" && invocation.inputResponses.empty()) {
    askSomething(outcome);
    co_return;
  }
  say(outcome, "ran with state=" + std::string(invocation.state) + " answers=" + std::string(invocation.inputResponses));
}

std::shared_ptr<const policy::PolicySet> policyOf(const std::string& yaml) {
  rules::PolicyFiles files;
  files.files.push_back({"policy/test.yaml", yaml});
  policy::PolicyBuild built = policy::build(files, catalogue(), {1, 2}, rules::Unmatched::AreErrors);
  if (!built.set) throw std::runtime_error(built.text());
  return built.set;
}

Gateway::Gateway()
    : stores({1, [this](std::string_view why) { told.emplace_back(why); }}), runner(module, {thread, stores, clock}, 7) {}

Gateway::~Gateway() { stores.close(); }

std::unique_ptr<Gateway::Call> Gateway::start(const Ask& ask) { return std::make_unique<Call>(*this, ask); }

Answer Gateway::ask(const Ask& ask) {
  const auto call = start(ask);
  runUntil([&] { return call->done(); });
  return call->answer();
}

void Gateway::runUntil(const std::function<bool()>& done) {
  const SteadyTime until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!done()) {
    thread.context().restart();
    thread.context().run_one_for(std::chrono::milliseconds(50));
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("not within a minute");
  }
}

Gateway::Call::Call(Gateway& gateway, Ask ask) : ask_(std::move(ask)) {
  auto principal = std::make_shared<Principal>();
  principal->subject = ask_.subject;
  principal->key = ask_.key.empty() ? "issuer\n" + ask_.subject : ask_.key;
  principal->tenant = ask_.tenant;
  principal->groups = ask_.groups;
  principal->droppedGroups = ask_.droppedGroups;
  principal->method = identity::Method::Bearer;
  grant_.principal = principal;
  grant_.policy = ask_.policy;
  grant_.clientAddress = ask_.address;
  grant_.tool = ask_.tool;
  grant_.argumentsDigest = sha256(ask_.arguments);
  if (ask_.policy) grant_.limits = limitsOf(ask_);
  if (ask_.confirm) {
    for (const rules::Rule& rule : ask_.policy->rules->rules()) {
      if (rule.effect == rules::Effect::Confirm && grant_.confirm == nullptr) grant_.confirm = &rule;
    }
  }
  invocation_.kind = ask_.kind;
  invocation_.module = ask_.module;
  invocation_.name = ask_.tool;
  invocation_.arguments = ask_.arguments;
  invocation_.inputResponses = ask_.responses;
  invocation_.state = ask_.state;
  invocation_.subject = ask_.subject;
  invocation_.clientCapabilities = ask_.capabilities;
  invocation_.deadline = std::chrono::steady_clock::now() + ask_.time;
  invocation_.grant = ask_.open ? nullptr : &grant_;
  boost::asio::co_spawn(gateway.thread.context(), gateway.runner.run(invocation_, silence_, sink_, cancel_),
                        [this](std::exception_ptr failed) {
                          threw_ = failed != nullptr;
                          done_ = true;
                        });
}

void Gateway::Call::Sink::complete(const OutcomeView& outcome) {
  ++answer.times;
  answer.kind = outcome.kind;
  answer.text = outcome.content.empty() ? "" : std::string(outcome.content.front().text);
  answer.structured = outcome.structured;
  answer.state = outcome.state;
  answer.recordAs = outcome.recordAs;
}

}  // namespace certus::gateway::test
