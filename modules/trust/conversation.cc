#include "conversation.h"

#include "service_errors.h"

namespace certus::trust {

Step Conversation::received(const Reply& reply) {
  if (reply.arrived() && reply.status() >= 400) {
    if (auto own = refused(reply)) return *std::move(own);
  }
  if (auto failure = explainFailure(reply, errand_)) return *std::move(failure);
  const Json body = Json::parse(reply.body(), nullptr, false);
  if (body.is_discarded()) return unexpected("it is not JSON");
  return answered(body);
}

Failure Conversation::unexpected(std::string_view what) const { return unexpectedAnswer(errand_, what); }

}  // namespace certus::trust
