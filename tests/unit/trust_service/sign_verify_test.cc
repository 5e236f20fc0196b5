// Sign, then verify; and every way in which a request may differ from what was signed, each named by its check.
#include "bench.h"

#include <openssl/ec.h>

#include "services/trust/crypto/pem.h"

namespace certus::trust_service {
namespace {

Json asked(const Json& signedReply) {
  return {{"artifact", signedReply["artifact"]},
          {"signature", signedReply["signature"]},
          {"certificate", signedReply["certificate"]}};
}

TEST(Sign, AnswersTheReferencesMembersWith202) {
  Bench bench;
  const Json reply = bench.sign("a");
  EXPECT_EQ(reply["entry_id"].get<std::string>().size(), 80u);
  EXPECT_EQ(reply["transparency_entry"]["uuid"], reply["entry_id"]);
  EXPECT_EQ(reply["transparency_entry"]["index"], 0);
  EXPECT_EQ(reply["transparency_entry"]["timestamp"], "2027-01-15T08:00:00Z");
  EXPECT_EQ(reply["signer"], kLocalIdentity);
  EXPECT_TRUE(reply["certificate"].get<std::string>().starts_with("-----BEGIN CERTIFICATE-----\n"));
  EXPECT_EQ(bench.sign("b")["transparency_entry"]["index"], 1);
}

TEST(Sign, TheSignatureIsTheOneOverTheArtifactItself) {
  Bench bench;
  const std::string blob = "content of the artifact";
  const Json reply = bench.sign(blob);
  const auto certificate = Certificate::fromPem(reply["certificate"].get<std::string>()).value();
  const std::string signature = fromBase64(reply["signature"].get<std::string>()).value();
  std::unique_ptr<EVP_MD_CTX, Releases<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  ASSERT_EQ(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, certificate.publicKey().value()), 1);
  EXPECT_EQ(EVP_DigestVerify(context.get(), bytesOf(signature), signature.size(), bytesOf(blob), blob.size()), 1);
}

TEST(Sign, EveryDigestFormIsSignedAndComesBackNormalised) {
  Bench bench;
  const std::string hex = toHex(sha256("x"));
  std::string upper = hex;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  for (const std::string& artifact : {hex, upper, "sha256:" + upper}) {
    EXPECT_EQ(bench.sign("", {{"artifact", artifact}})["artifact"], "sha256:" + hex);
  }
  for (const auto& [name, size] : {std::pair{"sha384", 96}, {"sha512", 128}}) {
    const std::string artifact = std::string(name) + ":" + std::string(static_cast<std::size_t>(size), 'c');
    const Json reply = bench.sign("", {{"artifact", artifact}});
    EXPECT_EQ(reply["artifact"], artifact);
    EXPECT_TRUE(bench.verify(asked(reply))["valid"]) << name;
  }
}

TEST(Verify, AFreshSignatureIsValidWithEveryCheckPassed) {
  Bench bench;
  const Json reply = bench.sign("a");
  Json question = asked(reply);
  question["identity"] = kLocalIdentity;
  const Json verdict = bench.verify(question);
  EXPECT_TRUE(verdict["valid"]) << verdict.dump(1);
  EXPECT_EQ(verdict["signer"], kLocalIdentity);
  EXPECT_EQ(verdict["transparency_index"], 0);
  EXPECT_EQ(verdict["entry_id"], reply["entry_id"]);
  EXPECT_EQ(verdict["certificate_chain"][0], reply["certificate"]);
  EXPECT_EQ(verdict["certificate_chain"].size(), 2u);
  EXPECT_EQ(verdict["checks"].size(), 12u);
  for (const Json& check : verdict["checks"]) EXPECT_EQ(check["status"], "passed") << check.dump();
}

TEST(Verify, WithoutCertificateAndIdentityTheSignerIsReportedAndBothChecksAreSkipped) {
  Bench bench;
  Json question = asked(bench.sign("a"));
  question.erase("certificate");
  const Json verdict = bench.verify(question);
  EXPECT_TRUE(verdict["valid"]);
  EXPECT_EQ(statusOf(verdict, "certificate"), "skipped");
  EXPECT_EQ(statusOf(verdict, "identity"), "skipped");
  EXPECT_NE(reasonOf(verdict, "identity").find("signed by alice@workstation"), std::string::npos);
}

TEST(Verify, NullsInTheRequestAreAbsentMembers) {
  Bench bench;
  Json question = asked(bench.sign("a"));
  question["certificate"] = nullptr;
  question["identity"] = nullptr;
  EXPECT_TRUE(bench.verify(question)["valid"]);
}

TEST(Verify, TakesTheSignatureInHexAndThePublicKeyInsteadOfTheCertificate) {
  Bench bench;
  const Json reply = bench.sign("a");
  const auto certificate = Certificate::fromPem(reply["certificate"].get<std::string>()).value();
  Json question = asked(reply);
  question["signature"] = toHex(*fromBase64(reply["signature"].get<std::string>()));
  question["certificate"] = encodePem("PUBLIC KEY", publicKeyDer(*certificate.publicKey().value()));
  const Json verdict = bench.verify(question);
  EXPECT_TRUE(verdict["valid"]) << verdict.dump(1);
}

TEST(Verify, AChangedSignatureNamesSignatureAndLogEntry) {
  Bench bench;
  const Json reply = bench.sign("a");
  std::string raw = *fromBase64(reply["signature"].get<std::string>());
  raw.back() = static_cast<char>(raw.back() ^ 1);
  for (const bool withCertificate : {true, false}) {
    Json question = asked(reply);
    if (!withCertificate) question.erase("certificate");
    question["signature"] = toBase64(raw);
    const Json verdict = bench.verify(question);
    EXPECT_FALSE(verdict["valid"]);
    EXPECT_EQ(statusOf(verdict, "signature"), "failed");
    EXPECT_EQ(statusOf(verdict, "log_entry"), "failed");
    EXPECT_EQ(verdict["signer"], "unknown");
    EXPECT_TRUE(verdict["transparency_index"].is_null());
    EXPECT_TRUE(verdict["certificate_chain"].is_null());
  }
}

TEST(Verify, ASecondEncodingOfTheSameSignatureIsNotTheLoggedOne) {
  Bench bench;
  const Json reply = bench.sign("a");
  const std::string raw = *fromBase64(reply["signature"].get<std::string>());
  // (r, n - s) verifies as well: ECDSA signatures are malleable.
  const unsigned char* at = bytesOf(raw);
  std::unique_ptr<ECDSA_SIG, Releases<ECDSA_SIG_free>> pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(raw.size())));
  BIGNUM* order = nullptr;
  BN_hex2bn(&order, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
  const BignumPtr owner(order);
  BignumPtr other(BN_new());
  BN_sub(other.get(), order, ECDSA_SIG_get0_s(pair.get()));
  ECDSA_SIG_set0(pair.get(), BN_dup(ECDSA_SIG_get0_r(pair.get())), other.release());
  Json question = asked(reply);
  question["signature"] = toBase64(derOf<ECDSA_SIG>(pair.get(), i2d_ECDSA_SIG));
  const Json verdict = bench.verify(question);
  EXPECT_FALSE(verdict["valid"]);
  EXPECT_EQ(statusOf(verdict, "signature"), "passed");
  EXPECT_EQ(statusOf(verdict, "log_entry"), "failed");
}

TEST(Verify, AnotherDigestNamesBodyAndSignature) {
  Bench bench;
  Json question = asked(bench.sign("a"));
  question["artifact"] = digestOf("another");
  const Json verdict = bench.verify(question);
  EXPECT_FALSE(verdict["valid"]);
  EXPECT_EQ(statusOf(verdict, "log_entry"), "passed");
  EXPECT_EQ(statusOf(verdict, "entry_body"), "failed");
  EXPECT_EQ(statusOf(verdict, "signature"), "failed");
  EXPECT_NE(reasonOf(verdict, "entry_body").find(digestOf("a")), std::string::npos);
}

TEST(Verify, AnotherCertificateNamesCertificateAndSignature) {
  Bench bench;
  Json question = asked(bench.sign("a"));
  question["certificate"] = bench.sign("a")["certificate"];
  const Json verdict = bench.verify(question);
  EXPECT_FALSE(verdict["valid"]);
  EXPECT_EQ(statusOf(verdict, "certificate"), "failed");
  EXPECT_EQ(statusOf(verdict, "signature"), "failed");
}

TEST(Verify, ACertificateByAnotherAuthorityOverTheRightKeyNamesCertificate) {
  Bench bench;
  Bench stranger;
  const Json reply = bench.sign("a");
  const auto leaf = Certificate::fromPem(reply["certificate"].get<std::string>()).value();
  auto forged =
      stranger.service().installation().authority().issue("boss@example.com", *leaf.publicKey().value(), 1'800'000'000);
  Json question = asked(reply);
  question["certificate"] = encodePem("CERTIFICATE", *forged);
  question["identity"] = "boss@example.com";
  const Json verdict = bench.verify(question);
  EXPECT_FALSE(verdict["valid"]);
  EXPECT_EQ(statusOf(verdict, "signature"), "passed");
  EXPECT_EQ(statusOf(verdict, "certificate"), "failed");
  EXPECT_EQ(statusOf(verdict, "identity"), "failed");
}

TEST(Verify, AnotherIdentityNamesIdentityAndKeepsTheSigner) {
  Bench bench;
  Json question = asked(bench.sign("a"));
  for (const char* identity : {"boss@example.com", "alice@workstation ", "Alice@workstation", ""}) {
    question["identity"] = identity;
    const Json verdict = bench.verify(question);
    EXPECT_FALSE(verdict["valid"]) << identity;
    EXPECT_EQ(statusOf(verdict, "identity"), "failed");
    EXPECT_EQ(verdict["signer"], kLocalIdentity);
    EXPECT_TRUE(verdict["transparency_index"].is_null());
  }
}

TEST(Verify, WhatIsNoSignatureOrCertificateAtAllIsFalseNotAnError) {
  Bench bench;
  const Json reply = bench.sign("a");
  for (const std::string& text :
       {std::string(""), std::string("mock-signature-12345678"), std::string("===="), std::string("MEUC\n"),
        reply["signature"].get<std::string>() + "\n", " " + reply["signature"].get<std::string>(),
        std::string("AAAA\0AAAA", 9), std::string(100'000, 'A'), std::string("zz")}) {
    Json question = asked(reply);
    question["signature"] = text;
    const Json verdict = bench.verify(question);
    EXPECT_FALSE(verdict["valid"]) << text.substr(0, 50);
    EXPECT_EQ(statusOf(verdict, "signature"), "failed");
    EXPECT_EQ(statusOf(verdict, "log_entry"), "failed");
  }
  const std::string pem = reply["certificate"].get<std::string>();
  for (const std::string& text :
       {std::string(""), std::string("mock-certificate-1"), pem + pem, pem.substr(0, pem.size() / 2),
        std::string(70'000, '-'), encodePem("CERTIFICATE", "rubbish"), std::string("-----BEGIN CERTIFICATE-----\0", 28)}) {
    Json question = asked(reply);
    question["certificate"] = text;
    const Json verdict = bench.verify(question);
    EXPECT_FALSE(verdict["valid"]) << text.substr(0, 50);
    EXPECT_EQ(statusOf(verdict, "certificate"), "failed");
  }
}

TEST(LookUp, FindsASignatureByTheArtifactAlone) {
  Bench bench;
  const Json reply = bench.sign("a");
  for (const Json& question : {Json{{"artifact", digestOf("a")}}, Json{{"artifact", digestOf("a")}, {"signature", nullptr}},
                               Json{{"artifact", digestOf("a")}, {"identity", kLocalIdentity}}}) {
    const Json verdict = bench.verify(question);
    EXPECT_TRUE(verdict["valid"]) << verdict.dump(1);
    EXPECT_EQ(verdict["signer"], kLocalIdentity);
    EXPECT_EQ(verdict["entry_id"], reply["entry_id"]);
    EXPECT_EQ(verdict["subject"], "app:a");
    EXPECT_EQ(verdict["signatures"].size(), 1u);
    EXPECT_TRUE(verdict["signatures_complete"]);
  }
}

TEST(LookUp, AnArtifactThatNobodySignedNamesLogEntry) {
  Bench bench;
  bench.sign("a");
  const Json nobody = bench.verify({{"artifact", digestOf("b")}});
  EXPECT_FALSE(nobody["valid"]);
  EXPECT_EQ(statusOf(nobody, "log_entry"), "failed");
  const Json other = bench.verify({{"artifact", digestOf("a")}, {"identity", "boss@example.com"}});
  EXPECT_FALSE(other["valid"]);
  EXPECT_EQ(statusOf(other, "log_entry"), "failed");
  EXPECT_NE(reasonOf(other, "log_entry").find("boss@example.com"), std::string::npos);
}

TEST(LookUp, AnAlteredEntryDoesNotHideASoundOneNorPassForIt) {
  Bench bench;
  bench.sign("a");
  bench.sign("a");
  ASSERT_EQ(bench.alter("UPDATE entries SET subject = 'other' WHERE leaf_index = 1"), 1);
  const Json verdict = bench.verify({{"artifact", digestOf("a")}});
  EXPECT_TRUE(verdict["valid"]);
  ASSERT_EQ(verdict["signatures"].size(), 2u);
  EXPECT_FALSE(verdict["signatures"][0]["valid"]);
  EXPECT_EQ(verdict["signatures"][0]["failed_checks"], "entry_record");
  EXPECT_TRUE(verdict["signatures"][1]["valid"]);
  ASSERT_EQ(bench.alter("UPDATE entries SET subject = 'other' WHERE leaf_index = 0"), 1);
  EXPECT_FALSE(bench.verify({{"artifact", digestOf("a")}})["valid"]);
}

TEST(LookUp, SaysWhenThereAreMoreSignaturesThanItLookedAt) {
  Bench bench;
  for (int i = 0; i < 51; ++i) bench.sign("a");
  const Json verdict = bench.verify({{"artifact", digestOf("a")}});
  EXPECT_EQ(verdict["signatures"].size(), 50u);
  EXPECT_FALSE(verdict["signatures_complete"]);
  EXPECT_EQ(verdict["signatures"][0]["index"], 50);
}

}  // namespace
}  // namespace certus::trust_service
