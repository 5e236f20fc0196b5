// A changed catalogue becomes the next generation, or the old one stays.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "gateway/app/catalog_keeper.h"
#include "gateway/app/issuer_keys.h"
#include "gateway/call/recorder.h"

namespace certus::app {
namespace {

gateway::ModuleDescriptor describing(const std::vector<std::string>& tools) {
  gateway::ModuleDescriptor module;
  module.name = "demo";
  module.version = "1";
  for (const std::string& name : tools) {
    gateway::ToolDescriptor tool;
    tool.name = name;
    tool.description = "Does " + name + ".";
    tool.inputSchema = R"({"type":"object","properties":{}})";
    module.tools.push_back(tool);
  }
  return module;
}

class ChangingHost final : public gateway::ModuleHost {
 public:
  gateway::ModuleDescriptor next;  // set before changed() is called
  std::atomic<int> asked{0};

  gateway::ModuleLoad load(const std::vector<config::Module>&, gateway::Pins) override { return {}; }
  void start(http::IoThreads&, gateway::Services&) override {}
  gateway::CallRunner& runner(const http::IoThread&) override { std::abort(); }
  gateway::CatalogRefresh refreshCatalog(std::uint32_t) override {
    gateway::CatalogRefresh out{next, {}};
    ++asked;
    return out;
  }
  void shutdown() override {}
  std::vector<gateway::ModuleFigures> figures() const override { return {}; }
};

class Keeping : public testing::Test {
 protected:
  Keeping()
      : log_(observability::Level::Error, nowhere_),
        metrics_(gateway::outcomeNames()),
        threads_(1),
        broadcaster_(threads_),
        board_(threads_, first()) {}
  ~Keeping() override { close(nowhere_); }

  static gateway::SnapshotRef first() {
    auto snapshot = std::make_shared<gateway::Snapshot>();
    snapshot->generation = 1;
    config::Gateway config;
    config.file = "/etc/certus/gateway.yaml";
    config.modules.push_back({});
    config.modules[0].name = "demo";
    config.modules[0].tools["pinned"] = {};
    snapshot->config = std::make_shared<const config::Gateway>(config);
    snapshot->catalog = gateway::Catalog::build({describing({"pinned", "one"})}, config).catalog;
    return snapshot;
  }
  CatalogKeeper::Parts parts() { return {&host_, &generations_, &log_}; }
  bool reaches(std::uint64_t generation) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (board_.newest()->generation < generation && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    return board_.newest()->generation == generation;
  }
  bool offers(const std::string& tool) { return board_.newest()->catalog->composed().find(tool) != nullptr; }

  int nowhere_ = open("/dev/null", O_WRONLY | O_CLOEXEC);
  observability::Log log_;
  observability::Metrics metrics_;
  http::IoThreads threads_;
  gateway::Broadcaster broadcaster_;
  gateway::SnapshotBoard board_;
  AccessLoader loader_{{}, 1, keysWithoutFetching()};
  Generations generations_{{&board_, &broadcaster_, &log_, &metrics_}, loader_, {describing({"pinned", "one"})}};
  ChangingHost host_;
  CatalogKeeper keeper_;
};

TEST_F(Keeping, PublishesTheNextGenerationWhenAModuleChanges) {
  keeper_.begin(parts(), {describing({"pinned", "one"})});
  ASSERT_TRUE(offers("demo_one") && !offers("demo_two"));
  host_.next = describing({"pinned", "one", "two"});
  keeper_.changed(0);
  ASSERT_TRUE(reaches(2));
  EXPECT_TRUE(offers("demo_one") && offers("demo_two"));
  EXPECT_THAT(metrics_.text(), testing::HasSubstr("tool=\"demo_two\",outcome=\"ok\"} 0"));
}

TEST_F(Keeping, RemembersAChangeFromBeforeItBegan) {
  host_.next = describing({"pinned", "two"});
  keeper_.changed(0);
  EXPECT_EQ(board_.newest()->generation, 1u);
  keeper_.begin(parts(), {describing({"pinned", "one"})});
  ASSERT_TRUE(reaches(2));
  EXPECT_FALSE(offers("demo_one"));
}

TEST_F(Keeping, KeepsTheOldCatalogueWhenTheNewOneIsUnusable) {
  const gateway::ModuleDescriptor unusable = describing({"pinned", std::string(64, 'x')});  // with its prefix no usable name
  ASSERT_EQ(gateway::Catalog::build({unusable}, *board_.newest()->config).catalog, nullptr);
  keeper_.begin(parts(), {describing({"pinned", "one"})});
  host_.next = unusable;
  keeper_.changed(0);
  while (host_.asked == 0) std::this_thread::yield();
  host_.next = describing({"pinned", "two"});
  keeper_.changed(0);
  ASSERT_TRUE(reaches(2)) << "the unusable one was not published as 2";
  EXPECT_TRUE(offers("demo_two"));
}

TEST_F(Keeping, IgnoresChangesAfterItsEnd) {
  keeper_.begin(parts(), {describing({"pinned", "one"})});
  keeper_.end();
  host_.next = describing({"two"});
  keeper_.changed(0);
  EXPECT_EQ(board_.newest()->generation, 1u);
}

}  // namespace
}  // namespace certus::app
