// Request ids: 26 characters of Crockford base32, 128 random bits, so that nobody guesses another call's id.
// One generator per thread: random bytes are bought in bulk, an id then costs some 20 ns.
#pragma once

#include <cstddef>
#include <string>

namespace certus::gateway {

class RequestIds {
 public:
  std::string next();

 private:
  std::string pool_;
  std::size_t used_ = 0;
};

}  // namespace certus::gateway
