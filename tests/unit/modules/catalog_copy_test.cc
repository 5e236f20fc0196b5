// Copying a catalogue out of a module's memory: strides, caps, and counts that lie.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/modules/abi_view.h"
#include "gateway/modules/catalog_copy.h"
#include "gateway/modules/outcome_view.h"
#include "gateway/modules/ticket.h"

namespace certus::gateway {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

certus_tool tool(const char* name) {
  certus_tool out{};
  out.size = sizeof out;
  out.name = lend(name);
  out.description = lend("d");
  out.input_schema = lend(R"({"type":"object"})");
  return out;
}

certus_catalog catalogOf(const std::vector<certus_tool>& tools) {
  certus_catalog out{};
  out.size = sizeof out;
  out.tool_count = static_cast<std::uint32_t>(tools.size());
  out.tools = tools.data();
  return out;
}

struct Copied {
  ModuleDescriptor module;
  std::vector<std::string> problems;
};

Copied copy(const certus_catalog& catalog, const CatalogCaps& caps = {}) {
  Copied out;
  copyCatalog(&catalog, out.module, out.problems, caps);
  return out;
}

TEST(CatalogCopy, ANewerModulesLongerStructsAreRead) {
  struct Newer {
    certus_tool known;
    std::uint64_t appended;
  };
  Newer tools[2] = {{tool("a"), 1}, {tool("b"), 2}};
  for (Newer& each : tools) each.known.size = sizeof(Newer);
  tools[1].known.read_only = CERTUS_NO;
  certus_catalog catalog = catalogOf({});
  catalog.tool_count = 2;
  catalog.tools = &tools[0].known;
  const Copied out = copy(catalog);
  EXPECT_THAT(out.problems, IsEmpty());
  ASSERT_EQ(out.module.tools.size(), 2u);
  EXPECT_EQ(out.module.tools[1].name, "b");
  EXPECT_EQ(out.module.tools[1].readOnly, 0);
  EXPECT_EQ(out.module.tools[0].readOnly, -1);
}

TEST(CatalogCopy, AStrideThatChangesInTheMiddleIsRefused) {
  std::vector<certus_tool> tools = {tool("a"), tool("b")};
  tools[1].size -= 8;
  EXPECT_THAT(copy(catalogOf(tools)).problems, ElementsAre(AllOf(HasSubstr("#1"), HasSubstr("stride"))));
}

TEST(CatalogCopy, CountsThatLieAreRefusedWithoutReading) {
  certus_catalog catalog = catalogOf({});
  catalog.tool_count = 4'000'000'000u;
  EXPECT_THAT(copy(catalog).problems, ElementsAre(HasSubstr("there is no array")));
  const std::vector<certus_tool> tools = {tool("a")};
  catalog.tools = tools.data();
  EXPECT_THAT(copy(catalog).problems, ElementsAre(HasSubstr("at most 512")));
  std::vector<certus_tool> unsized = {tool("a")};
  unsized[0].size = 0;
  EXPECT_THAT(copy(catalogOf(unsized)).problems, ElementsAre(HasSubstr("`size`")));
}

TEST(CatalogCopy, TextsAreCappedEach) {
  const std::string big(100, 'x');
  std::vector<certus_tool> tools = {tool("a"), tool("b")};
  tools[0].title = lend(big);
  const Copied out = copy(catalogOf(tools), {.maxEntries = 10, .maxText = 99, .maxSchema = 99});
  EXPECT_THAT(out.problems, ElementsAre(HasSubstr("tool 'a': title has 100 bytes; at most 99")));
  EXPECT_THAT(out.module.tools, SizeIs(1));
}

TEST(CatalogCopy, NoCatalogueIsAProblem) {
  Copied out;
  copyCatalog(nullptr, out.module, out.problems);
  EXPECT_THAT(out.problems, SizeIs(1));
}

certus_outcome outcome(std::uint32_t kind) {
  certus_outcome out{};
  out.size = sizeof out;
  out.kind = kind;
  return out;
}

TEST(OutcomeReader, PassesViewsOfTheModulesMemoryOn) {
  certus_content blocks[2]{};
  for (certus_content& each : blocks) each.size = sizeof each;
  blocks[0].kind = CERTUS_TEXT;
  blocks[0].text = lend("hello");
  blocks[1].kind = CERTUS_EMBEDDED;
  blocks[1].role = CERTUS_ASSISTANT;
  blocks[1].data = {"", 0};  // empty, but data
  certus_outcome raw = outcome(CERTUS_RESULT);
  raw.content_count = 2;
  raw.content = blocks;
  raw.structured = lend("{}");
  OutcomeReader reader;
  const OutcomeView view = reader.read(raw);
  ASSERT_EQ(view.content.size(), 2u);
  EXPECT_EQ(static_cast<const void*>(view.content[0].text.data()), blocks[0].text.data);
  EXPECT_FALSE(view.content[0].hasData);
  EXPECT_TRUE(view.content[1].hasData);
  EXPECT_TRUE(view.content[1].assistant);
  EXPECT_EQ(view.structured, "{}");
}

TEST(OutcomeReader, ABrokenOutcomeBecomesAFailureThatSaysWhy) {
  OutcomeReader reader;
  EXPECT_THAT(reader.read(outcome(99)).content[0].text, HasSubstr("unknown kind"));
  certus_outcome raw = outcome(CERTUS_RESULT);
  raw.content_count = 3;
  EXPECT_THAT(reader.read(raw).content[0].text, HasSubstr("without content"));
  certus_content block{};
  raw.content = &block;
  raw.content_count = 1;
  EXPECT_THAT(reader.read(raw).content[0].text, HasSubstr("`size` is not set"));
  block.size = sizeof block;
  EXPECT_THAT(reader.read(raw).content[0].text, HasSubstr("unknown kind"));
  block.kind = CERTUS_TEXT;
  block.annotations = lend("{");
  EXPECT_THAT(reader.read(raw).content[0].text, HasSubstr("annotations"));
  EXPECT_EQ(reader.read(raw).kind, OutcomeView::Kind::Failed);
}

TEST(Ticket, PacksAndUnpacksAndIsNeverZero) {
  const Ticket last{Ticket::kMaxThreads - 1, Ticket::kMaxSlots - 1, 0xffffffff};
  const Ticket back = Ticket::unpack(last.pack());
  EXPECT_EQ(back.thread, Ticket::kMaxThreads - 1);
  EXPECT_EQ(back.slot, Ticket::kMaxSlots - 1);
  EXPECT_EQ(back.generation, 0xffffffffu);
  EXPECT_NE((Ticket{0, 0, 0}.pack()), 0u);
  EXPECT_GT(Ticket::unpack(0).thread, Ticket::kMaxThreads);
}

}  // namespace
}  // namespace certus::gateway
