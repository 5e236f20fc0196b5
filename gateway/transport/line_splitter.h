// Cuts a byte stream into lines: \n or \r\n, blank ones dropped, one over the cap skipped to its end and reported. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace certus::gateway {

class LineSplitter {
 public:
  struct Sink {
    std::function<void(std::string)> line;
    std::function<void()> tooLong;  // once a line
  };
  LineSplitter(std::size_t maxLineBytes, Sink sink) : max_(maxLineBytes), sink_(std::move(sink)) {}

  void feed(std::string_view bytes);
  void end();  // a last line without its line break counts

 private:
  void add(std::string_view piece);
  void flush();

  std::size_t max_;
  Sink sink_;
  std::string pending_;
  bool skipping_ = false;
};

}  // namespace certus::gateway
