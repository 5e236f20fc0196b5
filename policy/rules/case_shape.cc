// The keys of test case files.
#include <algorithm>

#include "config/json_schema.h"
#include "config/shape_of.h"
#include "config/shape_reader.h"
#include "config/yaml_document.h"
#include "policy/rules/cases.h"
#include "policy/rules/policy_shape.h"

namespace certus::rules {
namespace {

using config::Shape;
using config::ShapeOf;

std::optional<std::string> checkCaseName(std::string_view text) {
  if (!text.empty() && text.size() <= 200 &&
      std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return std::nullopt;
  return "not a case's name; write a short sentence, for example signs an image";
}

std::optional<std::string> checkAny(std::string_view) { return std::nullopt; }

Shape named(Shape shape, const char* sample) {
  shape.nameCheck = checkCaseName;
  shape.namePattern = "^.{1,200}$";
  shape.sampleName = sample;
  return shape;
}

Shape makeCaller() {
  ShapeOf<CallerCase> out;
  out.text("subject", &CallerCase::subject, "Name of the caller, as identity says it.").check(checkSubject).required();
  out.text("tenant", &CallerCase::tenant, "Tenant that the credential names.").check(checkAny);
  out.list("groups", &CallerCase::groups, "Groups that the credential names.").check(checkAny);
  struct Narrowed {
    std::vector<std::string> tools;
  };
  ShapeOf<Narrowed> narrowed;
  narrowed
      .list("allowed_tools", &Narrowed::tools, "What the credential is narrowed to, as service/name; absent: not narrowed.")
      .check(checkAny);
  config::Field field = narrowed.shape.fields.front();
  field.fallback.clear();
  field.store = [](void* t, const config::Value& v) {
    static_cast<CallerCase*>(t)->allowedTools = std::get<std::vector<std::string>>(v);
  };
  out.shape.fields.push_back(std::move(field));
  return named(std::move(out.shape), "ci");
}

Shape makeCase() {
  ShapeOf<DecisionCase> out;
  out.text("as", &DecisionCase::as, "A caller of this file, or a subject of the policy.").check(checkCaseName).required();
  out.text("tool", &DecisionCase::tool, "The tool that is called, as service/tool.").check(checkAny);
  out.text("resource", &DecisionCase::resource, "The resource that is read, as service/uri.").check(checkAny);
  out.text("prompt", &DecisionCase::prompt, "The prompt that is got, as service/prompt.").check(checkAny);
  out.free("arguments", &DecisionCase::argumentsJson, "Arguments of the call.");
  out.word("expect", &DecisionCase::expect, {"allow", "hidden", "refuse", "confirm"}, "What must be decided.").required();
  out.word("remedy", &DecisionCase::remedy, {"argument", "scope", "confirmation"}, "What the refusal must ask for.")
      .fallback("");
  out.text("rule", &DecisionCase::rule, "The rule that must decide it.").check(checkAny);
  return named(std::move(out.shape), "signs an image");
}

Shape makeFile() {
  static const Shape caller = makeCaller(), decision = makeCase();
  ShapeOf<CaseFile> out;
  out.named("callers", caller, "Who calls in the cases.", [](CaseFile& f, const std::string& name) -> CallerCase& {
    f.callers.emplace_back().name = name;
    return f.callers.back();
  });
  out.named("cases", decision, "One decision each.", [](CaseFile& f, const std::string& name) -> DecisionCase& {
    f.cases.emplace_back().name = name;
    return f.cases.back();
  });
  return std::move(out.shape);
}

}  // namespace

const Shape& caseShape() {
  static const Shape shape = makeFile();
  return shape;
}

std::string caseSchema() { return config::jsonSchema(caseShape(), "Certus Gateway policy test cases"); }

CaseFile readCases(std::string_view yaml, const std::string& file, std::vector<Finding>& findings) {
  CaseFile out;
  out.file = file;
  config::Problems problems;
  if (const auto root = config::parseYaml(yaml, problems))
    config::ShapeReader(problems, out.places).read(*root, caseShape(), "", &out);
  const bool readable = problems.empty();
  for (config::Problem& problem : problems.take()) findings.push_back({file, std::move(problem)});
  if (readable && out.cases.empty())
    findings.push_back({file, {{}, "cases", "no case stands here, so nothing would be tested"}});
  return out;
}

}  // namespace certus::rules
