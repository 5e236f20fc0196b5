// The ELF reader against any bytes: it ends, within bounds and caps, and what it hands to the rules is printable as text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "gateway/modules/elf_image.h"
#include "gateway/modules/import_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certus::gateway;
  const auto facts = readElf(std::as_bytes(std::span(data, size)));
  if (!facts) {
    if (facts.error().message.empty()) std::abort();
    return 0;
  }
#if defined(CERTUS_FUZZ_SELFTEST)
  if (facts->executableStack && !facts->searchPaths.empty()) std::abort();  // the planted fault: one flipped bit of a seed
#endif
  for (const auto* names : {&facts->imports, &facts->exports}) {
    if (!std::is_sorted(names->begin(), names->end())) std::abort();
    for (const std::string& name : *names) {
      if (name.empty() || name.size() > size) std::abort();
    }
  }
  if (elfProblems(*facts, allowedImports()).size() > size) std::abort();
  return 0;
}
