#pragma once

// The pages as a browser keeps them, without a socket: its cookie, the token of its forms, and an
// invented broker behind the enrolment.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "clients/school/identity.h"
#include "clients/school/show.h"
#include "clients/school/web/site.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/school/invented_broker.h"

namespace firstbell::school::web {

inline constexpr char kHost[] = "127.0.0.1:7470";
inline constexpr uid_t kUser = 1000;
inline constexpr char kPassphrase[] = "correct horse battery";

class SiteTest : public testing::Test {
 protected:
  SiteTest() { site_ = Site::Open({.guard = {{kUser}, kHost}, .state = state_}, broker_).value(); }

  Request Get(const std::string& path) const {
    Request request;
    request.method = "GET";
    request.path = path;
    request.host = kHost;
    request.user = kUser;
    request.session = cookie_;
    return request;
  }
  Request Post(const std::string& path, Fields form) const {
    Request request = Get(path);
    request.method = "POST";
    request.origin = std::string("http://") + kHost;
    request.content_type = "application/x-www-form-urlencoded";
    request.form = std::move(form);
    return request;
  }
  // A page as a browser keeps it: its cookie, and the token of its forms.
  Response Ask(const Request& request) {
    Response response = site_->Answer(request);
    if (!response.set_cookie.empty()) {
      const std::size_t from = response.set_cookie.find('=') + 1;
      cookie_ = response.set_cookie.substr(from, response.set_cookie.find(';') - from);
    }
    const std::string mark = "name=\"form\" value=\"";
    const std::size_t at = response.body.find(mark);
    if (at != std::string::npos) {
      const std::size_t from = at + mark.size();
      token_ = response.body.substr(from, response.body.find('"', from) - from);
    }
    return response;
  }
  Response Open(const std::string& path) { return Ask(Get(path)); }
  Response Send(const std::string& path, Fields form) {
    form.emplace("form", token_);
    return Ask(Post(path, std::move(form)));
  }

  static std::string CodeText(const v1::EnrolmentCode& code) {
    return "FB1-" + base::Base64UrlEncode(code.SerializeAsString());
  }
  void EnrolDevice() {
    Open("/");
    const Response answer =
        Send("/first/enrol", {{"code", CodeText(broker_.Code(v1::RECIPIENT_ROLE_DEVICE))}});
    ASSERT_EQ(answer.status, 303) << answer.body;
  }
  Response EnrolLead() {
    Open("/first");
    return Send("/first/enrol", {{"code", CodeText(broker_.Code(v1::RECIPIENT_ROLE_LEAD))},
                                 {"passphrase", kPassphrase},
                                 {"again", kPassphrase}});
  }
  PersonIdentity Lead() const {
    return FindPerson(ListPeople(StateDirectory::Open(state_).value()).value(), "").value();
  }
  Response SignIn(const std::string& passphrase = kPassphrase) {
    Open("/");
    return Send("/sign-in", {{"person", Lead().id.value()}, {"passphrase", passphrase}});
  }
  // With the device, and its lead signed in.
  void SetUpLead() {
    EnrolDevice();
    ASSERT_THAT(EnrolLead().body, testing::HasSubstr("recovery"));
    store_ = LocalStore::Open(StateDirectory::Open(state_)->Store()).value();
  }

  // An alert that was pushed and is shown, sealed to the lead.
  base::AlertId Shown(const std::function<void(v1::AlertContent&)>& with = {},
                      std::uint32_t revision = 1, base::AlertId id = link::NewAlertId()) {
    const absl::Time now = absl::Now();
    model::Alert alert;
    alert.id = id;
    alert.urn = link::kSchool;
    alert.revision = revision;
    alert.sealing = revision - 1;
    alert.show_from = now - absl::Minutes(1);
    alert.deadline = now + absl::Minutes(40);
    link::InventedSchool invented;
    v1::AlertContent content = invented.Content(alert);
    if (with) with(content);
    model::Recipient lead;
    lead.id = Lead().id;
    lead.role = v1::RECIPIENT_ROLE_LEAD;
    lead.opening_certificate = Lead().opening_certificate;
    const auto people = sealing::People::Of({&lead, 1}).value();
    const auto sealing =
        sealing::SealAlert(alert, content, people, broker_.envelope_key, now, desk_certificate_)
            .value();
    const DeviceIdentity device = LoadDevice(StateDirectory::Open(state_).value()).value();
    link::Session session(SessionIdentityOf(device, "0.1.0"), *store_);
    session.Start(now);
    EXPECT_TRUE(session.OnFrame(link::WelcomeFrame({}, link::kSchool, false, now), now).ok());
    v1::SealedEnvelope envelope;
    EXPECT_TRUE(envelope.ParseFromString(sealing.envelope));
    EXPECT_TRUE(session.OnFrame(link::PushFrame(envelope), now).ok());
    EXPECT_TRUE(ShowDue(*store_, device.signer, now).ok());
    return id;
  }
  // What the school wrote down does not open any more, and the lead signs in anew.
  void DamageRecords() {
    site_.reset();
    ASSERT_TRUE(base::WriteFileDurably(StateDirectory::Open(state_)->Records(),
                                       std::string(4096, 'x'), base::kOwnerOnly)
                    .ok());
    site_ = Site::Open({.guard = {{kUser}, kHost}, .state = state_}, broker_).value();
    cookie_.clear();
    SignIn();
  }
  std::size_t Signed(v1::ReceiptKind kind) {
    const auto receipts = store_->UnansweredReceipts(100).value();
    return static_cast<std::size_t>(std::count_if(
        receipts.begin(), receipts.end(), [&](const auto& one) { return one.kind == kind; }));
  }
  static std::string PathOf(const base::AlertId& id) { return "/alert/" + id.value(); }

  support::TempDirectory directory_;
  const std::filesystem::path state_ = directory_.path() / "state";
  InventedBroker broker_;
  std::unique_ptr<Site> site_;
  std::unique_ptr<LocalStore> store_;  // as the daemon has it open
  std::string cookie_, token_;
  std::string desk_certificate_;  // of the force's alerts; none: it takes no replies
};

}  // namespace firstbell::school::web
