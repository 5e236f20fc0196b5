// The service over real sockets, and as the program it is.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <thread>

#include "bench.h"
#include "services/trust/server.h"

namespace certus::trust_service {
namespace {

// One request on a connection of its own; the whole answer.
std::string fetch(std::uint16_t port, const std::string& request) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    (void)::send(socket, request.data(), request.size(),
                 MSG_NOSIGNAL);  // fails when the server just closed: then there is no answer
    std::array<char, 4096> buffer;
    for (ssize_t got = 0; (got = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;)
      answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(socket);
  return answer;
}

std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
}

std::string post(const std::string& target, const Json& body, const std::string& extra = {}) {
  const std::string text = body.dump();
  return "POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n" +
         extra + "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
}

Json bodyOf(const std::string& answer) {
  const auto at = answer.find("\r\n\r\n");
  return at == std::string::npos ? Json() : Json::parse(answer.substr(at + 4), nullptr, false);
}

Json signing(const std::string& content) {
  return {{"artifact", digestOf(content)}, {"artifact_type", "t"}, {"subject", content}};
}

class Served : public ::testing::Test {
 protected:
  Served() { server = start(); }
  std::unique_ptr<TrustServer> start(std::uint16_t port = 0) {
    TrustOptions options;
    options.stateDirectory = files.path() + "/state";
    options.localIdentity = kLocalIdentity;
    options.port = port;
    auto started = TrustServer::start(options);
    EXPECT_TRUE(started.has_value()) << (started ? "" : started.error().message);
    return started ? std::move(*started) : nullptr;
  }
  TemporaryDirectory files;
  std::unique_ptr<TrustServer> server;
};

TEST_F(Served, SignsAndVerifiesOverHttp) {
  const std::string made = fetch(server->port(), post("/v1/sign", signing("a")));
  EXPECT_TRUE(made.starts_with("HTTP/1.1 202 Accepted\r\n")) << made;
  EXPECT_NE(made.find("\r\nX-Request-ID: "), std::string::npos);
  const Json reply = bodyOf(made);
  const Json verdict = bodyOf(fetch(server->port(), post("/v1/verify", {{"artifact", reply["artifact"]},
                                                                        {"signature", reply["signature"]},
                                                                        {"certificate", reply["certificate"]}})));
  EXPECT_TRUE(verdict["valid"]) << verdict.dump(1);
  EXPECT_TRUE(bodyOf(fetch(server->port(), get("/v1/ready")))["ready"]);
  EXPECT_EQ(server->problem(), "");
}

TEST_F(Served, HeadersReachTheApi) {
  const std::string credential = loadServiceCredential(files.path() + "/state").value();
  EXPECT_EQ(serviceCredentialFile(files.path() + "/state"), files.path() + "/state/service-credential");
  const std::string named = "X-User-ID: bob@example.com\r\n", proven = "Authorization: Bearer " + credential + "\r\n";
  EXPECT_EQ(bodyOf(fetch(server->port(), post("/v1/sign", signing("a"), named + proven)))["signer"], "bob@example.com");
  EXPECT_EQ(bodyOf(fetch(server->port(), post("/v1/sign", signing("a"), named)))["signer"], kLocalIdentity);
  EXPECT_EQ(bodyOf(fetch(server->port(), post("/v1/sign", signing("a"), named + named + proven)))["signer"], kLocalIdentity);
  EXPECT_TRUE(fetch(server->port(), post("/v1/sign", signing("a"), "Origin: https://evil.example\r\n"))
                  .starts_with("HTTP/1.1 403 "));
}

TEST_F(Served, ManyClientsAtOnceAreAllAnsweredUnderOneTree) {
  constexpr int kClients = 8, kEach = 6;
  std::vector<std::thread> clients;
  std::mutex mutex;
  std::set<int> indexes;
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&, c] {
      for (int i = 0; i < kEach; ++i) {
        const Json reply = bodyOf(fetch(server->port(), post("/v1/sign", signing(std::to_string(c * 100 + i)))));
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(indexes.insert(reply["transparency_entry"]["index"].get<int>()).second);
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(*indexes.rbegin(), kClients * kEach - 1);
  EXPECT_EQ(bodyOf(fetch(server->port(), get("/v1/stats")))["total_signatures"], kClients * kEach);
}

TEST_F(Served, TwoServersShareOneStateDirectory) {
  auto second = start();
  const Json reply = bodyOf(fetch(server->port(), post("/v1/sign", signing("a"))));
  EXPECT_TRUE(bodyOf(fetch(
      second->port(), post("/v1/verify", {{"artifact", reply["artifact"]}, {"signature", reply["signature"]}})))["valid"]);
  EXPECT_EQ(bodyOf(fetch(second->port(), post("/v1/sign", signing("b"))))["transparency_entry"]["index"], 1);
}

TEST_F(Served, ABusyPortNamesItsOwner) {
  TrustOptions options;
  options.stateDirectory = files.path() + "/state";
  options.localIdentity = kLocalIdentity;
  options.port = server->port();
  const auto second = TrustServer::start(options);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::AlreadyExists);
  EXPECT_NE(second.error().message.find("pid " + std::to_string(getpid())), std::string::npos) << second.error().message;
}

TEST_F(Served, StopAnswersWhatItHasBegunAndMayBeCalledTwice) {
  const std::uint16_t port = server->port();
  std::vector<std::thread> clients;
  std::array<std::string, 6> answers;
  for (std::size_t c = 0; c < answers.size(); ++c) {
    clients.emplace_back([&, c] { answers[c] = fetch(port, post("/v1/sign", signing(std::to_string(c)))); });
  }
  server->stop();
  server->stop();
  for (auto& client : clients) client.join();
  int signedCount = 0;
  for (const auto& answer : answers) {
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 202 ")) << answer;  // never begun, or answered whole
    signedCount += !answer.empty();
  }
  server = start();
  EXPECT_EQ(bodyOf(fetch(server->port(), get("/v1/stats")))["total_signatures"], signedCount);
}

TEST_F(Served, ABodyOverAMebibyteIsRefused) {
  const auto refused = [this](const std::string& path, const std::string& framing) {
    const std::string answer = fetch(server->port(), "POST " + path +
                                                         " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
                                                         "application/json\r\n" +
                                                         framing);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
    return bodyOf(answer);
  };
  for (const char* framing : {"Content-Length: 2000000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n200000\r\n{"}) {
    EXPECT_TRUE(refused("/v1/sign", framing)["detail"].is_string());
    const Json rekors = refused("/api/v1/log/entries", framing);
    EXPECT_EQ(rekors["code"], 413) << rekors.dump();
    EXPECT_TRUE(rekors["message"].is_string());
  }
}

TEST(TrustServerOptions, WhatCannotWorkIsRefusedWithItsReason) {
  EXPECT_FALSE(TrustServer::start({}).has_value());
  TemporaryDirectory files;
  TrustOptions options;
  options.stateDirectory = files.path() + "/state";
  for (const std::string& identity : {std::string(), std::string("two\nlines"), std::string(600, 'x')}) {
    options.localIdentity = identity;
    const auto refused = TrustServer::start(options);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
  }
}

struct Outcome {
  int status = 0;
  std::string output;  // both streams
};

class Program {
 public:
  explicit Program(std::vector<std::string> words, const std::string& environment = "CERTUS_NOTHING=1") {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      std::vector<char*> arguments{const_cast<char*>("certus-trust")};
      for (auto& word : words) arguments.push_back(word.data());
      arguments.push_back(nullptr);
      putenv(const_cast<char*>(environment.c_str()));
      execv(CERTUS_TRUST, arguments.data());
      _exit(127);
    }
    ::close(ends[1]);
    read_ = ends[0];
  }
  ~Program() {
    if (read_ >= 0) ::close(read_);
  }
  std::string until(const std::string& mark) {
    std::array<char, 1024> buffer;
    while (output_.find(mark) == std::string::npos) {
      const ssize_t got = ::read(read_, buffer.data(), buffer.size());
      if (got <= 0) break;
      output_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return output_;
  }
  void signal(int number) { ::kill(pid_, number); }
  Outcome finish() {
    until("\x01never");
    int status = 0;
    waitpid(pid_, &status, 0);
    return {status, output_};
  }
  int pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
  int read_ = -1;
  std::string output_;
};

TEST(TrustProgram, TeachesItsUse) {
  const Outcome help = Program({"--help"}).finish();
  EXPECT_EQ(help.status, 0);
  for (const char* word : {"serve", "--listen", "--state", "--identity", "127.0.0.1:8057", "curl", "SIGTERM"})
    EXPECT_NE(help.output.find(word), std::string::npos) << word;
  EXPECT_EQ(Program({}).finish().output, help.output);
  EXPECT_EQ(Program({"--version"}).finish().output, "certus-trust " CERTUS_VERSION "\n");
}

TEST(TrustProgram, NamesTheNearestRightWord) {
  for (const auto& [words, said] : {std::pair<std::vector<std::string>, const char*>{{"sevre"}, "did you mean serve?"},
                                    {{"serve", "--lisen", "x"}, "did you mean --listen?"},
                                    {{"serve", "--listen", "8057"}, "such as 127.0.0.1:8057"},
                                    {{"serve", "--listen", "127.0.0.1:99999"}, "such as 127.0.0.1:8057"},
                                    {{"serve", "--state"}, "--state needs a value"}}) {
    const Outcome run = Program(words).finish();
    EXPECT_EQ(WEXITSTATUS(run.status), 2);
    EXPECT_NE(run.output.find(said), std::string::npos) << run.output;
  }
}

TEST(TrustProgram, ServesSaysWhereItsStateIsAndEndsWithZeroOnSigterm) {
  TemporaryDirectory files;
  const std::string state = files.path() + "/state";
  Program program({"serve", "--listen", "127.0.0.1:0", "--state", state, "--identity=carol@example.com"});
  const std::string banner = program.until("signs as  carol@example.com");
  EXPECT_NE(banner.find("state     " + state), std::string::npos) << banner;
  const std::string mark = "http://127.0.0.1:";
  const auto port = static_cast<std::uint16_t>(std::stoi(banner.substr(banner.find(mark) + mark.size())));
  EXPECT_EQ(bodyOf(fetch(port, post("/v1/sign", signing("a"))))["signer"], "carol@example.com");
  const Outcome busy = Program({"serve", "--listen", "127.0.0.1:" + std::to_string(port), "--state", state}).finish();
  EXPECT_EQ(WEXITSTATUS(busy.status), 1);
  EXPECT_NE(busy.output.find("certus-trust (pid " + std::to_string(program.pid()) + ")"), std::string::npos) << busy.output;
  program.signal(SIGTERM);
  EXPECT_EQ(program.finish().status, 0);
}

TEST(TrustProgram, SaysThatItMocks) {
  TemporaryDirectory files;
  Program program({"serve", "--listen", "127.0.0.1:0", "--state", files.path() + "/s"}, "CERTUS_TRUST_MOCK_SIGSTORE=true");
  EXPECT_NE(program.until("MOCK").find("MOCK"), std::string::npos);
  program.signal(SIGINT);
  EXPECT_EQ(program.finish().status, 0);
}

TEST(TrustProgram, SaysAtItsStartThatATreeIsNotToBeExtended) {
  Bench bench;
  bench.sign("a");
  bench.alter("DELETE FROM checkpoints WHERE tree_size = 1");
  bench.close();
  Program program({"serve", "--listen", "127.0.0.1:0", "--state", bench.state()});
  EXPECT_NE(program.until("PROBLEM").find("it signs nothing: The log's database is older"), std::string::npos);
  program.signal(SIGTERM);
  program.finish();
}

}  // namespace
}  // namespace certus::trust_service
