// What may still be told along a stream when another generation is in force than when it was opened.
#include "gateway/transport/stream_holder.h"

#include "gateway/access/access.h"
#include "gateway/tools/snapshot.h"
#include "tests/unit/transport/fixture.h"

namespace certus::gateway::test {
namespace {

constexpr const char* kShown = "rules: {all: {effect: allow, who: everyone, resources: ['lab/*']}}\n";
constexpr const char* kHidden =
    "rules: {all: {effect: allow, who: everyone, resources: ['lab/*'], prompts: ['lab/*']}, "
    "but-one: {effect: deny, who: everyone, resources: ['lab/lab://watched']}}\n";

class StreamHolders : public ::testing::Test {
 protected:
  // A thread's worker under one generation; `yaml` empty: open local mode.
  struct Under {
    Under(const std::string& yaml, identity::Revocations revoked) : board(threads, snapshotOf(yaml, std::move(revoked))) {}
    static SnapshotRef snapshotOf(const std::string& yaml, identity::Revocations revoked) {
      auto snapshot = std::make_shared<Snapshot>(*scriptedSnapshot());
      if (yaml.empty()) return snapshot;
      rules::PolicyFiles files;
      files.files.push_back({"p.yaml", yaml});
      const policy::PolicyBuild built = policy::build(files, snapshot->catalog->items(), {1, 2});
      EXPECT_TRUE(built.set) << built.text();
      identity::AuthenticatorParts who;
      who.revocations = std::make_shared<const identity::Revocations>(std::move(revoked));
      Access::Parts parts;
      parts.authenticator = std::make_shared<const identity::Authenticator>(std::move(who));
      parts.policy = built.set;
      parts.items = snapshot->catalog->items().size();
      snapshot->access = std::make_shared<const Access>(std::move(parts));
      return snapshot;
    }
    http::IoThreads threads{1};
    SnapshotBoard board;
    Worker worker{threads.at(0), CallPath{}, board, TransportOptions{}};
  };

  bool hearsOf(std::string_view uri, const std::string& yaml, identity::Revocations revoked = {}) const {
    return mayHearOf(Under(yaml, std::move(revoked)).worker, holder, uri);
  }

  StreamHolder holder{std::make_shared<const Principal>(Principal{"alice@host", "local\nalice@host"}), "/mcp"};
};

TEST_F(StreamHolders, HearOfAResourceWhileThePolicyInForceShowsIt) {
  EXPECT_TRUE(hearsOf("lab://watched", kShown));
  EXPECT_FALSE(hearsOf("lab://watched", kHidden));
  EXPECT_FALSE(hearsOf("lab://watched", "rules: {}\n"));
  EXPECT_FALSE(hearsOf("lab://elsewhere", kShown));
}

TEST_F(StreamHolders, HearNothingAfterTheirCredential) {
  identity::Revocations revoked;
  revoked.subjects["alice@host"] = {};
  EXPECT_FALSE(hearsOf("lab://watched", kShown, revoked));
  EXPECT_FALSE(mayHear(Under(kShown, revoked).worker, holder));
  EXPECT_TRUE(mayHear(Under(kShown, {}).worker, holder));
  EXPECT_FALSE(mayHear(Under(kShown, {}).worker, StreamHolder{})) << "nobody's";
}

TEST_F(StreamHolders, HearNothingOnARouteThatIsGone) {
  holder.routePath = "/mcp/gone";
  EXPECT_FALSE(hearsOf("lab://watched", kShown));
}

TEST_F(StreamHolders, HearEverythingWithoutPolicy) {
  EXPECT_TRUE(hearsOf("lab://watched", ""));
  EXPECT_TRUE(hearsOf("lab://elsewhere", ""));
}

}  // namespace
}  // namespace certus::gateway::test
