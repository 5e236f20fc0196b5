// One meaning, one form: what differs between parsers is read strictly or not at all.
#include <openssl/ec.h>

#include "evidence_bench.h"
#include "services/trust/sigstore/entry_body.h"
#include "services/trust/sigstore/signed_note.h"

namespace certus::sigstore {
namespace {

const Artifact kArtifact = Artifact::ofBytes("content");

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

class ExactForms : public ::testing::Test {
 protected:
  std::string judged(const std::string& bundle) {
    return classOf(verifyBundle(bundle, bench.root().dump(), kArtifact, byAlice()));
  }
  EvidenceBench bench;
  const Json good = bench.sign("content");
};

TEST_F(ExactForms, NumbersOfABundleArePlainDecimalText) {
  const std::string text = good.dump();
  EXPECT_EQ(judged(text), "NONE");
  for (const char* number : {"3", "3.0", "\"3.0\"", "\"3e0\"", "\"+3\"", "\" 3\"", "\"0x3\"", "\"03\"", "\"-3\"", "\"\"",
                             "\"9223372036854775808\"", "\"18446744073709551619\"", "[\"3\"]", "true"}) {
    EXPECT_EQ(judged(replaced(text, R"("logIndex":"3")", std::string(R"("logIndex":)") + number)), "MALFORMED") << number;
  }
}

TEST_F(ExactForms, EscapesNeitherHideASecondMemberNorMakeAnotherName) {
  const std::string text = good.dump();
  EXPECT_EQ(judged(replaced(text, "\"logIndex\"", "\"log\\u0049ndex\"")), "NONE") << "the same name, by JSON's own rules";
  EXPECT_EQ(judged(replaced(text, "\"logIndex\"", "\"log\\u0049ndex\":\"4\",\"logIndex\"")), "MALFORMED");
  EXPECT_EQ(judged(replaced(text, "\"logIndex\"", "\"logIndex\\u0000\"")), "MALFORMED");
  EXPECT_EQ(judged(replaced(text, "\"logIndex\"", "\"\\ud800\":1,\"logIndex\"")), "MALFORMED") << "half a character";
  EXPECT_EQ(judged(text + " {}"), "MALFORMED");
  EXPECT_EQ(judged("\xEF\xBB\xBF" + text), "MALFORMED") << "a byte order mark";
}

TEST_F(ExactForms, Base64IsTheStandardOnePaddedAndWithoutSlack) {
  const std::string key = good["verificationMaterial"]["tlogEntries"][0]["logId"]["keyId"];
  std::string slack = key;  // 32 bytes end in "x=": its last digit has two bits to spare
  slack[slack.size() - 2] = static_cast<char>(slack[slack.size() - 2] + 1);
  std::string urlSafe = toBase64("\xfb\xff\xfe");
  for (char& c : urlSafe) c = c == '+' ? '-' : c == '/' ? '_' : c;
  for (const std::string& each : {key.substr(0, key.size() - 1), slack, key + "=", key + "\n", " " + key, urlSafe}) {
    Json bundle = good;
    bundle["verificationMaterial"]["tlogEntries"][0]["logId"]["keyId"] = each;
    EXPECT_EQ(judged(bundle.dump()), "MALFORMED") << each;
  }
}

// As long as the log signs the body, its form matters to nobody but the reader: a second meaning is refused.
TEST_F(ExactForms, ABodyHasOneMeaning) {
  const std::string body =
      *fromBase64(good["verificationMaterial"]["tlogEntries"][0]["canonicalizedBody"].get<std::string>());
  EXPECT_TRUE(parseEntryBody(body, "hashedrekord", "0.0.1").has_value());
  for (const std::string& each :
       {replaced(body, R"("kind":)", R"("kind":"dsse","\u006bind":)"),
        replaced(body, R"("value":)", R"("value":"00","value":)"), replaced(body, R"("0.0.1")", "1"),
        replaced(body, R"("spec":{)", R"("spec":{"comment":1,)"), body + body, "[" + body + "]"}) {
    const auto read = parseEntryBody(each, "hashedrekord", "0.0.1");
    ASSERT_FALSE(read.has_value()) << each;
  }
}

TEST(SignedNote, TakesWhatTheSpecificationTakes) {
  const std::string root = toBase64(std::string(32, 'r')), line = "\xE2\x80\x94 a " + toBase64("hintsignature") + "\n";
  const std::string head = "log.example.org - 7\n";
  const auto sizeOf = [&](const std::string& note) -> std::optional<std::uint64_t> {
    const auto read = parseSignedNote(note);
    if (read) return read->size;
    EXPECT_EQ(toString(read.error().failure), std::string("CHECKPOINT_MALFORMED"));
    return std::nullopt;
  };
  const auto sized = [&](const std::string& size) { return sizeOf(head + size + "\n" + root + "\n\n" + line); };
  for (const char* size : {"0", "1", "127", "128", "129", "9223372036854775807"}) EXPECT_TRUE(sized(size)) << size;
  for (const char* size :
       {"", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "0x1", "9223372036854775808", "18446744073709551616"})
    EXPECT_FALSE(sized(size)) << size;
  std::string sixteen;
  for (int i = 0; i < 16; ++i) sixteen += line;
  EXPECT_TRUE(sizeOf(head + "1\n" + root + "\n\n" + sixteen)) << "as many as a note may have";
  EXPECT_TRUE(sizeOf(head + "1\n" + root + "\nan extension\n\n" + line));
  for (const std::string& note :
       {head + "1\n" + root + "\n\n" + line + line.substr(0, line.size() - 1),  // the end is missing
        head + "1\n" + root + "\n\n\n" + line,                                  // an empty line among the signatures
        head + "1\n" + root + "\n" + line,                                      // no blank line
        head + "1\n" + root.substr(4) + "\n\n" + line,                          // 29 bytes are no root
        "\n1\n" + root + "\n\n" + line, std::string("log\t - 7\n1\n") + root + "\n\n" + line,
        "log\r - 7\n1\n" + root + "\n\n" + line, std::string("log\0 - 7\n1\n", 11) + root + "\n\n" + line,
        "log\xff - 7\n1\n" + root + "\n\n" + line, head + "1\n" + root + "\n\n- a " + toBase64("hintsignature") + "\n",
        head + "1\n" + root + "\n\n\xE2\x80\x94 a b\n",
        head + "1\n" + root + "\n\n\xE2\x80\x94  " + toBase64("hintsig") + "\n"}) {
    EXPECT_FALSE(sizeOf(note)) << note;
  }
}

// The log would have taken none of these: what it recorded is the one form.
TEST_F(ExactForms, AKeyInABodyIsOneExactPem) {
  const std::string body =
      *fromBase64(good["verificationMaterial"]["tlogEntries"][0]["canonicalizedBody"].get<std::string>());
  const auto document = nlohmann::json::parse(body);
  const std::string pem = *fromBase64(document["spec"]["signature"]["publicKey"]["content"].get<std::string>());
  const std::string head = pem.substr(0, pem.find('\n') + 1), end = pem.substr(pem.rfind("-----END"));
  const std::string oneLine = [&] {
    std::string out;
    for (const char c : pem) out += c == '\n' ? "" : std::string(1, c);
    return out;
  }();
  const auto classOfKey = [&](const std::string& text) {
    auto altered = document;
    altered["spec"]["signature"]["publicKey"]["content"] = toBase64(text);
    const auto read = parseEntryBody(altered.dump(), "hashedrekord", "0.0.1");
    return std::string(read ? "NONE" : toString(read.error().failure));
  };
  EXPECT_EQ(classOfKey(pem), "NONE");
  for (const std::string& text : {oneLine, " " + pem, "\n" + pem, pem + "\n", pem + " ", replaced(pem, "\n", "\r"),
                                  replaced(pem, "\n", "\n\n"), head + oneLine.substr(head.size() - 1, 3) + "\n" + end}) {
    EXPECT_EQ(classOfKey(text), "MALFORMED") << text;
  }
}

// The signature as numbers, to be written down otherwise.
struct Numbers {
  std::string r, s, order;
  explicit Numbers(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* parsed = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    r = bytesOf(ECDSA_SIG_get0_r(parsed));
    s = bytesOf(ECDSA_SIG_get0_s(parsed));
    EC_GROUP* group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    order = bytesOf(EC_GROUP_get0_order(group));
    BIGNUM* twin = BN_new();
    BN_sub(twin, EC_GROUP_get0_order(group), ECDSA_SIG_get0_s(parsed));
    otherS = bytesOf(twin);
    BN_free(twin);
    EC_GROUP_free(group);
    ECDSA_SIG_free(parsed);
  }
  static std::string bytesOf(const BIGNUM* number) {
    std::string out(32, '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(out.data()), 32);
    return out;
  }
  static std::string der(const std::string& r, const std::string& s) {
    ECDSA_SIG* made = ECDSA_SIG_new();
    const auto number = [](const std::string& bytes) {
      return BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr);
    };
    ECDSA_SIG_set0(made, number(r), number(s));
    std::string out(static_cast<std::size_t>(i2d_ECDSA_SIG(made, nullptr)), '\0');
    auto* to = reinterpret_cast<unsigned char*>(out.data());
    i2d_ECDSA_SIG(made, &to);
    ECDSA_SIG_free(made);
    return out;
  }
  std::string otherS;
};

// Even a log that recorded them and signed for it does not make them signatures.
TEST(EcdsaForms, OnlyDerOfNumbersWithinTheGroupVerifies) {
  EvidenceBench bench;
  const auto key = freshKey();
  const std::string der = trust_service::signMessage(*key, "content").value();
  const Numbers n(der);
  const std::string zero(32, '\0');
  const auto judged = [&](const std::string& signature) {
    const Json bundle = bench.signWithKey(*key, "content", signature);
    return classOf(verifyBundle(bundle.dump(), bench.root().dump(), kArtifact, byKey(*key)));
  };
  EXPECT_EQ(judged(der), "NONE");
  EXPECT_EQ(judged(Numbers::der(n.r, n.otherS)), "NONE") << "(r, n - s) is a signature too, and recorded as such";
  for (const std::string& each :
       {n.r + n.s, Numbers::der(zero, n.s), Numbers::der(n.r, zero), Numbers::der(zero, zero), Numbers::der(n.order, n.s),
        Numbers::der(n.r, n.order), der + '\0', der.substr(0, der.size() - 1)}) {
    EXPECT_EQ(judged(each), "SIGNATURE") << toHex(each);
  }
}

// The log's own promise, likewise.
TEST(EcdsaForms, OfThePromise) {
  EvidenceBench bench;
  Json bundle = bench.sign("content");
  Json& promise = bundle["verificationMaterial"]["tlogEntries"][0]["inclusionPromise"]["signedEntryTimestamp"];
  const Numbers n(*fromBase64(promise.get<std::string>()));
  for (const std::string& each :
       {n.r + n.s, Numbers::der(std::string(32, '\0'), n.s), Numbers::der(n.r, std::string(32, '\0'))}) {
    promise = toBase64(each);
    EXPECT_EQ(classOf(verifyBundle(bundle.dump(), bench.root().dump(), kArtifact, byAlice())), "SET_INVALID") << toHex(each);
  }
}

TEST(ManagedKeys, ThePointAtInfinityAndTrailingBytesAreNoKey) {
  std::string der = trust_service::publicKeyDer(*freshKey());
  EXPECT_TRUE(managedKey(der).has_value());
  EXPECT_FALSE(managedKey(der + '\0').has_value());
  const std::string infinity = *fromHex("3019301306072a8648ce3d020106082a8648ce3d03010703020000");
  EXPECT_FALSE(managedKey(infinity).has_value());
  EXPECT_FALSE(trust_service::publicKeyFromDer(infinity).has_value()) << "nor a log's";
  std::string off = der;  // a point beside the curve
  off.back() = static_cast<char>(off.back() ^ 1);
  EXPECT_FALSE(managedKey(off).has_value());
}

TEST(TreeSizes, EverySmallOneAndThoseAroundPowersOfTwoVerify) {
  for (const std::size_t size :
       {2u, 3u, 4u, 5u, 7u, 8u, 9u, 15u, 16u, 17u, 31u, 32u, 33u, 63u, 64u, 65u, 127u, 128u, 129u}) {
    EvidenceBench bench(size - 2);
    const Json bundle = bench.sign("content");
    EXPECT_EQ(bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]["treeSize"], std::to_string(size));
    EXPECT_EQ(classOf(verifyBundle(bundle.dump(), bench.root().dump(), kArtifact, byAlice())), "NONE") << size;
  }
}

TEST(TreeSizes, OfAnEmptyTreeNothingIsPartAndOfATreeOfOneItsLeafAlone) {
  EvidenceBench bench;
  Json bundle = bench.sign("content");
  Json& proof = bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"];
  const std::string body =
      *fromBase64(bundle["verificationMaterial"]["tlogEntries"][0]["canonicalizedBody"].get<std::string>());
  const auto judgedIn = [&](std::uint64_t size, const trust_service::Hash& root) {
    proof = {{"logIndex", "0"},
             {"rootHash", toBase64(trust_service::bytesOf(root))},
             {"treeSize", std::to_string(size)},
             {"hashes", Json::array()},
             {"checkpoint", {{"envelope", bench.log().sign(size, root)->note}}}};
    return classOf(verifyBundle(bundle.dump(), bench.root().dump(), kArtifact, byAlice()));
  };
  EXPECT_EQ(judgedIn(0, *trust_service::hashFrom(sha256(""))), "INCLUSION_PROOF");
  EXPECT_EQ(judgedIn(0, trust_service::leafHash(body)), "INCLUSION_PROOF");
  EXPECT_EQ(judgedIn(1, trust_service::leafHash(body)), "NONE");
  EXPECT_EQ(judgedIn(1, trust_service::leafHash("other")), "INCLUSION_PROOF");
}

}  // namespace
}  // namespace certus::sigstore
