#include "tests/unit/app/program.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

namespace certus::app {
namespace {

constexpr std::chrono::seconds kPatience{20};
using Clock = std::chrono::steady_clock;

bool readable(int descriptor, int timeoutMs) {
  pollfd wait{descriptor, POLLIN, 0};
  return poll(&wait, 1, timeoutMs) == 1;
}

bool take(int& descriptor, std::string& out) {
  std::array<char, 16384> chunk;
  const ssize_t size = read(descriptor, chunk.data(), chunk.size());
  if (size > 0) {
    out.append(chunk.data(), static_cast<std::size_t>(size));
    return true;
  }
  close(descriptor);
  descriptor = -1;
  return false;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

TempFolder::TempFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "certus-app-XXXXXX").string();
  if (mkdtemp(pattern.data())) path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::write(const std::string& name, const std::string& content) const {
  const std::string file = path_ + "/" + name;
  std::ofstream(file) << content;
  return file;
}

Program::Program(const TempFolder& home, std::vector<std::string> arguments,
                 std::map<std::string, std::string> environment) {
  environment.insert(
      {{"XDG_STATE_HOME", home.path() + "/state"}, {"HOME", home.path()}, {"USER", "tester"}, {"PATH", "/usr/bin:/bin"}});
  if (const char* options = std::getenv("ASAN_OPTIONS")) environment.insert({"ASAN_OPTIONS", options});
  std::vector<std::string> assignments;
  for (const auto& [name, value] : environment) assignments.push_back(name + "=" + value);
  arguments.insert(arguments.begin(), CERTUS_GATEWAY_PROGRAM);
  std::vector<char*> argv, envp;
  for (std::string& word : arguments) argv.push_back(word.data());
  for (std::string& word : assignments) envp.push_back(word.data());
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  std::array<int, 2> in{}, out{}, err{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0)
    std::abort();
  pid_ = fork();
  if (pid_ == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    dup2(err[1], 2);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  close(err[1]);
  input_ = in[1];
  out_ = out[0];
  err_ = err[0];
}

Program::~Program() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  for (const int descriptor : {input_, out_, err_}) {
    if (descriptor >= 0) close(descriptor);
  }
}

void Program::send(const std::string& input) {
  EXPECT_EQ(write(input_, input.data(), input.size()), static_cast<ssize_t>(input.size()));
}

void Program::closeInput() {
  if (input_ >= 0) close(input_);
  input_ = -1;
}

void Program::pump(int timeoutMs) {
  std::array<pollfd, 2> wait{pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}};  // a negative descriptor is passed over
  if (poll(wait.data(), wait.size(), timeoutMs) <= 0) return;
  if (wait[0].revents != 0) take(out_, output_);
  if (wait[1].revents != 0) take(err_, errors_);
}

bool Program::waitForOutput(const std::string& text) {
  const auto until = Clock::now() + kPatience;
  while (output_.find(text) == std::string::npos && out_ >= 0 && Clock::now() < until) pump(100);
  return output_.find(text) != std::string::npos;
}

void Program::signal(int number) { kill(pid_, number); }

int Program::wait() {
  const auto until = Clock::now() + kPatience;
  while ((out_ >= 0 || err_ >= 0) && Clock::now() < until) pump(100);
  if (out_ >= 0 || err_ >= 0) return -1;
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const std::string& Program::output() { return output_; }
const std::string& Program::errors() { return errors_; }

std::uint16_t Program::port(const std::string& mark) {
  if (!waitForOutput("Ctrl-C")) return 0;
  const std::size_t at = output_.find(mark);
  const std::size_t colon = at == std::string::npos ? at : output_.rfind(':', at);
  return colon == std::string::npos ? std::uint16_t{0} : static_cast<std::uint16_t>(std::atoi(output_.c_str() + colon + 1));
}

std::string httpExchange(std::uint16_t port, const std::string& method, const std::string& path, const std::string& body) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(socket);
    return {};
  }
  const std::string request =
      method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
      "\r\nConnection: close\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    close(socket);
    return {};
  }
  std::string answer;
  int open = socket;
  while (readable(open, 20'000) && take(open, answer)) {
  }
  if (open >= 0) close(open);
  return answer;
}

std::string callTool(std::uint16_t port, const std::string& tool, const std::string& arguments) {
  return httpExchange(
      port, "POST", "/mcp",
      R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":")" + tool + R"(","arguments":)" + arguments + "}}");
}

HeldService::HeldService() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(listener_, 4) != 0) std::abort();
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
}

HeldService::~HeldService() {
  if (connection_ >= 0) close(connection_);
  close(listener_);
}

bool HeldService::waitForRequest() {
  if (!readable(listener_, 20'000)) return false;
  connection_ = accept(listener_, nullptr, nullptr);
  std::string request;
  int open = connection_;
  while (request.find("\r\n\r\n") == std::string::npos) {
    if (!readable(open, 20'000) || !take(open, request)) return false;
  }
  return true;
}

void HeldService::answer(const std::string& json) {
  const std::string text =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) + "\r\n\r\n" +
      json;
  EXPECT_EQ(::send(connection_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
}

}  // namespace certus::app
