#include "policy/rules/reader.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

#include "base/encoding.h"
#include "base/files.h"
#include "config/shape_reader.h"
#include "config/yaml_document.h"
#include "policy/rules/cases.h"
#include "policy/rules/policy_shape.h"

namespace certus::rules {
namespace {

namespace fs = std::filesystem;

void report(std::vector<Finding>& findings, const std::string& file, std::string message) {
  findings.push_back({file, {{}, "", std::move(message)}});
}

// *.yml and *.YAML too: what only looks as if it were read is told.
bool looksLikeYaml(const fs::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return ending == ".yaml" || ending == ".yml";
}

// A file that was meant to be read would say nothing there, and nobody would notice.
void refuseYamlBelow(const fs::path& folder, std::vector<Finding>& findings, std::error_code& failed) {
  for (fs::recursive_directory_iterator at(folder, failed), end; at != end; at.increment(failed)) {
    if (at->path().filename().string().starts_with('.')) {
      at.disable_recursion_pending();
    } else if (looksLikeYaml(at->path()) && !at->is_directory(failed)) {
      return report(findings, at->path().string(), "is not read, as it is in a sub-folder; move it up, or away");
    }
  }
}

// Names of the files that count, in order.
std::vector<fs::path> listed(const std::string& folder, std::vector<Finding>& findings) {
  std::vector<fs::path> out;
  std::error_code failed;
  fs::directory_iterator entries(folder, failed);
  if (failed) {
    report(findings, folder, failed.message() + "; name a folder with at least one *.yaml file");
    return out;
  }
  for (; entries != fs::directory_iterator(); entries.increment(failed)) {
    const fs::path& path = entries->path();
    const std::string name = path.filename().string();
    if (name.starts_with('.')) continue;
    std::error_code unknown;  // a link to nowhere is told as a file that cannot be read
    const bool isFolder = entries->is_directory(unknown);
    if (isFolder && name != kCasesFolder) refuseYamlBelow(path, findings, failed);
    if (failed) break;
    if (!looksLikeYaml(path)) continue;
    if (isFolder) {
      report(findings, path.string(), "is a folder, so no rule is read from it; write a file, or rename the folder");
    } else if (path.extension() == ".yaml") {
      out.push_back(path);
    } else {
      report(findings, path.string(), "is not read; rename it to *.yaml, or move it away");
    }
  }
  if (failed) report(findings, folder, failed.message());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::vector<std::string> listCaseFiles(const std::string& folder, std::vector<Finding>& findings) {
  std::vector<std::string> out;
  for (const fs::path& path : listed((fs::path(folder) / kCasesFolder).string(), findings)) out.push_back(path.string());
  return out;
}

PolicyFiles readPolicyFolder(const std::string& folder, std::vector<Finding>& findings) {
  PolicyFiles out;
  const auto paths = listed(folder, findings);
  if (paths.empty() && findings.empty()) report(findings, folder, "holds no *.yaml file: nobody would be allowed anything");
  if (paths.size() > kMaxPolicyFiles) {
    report(findings, folder, "holds more than " + std::to_string(kMaxPolicyFiles) + " *.yaml files");
    return out;
  }
  std::string all;
  for (const fs::path& path : paths) {
    PolicyFiles::File file{path.string(), {}};
    if (auto text = readFile(file.name, config::kMaxFileBytes)) {
      file.text = std::move(*text);
    } else {
      report(findings, file.name,
             text.error().message + "; write a file of at most " + std::to_string(config::kMaxFileBytes) +
                 " bytes that this user may read");
    }
    all += std::to_string(file.name.size()) + ":" + file.name + std::to_string(file.text.size()) + ":" + file.text;
    if (all.size() > kMaxPolicyBytes) {
      report(findings, folder, "is larger than " + std::to_string(kMaxPolicyBytes) + " bytes in all");
      return out;
    }
    out.files.push_back(std::move(file));
  }
  out.digest = toHex(sha256(all));
  return out;
}

Source readSource(std::string_view yaml, const std::string& file, std::vector<Finding>& findings) {
  Source out;
  out.file = file;
  config::Problems problems;
  if (const auto root = config::parseYaml(yaml, problems))
    config::ShapeReader(problems, out.places).read(*root, policyShape(), "", &out);
  for (config::Problem& problem : problems.take()) findings.push_back({file, std::move(problem)});
  return out;
}

std::vector<Source> readSources(const PolicyFiles& files, std::vector<Finding>& findings) {
  std::vector<Source> out;
  for (const PolicyFiles::File& file : files.files) out.push_back(readSource(file.text, file.name, findings));
  return out;
}

}  // namespace certus::rules
