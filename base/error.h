// The one error type and Result alias. Says what went wrong for three readers: machines (code), the caller
// (message) and the operator's log (detail). Not an exception: nothing throws across a folder boundary.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace certus {

enum class ErrorCode : std::uint8_t {
  InvalidArgument,   // the caller can fix it
  NotFound,
  AlreadyExists,
  PermissionDenied,
  Unauthenticated,
  ResourceExhausted,  // a cap or a limit; `message` says which
  Unavailable,        // refused, reset, breaker open: retry later
  DeadlineExceeded,
  Cancelled,
  DataCorrupt,        // stored or received bytes contradict themselves
  Internal,           // our bug
};

struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;  // for the caller: what is wrong and what to do next; never a URL, path or secret
  std::string detail;   // for the log only
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string detail = {}) {
  return tl::make_unexpected(Error{code, std::move(message), std::move(detail)});
}

const char* toString(ErrorCode code);

}  // namespace certus
