#include "gateway/modules/loader.h"

#include <dlfcn.h>

#include <cstddef>

#include <fmt/format.h>
#include <simdjson.h>

#include "gateway/modules/abi_view.h"
#include "gateway/modules/elf_image.h"
#include "gateway/modules/import_rules.h"
#include "gateway/modules/sealed_file.h"

namespace certus::gateway {
namespace {

class Attempt {
 public:
  Attempt(const config::Module& module, std::vector<ModuleProblem>& problems) : module_(module), problems_(problems) {}

  void add(std::string_view key, std::string message) {
    problems_.push_back({fmt::format("modules.{}.{}", module_.name, key), std::move(message)});
    good_ = false;
  }
  bool good() const { return good_; }

  void checkPin(const std::string& actual, Pins pins) {
    if (module_.sha256.empty()) {
      if (pins == Pins::Required) {
        add("sha256", fmt::format("require_pins is on and this module has no pin. If this is the file you built, add `sha256: {}` "
                                  "(`sha256sum {}` prints it)", actual, module_.path));
      }
    } else if (module_.sha256 != actual) {
      add("sha256", fmt::format("the file's digest is {} but the configuration pins {}. If you built this file, pin the first "
                                "(`sha256sum {}` prints it); if not, somebody replaced it", actual, module_.sha256, module_.path));
    }
  }

  void checkElf(std::span<const std::byte> file) {
    const auto facts = readElf(file);
    if (!facts) return add("path", facts.error().message);
    for (std::string& problem : elfProblems(*facts, allowedImports())) add("path", std::move(problem));
  }

  // The table, once the code is in the process.
  const certus_module* open(const std::string& path) {
    void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      const char* why = ::dlerror();
      add("path", fmt::format("the dynamic linker refuses it: {}. A module built on a newer system needs a rebuild on this one",
                              why != nullptr ? why : "no reason given"));
      return nullptr;
    }
    const auto entry = reinterpret_cast<certus_module_entry>(::dlsym(handle, std::string(kEntrySymbol).c_str()));
    const certus_module* table = entry != nullptr ? entry() : nullptr;
    if (table == nullptr) add("path", fmt::format("{}() returned nothing: it must return the module's table", kEntrySymbol));
    return table;
  }

  // Sizes and versions first: nothing else of the table means anything before.
  bool checkTable(const certus_module& raw, ModuleCode& code) {
    if (raw.size < offsetof(certus_module, name)) return add("path", "the table's `size` is not set"), false;
    if (raw.abi_major != CERTUS_ABI_MAJOR) {
      add("path", fmt::format("it was built for version {}.{} of the module ABI; this gateway speaks major version {} ({}.{}). Rebuild it with "
                              "this gateway's modules/abi", raw.abi_major, raw.abi_minor, CERTUS_ABI_MAJOR, CERTUS_ABI_MAJOR, CERTUS_ABI_MINOR));
      return false;
    }
    code.entries = readSized<certus_module>(&raw);
    const std::string_view name = view(code.entries.name), version = view(code.entries.version);
    if (!simdjson::validate_utf8(name.data(), name.size()) || !simdjson::validate_utf8(version.data(), version.size())) {
      return add("path", "its name or version is not UTF-8"), false;
    }
    if (name != module_.name) {
      add("path", fmt::format("the module calls itself '{}': the configuration must list it under `modules.{}`", name, name));
    }
    if (!code.entries.init || !code.entries.catalog || !code.entries.call) add("path", "the table lacks init, catalog or call: they are not optional");
    code.name = name;
    code.version = version;
    return good_;
  }

 private:
  const config::Module& module_;
  std::vector<ModuleProblem>& problems_;
  bool good_ = true;
};

}  // namespace

const ModuleCode* Loader::load(const config::Module& module, Pins pins, std::vector<ModuleProblem>& problems) {
  Attempt attempt(module, problems);
  auto sealed = SealedFile::copy(module.path);
  if (!sealed) {
    attempt.add("path", sealed.error().message);
    return nullptr;
  }
  attempt.checkPin(sealed->sha256(), pins);
  attempt.checkElf(sealed->bytes());
  if (!attempt.good()) return nullptr;
  const auto known = byDigest_.find(sealed->sha256());
  if (known != byDigest_.end()) {
    if (known->second->name == module.name) return known->second.get();
    attempt.add("path", fmt::format("the same file is configured as modules.{} already; a module is served under its own name", known->second->name));
    return nullptr;
  }
  const certus_module* table = attempt.open(sealed->path());
  if (table == nullptr) return nullptr;
  auto code = std::make_unique<ModuleCode>();
  code->sha256 = sealed->sha256();
  sealed->release();
  if (!attempt.checkTable(*table, *code)) return nullptr;
  return byDigest_.emplace(code->sha256, std::move(code)).first->second.get();
}

}  // namespace certus::gateway
