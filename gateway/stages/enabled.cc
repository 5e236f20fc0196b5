#include "gateway/stages/enabled.h"

namespace certus::gateway {

std::optional<Refusal> admitEnabled(const MessageCall& call) {
  if (call.tool->enabled) return std::nullopt;
  return Refusal{Fault::InvalidParams,
                 "Tool \"" + call.tool->name +
                     "\" is switched off in this gateway's configuration. Do not call it again; use tools/list to see what "
                     "is available.",
                 {},
                 CallOutcome::Denied};
}

}  // namespace certus::gateway
