// The two ends of a stdio conversation, each with a thread of its own: descriptors of any kind (pipe, socket, file,
// terminal) stay as they were handed to us, and a client that does not read stops nobody but itself.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"

namespace certus::gateway {

// A descriptor that wakes a poll(), once.
class StopEvent {
 public:
  StopEvent();
  ~StopEvent();
  StopEvent(const StopEvent&) = delete;
  StopEvent& operator=(const StopEvent&) = delete;
  void raise() const;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

class PipeWriter {
 public:
  // `broken` runs at most once, on the writer's thread: the reader closed its end.
  PipeWriter(int descriptor, std::function<void()> broken);
  ~PipeWriter();  // drops what is not written yet
  PipeWriter(const PipeWriter&) = delete;
  PipeWriter& operator=(const PipeWriter&) = delete;

  void write(std::string_view bytes);      // queued; from any thread
  void waitBelow(std::size_t queuedBytes); // returns at once when broken or stopping
  bool flush(Milliseconds patience);       // false: not everything could be written
  void stop();

 private:
  void run();
  bool writeAll(std::string_view bytes);

  int descriptor_;
  std::function<void()> broken_;
  bool socket_;
  StopEvent stopEvent_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string queue_;
  bool writing_ = false, stopping_ = false, isBroken_ = false;
  std::thread thread_;  // last: uses all of the above
};

class PipeReader {
 public:
  struct Sink {  // on the reader's thread
    std::function<void(std::string)> bytes;  // may block: that is the backpressure
    std::function<void()> ended;             // once: end of file, or an error
  };
  PipeReader(int descriptor, Sink sink);
  ~PipeReader();
  PipeReader(const PipeReader&) = delete;
  PipeReader& operator=(const PipeReader&) = delete;
  void stop() const { stopEvent_.raise(); }

 private:
  void run();

  int descriptor_;
  Sink sink_;
  StopEvent stopEvent_;
  std::thread thread_;
};

}  // namespace certus::gateway
