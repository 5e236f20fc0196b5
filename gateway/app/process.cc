#include "gateway/app/process.h"

#include <csignal>
#include <initializer_list>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace certus::app {
namespace {

sigset_t ours() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) sigaddset(&set, signal);
  return set;
}

}  // namespace

void prepareProcess() {
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t set = ours();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 2);  // an arena a thread costs memory and gains nothing measurable here
#endif
}

int waitForSignal(const std::function<void()>& hangup) {
  const sigset_t set = ours();
  while (true) {
    int signal = 0;
    if (sigwait(&set, &signal) != 0) continue;
    if (signal != SIGHUP) return signal == SIGUSR2 ? 0 : signal;
    if (hangup) hangup();
  }
}

void wakeSignalWait() { kill(getpid(), SIGUSR2); }

void dieOnNextSignal() {
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGINT, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace certus::app
