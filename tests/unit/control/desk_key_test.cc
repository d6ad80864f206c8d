#include "clients/control/desk_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/crypto/x509.h"
#include "tests/support/temp_directory.h"

namespace firstbell::control {
namespace {

using base::Code;
using testing::HasSubstr;
using testing::SizeIs;

const base::Secret kPassphrase("correct horse battery");
const absl::Time kNow = absl::FromUnixSeconds(1772503800);

class DeskKeyTest : public testing::Test {
 protected:
  DeskKeyTest() { fingerprint_ = MakeDeskKey(folder_, kPassphrase, kNow).value(); }
  Code Loading(const base::Secret& passphrase = kPassphrase) {
    return LoadDeskKey(folder_, passphrase).status().code();
  }
  void Overwrite(const char* file, const std::string& bytes) {
    ASSERT_TRUE(base::WriteFileDurably(folder_ / file, bytes, base::kOwnerOnly).ok());
  }
  static v1::SealedReply Sealed(const std::string& alert, const DeskKey& desk) {
    v1::Reply reply;
    reply.set_alert_id(alert);
    reply.set_text("An invented worry.");
    v1::SealedReply sealed;
    sealed.set_ciphertext(sealing::SealReply(reply, desk.certificate).value());
    return sealed;
  }

  support::TempDirectory directory_;
  const std::filesystem::path folder_ = directory_.path() / "force" / "desk";
  std::string fingerprint_;
};

TEST_F(DeskKeyTest, IsForItsOwnerUnderThePassphrase) {
  struct stat facts {};
  ASSERT_EQ(::stat((folder_ / kDeskKeyFile).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat(folder_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0700u);
  EXPECT_THAT(base::ReadFile(folder_ / kDeskKeyFile).value(), HasSubstr("BEGIN ENCRYPTED"));
  const auto desk = LoadDeskKey(folder_, kPassphrase);
  ASSERT_TRUE(desk.ok()) << desk.status();
  EXPECT_EQ(base::HexEncode(crypto::Sha256(desk->certificate)), fingerprint_);
  EXPECT_EQ(crypto::ReadCertificate(desk->certificate)->not_after,
            kNow + limits::kDeskCertificateLife);
  EXPECT_EQ(Loading(base::Secret("another passphrase")), Code::kPermissionDenied);
}

TEST_F(DeskKeyTest, IsNeverOverwritten) {
  EXPECT_EQ(MakeDeskKey(folder_, kPassphrase, kNow).status().code(), Code::kAlreadyExists);
  EXPECT_EQ(Loading(), Code::kOk);
}

TEST_F(DeskKeyTest, ADamagedOrForeignFileIsNamed) {
  const auto other = directory_.path() / "other";
  ASSERT_TRUE(MakeDeskKey(other, kPassphrase, kNow).ok());
  Overwrite(kDeskCertificateFile, base::ReadFile(other / kDeskCertificateFile).value());
  EXPECT_EQ(Loading(), Code::kDataLoss) << "another key's certificate";
  Overwrite(kDeskCertificateFile, "no certificate");
  EXPECT_EQ(Loading(), Code::kDataLoss);
  Overwrite(kDeskKeyFile, "no key");
  EXPECT_EQ(Loading(), Code::kDataLoss);
  EXPECT_EQ(LoadDeskKey(directory_.path(), kPassphrase).status().code(), Code::kNotFound);
}

TEST_F(DeskKeyTest, OneThatCannotBeOpenedDoesNotHideTheOthers) {
  const auto other = directory_.path() / "earlier";
  ASSERT_TRUE(MakeDeskKey(other, kPassphrase, kNow).ok());
  const DeskKey desk = LoadDeskKey(folder_, kPassphrase).value();
  const DeskKey earlier = LoadDeskKey(other, kPassphrase).value();
  const base::AlertId alert(crypto::RandomId());
  v1::GetRepliesResponse response;
  *response.add_replies() = Sealed(alert.value(), earlier);
  *response.add_replies() = Sealed(crypto::RandomId(), desk);
  *response.add_replies() = Sealed(alert.value(), desk);
  const auto opened = OpenAll(response, alert, desk);
  ASSERT_THAT(opened, SizeIs(3));
  EXPECT_THAT(std::string(base::Message(opened[0].reply.status())), HasSubstr("another key"));
  EXPECT_EQ(opened[1].reply.status().code(), Code::kDataLoss) << "about another alert";
  ASSERT_TRUE(opened[2].reply.ok());
  EXPECT_EQ(opened[2].reply->text(), "An invented worry.");
}

}  // namespace
}  // namespace firstbell::control
