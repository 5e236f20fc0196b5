// What other logs once did with a stranger's request and should not have: a test an advisory.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "outsider.h"

namespace certus::trust_service {
namespace {

class KnownServerFailures : public ::testing::Test {
 protected:
  Reply submit(const Json& proposal) { return bench.post(kEntriesPath, proposal); }
  Bench bench;
  Outsider carol;
};

// Listens, and knows whether anybody ever came.
class Bait {
 public:
  Bait() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Bait() { ::close(socket_); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/key.pem"; }
  // The kernel takes connections by itself: one that was made before is there to be seen.
  bool touched() const {
    pollfd waiting{socket_, POLLIN, 0};
    return ::poll(&waiting, 1, 0) != 0;
  }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

TEST_F(KnownServerFailures, GHSA_4c4x_NothingNamedInARequestIsFetched) {
  const Bait bait;
  Json proposal = carol.proposal("release");
  proposal["spec"]["data"]["url"] = bait.url();
  proposal["spec"]["data"]["content"] = bait.url();
  proposal["spec"]["signature"]["url"] = bait.url();
  proposal["spec"]["signature"]["publicKey"]["url"] = bait.url();
  EXPECT_EQ(submit(proposal).status, 201) << "what it does not know it ignores";
  proposal["spec"]["signature"]["publicKey"].erase("content");
  EXPECT_EQ(submit(proposal).status, 400);
  EXPECT_EQ(bench.post("/api/v1/index/retrieve", {{"publicKey", {{"format", "x509"}, {"url", bait.url()}}}}).status, 400);
  Json envelope = carol.dsseProposal(carol.envelope("{}"));
  envelope["spec"]["proposedContent"]["verifiers"] = Json::array({toBase64(bait.url())});
  EXPECT_EQ(submit(envelope).status, 400);
  EXPECT_FALSE(bait.touched());
}

// CVE-2023-33199, CVE-2026-23831: a malformed entry of a kind that nobody needed took the server down.
TEST_F(KnownServerFailures, CVE_2026_23831_KindsThatAreNotTakenAreNotReadEither) {
  for (const char* kind : {"cose", "intoto", "rekord", "rpm", "jar", "tuf", "alpine", "helm", "rfc3161", "", "DSSE"}) {
    for (const Json& spec : {Json::object(), Json(), Json("x"), Json{{"message", ""}, {"data", {{"aad", ""}}}}}) {
      const Reply reply = submit({{"apiVersion", "0.0.1"}, {"kind", kind}, {"spec", spec}});
      EXPECT_EQ(reply.status, 422) << kind << reply.body.dump();
    }
  }
  EXPECT_EQ(bench.get("/api/v1/log").body["treeSize"], 0);
}

// CVE-2023-30551: small requests, much memory.
TEST_F(KnownServerFailures, CVE_2023_30551_SizesAreCappedBeforeAnythingIsMadeOfThem) {
  ApiRequest request = Bench::posting(kEntriesPath, std::string(1024 * 1024 + 1, ' '));
  const Reply tooLarge = bench.ask(request);
  EXPECT_EQ(tooLarge.status, 413);
  EXPECT_EQ(tooLarge.body["code"], 413) << tooLarge.body.dump();
  Json proposal = carol.proposal("release");
  proposal["spec"]["signature"]["content"] = toBase64(std::string(4096, 's'));
  EXPECT_EQ(submit(proposal).status, 400);
  proposal = carol.proposal("release", carol.sign("release"), std::string(65 * 1024, 'p'));
  EXPECT_EQ(submit(proposal).status, 400);
  std::string deep = carol.proposal("release").dump();
  deep.insert(deep.size() - 1, ",\"x\":" + std::string(100, '[') + std::string(100, ']'));
  request.body = deep;
  EXPECT_EQ(bench.ask(request).status, 400);
  Json statement{{"_type", "https://in-toto.io/Statement/v1"}, {"predicateType", "x"}};
  for (int i = 0; i < 1500; ++i)
    statement["subject"].push_back(Json{{"digest", {{"sha256", toHex(sha256(std::to_string(i)))}}}});
  EXPECT_EQ(submit(carol.dsseProposal(carol.envelope(statement.dump()))).status, 201);
  const auto found = [&](int subject) {
    return bench.post("/api/v1/index/retrieve", {{"hash", toHex(sha256(std::to_string(subject)))}}).body.size();
  };
  EXPECT_EQ(found(0), 1U);
  EXPECT_EQ(found(1499), 0U) << "1000 digests of a statement are indexed";
}

// Numbers that other parsers take for the same.
TEST_F(KnownServerFailures, ANumberIsAnIntegerOrRefused) {
  submit(carol.proposal("release"));
  for (const char* number : {"0.0", "0e0", "-0", "\"0\"", "[0]", "null", "9223372036854775808", "1e400"}) {
    const Reply reply =
        bench.ask(Bench::posting("/api/v1/log/entries/retrieve", std::string(R"({"logIndexes":[)") + number + "]}"));
    EXPECT_TRUE(reply.status == 422 || reply.status == 400) << number << " " << reply.body.dump();
  }
  for (const char* query : {"0.0", "00x", "%2B0", "0x0", "1e0", ""})
    EXPECT_EQ(bench.get(std::string("/api/v1/log/entries?logIndex=") + query).status, 422) << query;
}

}  // namespace
}  // namespace certus::trust_service
