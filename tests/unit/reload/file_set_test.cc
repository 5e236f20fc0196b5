// A set of files as one value: what changes it, and what does not.
#include <filesystem>
#include <functional>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "gateway/reload/file_set.h"
#include "tests/unit/reload/temp_folder.h"

namespace certus::reload {
namespace {

namespace fs = std::filesystem;
using test::TempFolder;

struct FileSet : ::testing::Test {
  TempFolder folder;
  WatchList list{{folder.path() + "/keys.yaml"}, {folder.path() + "/policy"}};

  // What `change` changes of digest and trace: "both", "digest", "trace" or "nothing".
  std::string changes(const std::function<void()>& change) const {
    const std::string digest = digestOf(list), trace = traceOf(list);
    change();
    const bool digestMoved = digestOf(list) != digest, traceMoved = traceOf(list) != trace;
    return digestMoved && traceMoved ? "both" : digestMoved ? "digest" : traceMoved ? "trace" : "nothing";
  }
  void SetUp() override {
    folder.write("keys.yaml", "keys: {}");
    folder.write("policy/a.yaml", "one");
    folder.write("policy/b.yaml", "two");
  }
};

TEST_F(FileSet, AnotherTextNameOrPlaceIsAnotherSet) {
  EXPECT_EQ(changes([&] { folder.write("keys.yaml", "keys: {x: 1}"); }), "both");
  EXPECT_EQ(changes([&] { folder.write("policy/a.yaml", "one and more"); }), "both");
  EXPECT_EQ(changes([&] { folder.write("policy/C.YAML", ""); }), "both");
  EXPECT_EQ(changes([&] { folder.write("policy/c.yaml", ""); }), "both");
  EXPECT_EQ(changes([&] { fs::remove(folder.path() + "/policy/c.yaml"); }), "both");
  EXPECT_EQ(changes([&] { fs::rename(folder.path() + "/policy/b.yaml", folder.path() + "/policy/d.yaml"); }), "both");
  EXPECT_EQ(changes([&] { folder.write("policy/forgotten.yml", "x"); }), "both");  // its reader complains of it
}

TEST_F(FileSet, TextsDoNotRunIntoEachOther) {
  folder.write("policy/a.yaml", "onetwo");
  folder.write("policy/b.yaml", "");
  const std::string before = digestOf(list);
  folder.write("policy/a.yaml", "one");
  folder.write("policy/b.yaml", "two");
  EXPECT_NE(digestOf(list), before);
}

TEST_F(FileSet, WhatDoesNotCountChangesNothing) {
  EXPECT_EQ(changes([&] { folder.write("policy/README.md", "x"); }), "nothing");
  EXPECT_EQ(changes([&] { folder.write("policy/.a.yaml.swp", "x"); }), "nothing");
  EXPECT_EQ(changes([&] { folder.write("policy/.hidden.yaml", "x"); }), "nothing");
  EXPECT_EQ(changes([&] { folder.write("elsewhere.yaml", "x"); }), "nothing");
}

TEST_F(FileSet, AnEditorThatReplacesTheFileByAnEqualOneLeavesATraceButTheSameSet) {
  EXPECT_EQ(changes([&] {
              folder.write("policy/.new", "one");
              fs::rename(folder.path() + "/policy/.new", folder.path() + "/policy/a.yaml");
            }),
            "trace");
}

TEST_F(FileSet, AMissingFileOrFolderIsPartOfTheSet) {
  EXPECT_EQ(changes([&] { fs::remove(folder.path() + "/keys.yaml"); }), "both");
  EXPECT_EQ(changes([&] { fs::remove_all(folder.path() + "/policy"); }), "both");
  EXPECT_EQ(changes([&] { fs::create_directory(folder.path() + "/policy"); }), "both");
}

TEST_F(FileSet, WhatIsNoFileIsNotWaitedFor) {
  EXPECT_EQ(changes([&] { EXPECT_EQ(mkfifo((folder.path() + "/policy/pipe.yaml").c_str(), 0600), 0); }), "both");
  EXPECT_EQ(changes([&] { fs::create_directory(folder.path() + "/policy/folder.yaml"); }), "both");
}

TEST_F(FileSet, AFileTooLargeToReadStillHasATrace) {
  EXPECT_EQ(changes([&] { folder.write("keys.yaml", std::string((4u << 20) + 1, 'x')); }), "both");
  EXPECT_EQ(changes([&] { folder.write("keys.yaml", std::string((4u << 20) + 2, 'x')); }), "both");
}

TEST_F(FileSet, ASwappedLinkIsSeenThroughTheLinksInTheFolder) {  // as the kubelet lays out and updates a ConfigMap
  folder.write("mounted/..1/rules.yaml", "old");
  folder.write("mounted/..2/rules.yaml", "new");
  fs::create_symlink("..1", folder.path() + "/mounted/..data");
  fs::create_symlink("..data/rules.yaml", folder.path() + "/mounted/rules.yaml");
  list.folders = {folder.path() + "/mounted"};
  EXPECT_EQ(changes([&] {
              fs::create_symlink("..2", folder.path() + "/mounted/..data_tmp");
              fs::rename(folder.path() + "/mounted/..data_tmp", folder.path() + "/mounted/..data");
            }),
            "both");
}

}  // namespace
}  // namespace certus::reload
