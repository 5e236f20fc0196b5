#include "policy/rules/policy_shape.h"

#include <algorithm>

#include "policy/rules/argument_path.h"
#include "policy/rules/glob.h"

namespace certus::rules {
namespace {

using config::Shape;
using config::ShapeOf;

// Whatever identity lets through, spaces inside too: directories name their groups "Release Team".
bool isName(std::string_view text) {
  return !text.empty() && text.size() <= 254 && text.front() != ' ' && text.back() != ' ' &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// Of 1 to 64 characters; a size of 0 wraps.
bool isPlain(std::string_view text) {
  return text.size() - 1 < 64 && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::optional<std::string> checkRuleName(std::string_view text) {
  if (isPlain(text)) return std::nullopt;
  return "not a rule's name; write up to 64 letters, digits, - and _, for example ci-signs-images";
}

std::optional<std::string> checkGroupName(std::string_view text) {
  if (isName(text)) return std::nullopt;
  return "not a group's or tenant's name; write up to 254 characters on one line, without a space at either end, for "
         "example "
         "release-team";
}

std::optional<std::string> checkText(std::string_view text) {
  if (text.size() <= 1000 &&
      std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return std::nullopt;
  return "longer than 1000 bytes or with line breaks inside; write one line";
}

constexpr const char* kNamePattern = "^[A-Za-z0-9_-]{1,64}$";
constexpr const char* kWhoPattern = "^[^ ]([^\\n]{0,252}[^ ])?$";
constexpr const char* kGlobPattern = "^[^/ ]+/[^ ]+$";

template <class T>
void addDescription(ShapeOf<T>& out) {
  out.text("description", &T::description, "For those who read this file.").check(checkText);
}

Shape named(Shape shape, config::Check check, const char* pattern, const char* sample) {
  shape.nameCheck = check;
  shape.namePattern = pattern;
  shape.sampleName = sample;
  return shape;
}

Shape makeTenant() {
  ShapeOf<TenantSource> out;
  addDescription(out);
  return named(std::move(out.shape), checkGroupName, kWhoPattern, "acme");
}

Shape makeGroup() {
  ShapeOf<GroupSource> out;
  addDescription(out);
  out.list("subjects", &GroupSource::subjects, "Members by name, as identity says them.")
      .check(checkSubject, kWhoPattern)
      .quotesSpaces();
  out.toggle("claimed", &GroupSource::claimed,
             "true: a credential that names this group makes its holder a member; false: only the names here are.");
  return named(std::move(out.shape), checkGroupName, kWhoPattern, "release-team");
}

Shape makeSubject() {
  ShapeOf<SubjectSource> out;
  addDescription(out);
  out.text("tenant", &SubjectSource::tenant, "Tenant of this caller when the credential names none.").check(checkGroupName);
  out.list("groups", &SubjectSource::groups, "Groups of this caller.").check(checkGroupName, kWhoPattern).quotesSpaces();
  return named(std::move(out.shape), checkSubject, kWhoPattern, "ci@example.com");
}

Shape makeCondition() {
  ShapeOf<ConditionSource> out;
  out.literal("equals", &ConditionSource::equals, "The argument is exactly this.");
  out.literals("one_of", &ConditionSource::oneOf, "The argument is one of these.");
  out.text("pattern", &ConditionSource::pattern, "The whole text matches this regular expression (RE2 syntax).");
  out.literal("at_least", &ConditionSource::atLeast, "The number is this or more.");
  out.literal("at_most", &ConditionSource::atMost, "The number is this or less.");
  struct Said {
    bool present = false;
  };
  ShapeOf<Said> present;
  present.toggle("present", &Said::present, "true: the argument is there; false: it is left out.");
  config::Field field = present.shape.fields.front();
  field.fallback.clear();
  field.store = [](void* t, const config::Value& v) { static_cast<ConditionSource*>(t)->present = std::get<bool>(v); };
  out.shape.fields.push_back(std::move(field));
  return named(std::move(out.shape), checkArgumentPath, "^.{1,256}$", "artifact_type");
}

Shape makeWho() {
  ShapeOf<WhoSource> out;
  const auto only = config::Empty::Refused;  // a list that lost its last entry must not become "all"
  out.list("subjects", &WhoSource::subjects, "These callers, by name.")
      .check(checkSubject, kWhoPattern)
      .quotesSpaces()
      .empty(only);
  out.list("groups", &WhoSource::groups, "Members of any of these groups.")
      .check(checkGroupName, kWhoPattern)
      .quotesSpaces()
      .empty(only);
  out.list("tenants", &WhoSource::tenants, "Of those, callers of these tenants only; alone: all callers of these tenants.")
      .check(checkGroupName, kWhoPattern)
      .quotesSpaces()
      .empty(only);
  out.shape.word = "everyone";
  out.shape.wordDoc = "every caller that identity let in";
  out.shape.storeWord = [](void* target) { static_cast<WhoSource*>(target)->everyone = true; };
  return std::move(out.shape);
}

Shape makeRule() {
  static const Shape who = makeWho(), condition = makeCondition();
  ShapeOf<RuleSource> out;
  addDescription(out);
  out.word("effect", &RuleSource::effect, {"allow", "deny", "confirm"},
           "allow; deny; or confirm: allowed after the person has said yes to this very call.")
      .required();
  out.section("who", who, "Whom the rule is about: everyone, or subjects, groups and tenants.",
              [](RuleSource& r) -> WhoSource& { return r.who; });
  out.shape.fields.back().required = true;
  out.list("tools", &RuleSource::tools, "Tools as service/tool; * stands for any text.")
      .check(checkGlob, kGlobPattern)
      .empty(config::Empty::Refused);
  out.list("resources", &RuleSource::resources, "Resources as service/uri; * stands for any text.")
      .check(checkGlob, kGlobPattern)
      .empty(config::Empty::Refused);
  out.list("prompts", &RuleSource::prompts, "Prompts as service/prompt; * stands for any text.")
      .check(checkGlob, kGlobPattern)
      .empty(config::Empty::Refused);
  out.named("when", condition, "Conditions on arguments of the tools, by path; all must hold.",
            [](RuleSource& r, const std::string& path) -> ConditionSource& {
              ConditionSource& added = r.when.emplace_back();
              added.path = path;
              return added;
            })
      .empty(config::Empty::Refused);
  out.text("advice", &RuleSource::advice, "Told to those whom this rule refuses: what to do, whom to ask.").check(checkText);
  return named(std::move(out.shape), checkRuleName, kNamePattern, "ci-signs-images");
}

}  // namespace

std::optional<std::string> checkSubject(std::string_view text) {
  if (isName(text)) return std::nullopt;
  return "not a subject; write up to 254 characters on one line, without a space at either end, for example "
         "alice@example.com";
}

const Shape& tenantShape() {
  static const Shape shape = makeTenant();
  return shape;
}

const Shape& groupShape() {
  static const Shape shape = makeGroup();
  return shape;
}

const Shape& subjectShape() {
  static const Shape shape = makeSubject();
  return shape;
}

const Shape& ruleShape() {
  static const Shape shape = makeRule();
  return shape;
}

const Shape& policyShape() {
  static const Shape shape = [] {
    ShapeOf<Source> out;
    addSections(out, [](Source& source) -> Source& { return source; });
    out.shape.neverBlank = true;
    return std::move(out.shape);
  }();
  return shape;
}

}  // namespace certus::rules
