// Every shape that coroutines.query must find, once, and below them what it must let pass. Never built into anything.
#include <coroutine>

struct Task {
  struct promise_type {
    Task get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void return_value(int);
    void unhandled_exception();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};

struct Pair {
  int left, right;
};

Task plain(int);
Task fromPair(Pair);
template <class Callable>
Task fromCallable(Callable callable) {
  co_return callable();
}

Task bracesInsideCoAwait() { co_return co_await fromPair(Pair{1, 2}); }

Task coAwaitInsideBraces() {
  const Pair pair{co_await plain(1), 2};
  co_return pair.left;
}

Task lambdaInsideCoAwait(int n) {
  co_return co_await fromCallable([n] { return n; });
}

void lambdaIsACoroutine() {
  const auto task = []() -> Task { co_return 1; };
  task();
}

Task coAwaitInsideConditional(bool condition) {
  const int n = condition ? co_await plain(1) : 2;
  co_return n;
}

Task coAwaitAsSwitchCondition() {
  switch (co_await plain(1)) {
    default: co_return 1;
  }
}

Task allowed(int n) {
  const Pair pair{n, 2};
  const int first = co_await fromPair(pair);
  const auto callable = [n] { return n; };
  const int second = co_await fromCallable(callable);
  switch (second) {
    case 1: co_await plain(n); break;
    default: break;
  }
  if (first == second) co_await plain(first);
  co_return n > 0 ? first : second;
}
