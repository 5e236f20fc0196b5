#include <string>

#include "certus/module.h"

namespace {

struct Sample : certus::Module {
  static constexpr std::string_view kName = "sample", kVersion = "1";
  explicit Sample(const certus::Json&) {}
  void describe(certus::Catalog& catalog) override {
    catalog.tools = {{.name = "run", .description = "d", .inputSchema = R"({"type":"object"})",
                      .run = [](certus::Call call, const certus::Json& arguments) { call.text(arguments.dump()); }}};
  }
};

}  // namespace

CERTUS_MODULE(Sample)
