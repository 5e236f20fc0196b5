// Timeouts without timers: a first-in-first-out list per duration, so that a tick looks at the oldest only.
#pragma once

#include "base/clock.h"
#include "http/intrusive_list.h"

namespace certus::http {

struct DeadlineTag;

class Timed : public ListHook<DeadlineTag> {
 protected:
  ~Timed() = default;
  virtual void onDeadline() = 0;  // already unlinked

 private:
  friend class DeadlineList;
  SteadyTime deadline_{};
};

class DeadlineList {
 public:
  explicit DeadlineList(Milliseconds after) : after_(after) {}

  void add(Timed& node, SteadyTime now) {
    node.deadline_ = now + after_;
    members_.pushBack(node);
  }

  void expire(SteadyTime now) {
    while (!members_.empty() && members_.front().deadline_ <= now) {
      end(members_.front());
    }
  }

  void expireOldest() {
    if (!members_.empty()) end(members_.front());
  }

  void expireAll() { expire(SteadyTime::max()); }

 private:
  static void end(Timed& due) {
    due.unlink();
    due.onDeadline();
  }

  IntrusiveList<Timed, DeadlineTag> members_;
  Milliseconds after_;
};

}  // namespace certus::http
