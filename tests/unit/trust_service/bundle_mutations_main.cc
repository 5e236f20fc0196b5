// Writes the mutations down for other verifiers:  bundle_mutations FOLDER
// root.json, artifact, good.json, one file a mutation, and cases.json, which names them with the class that each must get.
#include <fstream>

#include "bundle_mutations.h"

namespace certus::sigstore {
namespace {

void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

void writeAll(const std::string& folder) {
  EvidenceBench bench;
  const Bundles all{bench.sign(kContent), bench.sign(kContent), bench.sign("other")};
  write(folder + "/root.json", bench.root().dump());
  write(folder + "/artifact", kContent);
  write(folder + "/good.json", all.good.dump());
  Json cases = Json::array();
  for (const auto& mutations : {refusedByAll(), takenBySome(), downgrades(), furtherMutations()}) {
    for (const Mutation& mutation : mutations) {
      Json bundle = all.good;
      mutation.apply(bundle, all);
      const std::string file = "mutation-" + std::to_string(cases.size() + 1) + ".json";
      write(folder + "/" + file, bundle.dump());
      const bool listed = mutations.data() == refusedByAll().data() || mutations.data() == takenBySome().data();
      cases.push_back({{"name", mutation.name},
                       {"file", file},
                       {"failure", mutation.failure},
                       {"listed", listed},
                       {"downgrade", mutations.data() == downgrades().data()},
                       {"refused_by_all", mutations.data() == refusedByAll().data()}});
    }
  }
  write(folder + "/cases.json", Json{{"identity", kSigner}, {"issuer", trust_service::kIssuer}, {"cases", cases}}.dump(1));
}

}  // namespace
}  // namespace certus::sigstore

int main(int count, char** arguments) {
  if (count != 2) return 2;
  certus::sigstore::writeAll(arguments[1]);
  return 0;
}
