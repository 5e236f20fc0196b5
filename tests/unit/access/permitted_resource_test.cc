// Which resource a caller gets when several items cover one URI.
#include "gateway/access/permitted_resource.h"

#include <gtest/gtest.h>

#include "gateway/access/permitted_lists.h"
#include "gateway/tools/catalog.h"
#include "policy/rules/compiler.h"
#include "policy/rules/reader.h"

namespace certus::gateway {
namespace {

std::shared_ptr<const Catalog> catalogue() {
  ModuleDescriptor docs;
  docs.name = "docs";
  docs.subscribable = true;
  docs.resources = {{"docs://page/{id}", "page", "", "", "", "", true},
                    {"docs://page/{id}?{+query}", "search", "", "", "", "", true},
                    {"docs://{+any}", "any", "", "", "", "", true},
                    {"docs://page/payroll", "payroll", "", "", "", "", false},
                    {"docs://page/plan%20b", "plan", "", "", "", "", false}};
  return Catalog::build({docs}, {}).catalog;
}

class PermittedResources : public ::testing::Test {
 protected:
  void decideBy(const std::string& rules) {
    std::vector<rules::Finding> findings;
    const rules::Source source = rules::readSource("rules:\n" + rules, "p.yaml", findings);
    ASSERT_TRUE(findings.empty()) << rules::textOf(findings);
    const rules::Compilation compiled = rules::compile({source}, catalog->items());
    ASSERT_TRUE(compiled.policy) << compiled.text();
    policy = compiled.policy;
    caller = policy->standing({"ann", {}, {}, nullptr});
  }
  // The URI or template that serves, "nothing", or "hidden by " and the one that hides it.
  std::string found(std::string_view uri) const {
    const PermittedResource at = findPermitted(catalog->composed(), &caller, uri);
    if (at.known()) return at.serves->uri;
    return at.hides != nullptr ? "hidden by " + at.hides->uri : "nothing";
  }

  std::shared_ptr<const Catalog> catalog = catalogue();
  std::shared_ptr<const rules::Policy> policy;
  rules::Standing caller;
};

constexpr const char* kAllowAll = "  all: {effect: allow, who: everyone, resources: [docs/*]}\n";

TEST_F(PermittedResources, AreServedByTheResourceOfThatUriElseByTheFirstTemplate) {
  decideBy(kAllowAll);
  EXPECT_EQ(found("docs://page/payroll"), "docs://page/payroll");
  EXPECT_EQ(found("docs://page/7"), "docs://page/{id}");
  EXPECT_EQ(found("docs://other/7"), "docs://{+any}");
  EXPECT_EQ(found("else://7"), "nothing");
}

TEST_F(PermittedResources, AreHiddenByADenyOfAnyItemThatCoversTheUri) {
  decideBy(std::string(kAllowAll) + "  no-pages: {effect: deny, who: everyone, resources: [\"docs/docs://page/{id}\"]}\n");
  EXPECT_EQ(found("docs://page/payroll"), "hidden by docs://page/{id}");
  EXPECT_EQ(found("docs://page/7"), "hidden by docs://page/{id}");
  EXPECT_EQ(found("docs://page/7?x=1"), "docs://page/{id}?{+query}");
  decideBy(std::string(kAllowAll) + "  no-any: {effect: deny, who: everyone, resources: [\"docs/docs://{+any}\"]}\n");
  EXPECT_EQ(found("docs://page/7"), "hidden by docs://{+any}") << "a later template counts too";
  EXPECT_EQ(found("else://7"), "nothing");
}

TEST_F(PermittedResources, AreNotHadByWritingTheirUriAnotherWay) {
  decideBy(std::string(kAllowAll) +
           "  sealed: {effect: deny, who: everyone, resources: [docs/docs://page/payroll, docs/docs://page/plan%20b]}\n");
  EXPECT_EQ(found("docs://page/payroll"), "hidden by docs://page/payroll");
  EXPECT_EQ(found("docs://page/p%61yroll"), "hidden by docs://page/payroll");
  EXPECT_EQ(found("docs://page%2Fpayroll"), "hidden by docs://page/payroll");
  EXPECT_EQ(found("docs://page/plan%20%62"), "hidden by docs://page/plan%20b");
  EXPECT_EQ(found("docs://page/payroll2"), "docs://page/{id}");
  EXPECT_EQ(found("docs://page/p%6"), "docs://page/{id}") << "no escape";
}

TEST_F(PermittedResources, AreNotHiddenByAnItemThatNoRuleDecides) {
  decideBy("  pages: {effect: allow, who: everyone, resources: [\"docs/docs://page/{id}\"]}\n");
  EXPECT_EQ(found("docs://page/7"), "docs://page/{id}");
  EXPECT_EQ(found("docs://page/payroll"), "hidden by docs://page/payroll") << "decided by the item that serves it";
  EXPECT_EQ(found("docs://other"), "hidden by docs://{+any}");
}

TEST_F(PermittedResources, AreHiddenFromACredentialForOthers) {
  decideBy(kAllowAll);
  const std::vector<std::string> narrow = {"docs/docs://page/{id}"};
  caller = policy->standing({"ann", {}, {}, &narrow});
  EXPECT_EQ(found("docs://page/7"), "docs://page/{id}");
  EXPECT_EQ(found("docs://page/payroll"), "hidden by docs://page/payroll");
  EXPECT_EQ(found("docs://other"), "hidden by docs://{+any}");
}

TEST_F(PermittedResources, AreListedWithinTheirCredential) {
  decideBy(kAllowAll);
  PermittedLists lists;
  const auto listed = [&](const rules::Standing& standing) {
    return lists.of(catalog->composed(), kModern, ListName::Templates, standing, 0)->pages.front();
  };
  const std::string all = listed(caller);
  const std::size_t kept = lists.bytes();
  const std::vector<std::string> narrow = {"docs/docs://page/{id}"}, none = {"docs/sign"};
  const std::string one = listed(policy->standing({"ann", {}, {}, &narrow}));
  EXPECT_NE(one.find("docs://page/{id}\""), std::string::npos);
  EXPECT_EQ(one.find("docs://{+any}"), std::string::npos);
  EXPECT_EQ(listed(policy->standing({"ann", {}, {}, &none})), "{\"resourceTemplates\":[]");
  EXPECT_EQ(listed(caller), all) << "who is not narrowed is given what was kept";
  EXPECT_EQ(lists.bytes(), kept) << "as many credentials, as many lists: none is kept";
}

TEST_F(PermittedResources, AreNotListedWhereADeniedTemplateCoversThem) {
  const auto listed = [&] {
    PermittedLists lists;
    return lists.of(catalog->composed(), kModern, ListName::Resources, caller, 0)->pages.front();
  };
  decideBy(kAllowAll);
  EXPECT_NE(listed().find("docs://page/payroll\""), std::string::npos);
  decideBy(std::string(kAllowAll) + "  no-pages: {effect: deny, who: everyone, resources: [\"docs/docs://page/{id}\"]}\n");
  EXPECT_EQ(listed(), "{\"resources\":[]");
}

TEST_F(PermittedResources, AreAllShownWithoutPolicy) {
  const PermittedResource at = findPermitted(catalog->composed(), nullptr, "docs://page/payroll");
  ASSERT_TRUE(at.known());
  EXPECT_EQ(at.serves->uri, "docs://page/payroll");
  EXPECT_FALSE(findPermitted(catalog->composed(), nullptr, "else://1").known());
}

}  // namespace
}  // namespace certus::gateway
