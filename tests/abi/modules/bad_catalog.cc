// Offers everything wrong that a catalogue can be, beside one good tool: all of it must be named at once.
#include <string>

#include "certus/module.h"

struct BadCatalog : certus::Module {
  static constexpr std::string_view kName = "bad_catalog", kVersion = "1";
  explicit BadCatalog(const certus::Json&) {}
  void describe(certus::Catalog& catalog) override {
    constexpr std::string_view kAny = R"({"type":"object"})";
    catalog.tools = {{.name = "good", .description = "d", .inputSchema = kAny},
                     {.name = "has space", .description = "d", .inputSchema = kAny},
                     {.name = "good", .description = "twice", .inputSchema = kAny},
                     {.name = "undescribed", .description = "", .inputSchema = kAny},
                     {.name = "no_schema", .description = "d", .inputSchema = ""},
                     {.name = "broken_schema", .description = "d", .inputSchema = "{\"type\":"},
                     {.name = "not_utf8", .description = "\xff", .inputSchema = kAny},
                     {.name = "long", .description = catalog.keep(std::string(70'000, 'x')), .inputSchema = kAny}};
    catalog.resources = {{.uri = "no-scheme", .name = "n"}, {.uri = "a:b", .name = ""}};
    catalog.prompts = {{.name = "p", .arguments = {{.name = ""}}}};
  }
};
CERTUS_MODULE(BadCatalog)
