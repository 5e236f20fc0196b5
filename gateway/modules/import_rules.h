// Judges what an ELF object says about itself: only allowed libraries and imports, no tricks of the dynamic linker,
// exactly the one exported symbol. Pure. It guards against shortcuts and mistakes; a module is trusted code.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/modules/elf_image.h"

namespace certus::gateway {

struct AllowedImports {
  std::span<const std::string_view> libraries, symbols, deniedCxxNames, deniedCxxParts, moreLibraries, morePrefixes;
};
AllowedImports allowedImports();  // the product's list, with the sanitizers' where this program was built with one

inline constexpr std::string_view kEntrySymbol = "certus_module_v1";

// Everything that speaks against loading it, each with what to do instead. Empty: it may be loaded.
std::vector<std::string> elfProblems(const ElfFacts& facts, const AllowedImports& allowed);

}  // namespace certus::gateway
