// Whether an operator can bound what strangers put into the log.
#include "services/trust/api/submission_gate.h"
#include "outsider.h"

namespace certus::trust_service {
namespace {

using std::chrono::seconds;

TEST(SubmissionGate, AnAddressHasItsAllowanceAndGetsItBackWithTime) {
  SubmissionGate gate({false, 6});
  const SteadyTime start{seconds(1000)};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(gate.admit("192.0.2.1", start), Admission::Taken) << i;
  EXPECT_EQ(gate.admit("192.0.2.1", start), Admission::TooMany);
  EXPECT_EQ(gate.admit("192.0.2.2", start), Admission::Taken) << "each address has its own";
  EXPECT_EQ(gate.admit("192.0.2.1", start + seconds(9)), Admission::TooMany);
  EXPECT_EQ(gate.admit("192.0.2.1", start + seconds(10)), Admission::Taken);
  EXPECT_EQ(gate.admit("192.0.2.1", start + seconds(10)), Admission::TooMany);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(gate.admit("192.0.2.1", start + seconds(1000)), Admission::Taken) << i;
  EXPECT_EQ(gate.admit("192.0.2.1", start + seconds(1000)), Admission::TooMany) << "nothing is saved up";
}

TEST(SubmissionGate, WithoutALimitEverythingIsTakenAndClosedNothing) {
  SubmissionGate open({}), closed({true, 0});
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(open.admit("192.0.2.1", {}), Admission::Taken);
  EXPECT_EQ(closed.admit("127.0.0.1", {}), Admission::Closed);
}

TEST(SubmissionGate, ASubscriberOfIpv6IsItsNetwork) {
  EXPECT_EQ(subscriberOf("2001:db8::1"), subscriberOf("2001:db8:0:0:ffff::2"));
  EXPECT_NE(subscriberOf("2001:db8::1"), subscriberOf("2001:db8:0:1::1"));
  EXPECT_NE(subscriberOf("::ffff:192.0.2.1"), subscriberOf("::ffff:192.0.2.2"));
  EXPECT_EQ(subscriberOf("fe80::1%eth0"), subscriberOf("fe80::1"));
}

TEST(SubmissionGate, ManyAddressesFillNoMemoryAndShareAnAllowanceInTheEnd) {
  SubmissionGate gate({false, 1});
  const SteadyTime start{seconds(1000)};
  const auto address = [](std::size_t i) { return "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256); };
  for (std::size_t i = 0; i < SubmissionGate::kMaxAddresses; ++i) ASSERT_EQ(gate.admit(address(i), start), Admission::Taken);
  EXPECT_EQ(gate.admit("192.0.2.1", start), Admission::Taken) << "the shared one";
  EXPECT_EQ(gate.admit("192.0.2.2", start), Admission::TooMany);
  EXPECT_EQ(gate.admit(address(7), start), Admission::TooMany) << "whoever is known is still known";
  EXPECT_EQ(gate.admit("192.0.2.2", start + seconds(61)), Admission::Taken);
}

class Submissions : public ::testing::Test {
 protected:
  void openWith(SubmissionRules rules) {
    bench.submissions = rules;
    bench.open();
  }
  Reply submit(const std::string& content, const std::string& peer, bool credential = false) {
    ApiRequest request = Bench::posting(kEntriesPath, carol.proposal(content).dump());
    request.peer = peer;
    if (credential) request.authorization = "Bearer " + bench.service().installation().credential();
    return bench.ask(request);
  }
  Bench bench;
  Outsider carol;
};

TEST_F(Submissions, AreRefusedByADoorThatIsClosedButNotToTheServicesOwn) {
  openWith({true, 0});
  const Reply refused = submit("release", "127.0.0.1");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["code"], 403);
  EXPECT_NE(refused.body["message"].get<std::string>().find("service credential"), std::string::npos);
  EXPECT_EQ(bench.get("/api/v1/log").body["treeSize"], 0);
  EXPECT_EQ(submit("release", "127.0.0.1", true).status, 201);
  EXPECT_EQ(bench.get("/api/v1/log/entries?logIndex=0").status, 200) << "reading stays open";
  bench.sign("mine");
}

TEST_F(Submissions, BeyondTheLimitAreToldWhenToComeAgain) {
  openWith({false, 2});
  EXPECT_EQ(submit("one", "192.0.2.1").status, 201);
  EXPECT_EQ(submit("two", "192.0.2.1").status, 201);
  const Reply refused = submit("three", "192.0.2.1");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body["code"], 429);
  EXPECT_EQ(headerOf(refused, "Retry-After"), "30");
  EXPECT_EQ(submit("three", "192.0.2.2").status, 201);
  EXPECT_EQ(submit("four", "192.0.2.1", true).status, 201);
  EXPECT_EQ(bench.get("/api/v1/log").body["treeSize"], 4);
}

}  // namespace
}  // namespace certus::trust_service
