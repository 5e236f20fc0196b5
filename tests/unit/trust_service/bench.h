// A Trust service in a directory of its own, reached through its API without sockets; and a second connection to its
// database.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <sqlite3.h>
#include <unistd.h>

#include "base/encoding.h"
#include "services/trust/api/trust_api.h"
#include "stepped_clock.h"

namespace certus::trust_service {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    // In memory where there is such a place: these tests sync a great deal, and what survives a power cut is
    // power_loss_test.cc's.
    const bool memory = access("/dev/shm", W_OK) == 0;
    std::string name =
        (memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) / "trust-XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline constexpr const char* kLocalIdentity = "alice@workstation";

inline std::string digestOf(const std::string& content) { return "sha256:" + toHex(sha256(content)); }

struct Reply {
  int status = 0;
  Json body;
  std::string headers;
};

class Bench {
 public:
  explicit Bench(std::string state = {}) : state_(state.empty() ? own_.path() + "/state" : std::move(state)) { open(); }

  void open() {
    api_.reset();
    service_.reset();
    auto service = TrustService::open(state_, clock, patience);
    ASSERT_TRUE(service.has_value()) << service.error().message << " " << service.error().detail;
    service_ = std::move(*service);
    api_ = std::make_unique<TrustApi>(*service_, ApiSettings{kLocalIdentity, mock, true, {}, submissions});
  }
  void close() {
    api_.reset();
    service_.reset();
  }

  Reply ask(const ApiRequest& request) {
    const http::Response response = api_->route(request);
    return {response.status,
            response.contentType == "application/json" ? Json::parse(response.body, nullptr, false) : Json(response.body),
            response.extra};
  }
  Reply get(const std::string& target) {
    ApiRequest request;
    request.method = "GET";
    request.path = target.substr(0, target.find('?'));
    if (const auto at = target.find('?'); at != std::string::npos) request.query = target.substr(at + 1);
    return ask(request);
  }
  static ApiRequest posting(const std::string& target, std::string body) {
    ApiRequest request;
    request.method = "POST";
    request.path = target.substr(0, target.find('?'));
    if (const auto at = target.find('?'); at != std::string::npos) request.query = target.substr(at + 1);
    request.contentType = "application/json";
    request.body = std::move(body);
    return request;
  }
  Reply post(const std::string& target, const Json& body) { return ask(posting(target, body.dump())); }

  // Signs the content's digest and expects it to succeed.
  Json sign(const std::string& content, Json more = Json::object()) {
    Json body{{"artifact", digestOf(content)}, {"artifact_type", "container_image"}, {"subject", "app:" + content}};
    body.update(more);
    const Reply reply = post("/v1/sign", body);
    EXPECT_EQ(reply.status, 202) << reply.body.dump();
    return reply.body;
  }
  Json verify(const Json& body) {
    const Reply reply = post("/v1/verify", body);
    EXPECT_EQ(reply.status, 200) << reply.body.dump();
    return reply.body;
  }

  TrustService& service() { return *service_; }
  const std::string& state() const { return state_; }

  // Runs SQL as another program would, past everything the service guards. Returns how many rows changed.
  int alter(const std::string& sql) {
    sqlite3* raw = nullptr;
    EXPECT_EQ(sqlite3_open((state_ + "/trust.db").c_str(), &raw), SQLITE_OK);
    char* problem = nullptr;
    EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, &problem), SQLITE_OK) << (problem ? problem : "");
    sqlite3_free(problem);
    const int changed = sqlite3_changes(raw);
    sqlite3_close(raw);
    return changed;
  }

  SteppedClock clock;
  bool mock = false;              // takes effect with the next open()
  SubmissionRules submissions{};  // likewise
  LogWriter::Patience patience{};

 private:
  TemporaryDirectory own_;
  std::string state_;
  std::unique_ptr<TrustService> service_;
  std::unique_ptr<TrustApi> api_;
};

inline std::string statusOf(const Json& verdict, const std::string& check) {
  for (const Json& each : verdict.at("checks")) {
    if (each.at("name") == check) return each.at("status");
  }
  return "absent";
}

inline std::string reasonOf(const Json& verdict, const std::string& check) {
  for (const Json& each : verdict.at("checks")) {
    if (each.at("name") == check) return each.at("reason");
  }
  return "absent";
}

}  // namespace certus::trust_service
