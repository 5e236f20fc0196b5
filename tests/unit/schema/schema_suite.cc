// Runs the official JSON Schema test suite (a directory with tests/draft2020-12 and remotes) against the validator and
// prints run / passed / failed / skipped by file. Exit 1 unless every required test passed and none was skipped.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include "gateway/schema/schema.h"
#include "tests/unit/schema/raw_json.h"

namespace {

namespace fs = std::filesystem;
using certus::gateway::CompiledSchema;
using certus::gateway::Violation;
using certus::test::rawMember;
using Documents = std::map<std::string, std::string>;

struct Tally {
  int run = 0, passed = 0, failed = 0, skipped = 0;
  void add(const Tally& other) {
    run += other.run;
    passed += other.passed;
    failed += other.failed;
    skipped += other.skipped;
  }
};

constexpr const char* kAccepted = "was accepted";

// The tests of single formats presume that a format is asserted; to us it is an annotation, so what they want refused is
// skipped.
enum class Formats { Irrelevant, Annotate };
enum class Outcome { Passed, Failed, Skipped };

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The suite serves remotes/ at http://localhost:1234/; here they are documents, nothing is fetched.
Documents remotes(const fs::path& directory) {
  Documents documents;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.path().extension() != ".json") continue;
    documents["http://localhost:1234/" + fs::relative(entry.path(), directory).generic_string()] = contents(entry.path());
  }
  return documents;
}

std::vector<fs::path> jsonFiles(const fs::path& directory) {
  std::vector<fs::path> files;
  if (!fs::is_directory(directory)) return files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// An answer counts as given only if the quick and the explaining pass agree, and a refusal says why.
bool answersConsistently(const CompiledSchema& schema, simdjson::dom::element value, bool answer) {
  std::vector<Violation> violations;
  if (schema.validate(value, &violations) != answer) return false;
  return answer || (!violations.empty() && !violations.front().message.empty());
}

class Suite {
 public:
  Suite(Documents documents, bool isVerbose) : documents_(std::move(documents)), isVerbose_(isVerbose) {}

  Tally run(const fs::path& file, Formats formats) {
    Tally tally;
    const std::string text = contents(file);
    for (const auto group : certus::test::rawItems(text)) {
      const auto members = certus::test::rawMembers(group);
      const auto schema = CompiledSchema::compile(rawMember(members, "schema"), documents_);
      for (const auto test : certus::test::rawItems(rawMember(members, "tests"))) {
        const auto parts = certus::test::rawMembers(test);
        std::string why = schema ? "" : schema.error().message;
        Outcome outcome = schema ? judge(**schema, parts, why) : Outcome::Failed;
        if (outcome == Outcome::Failed && formats == Formats::Annotate && why == kAccepted) outcome = Outcome::Skipped;
        count(tally, outcome);
        if (outcome == Outcome::Passed || !isVerbose_) continue;
        std::cout << "  " << (outcome == Outcome::Failed ? "FAILED " : "skipped ") << rawMember(members, "description")
                  << " / " << rawMember(parts, "description") << " " << why << "\n";
      }
    }
    return tally;
  }

 private:
  Outcome judge(const CompiledSchema& schema, const certus::test::Members& test, std::string& why) const {
    simdjson::dom::parser parser;
    simdjson::dom::element value;
    const std::string data(rawMember(test, "data"));
    if (const auto error = parser.parse(data).get(value); error != simdjson::SUCCESS) {
      why = std::string("the JSON parser refuses the value before it is validated: ") + simdjson::error_message(error);
      return Outcome::Skipped;
    }
    const bool answer = schema.validate(value, nullptr);
    const bool right = answer == (rawMember(test, "valid") == "true") && answersConsistently(schema, value, answer);
    why = right ? "" : (answer ? kAccepted : "was refused");
    return right ? Outcome::Passed : Outcome::Failed;
  }

  static void count(Tally& tally, Outcome outcome) {
    tally.run += outcome == Outcome::Skipped ? 0 : 1;
    tally.passed += outcome == Outcome::Passed ? 1 : 0;
    tally.failed += outcome == Outcome::Failed ? 1 : 0;
    tally.skipped += outcome == Outcome::Skipped ? 1 : 0;
  }

  Documents documents_;
  bool isVerbose_;
};

void print(const std::string& name, const Tally& tally) {
  std::printf("%-44s run %5d  passed %5d  failed %4d  skipped %4d\n", name.c_str(), tally.run, tally.passed, tally.failed,
              tally.skipped);
}

Tally runGroup(Suite& suite, const fs::path& directory, const std::string& prefix, Formats formats = Formats::Irrelevant) {
  Tally total;
  for (const fs::path& file : jsonFiles(directory)) {
    const Tally tally = suite.run(file, formats);
    print(prefix + file.stem().string(), tally);
    total.add(tally);
  }
  return total;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || !fs::is_directory(fs::path(argv[1]) / "tests/draft2020-12")) {
    std::cerr << "usage: schema_suite <directory with tests/draft2020-12 and remotes> [--verbose]\n";
    return 2;
  }
  const fs::path root = argv[1];
  const fs::path tests = root / "tests/draft2020-12";
  Suite suite(remotes(root / "remotes"), argc > 2 && std::string_view(argv[2]) == "--verbose");
  const Tally required = runGroup(suite, tests, "");
  const Tally optional = runGroup(suite, tests / "optional", "optional/");
  const Tally formats = runGroup(suite, tests / "optional/format", "optional/format/", Formats::Annotate);
  print("REQUIRED", required);
  print("OPTIONAL", optional);
  print("OPTIONAL FORMATS (annotations: not refused)", formats);
  std::printf("required: %d passed, %d failed, %d skipped\n", required.passed, required.failed, required.skipped);
  return required.run > 0 && required.failed == 0 && required.skipped == 0 ? 0 : 1;
}
