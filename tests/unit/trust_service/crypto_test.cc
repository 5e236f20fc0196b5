// Keys, certificates and the texts they travel in.
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "services/trust/crypto/pem.h"
#include "services/trust/sign/certificate_authority.h"
#include "services/trust/sign/private_keys.h"

namespace certus::trust_service {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

TEST(ArtifactDigest, IsReadWithItsPrefixOrBareAndComesOutInLowerCase) {
  const std::string hex(64, 'A');
  EXPECT_EQ(parseDigest("sha256:" + hex)->text(), "sha256:" + std::string(64, 'a'));
  EXPECT_EQ(parseDigest(hex)->text(), "sha256:" + std::string(64, 'a'));
  EXPECT_EQ(parseDigest("sha384:" + std::string(96, '1'))->algorithm, HashAlgorithm::Sha384);
  EXPECT_EQ(parseDigest("sha512:" + std::string(128, '1'))->algorithm, HashAlgorithm::Sha512);
}

TEST(ArtifactDigest, RefusesWhatIsNoneAndShowsTheForm) {
  const std::string hex(64, 'a');
  for (const std::string& text : {std::string(), std::string("myapp:v2"), "sha256:" + hex.substr(1), "sha256:" + hex + "a",
                                  "sha256:sha256:" + hex, "SHA256:" + hex, "md5:" + hex, "sha256:" + hex.substr(1) + "g",
                                  " " + hex, hex + "\n", "sha512:" + hex, std::string("sha256:") + std::string(64, '\0')}) {
    const auto digest = parseDigest(text);
    ASSERT_FALSE(digest.has_value()) << text;
    EXPECT_NE(digest.error().message.find("'sha256:' and 64 hex digits"), std::string::npos);
  }
}

TEST(Pem, ComesBackAsItWasAndToleratesWindowsLineEndsOnly) {
  const std::string der = randomBytes(200);
  std::string pem = encodePem("CERTIFICATE", der);
  EXPECT_EQ(decodePem(pem)->der, der);
  EXPECT_EQ(decodePem(pem)->label, "CERTIFICATE");
  std::string crlf;
  for (const char c : pem) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  EXPECT_EQ(decodePem(crlf)->der, der);
  EXPECT_EQ(decodePem(pem.substr(0, pem.size() - 1))->der, der);
}

// Every length that base64 fills lines of 64 columns with in another way.
TEST(Pem, IsReadAtEveryLengthOfItsLastLine) {
  for (std::size_t size = 1; size <= 100; ++size) {
    const std::string der = randomBytes(size);
    EXPECT_EQ(decodePem(encodePem("CERTIFICATE", der))->der, der) << size;
  }
}

TEST(Pem, HasLinesOf64ColumnsAndNothingAroundThem) {
  const std::string begin = "-----BEGIN X-----\n", end = "-----END X-----\n", full = std::string(64, 'A') + "\n";
  EXPECT_TRUE(decodePem(begin + full + full + "AAAA\n" + end).has_value());
  EXPECT_TRUE(decodePem(begin + full + full + end).has_value());
  std::string oneReturn = begin + full + full + end;
  oneReturn.insert(oneReturn.find('\n', begin.size()), "\r");
  std::string returns = begin + full + end;
  for (char& c : returns) c = c == '\n' ? '\r' : c;
  for (const std::string& text :
       {begin + "AAAA\n" + full + end, begin + std::string(68, 'A') + "\n" + end,
        begin + std::string(128, 'A') + "\n" + end,
        begin + "AAA\nA\n" + end, begin + "\n" + full + end, begin + full + "\n" + end, begin + full + end + "\n",
        "\n" + begin + full + end, " " + begin + full + end, begin + " " + full + end, begin + "AAAA \n" + end,
        "-----BEGIN X----- \n" + full + end, begin + "AAAA" + end, begin + end, begin, begin + full,
        begin + full + " " + end,
        begin + full + "-----END X----- \n",
        std::string("-----BEGIN -----\nAAAA\n-----END -----\n"),
        std::string("-----BEGIN -----"), std::string("-----BEGIN X-----AAAA-----END X-----"), oneReturn, returns,
        "\xEF\xBB\xBF" + begin + full + end, "some text before\n" + begin + full + end}) {
    EXPECT_FALSE(decodePem(text).has_value()) << text;
  }
}

TEST(Pem, RefusesTwoBlocksHeadersRubbishAndNothing) {
  const std::string pem = encodePem("CERTIFICATE", randomBytes(100));
  for (const std::string& text :
       {std::string(), std::string("hello"), pem + pem, "x" + pem, pem + "x", pem.substr(0, 60),
        std::string("-----BEGIN X-----\n-----END X-----\n"),
        std::string("-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END X-----\n"),
        "-----BEGIN A-----\nAAAA\n-----END B-----\n" + std::string(),
        std::string("-----BEGIN a\0b-----\nAAAA\n-----END a\0b-----\n", 43), std::string(70'000, 'A')}) {
    EXPECT_FALSE(decodePem(text).has_value()) << text.substr(0, 40);
  }
}

TEST(Keys, ASignatureOverADigestIsTheOneOverTheBlobItself) {
  const std::string blob = "the artifact";
  auto key = generateKeyFor(HashAlgorithm::Sha256).value();
  const std::string signature = signDigest(*key, HashAlgorithm::Sha256, sha256(blob)).value();
  // Verified by OpenSSL's one-shot over the blob, as `cosign verify-blob` and `openssl dgst -verify` do.
  std::unique_ptr<EVP_MD_CTX, Releases<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  ASSERT_EQ(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()), 1);
  EXPECT_EQ(EVP_DigestVerify(context.get(), bytesOf(signature), signature.size(), bytesOf(blob), blob.size()), 1);
}

TEST(Keys, EachDigestGetsTheCurveThatSigstoreExpectsForIt) {
  for (const auto& [algorithm, bits] :
       {std::pair{HashAlgorithm::Sha256, 256}, {HashAlgorithm::Sha384, 384}, {HashAlgorithm::Sha512, 521}}) {
    auto key = generateKeyFor(algorithm).value();
    EXPECT_EQ(EVP_PKEY_get_bits(key.get()), bits);
    const std::string digest = randomBytes(digestBytes(algorithm));
    EXPECT_TRUE(verifiesDigest(*key, algorithm, digest, signDigest(*key, algorithm, digest).value()));
  }
}

TEST(Keys, AnAlteredTrailedOrRawSignatureDoesNotVerify) {
  auto key = generateKeyFor(HashAlgorithm::Sha256).value();
  const std::string digest = sha256("x");
  const std::string good = signDigest(*key, HashAlgorithm::Sha256, digest).value();
  ASSERT_TRUE(verifiesDigest(*key, HashAlgorithm::Sha256, digest, good));
  std::string flipped = good;
  flipped.back() ^= 1;
  EXPECT_FALSE(verifiesDigest(*key, HashAlgorithm::Sha256, digest, flipped));
  EXPECT_FALSE(verifiesDigest(*key, HashAlgorithm::Sha256, digest, good + '\0'));
  EXPECT_FALSE(verifiesDigest(*key, HashAlgorithm::Sha256, digest, std::string(64, '\1')));  // r || s
  EXPECT_FALSE(verifiesDigest(*key, HashAlgorithm::Sha256, digest, ""));
  EXPECT_FALSE(
      verifiesDigest(*key, HashAlgorithm::Sha256, digest, std::string("\x30\x06\x02\x01\x00\x02\x01\x00", 8)));  // r = s = 0
}

TEST(Keys, APrivateKeyComesBackFromItsPemAndNothingElseDoes) {
  auto key = generateKeyFor(HashAlgorithm::Sha256).value();
  auto again = privateKeyFromPem(privateKeyPem(*key).value());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(publicKeyDer(**again), publicKeyDer(*key));
  EXPECT_FALSE(privateKeyFromPem(encodePem("PRIVATE KEY", "rubbish")).has_value());
  KeyPtr ed(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  EXPECT_FALSE(publicKeyFromDer(publicKeyDer(*ed)).has_value());
}

class Authority : public ::testing::Test {
 protected:
  static CertificateAuthority make() {
    auto key = generateKeyFor(HashAlgorithm::Sha256).value();
    auto root = CertificateAuthority::selfSign(*key, kNow).value();
    return std::move(CertificateAuthority::load(std::move(key), std::move(root)).value());
  }
  CertificateAuthority authority = make();
  KeyPtr subject = std::move(generateKeyFor(HashAlgorithm::Sha256).value());
};

TEST_F(Authority, IssuesForAddressesUrisAndOtherNamesAsFulcioDoes) {
  for (const auto& [identity, form] : {std::pair<std::string, IdentityForm>{"alice@example.com", IdentityForm::Email},
                                       {"root@debian", IdentityForm::Email},
                                       {"https://github.com/o/r/.github/workflows/x.yml@refs/heads/main", IdentityForm::Uri},
                                       {"spiffe://cluster/ns/a/sa/b", IdentityForm::Uri},
                                       {"alice", IdentityForm::Other},
                                       {"\xC3\x84lice Example", IdentityForm::Other}}) {
    EXPECT_EQ(formOf(identity), form) << identity;
    auto leaf = authority.issue(identity, *subject, kNow).and_then(Certificate::fromDer);
    ASSERT_TRUE(leaf.has_value()) << identity << leaf.error().detail;
    EXPECT_EQ(leaf->identity().value(), identity);
    EXPECT_EQ(leaf->issuer(), kIssuer);
    EXPECT_EQ(leaf->notBefore(), kNow);
    EXPECT_EQ(leaf->notAfter(), kNow + 600);
    EXPECT_EQ(publicKeyDer(**leaf->publicKey()), publicKeyDer(*subject));
    const auto issued = authority.issuerOf(*leaf);
    EXPECT_TRUE(issued.has_value()) << issued.error().message;
    EXPECT_EQ(Certificate::fromPem(leaf->pem())->der(), leaf->der());
  }
}

TEST_F(Authority, DoesNotKnowTheCertificatesOfAnother) {
  const CertificateAuthority other = make();
  const auto issued =
      authority.issuerOf(Certificate::fromDer(other.issue("alice@example.com", *subject, kNow).value()).value());
  ASSERT_FALSE(issued.has_value());
  EXPECT_NE(issued.error().message.find("not issued by this installation's CA"), std::string::npos);
}

TEST_F(Authority, ItsOwnRootIsNoSigningCertificate) {
  EXPECT_FALSE(authority.issuerOf(authority.root()).has_value());
  EXPECT_FALSE(authority.root().mayCodeSign());
}

TEST_F(Authority, RefusesAKeyThatIsNotItsCertificates) {
  auto root = Certificate::fromPem(authority.root().pem()).value();
  const auto loaded = CertificateAuthority::load(std::move(subject), std::move(root));
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code, ErrorCode::DataCorrupt);
}

TEST_F(Authority, IsValidForTenYearsLessALeaf) {
  EXPECT_TRUE(authority.validAt(kNow));
  EXPECT_TRUE(authority.validAt(kNow + 9LL * 365 * 86400));
  EXPECT_FALSE(authority.validAt(kNow + 10LL * 365 * 86400 - 60));
  EXPECT_FALSE(authority.validAt(kNow - 2 * 86400));
}

TEST(CertificateReading, RefusesRubbishKeysAndTrailingBytes) {
  auto key = generateKeyFor(HashAlgorithm::Sha256).value();
  auto root = CertificateAuthority::selfSign(*key, kNow).value();
  EXPECT_FALSE(Certificate::fromDer(root.der() + "x").has_value());
  EXPECT_FALSE(Certificate::fromDer("").has_value());
  EXPECT_FALSE(Certificate::fromPem(encodePem("PUBLIC KEY", publicKeyDer(*key))).has_value());
  EXPECT_FALSE(Certificate::fromPem(encodePem("CERTIFICATE", randomBytes(300))).has_value());
  EXPECT_FALSE(root.identity().has_value());
}

}  // namespace
}  // namespace certus::trust_service
