// The bytes that other programs will read: checkpoints, leaves, promises.
#include <gtest/gtest.h>

#include <regex>

#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "services/trust/log/checkpoint.h"
#include "services/trust/log/hashed_rekord.h"
#include "services/trust/sign/private_keys.h"

namespace certus::trust_service {
namespace {

LogIdentity freshLog(std::int64_t treeId = 1234567890123456789) {
  return {std::move(generateKeyFor(HashAlgorithm::Sha256).value()), "certus-trust", treeId};
}

Hash someRoot() { return leafHash("root"); }

TEST(Checkpoint, HasTheFormThatRekorsClientsRead) {
  const LogIdentity log = freshLog();
  const auto checkpoint = log.sign(42, someRoot()).value();
  const std::string start =
      "certus-trust - 1234567890123456789\n42\n" + toBase64(bytesOf(someRoot())) + "\n\n\xE2\x80\x94 certus-trust ";
  ASSERT_TRUE(checkpoint.note.starts_with(start)) << checkpoint.note;
  ASSERT_TRUE(checkpoint.note.ends_with("\n"));
  const std::string packed = *fromBase64(checkpoint.note.substr(start.size(), checkpoint.note.size() - start.size() - 1));
  EXPECT_EQ(packed.substr(0, 4), sha256(publicKeyDer(log.key())).substr(0, 4));
  const std::string text = checkpoint.note.substr(0, checkpoint.note.find("\n\n") + 1);
  EXPECT_TRUE(verifiesMessage(log.key(), text, packed.substr(4)));
}

TEST(Checkpoint, OpensAsItWasSigned) {
  const LogIdentity log = freshLog();
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, (std::uint64_t{1} << 63) - 1}) {
    const auto opened = log.open(log.sign(size, someRoot())->note);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_EQ(opened->size, size);
    EXPECT_EQ(opened->root, someRoot());
  }
}

TEST(Checkpoint, AnyAlteredByteIsRefusedAlsoAfterTheGoodOneWasSeen) {
  const LogIdentity log = freshLog();
  const std::string good = log.sign(7, someRoot())->note;
  ASSERT_TRUE(log.open(good).has_value());
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string altered = good;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(log.open(altered).has_value()) << "byte " << i;
  }
}

TEST(Checkpoint, AnotherLogsOrAnotherKeysIsRefused) {
  const LogIdentity log = freshLog(5), otherTree = freshLog(6), otherKey = freshLog(5);
  EXPECT_NE(log.open(otherTree.sign(1, someRoot())->note).error().message.find("another log"), std::string::npos);
  EXPECT_NE(log.open(otherKey.sign(1, someRoot())->note).error().message.find("a key that this service does not hold"),
            std::string::npos);
}

TEST(Checkpoint, ExtraLinesLeadingZerosAndMissingPartsAreRefused) {
  const LogIdentity log = freshLog(5);
  const std::string good = log.sign(7, someRoot())->note;
  const std::string line = good.substr(good.find("\n\n") + 2);
  const std::string root = toBase64(bytesOf(someRoot()));
  for (const std::string& text :
       {std::string(), std::string("\n\n\n\n\n"), good + line, good.substr(0, good.size() - 1), good + "\n",
        "certus-trust - 5\n07\n" + root + "\n\n" + line, "certus-trust - 5\n-7\n" + root + "\n\n" + line,
        "certus-trust - 5\n9223372036854775808\n" + root + "\n\n" + line, "certus-trust - 5\n7\n\n\n" + line,
        std::string(10'000, 'x')}) {
    EXPECT_FALSE(log.open(text).has_value()) << text.substr(0, 80);
  }
}

TEST(HashedRekord, IsCanonicalJsonAsRekorStoresIt) {
  const HashedRekord entry{*parseDigest(std::string(64, 'b')), "sig",
                           "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"};
  const std::string body = entry.canonical();
  EXPECT_TRUE(body.starts_with(
      R"({"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256","value":"bbbb)"));
  EXPECT_TRUE(body.ends_with(R"("}}}})"));
  // nlohmann's sorted dump of these members is RFC 8785's: all ASCII, no numbers.
  EXPECT_EQ(nlohmann::json::parse(body).dump(), body);
  const auto again = parseHashedRekord(body);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->artifact, entry.artifact);
  EXPECT_EQ(again->signature, entry.signature);
  EXPECT_EQ(again->keyPem, entry.keyPem);
}

TEST(HashedRekord, RefusesEveryOtherWayToSayTheSame) {
  const std::string good = HashedRekord{*parseDigest(std::string(64, 'b')), "sig", "key"}.canonical();
  const std::string spaced = nlohmann::json::parse(good).dump(1);
  std::string doubled = good, upper = good;
  doubled.insert(1, R"("kind":"intoto",)");
  upper.replace(upper.find("bbbb"), 4, "BBBB");
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{"), spaced, doubled, upper, good + " ", std::string(300'000, '['),
        std::string(R"({"apiVersion":"0.0.2","kind":"hashedrekord"})")}) {
    EXPECT_FALSE(parseHashedRekord(text).has_value()) << text.substr(0, 80);
  }
}

TEST(EntryTimestamp, SignsWhatRekorsPromiseSigns) {
  EXPECT_EQ(entryTimestampPayload("{}", 5, std::string("\x01\xff", 2), 9),
            R"({"body":"e30=","integratedTime":5,"logID":"01ff","logIndex":9})");
}

}  // namespace
}  // namespace certus::trust_service
