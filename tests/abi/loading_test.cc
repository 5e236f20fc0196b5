// What the daemon's own loader takes and refuses. Every module here is a real shared object.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/modules/sealed_file.h"
#include "tests/abi/bench_host.h"

namespace certus::gateway {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string file(const std::string& name) { return std::string(CERTUS_ABI_MODULES) + "/" + name + ".so"; }

config::Module module(const std::string& name, std::string path = {}) {
  config::Module out;
  out.name = name;
  out.path = path.empty() ? file(name) : std::move(path);
  return out;
}

// All problems of one module, one a line: "path: message".
std::string problems(const config::Module& asked, Pins pins = Pins::Optional) {
  const auto host = ModuleHost::create({});
  const ModuleLoad load = host->load({asked}, pins);
  EXPECT_EQ(load.modules.empty(), !load.problems.empty());
  std::string all;
  for (const ModuleProblem& each : load.problems) all += each.path + ": " + each.message + "\n";
  return all;
}

std::string digestOf(const std::string& path) {
  const auto sealed = SealedFile::copy(path);
  return sealed ? sealed->sha256() : "";
}

class Directory {
 public:
  Directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "certus-abi-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Directory() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

TEST(Loading, AWellMadeModuleIsDescribed) {
  const auto host = ModuleHost::create({});
  const ModuleLoad load = host->load({module("minimal"), module("behaviours")}, Pins::Optional);
  ASSERT_TRUE(load.problems.empty()) << load.problems.front().message;
  ASSERT_EQ(load.modules.size(), 2u);
  EXPECT_EQ(load.modules[0].name, "minimal");
  EXPECT_EQ(load.modules[0].version, "1.0.0");
  EXPECT_EQ(load.modules[0].sha256, digestOf(file("minimal")));
  ASSERT_EQ(load.modules[0].tools.size(), 1u);
  EXPECT_EQ(load.modules[0].tools[0].name, "run");
  EXPECT_GT(load.modules[1].tools.size(), 15u);
}

TEST(Loading, AnotherMajorVersionIsRefusedWithBothNumbers) {
  EXPECT_THAT(problems(module("wrong_major")), AllOf(HasSubstr("2.0"), HasSubstr("major version 1"), HasSubstr("Rebuild")));
}

TEST(Loading, TheModulesOwnNameMustBeTheConfigurationsKey) {
  EXPECT_THAT(problems(module("wrong_name")), AllOf(HasSubstr("calls itself 'somebody_else'"), HasSubstr("modules.somebody_else")));
}

TEST(Loading, ALibraryBesideTheRuntimeIsRefused) {
  EXPECT_THAT(problems(module("needs_zlib")), AllOf(HasSubstr("needs the library libz.so.1"), HasSubstr("imports 'zlibVersion'")));
}

TEST(Loading, ImportsThatReachOutsideAreRefusedWithWhatToDoInstead) {
  EXPECT_THAT(problems(module("uses_syscall")), HasSubstr("imports 'syscall'"));
  EXPECT_THAT(problems(module("uses_sockets")), AllOf(HasSubstr("imports 'socket'"), HasSubstr("Call::http")));
  EXPECT_THAT(problems(module("reads_environment")), AllOf(HasSubstr("imports 'getenv'"), HasSubstr("settings come from the configuration")));
  EXPECT_THAT(problems(module("reads_file")), AllOf(HasSubstr("fstream"), HasSubstr("opens no files")));
  EXPECT_THAT(problems(module("prints")), AllOf(HasSubstr("imports 'puts'"), HasSubstr("belongs to the protocol")));
}

TEST(Loading, ARefusedModulesConstructorsNeverRun) {
  testing::internal::CaptureStdout();
  EXPECT_NE(problems(module("prints")), "");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST(Loading, ASearchPathIsRefused) {
  EXPECT_THAT(problems(module("minimal", file("with_rpath"))), AllOf(HasSubstr("/opt/somewhere"), HasSubstr("-rpath")));
}

TEST(Loading, AnExecutableStackIsRefused) {
  EXPECT_THAT(problems(module("minimal", file("with_execstack"))), HasSubstr("executable stack"));
}

TEST(Loading, ASecondExportedSymbolIsRefused) {
  EXPECT_THAT(problems(module("second_export")), AllOf(HasSubstr("helper_that_should_be_hidden"), HasSubstr("module.map")));
}

TEST(Loading, AModuleWithoutTheEntryIsRefused) {
  EXPECT_THAT(problems(module("no_entry")), AllOf(HasSubstr("does not export certus_module_v1"), HasSubstr("CERTUS_MODULE")));
}

TEST(Loading, WhatIsNoModuleAtAllIsNamed) {
  EXPECT_THAT(problems(module("minimal", "/nowhere/module.so")), HasSubstr("No such file"));
  EXPECT_THAT(problems(module("minimal", CERTUS_ABI_MODULES)), HasSubstr("not a regular file"));
  const Directory directory;
  std::ofstream(directory.path / "text.so") << "not an object";
  EXPECT_THAT(problems(module("minimal", directory.path / "text.so")), HasSubstr("no ELF shared object"));
  std::ofstream(directory.path / "empty.so").close();
  EXPECT_THAT(problems(module("minimal", directory.path / "empty.so")), HasSubstr("is empty"));
}

TEST(Loading, AnotherDigestThanThePinnedIsRefusedNamingBoth) {
  config::Module pinned = module("minimal");
  pinned.sha256 = std::string(64, 'a');
  EXPECT_THAT(problems(pinned), AllOf(HasSubstr("modules.minimal.sha256"), HasSubstr(digestOf(file("minimal"))), HasSubstr(pinned.sha256),
                                      HasSubstr("sha256sum")));
  pinned.sha256 = digestOf(file("minimal"));
  EXPECT_EQ(problems(pinned), "");
}

TEST(Loading, WithRequirePinsAModuleWithoutOneIsRefused) {
  EXPECT_THAT(problems(module("minimal"), Pins::Required), AllOf(HasSubstr("require_pins"), HasSubstr(digestOf(file("minimal")))));
  config::Module pinned = module("minimal");
  pinned.sha256 = digestOf(pinned.path);
  EXPECT_EQ(problems(pinned, Pins::Required), "");
}

TEST(Loading, EveryProblemIsNamedAtOnce) {
  config::Module pinned = module("needs_zlib");
  pinned.sha256 = std::string(64, 'b');
  EXPECT_THAT(problems(pinned), AllOf(HasSubstr("modules.needs_zlib.sha256"), HasSubstr("libz.so.1"), HasSubstr("zlibVersion")));
}

TEST(Loading, SettingsThatAModuleRefusesAreAProblemInItsWords) {
  config::Module refused = module("behaviours");
  refused.settingsJson = R"({"refuse":"settings.refuse is set: take it out"})";
  EXPECT_THAT(problems(refused), AllOf(HasSubstr("modules.behaviours.settings"), HasSubstr("settings.refuse is set: take it out")));
}

TEST(Loading, EverythingWrongInACatalogueIsNamed) {
  const std::string all = problems(module("bad_catalog"));
  for (const char* part : {"'has space': its name must be", "'good': it is there twice", "'undescribed': it has no description",
                           "'no_schema': it has no input_schema", "'broken_schema': input_schema is not a JSON object",
                           "'not_utf8': description is not UTF-8", "'long': description has 70000 bytes", "'no-scheme': its uri has no scheme",
                           "'a:b': it has no name", "argument '': it has no name"}) {
    EXPECT_THAT(all, HasSubstr(part));
  }
}

TEST(Loading, AFileOverwrittenAfterLoadingChangesNothingThatRuns) {
  const Directory directory;
  const auto path = directory.path / "minimal.so";
  std::filesystem::copy_file(file("minimal"), path);
  BenchHost host(1);
  ASSERT_EQ(host.load({module("minimal", path)}).modules.size(), 1u);
  std::ofstream(path, std::ios::binary | std::ios::in) << std::string(64 * 1024, '\xcc');  // in place: the same inode
  EXPECT_EQ(host.ask({.name = "run"}).text(), "done");
}

TEST(Loading, ARebuiltModuleIsLoadedBesideTheOldOne) {
  BenchHost first(1), second(1);
  ASSERT_EQ(first.load({module("minimal")}).modules.size(), 1u);
  ASSERT_EQ(second.load({module("minimal", file("minimal_again"))}).modules.size(), 1u);
  EXPECT_EQ(first.ask({.name = "run"}).text(), "done");
  EXPECT_EQ(second.ask({.name = "run"}).text(), "done by the second");
}

TEST(Loading, AnOlderModulesSmallerStructsReadAsZeroBeyondTheirEnd) {
  BenchHost host(1);
  const ModuleLoad load = host.load({module("older")});
  ASSERT_TRUE(load.problems.empty()) << load.problems.front().message;
  ASSERT_EQ(load.modules[0].tools.size(), 2u);
  EXPECT_EQ(load.modules[0].tools[0].readOnly, 1);
  EXPECT_EQ(load.modules[0].tools[1].name, "second");
  EXPECT_EQ(load.modules[0].tools[1].timeoutMs, 1234u);
  EXPECT_EQ(load.modules[0].tools[1].icons, "");
  EXPECT_EQ(load.modules[0].instructions, "");
  const CopiedOutcome outcome = host.ask({.name = "second"});
  EXPECT_EQ(outcome.text(), "by an older module\nsecond");
  EXPECT_EQ(outcome.structured, "");
}

}  // namespace
}  // namespace certus::gateway
