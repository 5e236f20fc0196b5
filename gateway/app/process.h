// What this process asks of the operating system: signals, descriptors, memory.
#pragma once

#include <functional>

namespace certus::app {

// Before the first thread: ignores SIGPIPE, blocks SIGTERM, SIGINT and SIGHUP for all threads, raises the descriptor
// limit to the hard one, and keeps malloc to few arenas.
void prepareProcess();

// Waits for SIGTERM or SIGINT, or for wakeSignalWait(): then 0. SIGHUP ends nothing: it runs `hangup`, if any, and waits on.
int waitForSignal(const std::function<void()>& hangup = nullptr);
void wakeSignalWait();  // from any thread; remembered if nobody waits yet

// From now on SIGTERM and SIGINT end the process at once; waitForSignal() returns only for wakeSignalWait().
void dieOnNextSignal();

}  // namespace certus::app
