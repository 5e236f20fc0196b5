#include "gateway/modules/import_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace certus::gateway {
namespace {

constexpr std::size_t kMostNamed = 40;  // imports named one by one; a module linked against everything has thousands

bool contains(std::span<const std::string_view> list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool isAllowedCxx(std::string_view name, const AllowedImports& allowed) {
  if (contains(allowed.deniedCxxNames, name)) return false;
  return std::none_of(allowed.deniedCxxParts.begin(), allowed.deniedCxxParts.end(),
                      [&](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

bool isAllowed(std::string_view name, const AllowedImports& allowed) {
  if (name.starts_with("_Z")) return isAllowedCxx(name, allowed);
  if (contains(allowed.symbols, name)) return true;
  return std::any_of(allowed.morePrefixes.begin(), allowed.morePrefixes.end(), [&](std::string_view prefix) { return name.starts_with(prefix); });
}

struct Hint {
  std::string_view instead;
  std::span<const std::string_view> names;  // a trailing '*' matches any rest
};

constexpr std::string_view kNetwork[] = {"socket", "connect", "bind", "listen", "accept", "accept4", "send*", "recv*", "getaddrinfo", "gethostby*",
                                         "inet_*", "setsockopt", "poll", "ppoll", "select", "epoll_*", "curl_*", "SSL_*", "TLS_*"};
constexpr std::string_view kFiles[] = {"open", "open64", "openat", "openat64", "creat", "fopen", "fopen64", "fdopen", "read", "write", "pread*", "pwrite*",
                                       "close", "stat", "stat64", "fstat*", "lstat*", "__xstat*", "mmap", "mmap64", "mkdir*", "unlink*", "rename*",
                                       "opendir", "readdir*", "mkstemp*", "tmpfile*", "sqlite3_*", "access", "fread", "fwrite", "fclose"};
constexpr std::string_view kProcess[] = {"fork", "vfork", "clone", "clone3", "exec*", "posix_spawn*", "system", "popen", "waitpid", "wait", "kill", "exit",
                                         "_exit", "quick_exit", "syscall", "ptrace", "prctl", "mprotect", "memfd_create", "dlopen", "dlsym", "dlmopen",
                                         "setuid", "setgid", "signal", "sigaction", "sigprocmask", "raise", "setjmp", "_setjmp", "longjmp", "__longjmp_chk"};
constexpr std::string_view kOutput[] = {"printf", "puts", "putchar", "fprintf", "vprintf", "vfprintf", "fputs", "fputc", "putc", "perror", "stdout",
                                        "stderr", "stdin", "__printf_chk", "__fprintf_chk", "__vfprintf_chk", "fflush", "_ZSt4c*", "_ZSt3cin", "_ZSt5wc*"};
constexpr std::string_view kWaiting[] = {"sleep", "usleep", "nanosleep", "clock_nanosleep", "pause", "sem_wait", "thrd_sleep"};
constexpr std::string_view kEnvironment[] = {"getenv", "secure_getenv", "setenv", "putenv", "unsetenv", "environ", "__environ"};

const std::array<Hint, 6> kHints = {{
    {"a module speaks HTTP only, through the host: Call::http with a service's name", kNetwork},
    {"a module opens no files: take what it needs from its settings or from a service", kFiles},
    {"a module starts nothing, ends nothing and loads nothing in the gateway's process", kProcess},
    {"standard output belongs to the protocol: use Call::log or Module::log", kOutput},
    {"a module never blocks: use Call::after", kWaiting},
    {"the environment holds the gateway's secrets: settings come from the configuration", kEnvironment},
}};

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == name;
}

std::string_view insteadOf(std::string_view name) {
  for (const Hint& hint : kHints) {
    for (const std::string_view pattern : hint.names) {
      if (matches(pattern, name)) return hint.instead;
    }
  }
  for (const std::string_view part : {"filebuf", "fstream", "10filesystem"}) {
    if (name.find(part) != std::string_view::npos) return kHints[1].instead;
  }
  return "it is not on the list of what a module may use (gateway/modules/allowed_imports.cc); do without it or propose it there";
}

void judgeLibraries(const ElfFacts& facts, const AllowedImports& allowed, std::vector<std::string>& problems) {
  for (const std::string& library : facts.needed) {
    if (contains(allowed.libraries, library) || contains(allowed.moreLibraries, library)) continue;
    problems.push_back(fmt::format("it needs the library {}: a module links the C and C++ run-time libraries only. Do the work in a service, "
                                   "or link a static library that reaches nothing outside", library));
  }
}

void judgeLinking(const ElfFacts& facts, std::vector<std::string>& problems) {
  for (const std::string& path : facts.searchPaths) {
    problems.push_back(fmt::format("it carries a library search path (RPATH or RUNPATH '{}'): link without -rpath", path));
  }
  for (const std::string& filter : facts.filters) {
    problems.push_back(fmt::format("it asks the dynamic linker to filter or audit through '{}': link without -f, -F and --audit", filter));
  }
  if (facts.textRelocations) problems.emplace_back("it has text relocations: compile every object, static libraries too, with -fPIC");
  if (facts.writableCode) problems.emplace_back("it has a segment that is writable and executable: link without -N and -z rwx flags");
  if (facts.executableStack) problems.emplace_back("it demands an executable stack: no nested functions; assembly needs a .note.GNU-stack section");
}

void judgeExports(const ElfFacts& facts, std::vector<std::string>& problems) {
  const bool hasEntry = std::find(facts.exports.begin(), facts.exports.end(), kEntrySymbol) != facts.exports.end();
  if (!hasEntry) problems.push_back(fmt::format("it does not export {}: write CERTUS_MODULE(YourModule) in one source", kEntrySymbol));
  std::size_t others = 0;
  for (const std::string& name : facts.exports) {
    if (name == kEntrySymbol) continue;
    if (++others > kMostNamed) continue;
    problems.push_back(fmt::format("it exports '{}' beside {}: build with -fvisibility=hidden, -fno-gnu-unique and the version script "
                                   "modules/abi/module.map", name, kEntrySymbol));
  }
  if (others > kMostNamed) problems.push_back(fmt::format("... and {} more exported symbols", others - kMostNamed));
}

void judgeImports(const ElfFacts& facts, const AllowedImports& allowed, std::vector<std::string>& problems) {
  std::size_t refused = 0;
  for (const std::string& name : facts.imports) {
    if (isAllowed(name, allowed) || name == kEntrySymbol) continue;
    if (++refused > kMostNamed) continue;
    problems.push_back(fmt::format("it imports '{}': {}", name, insteadOf(name)));
  }
  if (refused > kMostNamed) problems.push_back(fmt::format("... and {} more imports that are not allowed", refused - kMostNamed));
}

}  // namespace

std::vector<std::string> elfProblems(const ElfFacts& facts, const AllowedImports& allowed) {
  std::vector<std::string> problems;
  judgeLibraries(facts, allowed, problems);
  judgeLinking(facts, problems);
  judgeExports(facts, problems);
  judgeImports(facts, allowed, problems);
  return problems;
}

}  // namespace certus::gateway
