// The Trust module under the fake host, and the service answers that its tests share.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "certus/fake_host.h"
#include "modules/trust/trust_module.h"

namespace certus::trust {

inline const std::string kDigest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

class TrustHost : public ::testing::Test {
 protected:
  ~TrustHost() override { EXPECT_EQ(host.violations(), std::vector<std::string>{}); }
  FakeHost host{moduleTable<TrustModule>()};

  // Calls `tool`, lets the service answer once, and gives what the caller sees.
  const FakeOutcome& ask(std::string_view tool, const Json& arguments, const Json& answer, std::uint32_t status = 200) {
    FakeCall& call = host.tool(tool, arguments);
    call.answerJson(status, answer);
    return call.outcome();
  }
};

inline Json passedChecks() {
  Json list = Json::array();
  for (const char* name : {"signature", "log_entry", "entry_body", "inclusion_proof", "certificate"}) {
    list.push_back({{"name", name}, {"result", "passed"}, {"reason", nullptr}});
  }
  return list;
}

// As services/trust answers: a signature of ci@example.com in log entry 7.
inline Json provenAnswer() {
  return {{"valid", true},
          {"verified_at", "2026-01-02T03:04:05.000006Z"},
          {"signer", "ci@example.com"},
          {"transparency_index", 7},
          {"certificate_chain", nullptr},
          {"checks", passedChecks()},
          {"entry_id", "e7"},
          {"logged_at", "2026-01-01T00:00:00.000000Z"}};
}

}  // namespace certus::trust
