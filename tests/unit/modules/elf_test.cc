// The ELF reader on a real object, on damaged ones, and the rules that judge what it read.
#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/modules/elf_image.h"
#include "gateway/modules/import_rules.h"
#include "gateway/modules/sealed_file.h"

namespace certus::gateway {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string object() {
  std::ifstream in(CERTUS_SAMPLE_MODULE, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Result<ElfFacts> read(const std::string& bytes) { return readElf(std::as_bytes(std::span(bytes.data(), bytes.size()))); }

TEST(ElfImage, ReadsWhatALinkedModuleSaysAboutItself) {
  const auto facts = read(object());
  ASSERT_TRUE(facts.has_value()) << facts.error().message;
  EXPECT_THAT(facts->needed, Contains("libc.so.6"));
  EXPECT_THAT(facts->exports, ElementsAre("certus_module_v1"));
  EXPECT_THAT(facts->imports, AllOf(Contains("__cxa_begin_catch"), Contains("__gxx_personality_v0"), Not(Contains("certus_module_v1"))));
  EXPECT_THAT(facts->searchPaths, IsEmpty());
  EXPECT_FALSE(facts->textRelocations || facts->writableCode || facts->executableStack);
}

TEST(ElfImage, RefusesWhatIsNoSharedObjectOfThisMachine) {
  EXPECT_THAT(read("").error().message, HasSubstr("no ELF"));
  EXPECT_THAT(read("#!/bin/sh\n").error().message, HasSubstr("no ELF"));
  std::string other = object();
  other[EI_CLASS] = ELFCLASS32;
  EXPECT_THAT(read(other).error().message, HasSubstr("another machine"));
  other = object();
  const std::uint16_t type = ET_EXEC;
  std::memcpy(other.data() + offsetof(Elf64_Ehdr, e_type), &type, sizeof type);
  EXPECT_THAT(read(other).error().message, HasSubstr("-shared"));
}

TEST(ElfImage, EveryTruncationIsRefusedOrReadWithinBounds) {
  const std::string whole = object();
  std::size_t refused = 0;
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    if (!read(whole.substr(0, size))) ++refused;
  }
  EXPECT_GT(refused, 1'000u);  // the tail is debug information, which no linker maps
}

TEST(ElfImage, RandomDamageNeverReadsOutOfBounds) {  // the sanitizers would say
  const std::string whole = object();
  std::mt19937 random(7);
  std::size_t refused = 0;
  for (int round = 0; round < 2'000; ++round) {
    std::string damaged = whole;
    for (int i = 0; i < 8; ++i) damaged[random() % std::min<std::size_t>(damaged.size(), 8'192)] = static_cast<char>(random());
    if (!read(damaged)) ++refused;
  }
  EXPECT_GT(refused, 0u);
}

ElfFacts fine() {
  ElfFacts facts;
  facts.needed = {"libc.so.6", "libstdc++.so.6"};
  facts.imports = {"_ZNSt13runtime_errorC1EPKc", "malloc", "pthread_rwlock_rdlock"};
  facts.exports = {"certus_module_v1"};
  return facts;
}

TEST(ImportRules, TakeComputationLocksAndTheCxxRuntime) { EXPECT_THAT(elfProblems(fine(), allowedImports()), IsEmpty()); }

TEST(ImportRules, SayWhatToDoInsteadOfEachKindOfImport) {
  const std::pair<const char*, const char*> kCases[] = {
      {"connect", "Call::http"},        {"open64", "opens no files"},       {"execve", "starts nothing"},   {"dlsym", "loads nothing"},
      {"printf", "belongs to"},         {"_ZSt4cout", "belongs to"},        {"nanosleep", "Call::after"},   {"getenv", "secrets"},
      {"sigaction", "starts nothing"},  {"sqlite3_open", "opens no files"}, {"SSL_connect", "Call::http"},  {"curl_easy_perform", "Call::http"},
      {"_ZNSt10filesystem6removeERKNS_7__cxx114pathE", "opens no files"},   {"_ZNSt14basic_ifstreamIcSt11char_traitsIcEEC1Ev", "opens no files"},
      {"some_unknown_function", "not on the list"}};
  for (const auto& [name, instead] : kCases) {
    ElfFacts facts = fine();
    facts.imports.emplace_back(name);
    EXPECT_THAT(elfProblems(facts, allowedImports()), ElementsAre(AllOf(HasSubstr(name), HasSubstr(instead)))) << name;
  }
}

TEST(ImportRules, NameEveryProblemButNotThousands) {
  ElfFacts facts = fine();
  facts.needed.emplace_back("libcurl.so.4");
  facts.searchPaths = {"/opt/x"};
  facts.filters = {"libaudit.so"};
  facts.textRelocations = facts.writableCode = facts.executableStack = true;
  facts.exports = {"helper"};
  for (int i = 0; i < 500; ++i) facts.imports.push_back("odd_" + std::to_string(i));
  const auto problems = elfProblems(facts, allowedImports());
  EXPECT_THAT(problems, AllOf(Contains(HasSubstr("libcurl.so.4")), Contains(HasSubstr("/opt/x")), Contains(HasSubstr("libaudit.so")),
                              Contains(HasSubstr("-fPIC")), Contains(HasSubstr("executable stack")), Contains(HasSubstr("'helper'")),
                              Contains(HasSubstr("does not export certus_module_v1")), Contains(HasSubstr("460 more"))));
  EXPECT_THAT(problems, SizeIs(49));
}

TEST(SealedFile, CannotBeChangedOnceCopied) {
  auto sealed = SealedFile::copy(CERTUS_SAMPLE_MODULE);
  ASSERT_TRUE(sealed.has_value());
  EXPECT_EQ(sealed->sha256().size(), 64u);
  const int writable = ::open(sealed->path().c_str(), O_RDWR | O_CLOEXEC);
  if (writable >= 0) {
    EXPECT_LT(::write(writable, "x", 1), 0);
    EXPECT_NE(::ftruncate(writable, 0), 0);
    ::close(writable);
  }
  EXPECT_EQ(std::memcmp(sealed->bytes().data(), ELFMAG, SELFMAG), 0);
}

}  // namespace
}  // namespace certus::gateway
