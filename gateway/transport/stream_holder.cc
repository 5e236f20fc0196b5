#include "gateway/transport/stream_holder.h"

#include <chrono>

#include "gateway/access/permitted_resource.h"
#include "gateway/tools/snapshot.h"
#include "gateway/transport/worker.h"

namespace certus::gateway {

bool mayHear(const Worker& worker, const StreamHolder& holder) {
  const Access* access = worker.snapshot()->access.get();
  if (access == nullptr) return true;
  return holder.principal && access->authenticator().stillValid(*holder.principal, std::chrono::system_clock::now());
}

bool mayHearOf(const Worker& worker, const StreamHolder& holder, std::string_view uri) {
  const Snapshot& now = *worker.snapshot();
  if (now.access == nullptr) return true;
  const Route* route = now.catalog->route(holder.routePath);
  if (route == nullptr || !holder.principal) return false;
  const auto listener = now.access->authenticator().renewed(holder.principal, std::chrono::system_clock::now());
  if (!listener) return false;
  const CallerRef caller = now.access->caller(worker.index(), *listener);
  return findPermitted(*route, &caller->standing, uri).known();
}

}  // namespace certus::gateway
