// What the log is: its head, its key, and that one of its sizes extends another.
#include <fmt/format.h>

#include "base/encoding.h"
#include "services/trust/crypto/pem.h"
#include "services/trust/rekor/operations.h"
#include "services/trust/rekor/query.h"
#include "services/trust/rekor/rekor_answer.h"

namespace certus::trust_service::rekor {

Answer logInfo(const ApiContext& context) {
  auto snapshot = context.service.reader().snapshot();
  if (!snapshot) return failure(snapshot.error());
  if (!snapshot->head()) return failure(snapshot->head().error());
  // An older or another tree is not given out as what the log is now; its entries are still read.
  if (const auto& sound = snapshot->consistency(); !sound) return failure(sound.error());
  const Checkpoint& head = *snapshot->head();
  return jsonAnswer(200, Json{{"inactiveShards", nullptr},
                              {"rootHash", toHex(bytesOf(head.root))},
                              {"signedTreeHead", head.note},
                              {"treeID", std::to_string(context.service.installation().log().treeId())},
                              {"treeSize", head.size}});
}

Answer logPublicKey(const ApiContext& context, const ApiRequest& request) {
  const LogIdentity& log = context.service.installation().log();
  if (auto wrong = refuseOtherTree(request, log)) return std::move(*wrong);
  Answer answer = jsonAnswer(200, nullptr);
  answer.contentType = "application/x-pem-file";
  answer.text = encodePem("PUBLIC KEY", publicKeyDer(log.key()));
  return answer;
}

// rootHash is the newest tree's, whatever lastSize is: so Rekor answers, and clients compare it with what they hold.
Answer consistencyBetween(const ApiContext& context, const ApiRequest& request) {
  const auto first = sizeIn(request, "firstSize", 1);
  if (!first) return first.error();
  const auto last = sizeIn(request, "lastSize", std::nullopt);
  if (!last) return last.error();
  if (auto wrong = refuseOtherTree(request, context.service.installation().log())) return std::move(*wrong);
  if (*first > *last)
    return badRequest(fmt::format("firstSize({}) must be less than or equal to lastSize({})", *first, *last));
  auto snapshot = context.service.reader().snapshot();
  if (!snapshot) return failure(snapshot.error());
  if (!snapshot->head()) return failure(snapshot->head().error());
  // Of an older or another tree nothing is proven as if it were the log.
  if (const auto& sound = snapshot->consistency(); !sound) return failure(sound.error());
  const Checkpoint& head = *snapshot->head();
  if (*last > head.size) {
    return badRequest(fmt::format("lastSize({}) is greater than the current tree size({})", *last, head.size));
  }
  auto proof = consistencyProof(nodesIn(snapshot->database()), *first, *last);
  if (!proof) return failure(proof.error());
  Json hashes = Json::array();
  for (const Hash& hash : *proof) hashes.push_back(toHex(bytesOf(hash)));
  return jsonAnswer(200, Json{{"hashes", std::move(hashes)}, {"rootHash", toHex(bytesOf(head.root))}});
}

}  // namespace certus::trust_service::rekor
