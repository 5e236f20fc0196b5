#include "gateway/call/access_record.h"
#include "gateway/call/revision.h"

namespace certus::gateway {

std::string_view toString(Revision revision) {
  switch (revision) {
    case Revision::V2024_11_05: return "2024-11-05";
    case Revision::V2025_03_26: return "2025-03-26";
    case Revision::V2025_06_18: return "2025-06-18";
    case Revision::V2025_11_25: return "2025-11-25";
    case Revision::V2026_07_28: return "2026-07-28";
  }
  return "2025-11-25";
}

std::optional<Revision> parseRevision(std::string_view text) {
  if (text == "2026-07-28") return Revision::V2026_07_28;
  if (text == "2025-11-25") return Revision::V2025_11_25;
  if (text == "2025-06-18") return Revision::V2025_06_18;
  if (text == "2025-03-26") return Revision::V2025_03_26;
  if (text == "2024-11-05" || text == "2024-10-07") return Revision::V2024_11_05;
  return std::nullopt;
}

std::string_view toString(CallOutcome outcome) {
  switch (outcome) {
    case CallOutcome::Ok: return "ok";
    case CallOutcome::ToolError: return "tool_error";
    case CallOutcome::InputRequired: return "input_required";
    case CallOutcome::InvalidArguments: return "invalid_arguments";
    case CallOutcome::UnknownTool: return "unknown_tool";
    case CallOutcome::Denied: return "denied";
    case CallOutcome::Limited: return "limited";
    case CallOutcome::Unconfirmed: return "unconfirmed";
    case CallOutcome::Timeout: return "timeout";
    case CallOutcome::Cancelled: return "cancelled";
    case CallOutcome::ProtocolError: return "protocol_error";
    case CallOutcome::Internal: return "internal";
  }
  return "internal";
}

}  // namespace certus::gateway
