// firstbell-admin enrol-code, recipients list|revoke.

#include <memory>

#include "broker/base/bytes.h"
#include "broker/model/alert.h"
#include "clients/admin/commands.h"
#include "clients/console/duty.h"
#include "clients/console/local_time.h"
#include "clients/console/output.h"

namespace firstbell::admin {
namespace {

using console::Exit;

constexpr std::size_t kLeastIdCharacters = 4;

struct RecipientOptions {
  std::string urn, person, name, id, days, away;
  bool device = false;
};

base::Result<v1::RecipientRole> RoleOf(const RecipientOptions& options) {
  if (options.device == !options.person.empty()) {
    return console::UsageError("say either --device or --person lead|deputy|head");
  }
  if (options.device) return v1::RECIPIENT_ROLE_DEVICE;
  if (options.person == "lead") return v1::RECIPIENT_ROLE_LEAD;
  if (options.person == "deputy") return v1::RECIPIENT_ROLE_DEPUTY;
  return v1::RECIPIENT_ROLE_HEAD;
}

bool IsOpen(OperatorDoor& door, base::Urn urn) {
  v1::GetSchoolRequest request;
  request.set_urn(urn.value());
  const auto answer = door.GetSchool(request);
  return answer.ok() && answer->school().status() == v1::SCHOOL_STATUS_OPEN;
}

base::Result<Exit> EnrolCode(console::App& app, const Where& where,
                             const RecipientOptions& options) {
  v1::CreateEnrolmentCodeRequest request;
  FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
  FB_ASSIGN_OR_RETURN(const v1::RecipientRole role, RoleOf(options));
  request.set_urn(urn.value());
  request.set_role(role);
  request.set_display_name(options.name);
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const auto answer, door->CreateEnrolmentCode(request));
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
    return Exit::kDone;
  }
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  app.out() << answer.code() << "\n";
  if (!IsOpen(*door, urn)) {
    app.err() << "Warning: this school is not open in the register. No alert is placed at it; its "
                 "children go to review.\n";
  }
  app.err() << "This code enrols one " << model::Word(role) << " of " << urn.ToString()
            << ", once, until " << london.Format(answer.expires_at())
            << ".\nHand it over by a safe way. At the school, firstbell-school enrol asks for "
               "it.\n";
  return Exit::kDone;
}

// A device linked last, a person signed last.
std::string LastSeen(const v1::Recipient& one, const console::LocalTime& london) {
  const bool device = one.role() == v1::RECIPIENT_ROLE_DEVICE;
  if (device && one.has_linked_at()) return london.Format(one.linked_at());
  if (!device && one.has_confirmed_at()) return london.Format(one.confirmed_at());
  return "not yet";
}

void AddRow(const v1::Recipient& one, const console::LocalTime& london, console::Table& table) {
  table.Add({one.recipient_id(), std::to_string(one.urn()), std::string(model::Word(one.role())),
             console::Printable(one.display_name()), london.Format(one.enrolled_at()),
             one.has_revoked_at() ? "revoked " + london.Format(one.revoked_at()) : "in force",
             one.role() == v1::RECIPIENT_ROLE_DEVICE ? "-" : console::DutyText(one.duty()),
             LastSeen(one, london), base::HexEncode(one.signing_key_sha256()).substr(0, 16)});
}

base::Result<Exit> List(console::App& app, const Where& where, const RecipientOptions& options) {
  v1::ListRecipientsRequest request;
  if (!options.urn.empty()) {
    FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
    request.set_urn(urn.value());
  }
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  console::Table table(
      {"id", "urn", "role", "name", "enrolled", "state", "on duty", "last seen", "signing key"});
  do {
    FB_ASSIGN_OR_RETURN(const auto page, door->ListRecipients(request));
    for (const v1::Recipient& one : page.recipients()) {
      if (app.json()) app.out() << console::ToJson(one) << "\n";
      AddRow(one, london, table);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (app.json()) return Exit::kDone;
  if (table.empty()) {
    app.out()
        << "Nobody is enrolled there yet: firstbell-admin enrol-code URN --device, then --person\n";
  } else {
    app.out() << table.ToString();
  }
  return Exit::kDone;
}

// The whole id of the one recipient whose id begins so.
base::Result<std::string> WholeId(OperatorDoor& door, const std::string& prefix) {
  if (prefix.size() < kLeastIdCharacters) {
    return console::UsageError("give at least the first " + std::to_string(kLeastIdCharacters) +
                               " characters of the id");
  }
  v1::ListRecipientsRequest request;
  std::vector<std::string> found;
  do {
    FB_ASSIGN_OR_RETURN(const auto page, door.ListRecipients(request));
    for (const v1::Recipient& one : page.recipients()) {
      if (one.recipient_id().starts_with(prefix)) found.push_back(one.recipient_id());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return base::NotFound("nobody has an id that begins so: see firstbell-admin recipients list");
  }
  return base::InvalidArgument("several ids begin so: give more characters");
}

// Nobody may go unnoticed: whoever is left, and what still waits there.
std::string Warning(const v1::RevokeRecipientResponse& answer) {
  const bool nobody = answer.people_in_force() == 0, no_device = answer.devices_in_force() == 0;
  if (!nobody && !no_device) return "";
  std::string text = "Warning: ";
  text += nobody && no_device ? "neither a person nor a device" : nobody ? "nobody" : "no device";
  text += " of " + std::to_string(answer.recipient().urn()) + " is enrolled any more, and " +
          std::to_string(answer.alerts_open()) + " of its alerts " +
          (answer.alerts_open() == 1 ? "is" : "are") + " open. ";
  if (answer.alerts_open() > 0) text += "Telephone the school now. ";
  return text + "Enrol another: firstbell-admin enrol-code " +
         std::to_string(answer.recipient().urn()) + (nobody ? " --person lead" : " --device") +
         "\n";
}

base::Result<Exit> Revoke(console::App& app, const Where& where, const RecipientOptions& options) {
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  v1::RevokeRecipientRequest request;
  FB_ASSIGN_OR_RETURN(*request.mutable_recipient_id(), WholeId(*door, options.id));
  FB_ASSIGN_OR_RETURN(const auto answer, door->RevokeRecipient(request));
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
    return Exit::kDone;
  }
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  app.out() << "Revoked the " << model::Word(answer.recipient().role()) << " "
            << request.recipient_id() << " of " << answer.recipient().urn() << " ("
            << london.Format(answer.recipient().revoked_at())
            << "). Nothing new is sealed to it and its receipts are refused.\n";
  app.err() << Warning(answer);
  return Exit::kDone;
}

base::Result<v1::Duty> DutyOf(const RecipientOptions& options) {
  v1::Duty duty;
  FB_ASSIGN_OR_RETURN(*duty.mutable_weekdays(), console::ParseWeekdays(options.days, "--days"));
  if (options.away.empty()) return duty;
  const std::size_t dots = options.away.find("..");
  if (dots == std::string::npos) {
    return console::UsageError("--away is the first day and the last: 2026-12-01..2026-12-04");
  }
  duty.mutable_away()->set_first(options.away.substr(0, dots));
  duty.mutable_away()->set_last(options.away.substr(dots + 2));
  return duty;
}

base::Result<Exit> SetDuty(console::App& app, const Where& where, const RecipientOptions& options) {
  v1::SetDutyRequest request;
  FB_ASSIGN_OR_RETURN(*request.mutable_duty(), DutyOf(options));
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(*request.mutable_recipient_id(), WholeId(*door, options.id));
  FB_ASSIGN_OR_RETURN(const auto answer, door->SetDuty(request));
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
  } else {
    app.out() << console::Printable(answer.display_name()) << " of " << answer.urn() << ": "
              << console::DutyText(answer.duty()) << "\n";
  }
  return Exit::kDone;
}

}  // namespace

void AddRecipients(console::App& app, Where& where) {
  const auto options = std::make_shared<RecipientOptions>();
  CLI::App& code = app.Command(
      "enrol-code", "A code that enrols one device or person of a school, once, within 24 hours",
      "  firstbell-admin enrol-code 100000 --device --data DIR\n"
      "  firstbell-admin enrol-code 100000 --person lead --name \"A. Example\" --data DIR\n",
      [&app, &where, options] { return EnrolCode(app, where, *options); });
  code.add_option("URN", options->urn, "The school's number in the register")->required();
  code.add_flag("--device", options->device, "For the school's machine");
  code.add_option("--person", options->person, "For one of its people: lead, deputy or head")
      ->check(CLI::IsMember({"lead", "deputy", "head"}));
  code.add_option("--name", options->name, "The person's name, for colleagues to see");
  CLI::App& group = app.Group("recipients", "Devices and people enrolled at schools");
  CLI::App& list = app.Command(group, "list", "Of one school, or of all",
                               "  firstbell-admin recipients list 100000 --data DIR\n",
                               [&app, &where, options] { return List(app, where, *options); });
  list.add_option("URN", options->urn, "The school's number in the register");
  CLI::App& revoke = app.Command(group, "revoke", "End a device's or person's part, at once",
                                 "  firstbell-admin recipients revoke ID --data DIR\n",
                                 [&app, &where, options] { return Revoke(app, where, *options); });
  CLI::App& duty = app.Command(
      group, "duty",
      "When a person is there, in place of what stood: for one who is ill and cannot say so at the "
      "school's own machine",
      "  firstbell-admin recipients duty ID --away 2026-12-01..2026-12-04 --data DIR\n"
      "  firstbell-admin recipients duty ID --days mon,tue --data DIR\n"
      "  firstbell-admin recipients duty ID --data DIR\n",
      [&app, &where, options] { return SetDuty(app, where, *options); });
  duty.add_option("ID", options->id, "As recipients list shows it, or its first characters")
      ->required();
  duty.add_option("--days", options->days, "mon,tue,…; every day unless given")
      ->default_str("every")
      ->default_val("every");
  duty.add_option("--away", options->away,
                  "FIRST..LAST, both days included; not away unless given");
  revoke.add_option("ID", options->id, "As recipients list shows it, or its first characters")
      ->required();
}

}  // namespace firstbell::admin
