#include <fstream>
#include <string>

static const char* hook() {
  static std::string line;
  std::ifstream("/etc/hostname") >> line;
  return line.c_str();
}

#include "certus/module.h"

struct ReadsFile : certus::Module {
  static constexpr std::string_view kName = "reads_file", kVersion = "1";
  explicit ReadsFile(const certus::Json&) {}
  void describe(certus::Catalog& catalog) override {
    catalog.tools = {{.name = "run", .description = "d", .inputSchema = R"({"type":"object"})",
                      .run = [](certus::Call call, const certus::Json&) { call.text(hook()); }}};
  }
};
CERTUS_MODULE(ReadsFile)
