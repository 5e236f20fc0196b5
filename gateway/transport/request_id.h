// Request ids: 26 characters of Crockford base32, 128 random bits, so that nobody guesses another call's id.
// One generator per thread: random bytes are bought in bulk, an id then costs some 20 ns.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace certus::gateway {

struct RequestId {
  std::array<char, 26> text{};
  std::string_view view() const { return {text.data(), text.size()}; }
};

class RequestIds {
 public:
  RequestId next();

 private:
  std::string pool_;
  std::size_t used_ = 0;
};

}  // namespace certus::gateway
