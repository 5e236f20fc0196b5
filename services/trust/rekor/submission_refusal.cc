#include <algorithm>

#include <fmt/format.h>

#include "services/trust/api/caller.h"
#include "services/trust/rekor/operations.h"
#include "services/trust/rekor/rekor_answer.h"

namespace certus::trust_service::rekor {

std::optional<Answer> refuseSubmission(const ApiContext& context, const ApiRequest& request) {
  if (carriesCredential(context, request)) return std::nullopt;
  const auto admission = context.submissions.admit(request.peer, context.service.clock().steady());
  if (admission == Admission::Taken) return std::nullopt;
  if (admission == Admission::Closed) {
    return refusal(403, 403,
                   "this log takes entries only from callers with the service credential; reading it is open to all");
  }
  const std::uint64_t perMinute = context.submissions.rules().perMinute;
  Answer answer =
      refusal(429, 429,
              fmt::format("too many entries from this address: the log takes {} a minute; wait and send again", perMinute));
  answer.extra += fmt::format("Retry-After: {}\r\n", std::max<std::uint64_t>(1, (59 + perMinute) / perMinute));
  return answer;
}

}  // namespace certus::trust_service::rekor
