#include <utility>
#include <vector>

#include "gateway/transport/decided_anew.h"
#include "gateway/transport/call_run.h"
#include "gateway/transport/input_questions.h"
#include "gateway/transport/signal.h"

namespace certus::gateway {
namespace {

// One round of questions: sent, awaited, gathered. The waiting itself is in the coroutine below.
class Round {
 public:
  explicit Round(CallRun& run)
      : run_(run),
        arrived_(run.around().worker.thread().context()),
        deadline_(std::chrono::steady_clock::now() + run.around().worker.options().questionLifetime) {}
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  bool ask() {  // false: the call has ended with an error
    auto questions = readQuestions(run_.questions(), run_.invoke());
    if (!questions) {
      run_.failWith(questions.error().message, CallOutcome::ToolError, questions.error().detail);
      return false;
    }
    const CallRun::Surroundings& around = run_.around();
    if (around.session == nullptr || !around.outlet.canSend()) {
      run_.failWith(
          "This tool must ask the user something, but this connection cannot carry the question. Connect with a session "
          "(initialize, then send Mcp-Session-Id) and accept text/event-stream.",
          CallOutcome::ToolError);
      return false;
    }
    questions_ = std::move(*questions);
    for (InputQuestion& question : questions_) {
      tokens_.push_back(around.worker.answers()->expect(around.session->id, *question.answer, arrived_));
      around.outlet.send(renderServerRequest(question.answer->idJson, question.answer->method, question.paramsJson));
    }
    run_.cancel().arm([this] { arrived_.raise(); });
    return true;
  }

  bool waiting() const {
    if (run_.cancel().requested() || std::chrono::steady_clock::now() >= deadline_) return false;
    for (const InputQuestion& question : questions_) {
      if (!question.answer->answered()) return true;
    }
    return false;
  }

  SteadyTime deadline() const { return deadline_; }
  Signal& arrived() { return arrived_; }

  void conclude() {
    run_.cancel().arm(nullptr);
    const PendingAnswer* silent = nullptr;
    for (const InputQuestion& question : questions_) {
      if (question.answer->answered()) continue;
      silent = question.answer.get();
      run_.around().outlet.send(renderQuestionCancelled(silent->idJson, "the call that asked has ended"));
    }
    if (run_.cancel().requested()) {
      run_.cancelled();
    } else if (silent != nullptr) {
      run_.failWith("The client did not answer " + silent->method +
                        " while the question was open. Nothing was done; call the tool again when somebody can answer.",
                    CallOutcome::Timeout);
    } else if (auto answers = gatherAnswers(questions_)) {
      run_.answer(std::move(*answers));
    } else {
      run_.failWith(answers.error().message, CallOutcome::ToolError);
    }
  }

 private:
  CallRun& run_;
  Signal arrived_;
  SteadyTime deadline_;
  std::vector<InputQuestion> questions_;
  std::vector<PendingAnswers::Token> tokens_;
};

bool tooManyRounds(CallRun& run, unsigned round) {
  if (round <= run.around().worker.options().maxInputRounds) return false;
  run.failWith("This tool kept asking: the gateway allows " + std::to_string(run.around().worker.options().maxInputRounds) +
                   " rounds of questions a call.",
               CallOutcome::ToolError);
  return true;
}

boost::asio::awaitable<void> playRound(CallRun& run) {
  Round round(run);
  if (!round.ask()) co_return;
  while (round.waiting()) {
    const SteadyTime until = round.deadline();
    co_await round.arrived().wait(until);
  }
  round.conclude();
}

}  // namespace

boost::asio::awaitable<void> playInput(CallRun& run) {
  for (unsigned round = 1; run.asks(); ++round) {
    if (tooManyRounds(run, round)) co_return;
    co_await playRound(run);
    if (!run.again()) co_return;
    if (const auto why = refusedSince(run)) {
      run.failWith(*why, CallOutcome::Denied);
      co_return;
    }
    CallRunner& runner = run.around().worker.runner();
    co_await runner.run(run.invocation(), run, run, run.cancel());
  }
}

boost::asio::awaitable<void> runCall(CallRun& run) {
  CallRunner& runner = run.around().worker.runner();
  co_await runner.run(run.invocation(), run, run, run.cancel());
  if (run.asks()) co_await playInput(run);
}

}  // namespace certus::gateway
