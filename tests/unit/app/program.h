// Runs the real certus-gateway for a test: start it, read what it says, speak HTTP to it, end it. Only what it started.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace certus::app {

class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string write(const std::string& name, const std::string& content) const;  // the file's path

 private:
  std::string path_;
};

class Program {
 public:
  // With XDG_STATE_HOME below `home` and nothing else of the surrounding environment but PATH and `environment`.
  Program(const TempFolder& home, std::vector<std::string> arguments, std::map<std::string, std::string> environment = {});
  ~Program();  // SIGKILL if it still runs
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void send(const std::string& input);  // to its standard input
  void closeInput();
  bool waitForOutput(const std::string& text);  // on its standard output, for at most 20 s
  void signal(int number);
  int wait();                   // exit code; -1: killed, or still running after 20 s
  const std::string& output();  // whole after wait()
  const std::string& errors();  // whole after wait()
  // The port in the banner's line that holds `mark`, e.g. "/mcp " or "/metrics".
  std::uint16_t port(const std::string& mark);

 private:
  void pump(int timeoutMs);

  pid_t pid_ = -1;
  int input_ = -1, out_ = -1, err_ = -1;
  std::string output_, errors_;
};

// One HTTP/1.1 exchange with "Connection: close" on 127.0.0.1: everything that came back, head and body.
std::string httpExchange(std::uint16_t port, const std::string& method, const std::string& path,
                         const std::string& body = {});
std::string callTool(std::uint16_t port, const std::string& tool, const std::string& arguments);

// A service that reads one request and answers when it is told to.
class HeldService {
 public:
  HeldService();
  ~HeldService();
  std::uint16_t port() const { return port_; }
  bool waitForRequest();                 // for at most 20 s; the head at least was read
  void answer(const std::string& json);  // 200

 private:
  int listener_ = -1, connection_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace certus::app
