// The part of site.h that tries the passphrases of staff: as site_sign_in.cc does, it holds no lock
// while Argon2id runs.

#include <algorithm>
#include <utility>

#include "broker/crypto/hash.h"
#include "clients/school/lease.h"
#include "clients/school/records/staff_secret.h"
#include "clients/school/web/site.h"
#include "clients/school/web/staff_page.h"
#include "clients/school/web/typed_secret.h"

namespace firstbell::school::web {
namespace {

absl::Duration SinceBoot() {
  return ReadMachineTime().since_boot;
}

}  // namespace

// Who tries; counted as a try.
base::Result<base::RecipientId> Site::MayTryAsStaff(const Request& request) {
  if (!crypto::ConstantTimeEqual(request.Field("form"), form_)) return OutOfDate();
  const base::RecipientId staff{std::string(request.Field("person"))};
  base::MutexLock lock(mutex_);
  FB_ASSIGN_OR_RETURN(const Desk* const desk, OpenDeskOnce());
  if (desk == nullptr) return base::FailedPrecondition("this device is not enrolled yet");
  if (records_ == nullptr) return base::DataLoss("what this school wrote down cannot be opened");
  FB_ASSIGN_OR_RETURN(const auto readers, school_records::KeyRing(*records_).Readers());
  const bool known = std::any_of(readers.begin(), readers.end(), [&](const auto& reader) {
    return reader.id == staff && reader.kind == school_records::ReaderKind::kStaff &&
           !reader.removed_at;
  });
  if (!known) return base::InvalidArgument("Choose who you are");
  if (tries_.Wait(staff, SinceBoot()) > absl::ZeroDuration()) {
    return base::ResourceExhausted("too many tries: wait before the next");
  }
  FB_RETURN_IF_ERROR(CheckLease(*desk_->store, VisitOf(request, {}, desk_.get(), nullptr).now));
  tries_.Began(staff, SinceBoot());
  return staff;
}

base::Result<school_records::StaffSession> Site::OpenSheet(const base::RecipientId& staff,
                                                           const base::Secret& secret) {
  base::MutexLock lock(mutex_);
  return school_records::KeyRing(*records_).OpenSheet(staff, secret);
}

Response Site::StaffSignIn(const Request& request) {
  base::MutexLock one_at_a_time(passphrase_);
  const auto staff = MayTryAsStaff(request);
  if (!staff.ok()) return TriedInVain(request, staff.status(), "person", ShowStaffSignIn);
  const auto secret = school_records::StaffSecret(*staff, SecretField(request, "passphrase"));
  auto session = secret.ok() ? OpenSheet(*staff, *secret)
                             : base::Result<school_records::StaffSession>(secret.status());
  if (!session.ok()) return TriedInVain(request, session.status(), "passphrase", ShowStaffSignIn);
  Succeeded(*staff);
  return Begin(*std::move(session), "/staff/sheet");
}

base::Status Site::ChangeStaffPassphrase(const base::RecipientId& staff, const Request& request) {
  {
    base::MutexLock lock(mutex_);
    if (tries_.Wait(staff, SinceBoot()) > absl::ZeroDuration()) {
      return base::ResourceExhausted("too many tries: wait before the next");
    }
    tries_.Began(staff, SinceBoot());
  }
  FB_ASSIGN_OR_RETURN(const base::Secret before,
                      school_records::StaffSecret(staff, SecretField(request, "before")));
  FB_ASSIGN_OR_RETURN(const base::Secret next,
                      school_records::StaffSecret(staff, SecretField(request, "passphrase")));
  base::MutexLock lock(mutex_);
  FB_RETURN_IF_ERROR(school_records::KeyRing(*records_).ChangeStaffSecret(staff, before, next));
  tries_.Succeeded(staff);
  return base::OkStatus();
}

Response Site::StaffPassphrase(const Request& request) {
  base::MutexLock one_at_a_time(passphrase_);
  const auto session = sessions_.Use(request.session, SinceBoot());
  if (session == nullptr) {
    return WithVisit(request, [this](const Visit& visit) { return Elsewhere(visit); });
  }
  const bool of_theirs = session->staff() != nullptr &&
                         crypto::ConstantTimeEqual(request.Field("form"), session->form);
  if (!of_theirs) {
    return WithVisit(request, [this](const Visit& visit) { return OfAnotherSession(visit); });
  }
  const base::Status chosen = CheckChosen(request);
  const base::Status done = chosen.ok() ? ChangeStaffPassphrase(session->id(), request) : chosen;
  return WithVisit(request, [&](const Visit& visit) {
    if (visit.session == nullptr) return SeeOther("/staff");
    const std::string field = chosen.ok() ? "before" : "passphrase";
    return ShowStaffPassphrase(visit, done.ok() ? Json(nullptr) : ErrorOf(done, field), done.ok());
  });
}

}  // namespace firstbell::school::web
