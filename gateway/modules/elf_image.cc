#include "gateway/modules/elf_image.h"

#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace certus::gateway {
namespace {

constexpr std::size_t kMaxSegments = 256, kMaxDynamic = 4096, kMaxSymbols = 1u << 20, kMaxRelocations = 1u << 22;

#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = EM_AARCH64;
#else
#error "name this machine's ELF number"
#endif

// The dynamic section's entries that matter, by tag.
struct Dynamic {
  std::uint64_t strings = 0, stringBytes = 0, symbols = 0, hash = 0, gnuHash = 0;
  std::uint64_t rela = 0, relaBytes = 0, jump = 0, jumpBytes = 0;
  std::uint64_t flags = 0;
  bool textRelocations = false;
  std::vector<std::uint64_t> needed, searchPaths, filters;  // offsets into the strings
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> file) : file_(file) {}

  Result<ElfFacts> read() {
    if (auto wrong = readHeader()) return fail(ErrorCode::InvalidArgument, *wrong);
    if (!readDynamic()) return bad("its dynamic section is missing or out of bounds");
    if (!findStrings()) return bad("its string table is out of bounds");
    for (const auto& [from, to] : {std::pair{&dynamic_.needed, &facts_.needed}, std::pair{&dynamic_.searchPaths, &facts_.searchPaths},
                                   std::pair{&dynamic_.filters, &facts_.filters}}) {
      for (const std::uint64_t offset : *from) {
        const auto text = string(offset);
        if (!text) return bad("a name in its dynamic section is out of bounds");
        to->emplace_back(*text);
      }
    }
    facts_.textRelocations = dynamic_.textRelocations || (dynamic_.flags & DF_TEXTREL) != 0;
    facts_.staticTls = (dynamic_.flags & DF_STATIC_TLS) != 0;
    if (!readSymbols()) return bad("its symbol table is out of bounds");
    return std::move(facts_);
  }

 private:
  static tl::unexpected<Error> bad(std::string what) { return fail(ErrorCode::InvalidArgument, "the file is a damaged ELF object: " + what); }

  // A copy of the T at a file offset: no alignment is assumed.
  template <class T>
  std::optional<T> at(std::uint64_t offset) const {
    if (offset > file_.size() || file_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, file_.data() + offset, sizeof value);
    return value;
  }
  // The file offset of `bytes` bytes mapped at an address.
  std::optional<std::uint64_t> offsetOf(std::uint64_t address, std::uint64_t bytes) const {
    for (const Elf64_Phdr& segment : loads_) {
      if (address < segment.p_vaddr || address - segment.p_vaddr > segment.p_filesz) continue;
      const std::uint64_t within = address - segment.p_vaddr;
      if (segment.p_filesz - within < bytes) continue;
      if (segment.p_offset > file_.size() || file_.size() - segment.p_offset < segment.p_filesz) return std::nullopt;
      return segment.p_offset + within;
    }
    return std::nullopt;
  }
  template <class T>
  std::optional<T> mapped(std::uint64_t address) const {
    const auto offset = offsetOf(address, sizeof(T));
    return offset ? at<T>(*offset) : std::nullopt;
  }

  std::optional<std::string> readHeader() {
    const auto header = at<Elf64_Ehdr>(0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return "the file is no ELF shared object";
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_machine != kMachine) {
      return "the file was built for another machine; build the module on or for this one";
    }
    if (header->e_type != ET_DYN) return "the file is no shared object; link the module with -shared";
    if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum > kMaxSegments) return "the file is a damaged ELF object: odd segments";
    for (std::uint64_t i = 0; i < header->e_phnum; ++i) {
      const auto segment = at<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
      if (!segment) return "the file is a damaged ELF object: its segment table is out of bounds";
      if (segment->p_type == PT_LOAD) loads_.push_back(*segment);
      if (segment->p_type == PT_DYNAMIC) dynamicSegment_ = *segment;
      if (segment->p_type == PT_GNU_STACK && (segment->p_flags & PF_X) != 0) facts_.executableStack = true;
      if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) != 0 && (segment->p_flags & PF_W) != 0) facts_.writableCode = true;
    }
    return std::nullopt;
  }

  bool readDynamic() {
    if (!dynamicSegment_) return false;
    const std::uint64_t count = std::min<std::uint64_t>(dynamicSegment_->p_memsz / sizeof(Elf64_Dyn), kMaxDynamic);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto entry = mapped<Elf64_Dyn>(dynamicSegment_->p_vaddr + i * sizeof(Elf64_Dyn));
      if (!entry) return false;
      if (entry->d_tag == DT_NULL) return true;
      take(entry->d_tag, entry->d_un.d_val);
    }
    return false;
  }

  void take(std::int64_t tag, std::uint64_t value) {
    switch (tag) {
      case DT_NEEDED: dynamic_.needed.push_back(value); break;
      case DT_RPATH:
      case DT_RUNPATH: dynamic_.searchPaths.push_back(value); break;
      case DT_FILTER:
      case DT_AUXILIARY:
      case DT_AUDIT:
      case DT_DEPAUDIT: dynamic_.filters.push_back(value); break;
      case DT_STRTAB: dynamic_.strings = value; break;
      case DT_STRSZ: dynamic_.stringBytes = value; break;
      case DT_SYMTAB: dynamic_.symbols = value; break;
      case DT_HASH: dynamic_.hash = value; break;
      case DT_GNU_HASH: dynamic_.gnuHash = value; break;
      case DT_RELA: dynamic_.rela = value; break;
      case DT_RELASZ: dynamic_.relaBytes = value; break;
      case DT_JMPREL: dynamic_.jump = value; break;
      case DT_PLTRELSZ: dynamic_.jumpBytes = value; break;
      case DT_TEXTREL: dynamic_.textRelocations = true; break;
      case DT_FLAGS: dynamic_.flags = value; break;
      default: break;
    }
  }

  bool findStrings() {
    const auto offset = offsetOf(dynamic_.strings, dynamic_.stringBytes);
    if (!offset || dynamic_.stringBytes == 0) return false;
    strings_ = std::string_view(reinterpret_cast<const char*>(file_.data() + *offset), dynamic_.stringBytes);
    return strings_.back() == '\0';
  }
  std::optional<std::string_view> string(std::uint64_t offset) const {
    if (offset >= strings_.size()) return std::nullopt;
    return std::string_view(strings_.data() + offset);  // ends: the table's last byte is NUL
  }

  // How many symbols there are is said nowhere; both hash tables and the relocations bound it from below.
  std::optional<std::uint64_t> symbolCount() const {
    std::uint64_t count = 0;
    if (dynamic_.hash != 0) {
      const auto chains = mapped<std::uint32_t>(dynamic_.hash + 4);
      if (!chains) return std::nullopt;
      count = *chains;
    }
    if (dynamic_.gnuHash != 0) {
      const auto byHash = gnuHashCount();
      if (!byHash) return std::nullopt;
      count = std::max(count, *byHash);
    }
    for (const auto& [table, bytes] : {std::pair{dynamic_.rela, dynamic_.relaBytes}, std::pair{dynamic_.jump, dynamic_.jumpBytes}}) {
      const std::uint64_t entries = bytes / sizeof(Elf64_Rela);
      if (entries > kMaxRelocations) return std::nullopt;
      if (entries == 0) continue;
      const auto offset = offsetOf(table, bytes);
      if (!offset) return std::nullopt;
      for (std::uint64_t i = 0; i < entries; ++i) {
        const auto relocation = at<Elf64_Rela>(*offset + i * sizeof(Elf64_Rela));
        if (!relocation) return std::nullopt;
        count = std::max<std::uint64_t>(count, ELF64_R_SYM(relocation->r_info) + 1);
      }
    }
    return count <= kMaxSymbols ? std::optional(count) : std::nullopt;
  }

  std::optional<std::uint64_t> gnuHashCount() const {
    const auto buckets = mapped<std::uint32_t>(dynamic_.gnuHash), first = mapped<std::uint32_t>(dynamic_.gnuHash + 4),
               bloom = mapped<std::uint32_t>(dynamic_.gnuHash + 8);
    if (!buckets || !first || !bloom || *buckets > kMaxSymbols || *first > kMaxSymbols || *bloom > kMaxSymbols) return std::nullopt;
    const std::uint64_t table = dynamic_.gnuHash + 16 + std::uint64_t{*bloom} * 8;
    std::uint32_t last = 0;
    for (std::uint64_t i = 0; i < *buckets; ++i) {
      const auto head = mapped<std::uint32_t>(table + i * 4);
      if (!head) return std::nullopt;
      last = std::max(last, *head);
    }
    if (last < *first) return *first;  // no defined symbol is hashed
    const std::uint64_t chains = table + std::uint64_t{*buckets} * 4;
    for (std::uint64_t symbol = last; symbol < kMaxSymbols; ++symbol) {
      const auto link = mapped<std::uint32_t>(chains + (symbol - *first) * 4);
      if (!link) return std::nullopt;
      if ((*link & 1) != 0) return symbol + 1;
    }
    return std::nullopt;
  }

  bool readSymbols() {
    const auto count = symbolCount();
    if (!count) return false;
    for (std::uint64_t i = 1; i < *count; ++i) {
      const auto symbol = mapped<Elf64_Sym>(dynamic_.symbols + i * sizeof(Elf64_Sym));
      if (!symbol) return false;
      const auto name = string(symbol->st_name);
      if (!name) return false;
      if (name->empty()) continue;
      const bool visible = ELF64_ST_BIND(symbol->st_info) != STB_LOCAL;
      if (symbol->st_shndx == SHN_UNDEF) {
        facts_.imports.emplace_back(*name);
      } else if (visible) {
        facts_.exports.emplace_back(*name);
      }
    }
    for (auto* names : {&facts_.imports, &facts_.exports}) {
      std::sort(names->begin(), names->end());
      names->erase(std::unique(names->begin(), names->end()), names->end());
    }
    return true;
  }

  std::span<const std::byte> file_;
  std::vector<Elf64_Phdr> loads_;
  std::optional<Elf64_Phdr> dynamicSegment_;
  Dynamic dynamic_;
  std::string_view strings_;
  ElfFacts facts_;
};

}  // namespace

Result<ElfFacts> readElf(std::span<const std::byte> file) { return Reader(file).read(); }

}  // namespace certus::gateway
