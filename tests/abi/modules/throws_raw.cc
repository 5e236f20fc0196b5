// Without the SDK's trampolines: lets an exception out of the ABI's `call`.
#include <cstddef>
#include <cstdint>

#include "certus/abi.h"

namespace {

constexpr certus_str text(const char* data, std::size_t size) { return {data, size}; }

std::uint32_t init(const certus_host*, certus_str, void**, certus_str*) { return 0; }

const certus_catalog* catalog(void*) {
  static certus_tool tool{};
  tool.size = sizeof tool;
  tool.name = text("run", 3);
  tool.description = text("Throws.", 7);
  tool.input_schema = text(R"({"type":"object"})", 17);
  static certus_catalog offered{};
  offered.size = sizeof offered;
  offered.tool_count = 1;
  offered.tools = &tool;
  return &offered;
}

void call(void*, certus_call, const certus_request*) { throw 42; }

}  // namespace

extern "C" CERTUS_EXPORT const certus_module* certus_module_v1(void);
extern "C" const certus_module* certus_module_v1(void) {
  static constexpr certus_module kTable = {sizeof(certus_module), CERTUS_ABI_MAJOR, CERTUS_ABI_MINOR, {"throws_raw", 10}, {"1", 1},
                                           &init, &catalog, &call, nullptr, nullptr};
  return &kTable;
}
