// Chains of certificates: no laxer than the other verifiers, which read RFC 5280 closely.
#include "authorities.h"

namespace certus::sigstore {
namespace {

const Artifact kArtifact = Artifact::ofBytes("content");

class Chains : public ::testing::Test {
 protected:
  // The verdict on an artifact that was signed with a leaf of `issuer`, under a root of `chain`.
  std::string judged(const Issuer& issuer, const std::vector<const Issuer*>& chain, const EVP_MD* digest = EVP_sha256()) {
    const auto key = freshKey();
    const Json bundle = bench.signWith(leafOf(issuer, *key, digest), *key, "content");
    return classOf(verifyBundle(bundle.dump(), rootOver(bench, chain).dump(), kArtifact, byAlice()));
  }
  EvidenceBench bench;
  const Issuer top = authorityOf(freshKey(), {"top"});
};

TEST_F(Chains, OfOneAndOfTwoAuthoritiesAndFromAnAnchorThatIsNoRoot) {
  const Issuer middle = authorityOf(freshKey(), {"middle"}, &top);
  EXPECT_EQ(judged(top, {&top}), "NONE");
  EXPECT_EQ(judged(middle, {&middle, &top}), "NONE");
  EXPECT_EQ(judged(middle, {&middle}), "NONE");
  EXPECT_EQ(judged(middle, {&top}), "CERT_CHAIN") << "the bundle does not bring the one between";
}

TEST_F(Chains, OfRsaKeysFrom2048Bits) {
  EXPECT_EQ(judged(top, {}), "MALFORMED") << "an authority without a certificate";
  const Issuer strong = authorityOf(KeyPtr(EVP_RSA_gen(2048)), {"rsa"});
  EXPECT_EQ(judged(strong, {&strong}), "NONE");
  const Issuer weak = authorityOf(KeyPtr(EVP_RSA_gen(1024)), {"rsa"});
  EXPECT_EQ(judged(weak, {&weak}), "CERT_CHAIN");
}

TEST_F(Chains, Sha1ProvesNothing) {
  EXPECT_EQ(judged(top, {&top}, EVP_sha1()), "CERT_CHAIN") << "the leaf";
  const Issuer middle = authorityOf(freshKey(), {.name = "middle", .digest = EVP_sha1()}, &top);
  EXPECT_EQ(judged(middle, {&middle, &top}), "CERT_CHAIN") << "an authority in between";
  const Issuer anchor = authorityOf(freshKey(), {.name = "anchor", .digest = EVP_sha1()});
  EXPECT_EQ(judged(anchor, {&anchor}), "NONE") << "an anchor is trusted, whoever signed it";
}

TEST_F(Chains, AnAuthorityForOtherPurposesIssuesNoneForCodeSigning) {
  using Usages = std::vector<std::pair<int, const char*>>;
  for (const auto& [usages, wanted] : {std::pair{"serverAuth", "CERT_CHAIN"},
                                       {"timeStamping", "CERT_CHAIN"},
                                       {"anyExtendedKeyUsage", "CERT_CHAIN"},
                                       {"codeSigning", "NONE"},
                                       {"serverAuth,codeSigning", "NONE"}}) {
    const Usages extension{{NID_ext_key_usage, usages}};
    const Issuer middle = authorityOf(freshKey(), {.name = "middle", .further = extension}, &top);
    EXPECT_EQ(judged(middle, {&middle, &top}), wanted) << usages;
    const Issuer anchor = authorityOf(freshKey(), {.name = "anchor", .further = extension});
    EXPECT_EQ(judged(anchor, {&anchor}), wanted) << usages;
  }
}

TEST_F(Chains, AnAuthorityVouchesOnlyForNamesThatItMay) {
  const AuthorityOrder order{.name = "middle", .further = {{NID_name_constraints, "critical,permitted;email:example.net"}}};
  const Issuer middle = authorityOf(freshKey(), order, &top);
  EXPECT_EQ(judged(middle, {&middle, &top}), "CERT_CHAIN") << "alice is of example.org";
}

}  // namespace
}  // namespace certus::sigstore
