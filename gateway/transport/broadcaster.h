// Carries "the catalogue changed" and "this resource changed" from any thread to whoever listens on each io thread. One
// post a thread and change, whatever the number of listeners; nothing is kept for those who come later.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/io_threads.h"

namespace certus::gateway {

class ChangeListener {  // on its own thread
 public:
  virtual ~ChangeListener() = default;
  virtual void listsChanged(std::uint8_t lists) = 0;  // ListKind bits, at least one
  virtual void resourceUpdated(std::string_view uri) = 0;
};

class Broadcaster {
 public:
  explicit Broadcaster(http::IoThreads& threads);

  // From any thread, after the snapshot that holds the change was published.
  void listsChanged(std::uint8_t lists);
  void resourceUpdated(std::string_view uri);

  // On the io thread `thread`. `listener` is told until the returned token dies, there or after the threads ended.
  using Token = std::shared_ptr<void>;
  [[nodiscard]] Token listen(unsigned thread, ChangeListener& listener);

 private:
  struct Desk {
    std::vector<std::weak_ptr<ChangeListener*>> listeners;
  };
  template <class Tell>
  void tellAll(Tell tell);

  http::IoThreads& threads_;
  std::vector<std::shared_ptr<Desk>> desks_;  // one a thread, touched there only
};

}  // namespace certus::gateway
