// What a shared object says about itself to the dynamic linker: libraries, imports, exports, flags. Reads the segments
// that the linker reads, never the section table; every access is bounds-checked. Judges nothing (see import_rules.h).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace certus::gateway {

struct ElfFacts {
  std::vector<std::string> needed;          // DT_NEEDED
  std::vector<std::string> imports;         // undefined dynamic symbols, sorted, unique
  std::vector<std::string> exports;         // defined global or weak dynamic symbols, sorted, unique
  std::vector<std::string> searchPaths;     // DT_RPATH and DT_RUNPATH
  std::vector<std::string> filters;         // DT_FILTER, DT_AUXILIARY, DT_AUDIT, DT_DEPAUDIT
  bool textRelocations = false;
  bool writableCode = false;                // a segment that is writable and executable
  bool executableStack = false;
  bool staticTls = false;                   // DF_STATIC_TLS: may not fit once the process runs
};

// For the machine that this program was compiled for, 64 bit, little-endian.
Result<ElfFacts> readElf(std::span<const std::byte> file);

}  // namespace certus::gateway
