// Each way in which the verifier says no, by itself, with its class: also those that a whole verification reaches only when
// another check has been passed over.
#include "authorities.h"
#include "services/trust/sigstore/certificate_checks.h"
#include "services/trust/sigstore/entry_body.h"
#include "services/trust/sigstore/log_checks.h"

namespace certus::sigstore {
namespace {

const Artifact kArtifact = Artifact::ofBytes("content");

class Refusals : public ::testing::Test {
 protected:
  std::string judged(const Json& bundle) { return judged(bundle, bench.root(), byAlice()); }
  static std::string judged(const Json& bundle, const Json& root, const Expectation& expectation) {
    return classOf(verifyBundle(bundle.dump(), root.dump(), kArtifact, expectation));
  }
  template <class T>
  static std::string classIn(const Outcome<T>& outcome) {
    return outcome ? "NONE" : toString(outcome.error().failure);
  }
  static Json& materialOf(Json& bundle) { return bundle["verificationMaterial"]; }
  static Json& entryOf(Json& bundle) { return bundle["verificationMaterial"]["tlogEntries"][0]; }

  EvidenceBench bench;
  const Json good = bench.sign("content");
  const KeyPtr key = freshKey();
};

TEST_F(Refusals, OfACertificate) {
  const TrustedRoot root = parseTrustedRoot(bench.root().dump()).value();
  const Issuer top = authorityOf(freshKey(), {"top"});
  const Certificate leaf = leafOf(top, *key);
  EXPECT_EQ(classIn(checkCertificate(leaf, root, {})), "TIMESTAMP_MISSING");
  const std::vector<std::int64_t> now{kNow};
  EXPECT_EQ(classIn(checkCertificate(leaf, root, now)), "CERT_CHAIN");
  EXPECT_EQ(classIn(checkCertificate(top.certificate, root, now)), "CERT_CHAIN") << "an authority is no signer";
  const Issuer ancient = authorityOf(freshKey(), {"ancient", -1});
  EXPECT_EQ(judged(bench.signWith(leafOf(ancient, *key), *key, "content"), rootOver(bench, {&ancient}), byAlice()),
            "CERT_TIME");
}

TEST_F(Refusals, OfWhoSigned) {
  const Issuer top = authorityOf(freshKey(), {"top"});
  const auto judgedWith = [&](const std::function<void(X509&)>& change) {
    Certificate leaf = leafOf(top, *key);
    change(leaf.x509());
    X509_sign(&leaf.x509(), top.key.get(), EVP_sha256());
    leaf = Certificate::fromDer(leaf.der()).value();
    return judged(bench.signWith(leaf, *key, "content"), rootOver(bench, {&top}), byAlice());
  };
  const auto drop = [](X509& x509, int nid) {
    X509_EXTENSION_free(X509_delete_ext(&x509, X509_get_ext_by_NID(&x509, nid, -1)));
  };
  EXPECT_EQ(judgedWith([](X509&) {}), "NONE");
  EXPECT_EQ(judgedWith([&](X509& x509) { drop(x509, NID_ext_key_usage); }), "CERT_CHAIN");
  EXPECT_EQ(judgedWith([&](X509& x509) { drop(x509, NID_key_usage); }), "CERT_CHAIN");
  EXPECT_EQ(judgedWith([&](X509& x509) { drop(x509, NID_authority_key_identifier); }), "CERT_CHAIN");
  EXPECT_EQ(judgedWith([&](X509& x509) {
              drop(x509, NID_subject_alt_name);
              extend(x509, x509, {{NID_subject_alt_name, "critical,email:alice@example.org,email:bob@example.org"}});
            }),
            "IDENTITY");
  EXPECT_EQ(judgedWith([](X509& x509) {
              const trust_service::Asn1ObjectPtr oid(OBJ_txt2obj(trust_service::kIssuerOid, 1));
              X509_EXTENSION_free(X509_delete_ext(&x509, X509_get_ext_by_OBJ(&x509, oid.get(), -1)));
            }),
            "ISSUER");
}

TEST_F(Refusals, OfKeys) {
  EXPECT_EQ(classIn(managedKey("")), "KEY_NOT_TRUSTED");
  EXPECT_EQ(classIn(managedKey("rubbish")), "KEY_NOT_TRUSTED");
  const KeyPtr other(EVP_EC_gen("secp256k1"));
  EXPECT_EQ(judged(bench.signWithKey(*other, "content"), bench.root(), byKey(*other)), "UNSUPPORTED_KEY");
  Json bundle = good;
  materialOf(bundle)["certificate"]["rawBytes"] = "MAA=";
  EXPECT_EQ(judged(bundle), "MALFORMED");
  bundle = good;
  bundle["messageSignature"]["messageDigest"]["algorithm"] = "SHA2_384";
  EXPECT_EQ(judged(bundle), "ARTIFACT_MISMATCH");
  bundle["messageSignature"]["messageDigest"]["algorithm"] = "MD5";
  EXPECT_EQ(judged(bundle), "ARTIFACT_MISMATCH");
  bundle["messageSignature"].erase("messageDigest");
  EXPECT_EQ(judged(bundle), "NONE") << "it is a hint";
}

TEST_F(Refusals, OfTheLog) {
  const TrustedRoot root = parseTrustedRoot(bench.root().dump()).value();
  TransparencyLog log = root.logs[0];
  TransparencyEntry entry = bench.append("leaf", "hashedrekord", kNow);
  const InclusionProof proof = *entry.proof;
  EXPECT_EQ(classIn(checkCheckpoint(proof, log)), "NONE");
  EXPECT_EQ(classIn(checkEntryTimestamp(entry, log)), "NONE");
  log.publicKey = nullptr;
  EXPECT_EQ(classIn(checkCheckpoint(proof, log)), "UNSUPPORTED_KEY");
  EXPECT_EQ(classIn(checkEntryTimestamp(entry, log)), "UNSUPPORTED_KEY");
  log = root.logs[0];
  log.key += "x";
  EXPECT_EQ(classIn(checkCheckpoint(proof, log)), "CHECKPOINT_SIGNATURE") << "another key's name";
  TrustedRoot changed = root;
  entry.integratedTime = 0;
  EXPECT_EQ(classIn(selectLog(changed, entry)), "NONE") << "the time is missed later";
  EXPECT_EQ(classIn(checkEntryTimestamp(entry, root.logs[0])), "SET_MISSING");
  changed.logs[0].validity.start.reset();
  EXPECT_EQ(classIn(selectLog(changed, entry)), "LOG_KEY_NOT_VALID_AT_TIME");
  entry.logId = std::string(32, 'x');
  EXPECT_EQ(classIn(selectLog(changed, entry)), "UNKNOWN_LOG");
}

TEST_F(Refusals, OfAProof) {
  const InclusionProof sound = *bench.append("leaf", "hashedrekord", kNow).proof;
  EXPECT_EQ(classIn(checkInclusion(sound, "leaf")), "NONE");
  EXPECT_EQ(classIn(checkInclusion(sound, "another")), "INCLUSION_PROOF");
  InclusionProof proof = sound;
  proof.hashes[0].pop_back();
  EXPECT_EQ(classIn(checkInclusion(proof, "leaf")), "INCLUSION_PROOF");
  proof = sound;
  proof.rootHash.pop_back();
  EXPECT_EQ(classIn(checkInclusion(proof, "leaf")), "INCLUSION_PROOF");
}

TEST_F(Refusals, OfACheckpointsOrigin) {
  const TransparencyLog log = parseTrustedRoot(bench.root().dump()).value().logs[0];
  InclusionProof proof = *bench.append("leaf", "hashedrekord", kNow).proof;
  const std::string note = proof.checkpoint;
  for (const char* origin : {"log.example.org", "log.example.org - ", "log.example.org -77", "log.example.org - 7x",
                             "log.example.org - 12345678901234567890", "log.example.or - 77", "xlog.example.org - 77"}) {
    proof.checkpoint = origin + note.substr(note.find('\n'));
    EXPECT_EQ(classIn(checkCheckpoint(proof, log)), "CHECKPOINT_ORIGIN") << origin;
  }
}

TEST_F(Refusals, OfAnEntrysBody) {
  const auto bodyOf = [](const Json& bundle) {
    return *fromBase64(bundle["verificationMaterial"]["tlogEntries"][0]["canonicalizedBody"].get<std::string>());
  };
  const auto classOfBody = [](const nlohmann::json& body, const char* kind) {
    return classIn(parseEntryBody(body.dump(), kind, "0.0.1"));
  };
  const auto rekord = nlohmann::json::parse(bodyOf(good));
  const auto dsse = nlohmann::json::parse(bodyOf(bench.attest(*key, "{}")));
  EXPECT_EQ(classOfBody(rekord, "hashedrekord"), "NONE");
  EXPECT_EQ(classOfBody(dsse, "dsse"), "NONE");
  EXPECT_EQ(classOfBody(rekord, "dsse"), "ENTRY_MISMATCH{kind}");
  EXPECT_EQ(classOfBody({{"kind", "intoto"}, {"apiVersion", "0.0.1"}}, "intoto"), "UNSUPPORTED_ENTRY_KIND");
  EXPECT_EQ(classOfBody(nlohmann::json::array(), "dsse"), "MALFORMED");
  const std::string privatePem = trust_service::encodePem("PRIVATE KEY", "x");
  for (const auto& [place, value] : std::initializer_list<std::pair<const char*, nlohmann::json>>{
           {"/spec", 7},
           {"/spec/data", nullptr},
           {"/spec/data/hash/algorithm", "md5"},
           {"/spec/data/hash/value", "zz"},
           {"/spec/data/hash/value", std::string(62, 'a')},
           {"/spec/data/hash/value", std::string(300, 'a')},
           {"/spec/signature/content", ""},
           {"/spec/signature/content", toBase64(std::string(5000, 'x'))},
           {"/spec/signature/publicKey", nullptr},
           {"/spec/signature/publicKey/content", toBase64("no PEM")},
           {"/spec/signature/publicKey/content", toBase64(privatePem)}}) {
    auto altered = rekord;
    altered[nlohmann::json::json_pointer(place)] = value;
    EXPECT_EQ(classOfBody(altered, "hashedrekord"), "MALFORMED") << place << " " << value.dump().substr(0, 80);
  }
  auto altered = dsse;
  altered["spec"]["signatures"].push_back(altered["spec"]["signatures"][0]);
  EXPECT_EQ(classOfBody(altered, "dsse"), "MALFORMED") << "two signatures";
  altered["spec"].erase("signatures");
  EXPECT_EQ(classOfBody(altered, "dsse"), "MALFORMED");
  Json bundle = good;
  entryOf(bundle) = Json(bench.attest(*key, "{}")["verificationMaterial"]["tlogEntries"][0]);
  EXPECT_EQ(judged(bundle), "ENTRY_MISMATCH{kind}") << "an attestation's entry for an artifact";
}

TEST_F(Refusals, OfABundlesForm) {
  Json own = bench.attest(*key, "{}"), chain = good;
  chain["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.2";
  materialOf(chain)["x509CertificateChain"]["certificates"] = Json::array({materialOf(chain)["certificate"]});
  materialOf(chain).erase("certificate");
  EXPECT_EQ(judged(chain), "NONE");
  const auto refused = [&](const Json& bundle, const char* place, const Json& value) {
    Json altered = bundle;
    altered[Json::json_pointer(place)] = value;
    EXPECT_EQ(judged(altered), "MALFORMED") << place << " " << value.dump().substr(0, 80);
  };
  const std::string entry = "/verificationMaterial/tlogEntries/0";
  for (const auto& [place, value] : std::initializer_list<std::pair<std::string, Json>>{
           {"/mediaType", 7},
           {"/verificationMaterial", nullptr},
           {"/verificationMaterial", 7},
           {"/verificationMaterial/certificate", nullptr},
           {"/verificationMaterial/certificate/rawBytes", ""},
           {"/verificationMaterial/publicKey", {{"hint", "x"}}},
           {"/verificationMaterial/tlogEntries", 7},
           {"/verificationMaterial/tlogEntries", Json::array({7})},
           {"/messageSignature", nullptr},
           {"/messageSignature/signature", ""},
           {"/messageSignature/messageDigest", 7},
           {entry + "/logId", nullptr},
           {entry + "/kindVersion", nullptr},
           {entry + "/kindVersion/kind", std::string(65, 'x')},
           {entry + "/canonicalizedBody", ""},
           {entry + "/inclusionPromise", 7},
           {entry + "/inclusionProof", 7},
           {entry + "/inclusionProof/rootHash", toBase64("short")},
           {entry + "/inclusionProof/hashes", std::vector<std::string>(65, toBase64(std::string(32, 'x')))},
           {entry + "/inclusionProof/checkpoint", "a note"},
           {entry + "/inclusionProof/checkpoint/envelope", std::string(4097, 'x')}}) {
    refused(good, place.c_str(), value);
  }
  refused(own, "/dsseEnvelope/signatures", Json::array());
  refused(own, "/dsseEnvelope/signatures/0/sig", "");
  refused(own, "/verificationMaterial/publicKey/hint", std::string(1025, 'x'));
  refused(chain, "/verificationMaterial/x509CertificateChain/certificates", Json::array());
  refused(chain, "/verificationMaterial/x509CertificateChain/certificates/0/rawBytes", "MAA=");
  EXPECT_EQ(classOf(verifyBundle("[]", bench.root().dump(), kArtifact, byAlice())), "MALFORMED");
  EXPECT_EQ(classOf(verifyBundle(std::string(kMaxBundleBytes + 1, ' '), bench.root().dump(), kArtifact, byAlice())),
            "MALFORMED");
}

TEST_F(Refusals, OfATrustedRootsForm) {
  for (const auto& [place, value] : std::initializer_list<std::pair<const char*, Json>>{
           {"/mediaType", 7},
           {"/tlogs", 7},
           {"/tlogs/0", 7},
           {"/tlogs/0/baseUrl", nullptr},
           {"/tlogs/0/baseUrl", "https://"},
           {"/tlogs/0/hashAlgorithm", "SHA2_512"},
           {"/tlogs/0/publicKey", nullptr},
           {"/tlogs/0/publicKey/rawBytes", ""},
           {"/tlogs/0/publicKey/rawBytes", "MAA="},
           {"/tlogs/0/publicKey/rawBytes", toBase64(trust_service::publicKeyDer(*freshKey(HashAlgorithm::Sha384)))},
           {"/tlogs/0/publicKey/validFor", 7},
           {"/tlogs/0/logId", nullptr},
           {"/tlogs/0/checkpointKeyId", 7},
           {"/certificateAuthorities/0/certChain", nullptr},
           {"/certificateAuthorities/0/certChain/certificates/0/rawBytes", "MAA="},
           {"/certificateAuthorities/0/subject", 7},
           {"/certificateAuthorities/0/validFor/end", "never"},
           {"/ctlogs", Json::array({7})},
           {"/timestampAuthorities", Json::array({7})}}) {
    Json root = bench.root();
    root[Json::json_pointer(place)] = value;
    EXPECT_EQ(judged(good, root, byAlice()), "MALFORMED") << place << " " << value;
  }
  Json root = bench.root();
  root.erase("mediaType");
  EXPECT_EQ(judged(good, root, byAlice()), "UNSUPPORTED_VERSION");
  root = bench.root();
  root["tlogs"] = std::vector<Json>(65, root["tlogs"][0]);
  EXPECT_EQ(judged(good, root, byAlice()), "MALFORMED");
}

}  // namespace
}  // namespace certus::sigstore
