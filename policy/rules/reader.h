// Policy files to Sources: one text, or all *.yaml of a folder in the order of their names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/rules/finding.h"
#include "policy/rules/source.h"

namespace certus::rules {

// The bytes of a set of files as they were at one moment; equal digests are equal sets.
struct PolicyFiles {
  struct File {
    std::string name, text;  // name: for messages, with its folder
  };
  std::vector<File> files;
  std::string digest;  // SHA-256 in hex over names and texts
};

constexpr std::size_t kMaxPolicyFiles = 256, kMaxPolicyBytes = 16u << 20;

// Opens files. A folder that is missing, unreadable or without any *.yaml is a finding: it never means "no policy". *.yml,
// *.YAML and a folder of such a name are findings too, as is YAML in a sub-folder other than `tests`; other files and dot
// files are left alone.
PolicyFiles readPolicyFolder(const std::string& folder, std::vector<Finding>& findings);

Source readSource(std::string_view yaml, const std::string& file, std::vector<Finding>& findings);
std::vector<Source> readSources(const PolicyFiles& files, std::vector<Finding>& findings);

}  // namespace certus::rules
