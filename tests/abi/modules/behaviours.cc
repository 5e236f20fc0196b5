// One well-linked module whose tools each break, or bend, one rule of calls. Loaded by the daemon's own loader.
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "certus/module.h"

namespace {

using certus::Call;
using certus::Json;
using std::chrono::milliseconds;

void spin(milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until) {
  }
}

class Behaviours final : public certus::Module {
 public:
  static constexpr std::string_view kName = "behaviours";
  static constexpr std::string_view kVersion = "1.0.0";

  explicit Behaviours(const Json& settings) {
    if (settings.contains("refuse")) throw std::runtime_error(settings.at("refuse").get<std::string>());
  }
  ~Behaviours() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    told_.notify_all();
    for (std::thread& each : threads_) each.join();
  }
  void describe(certus::Catalog& catalog) override;
  void cancelled(certus_call ticket) override {
    std::vector<Call> given;
    {
      const std::lock_guard lock(mutex_);
      cancelled_.insert(ticket);
      told_.notify_all();
      const auto kept = kept_.find(ticket);
      if (kept == kept_.end()) return;
      given.push_back(kept->second);
      kept_.erase(kept);
    }
    if (given.front().name() == "late") given.front().text("too late");
  }

  void keep(const Call& call) {
    const std::lock_guard lock(mutex_);
    kept_.emplace(call.ticket(), call);
  }
  template <class Body>
  void thread(Body body) {
    const std::lock_guard lock(mutex_);
    threads_.emplace_back(std::move(body));
  }
  // On such a thread: until that call was cancelled, or the module stops.
  void awaitCancelled(certus_call ticket) {
    std::unique_lock lock(mutex_);
    told_.wait(lock, [&] { return stopping_ || cancelled_.contains(ticket); });
  }
  bool extra = false;  // touched by describe() and one tool; the tests run them one after the other

 private:
  std::mutex mutex_;
  std::condition_variable told_;  // of the next two
  std::set<certus_call> cancelled_;
  bool stopping_ = false;
  std::map<certus_call, Call> kept_;
  std::vector<std::thread> threads_;
};

void echo(Call call, std::string_view arguments) { call.resultJson(arguments); }

void ask(Call call, const Json& arguments) {
  call.http({.service = arguments.value("service", std::string("upstream")), .path = arguments.value("path", std::string("/v1/x"))},
            [call](const certus::Reply& reply) mutable {
              if (!reply.ok()) return void(call.error(reply.explanation()));
              call.resultJson(reply.body());
            });
}

// Three rounds of three requests at once, then the count.
void askMany(Call call, int round, int answers) {
  if (round == 3) return void(call.result({{"answers", answers}}));
  auto open = std::make_shared<int>(3);
  auto count = std::make_shared<int>(answers);
  for (int i = 0; i < 3; ++i) {
    call.http({.service = "upstream", .path = "/r" + std::to_string(round) + "/" + std::to_string(i)},
              [call, round, open, count](const certus::Reply& reply) {
                if (reply.ok()) ++*count;
                if (--*open == 0) askMany(call, round + 1, *count);
              });
  }
}

void finishBesideRequests(Call call, const Json&) {
  for (int i = 0; i < 4; ++i) call.http({.service = "upstream", .path = "/slow"}, [call](const certus::Reply&) {});
  call.after(milliseconds(20), [call]() mutable { call.text("done, with four requests open"); });
}

void tooMany(Call call, const Json&) {
  for (int i = 0; i < 100; ++i) call.http({.service = "upstream", .path = "/x"}, [call](const certus::Reply&) {});
}

void rounds(Call call, const Json&) {
  if (call.state().empty()) {
    return void(call.inputRequired(certus::Questions().elicit("sure", "Sure?", {{"type", "object"}}), "first"));
  }
  call.text(std::string(call.state()) + " " + call.inputResponses().at("sure").at("action").get<std::string>());
}

void wakeThrice(Call call, const Json&) {
  auto left = std::make_shared<int>(3);
  for (int i = 0; i < 3; ++i) {
    call.module<Behaviours>().thread([call, left]() mutable {
      call.wake([call, left]() mutable {
        call.progress(4 - *left);
        if (--*left == 0) call.text("three wakes");
      });
    });
  }
}

// The timer that is set last is due first. Where setting two took too long for that, two others count.
void timers(Call call, const Json&) {
  const auto counts = std::make_shared<int>(0);
  bool inTime = false;
  while (!inTime) {
    const int pair = ++*counts;
    const auto began = std::chrono::steady_clock::now();
    call.after(milliseconds(30), [call, counts, pair]() mutable {
      if (pair == *counts) call.text("second");
    });
    call.after(milliseconds(5), [call, counts, pair]() mutable {
      if (pair == *counts) call.progress(1, 2);
    });
    inTime = std::chrono::steady_clock::now() - began < milliseconds(25);
  }
}

constexpr std::string_view kAny = R"({"type":"object"})";

void Behaviours::describe(certus::Catalog& catalog) {
  const auto row = [&](std::string_view name, void (*run)(Call, const Json&)) {
    catalog.tools.push_back({.name = name, .description = "Behaves in one way.", .inputSchema = kAny, .run = run});
  };
  catalog.tools.push_back({.name = "echo", .description = "Gives its arguments back.", .inputSchema = kAny, .runRaw = &echo});
  row("ask", &ask);
  row("ask_many", [](Call call, const Json&) { askMany(call, 0, 0); });
  row("finish_beside_requests", &finishBesideRequests);
  row("too_many", &tooMany);
  row("rounds", &rounds);
  row("wake_thrice", &wakeThrice);
  row("throws", [](Call, const Json&) { throw std::runtime_error("thrown by a tool"); });
  row("never", [](Call call, const Json&) { call.module<Behaviours>().keep(call); });
  row("late", [](Call call, const Json&) { call.module<Behaviours>().keep(call); });
  row("forgets", [](Call, const Json&) {});
  row("twice", [](Call call, const Json&) {
    call.text("first");
    call.text("second");
  });
  row("wrong_thread", [](Call call, const Json&) {
    call.module<Behaviours>().thread([call]() mutable {
      const bool taken = call.text("from the wrong thread");
      call.wake([call, taken]() mutable { call.text(taken ? "it was taken" : "it was refused"); });
    });
  });
  row("late_by_wake", [](Call call, const Json&) {
    call.module<Behaviours>().thread([call]() mutable {
      call.module<Behaviours>().awaitCancelled(call.ticket());
      call.wake([call]() mutable { call.text("never seen"); });
    });
  });
  row("blocks", [](Call call, const Json&) {
    spin(milliseconds(50));
    call.text("that took a while");
  });
  row("timers", &timers);
  row("huge", [](Call call, const Json& arguments) { call.text(std::string(arguments.value("bytes", std::size_t{0}), 'x')); });
  row("bad_utf8", [](Call call, const Json&) { call.text("\xff\xfe"); });
  row("bad_json", [](Call call, const Json&) { call.resultJson("{\"a\":"); });
  row("bad_progress", [](Call call, const Json&) {
    call.progress(2);
    call.progress(1);
    call.progress(3);
    call.text("two of three count");
  });
  row("change", [](Call call, const Json&) {
    call.module<Behaviours>().extra = true;
    call.module<Behaviours>().catalogChanged(CERTUS_TOOLS_CHANGED);
    call.text("changed");
  });
  row("log", [](Call call, const Json&) {
    call.log(CERTUS_INFO, "behaviours", "for the client");
    call.module().log(CERTUS_WARNING, "for the operator");
    call.text("logged");
  });
  if (extra) row("extra", [](Call call, const Json&) { call.text("new"); });
}

}  // namespace

CERTUS_MODULE(Behaviours)
