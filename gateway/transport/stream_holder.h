// Whom a stream of later messages belongs to, and what may still be told along it: policy is decided anew at each use, by
// the generation that is in force on the stream's thread.
#pragma once

#include <string>
#include <string_view>

#include "gateway/call/principal.h"

namespace certus::gateway {

class Worker;

struct StreamHolder {
  PrincipalRef principal;  // null: nobody's yet
  std::string routePath;   // "/mcp/trust"
};

// Whether anything may: not any more once the credential has ended. Always in open local mode.
bool mayHear(const Worker& worker, const StreamHolder& holder);
// Whether a change of that resource may: not of one that is hidden from the holder, or that its route has no more.
bool mayHearOf(const Worker& worker, const StreamHolder& holder, std::string_view uri);

}  // namespace certus::gateway
