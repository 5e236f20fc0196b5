#include "gateway/transport/line_splitter.h"

#include <utility>

namespace certus::gateway {

void LineSplitter::feed(std::string_view bytes) {
  for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    add(bytes.substr(0, end));
    flush();
    bytes.remove_prefix(end + 1);
  }
  add(bytes);
}

void LineSplitter::end() { flush(); }

void LineSplitter::add(std::string_view piece) {
  if (skipping_) return;
  if (pending_.size() + piece.size() > max_) {
    skipping_ = true;
    std::string().swap(pending_);
    sink_.tooLong();
    return;
  }
  pending_.append(piece);
}

void LineSplitter::flush() {
  if (!std::exchange(skipping_, false)) {
    if (pending_.ends_with('\r')) pending_.pop_back();
    if (pending_.find_first_not_of(" \t\r") != std::string::npos) sink_.line(std::exchange(pending_, {}));
  }
  pending_.clear();
}

}  // namespace certus::gateway
