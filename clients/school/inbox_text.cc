#include "clients/school/inbox_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "broker/model/alert.h"
#include "broker/model/call_code.h"
#include "clients/console/output.h"
#include "clients/school/page.h"
#include "clients/school/show.h"

namespace firstbell::school {
namespace {

constexpr std::size_t kShortIdCharacters = 8;

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

std::int64_t MinutesLeft(absl::Time deadline, absl::Time now) {
  return std::max<std::int64_t>(0, absl::ToInt64Minutes(deadline - now));
}

std::string PersonText(const link::Person& person) {
  return person.display_name + " (" + std::string(model::Word(person.role)) + ")";
}

std::string_view Word(link::NoticeKind kind) {
  switch (kind) {
    case link::NoticeKind::kPersonEnrolled:
      return "person_enrolled";
    case link::NoticeKind::kPersonKeyChanged:
      return "person_key_changed";
    case link::NoticeKind::kPersonRemoved:
      return "person_removed";
    case link::NoticeKind::kStranger:
      return "stranger";
    case link::NoticeKind::kLogForked:
      return "log_forked";
    case link::NoticeKind::kLogUnwitnessed:
      return "log_unwitnessed";
    case link::NoticeKind::kLogAccepted:
      return "log_accepted";
  }
  return "";
}

std::string StrangerText(const link::Person& person) {
  const std::string whom =
      person.display_name.empty() ? "somebody whom this device does not know" : PersonText(person);
  return "alerts of this school can be sealed to " + whom +
         ", and the delivery log does not say that they were enrolled: they may be able to read "
         "what is meant for you alone. Telephone your operator now, and the force.";
}

std::string NoticeText(const link::Notice& notice, const console::LocalTime& london) {
  const std::string who = PersonText(notice.person);
  std::string text = london.Format(notice.at) + ": ";
  switch (notice.kind) {
    case link::NoticeKind::kPersonEnrolled:
      text += "new person enrolled at this school: " + who +
              ". If nobody here expected that, telephone your operator.";
      break;
    case link::NoticeKind::kPersonKeyChanged:
      text += "the key of " + who +
              " has changed. If nobody here expected that, telephone your operator.";
      break;
    case link::NoticeKind::kPersonRemoved:
      text += who + " is no longer enrolled at this school.";
      break;
    case link::NoticeKind::kStranger:
      text += StrangerText(notice.person);
      break;
    case link::NoticeKind::kLogForked:
      text +=
          "the broker's delivery log is not the one that it was: something was taken out of it, or "
          "this device is shown another one than others are. What comes in here is kept and shown. "
          "Telephone your operator now and say this; and the force, for what waits. What to do "
          "then: firstbell-school log show.";
      break;
    case link::NoticeKind::kLogAccepted:
      text +=
          "this machine takes " + notice.log +
          " for its broker's delivery log from now on, because somebody here said so. If nobody "
          "here expected that, telephone your operator, on a number that you had before.";
      break;
    case link::NoticeKind::kLogUnwitnessed:
      text +=
          "for a week nobody but the broker has borne out what this device is shown of its "
          "delivery "
          "log. Its witnesses may be down; or this device is shown another log than they are. What "
          "comes in here is kept and shown. Telephone your operator, and ask whether the witnesses "
          "sign: where they do, telephone the force too.";
      break;
  }
  return text;
}

std::string_view OutcomeText(v1::ReceiptOutcome outcome) {
  switch (outcome) {
    case v1::RECEIPT_OUTCOME_BAD_SIGNATURE:
      return "its signature does not hold";
    case v1::RECEIPT_OUTCOME_UNKNOWN_ALERT:
      return "it knows no such alert of this school";
    case v1::RECEIPT_OUTCOME_WRONG_DIGEST:
      return "it is about another sealing";
    case v1::RECEIPT_OUTCOME_REVOKED_SIGNER:
      return "the signer's enrolment was revoked";
    case v1::RECEIPT_OUTCOME_MALFORMED:
      return "it is malformed";
    case v1::RECEIPT_OUTCOME_TOO_MANY:
      return "its signer has said too much about that alert already";
    default:
      return "for a reason that this program does not know";
  }
}

std::string RefusedText(const RefusedReceipt& refused, const console::LocalTime& london) {
  return london.Format(refused.answered_at) + ": the broker refused \"" +
         std::string(model::Word(refused.receipt.kind)) + "\" of alert " +
         ShortId(refused.receipt.about.alert_id) + ", because " +
         std::string(OutcomeText(refused.outcome)) + ". Telephone your operator.";
}

std::string_view Word(LinkState state) {
  switch (state) {
    case LinkState::kUp:
      return "up";
    case LinkState::kDown:
      return "down";
    case LinkState::kRefused:
      return "refused";
  }
  return "";
}

nlohmann::ordered_json ToJson(const LinkStanding& link) {
  nlohmann::ordered_json json = {{"state", Word(link.state)}, {"since", Rfc3339(link.since)}};
  if (!link.why.empty()) json["why"] = link.why;
  return json;
}

std::string LateText(const HeldAlert& alert, absl::Time now) {
  std::string text = IsLate(alert, now) ? "late" : "-";
  if (IsExpired(alert, now)) text += ", expired";
  return text;
}

// Whether it has come to school, or by when somebody is to say so.
std::string ArrivalText(const HeldAlert& alert, const console::LocalTime& london) {
  if (alert.arrival != v1::ARRIVAL_UNSPECIFIED) return std::string(model::Word(alert.arrival));
  const auto due = ArrivalDue(alert);
  return due ? "say by " + london.Format(*due) : "-";
}

std::string AlertsTable(const Inbox& inbox, const console::LocalTime& london) {
  if (inbox.alerts.empty()) return "No alerts.\n";
  console::Table table(
      {"ID", "STATE", "SHOWN FROM", "DEADLINE", "LEFT", "LATE", "THE CHILD", "CALL CODE"});
  bool may_be_called = false;
  for (const HeldAlert& alert : inbox.alerts) {
    const bool open = !OverAt(alert);
    // Once it is acknowledged, about the child's coming, or about what the school has said back.
    const bool called =
        open || (StateOf(alert) == v1::ALERT_STATE_ACKNOWLEDGED && !IsExpired(alert, inbox.now));
    may_be_called |= called;
    const model::CallCode code = model::CallCodeOf(alert.newest.alert_id);
    table.Add({ShortId(alert.newest.alert_id), StateText(alert), london.Format(alert.show_from),
               london.Format(alert.deadline), open ? TimeLeft(alert.deadline, inbox.now) : "-",
               LateText(alert, inbox.now), ArrivalText(alert, london),
               called ? code.of_officer + " " + code.of_school : "-"});
  }
  if (!may_be_called) return table.ToString();
  return table.ToString() +
         "\nIf the police telephone: they read out the first half of the call code, you the "
         "second.\n"
         "Where theirs is another, ring off.\n";
}

nlohmann::ordered_json ToJson(const link::Person& person) {
  return {{"recipient_id", person.id.value()},
          {"role", model::Word(person.role)},
          {"display_name", person.display_name}};
}

nlohmann::ordered_json ToJson(const link::Notice& notice) {
  nlohmann::ordered_json json = {
      {"notice", Word(notice.kind)}, {"at", Rfc3339(notice.at)}, {"person", ToJson(notice.person)}};
  if (!notice.log.empty()) json["log"] = notice.log;
  return json;
}

nlohmann::ordered_json ToJson(const RefusedReceipt& refused) {
  return {{"alert_id", refused.receipt.about.alert_id.value()},
          {"receipt", model::Word(refused.receipt.kind)},
          {"signer_id", refused.receipt.signer.value()},
          {"outcome", v1::ReceiptOutcome_Name(refused.outcome)},
          {"at", Rfc3339(refused.answered_at)}};
}

std::string Dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

InboxWords WordsOf(const Inbox& inbox, const console::LocalTime& london) {
  InboxWords words;
  if (inbox.simulated_clock && !inbox.time_known) {
    words.standing.emplace_back(
        "The broker's clock is simulated, and it has not said yet what time it is there: nothing "
        "is shown before it has.");
  } else if (inbox.simulated_clock) {
    words.standing.push_back("The broker's clock is simulated: it is " + london.Format(inbox.now) +
                             " there.");
  }
  if (inbox.wrong_clock) {
    words.standing.emplace_back(
        "This machine's clock is wrong and the broker has not been reached: an alert may wait here "
        "that is not shown yet. Set the clock, or connect to the network.");
  }
  if (!inbox.daemon_running) {
    words.standing.emplace_back(
        "The daemon is not running: nothing new comes in and nothing goes out. Start it with "
        "firstbell-school run.");
  } else if (inbox.link_standing && IsTrouble(*inbox.link_standing, inbox.now)) {
    words.standing.push_back(LinkText(*inbox.link_standing, london));
  }
  for (const link::Notice& notice : inbox.notices) {
    words.notices.push_back(NoticeText(notice, london));
  }
  for (const RefusedReceipt& refused : inbox.refused) {
    words.notices.push_back(RefusedText(refused, london));
  }
  return words;
}

std::string InboxText(const Inbox& inbox, const console::LocalTime& london) {
  const InboxWords words = WordsOf(inbox, london);
  Page notices;
  for (const std::string& text : words.standing) notices.Paragraph(text);
  for (const std::string& text : words.notices) notices.Bullet(text);
  std::string text = notices.text();
  if (!text.empty()) text += '\n';
  text += AlertsTable(inbox, london);
  if (inbox.unanswered > 0) {
    text += '\n' + std::to_string(inbox.unanswered) +
            (inbox.unanswered == 1 ? " receipt waits" : " receipts wait") +
            " for the broker to confirm.\n";
  }
  return text;
}

std::string InboxJson(const Inbox& inbox) {
  nlohmann::ordered_json json = {{"now", Rfc3339(inbox.now)},
                                 {"simulated_clock", inbox.simulated_clock},
                                 {"wrong_clock", inbox.wrong_clock},
                                 {"daemon_running", inbox.daemon_running},
                                 {"unconfirmed_receipts", inbox.unanswered}};
  if (inbox.link_standing) json["link"] = ToJson(*inbox.link_standing);
  json["alerts"] = nlohmann::ordered_json::array();
  json["notices"] = nlohmann::ordered_json::array();
  json["refused_receipts"] = nlohmann::ordered_json::array();
  for (const HeldAlert& alert : inbox.alerts) json["alerts"].push_back(FactsJson(alert, inbox.now));
  for (const link::Notice& notice : inbox.notices) json["notices"].push_back(ToJson(notice));
  for (const RefusedReceipt& refused : inbox.refused) {
    json["refused_receipts"].push_back(ToJson(refused));
  }
  return Dump(json);
}

std::string LinkText(const LinkStanding& standing, const console::LocalTime& london) {
  const std::string since = london.Format(standing.since);
  if (standing.state == LinkState::kRefused) {
    return "The broker refuses this device since " + since + " (" + standing.why +
           "): no alert comes in and nothing that is signed here goes out. Telephone your operator "
           "now; until it is settled, ask the force by telephone what waits.";
  }
  return "No link to the broker since " + since +
         ": no alert comes in, and what is acknowledged here is not known outside. Check this "
         "machine's network. If the link is not back before school, telephone your operator, and "
         "the force for what waits.";
}

nlohmann::ordered_json FactsJson(const HeldAlert& alert, absl::Time now) {
  nlohmann::ordered_json json = {{"alert_id", alert.newest.alert_id.value()},
                                 {"revision", alert.newest.revision},
                                 {"state", model::Word(StateOf(alert))},
                                 {"shown_from", Rfc3339(alert.show_from)},
                                 {"deadline", Rfc3339(alert.deadline)}};
  const auto over_at = OverAt(alert);
  if (!over_at) json["minutes_left"] = MinutesLeft(alert.deadline, now);
  const bool acknowledged = StateOf(alert) == v1::ALERT_STATE_ACKNOWLEDGED;
  if (over_at) json[acknowledged ? "acknowledged_at" : "ended_at"] = Rfc3339(*over_at);
  if (alert.ended && !alert.ended->acknowledged_by.empty()) {
    json["acknowledged_by"] = alert.ended->acknowledged_by.value();
  }
  if (!over_at || (acknowledged && !IsExpired(alert, now))) {
    const model::CallCode code = model::CallCodeOf(alert.newest.alert_id);
    json["call_code"] = {{"police", code.of_officer}, {"school", code.of_school}};
  }
  json["late"] = IsLate(alert, now);
  json["expired"] = IsExpired(alert, now);
  if (IsAsked(alert)) json["asks"] = "is_it_your_pupil";
  if (!alert.offered_to.empty()) {
    json["offered"] = {{"to", alert.offered_to}, {"by", alert.offered_by}};
  }
  if (alert.ours_at) json["ours_at"] = Rfc3339(*alert.ours_at);
  if (alert.refused_at) json["refused_at"] = Rfc3339(*alert.refused_at);
  if (alert.arrival != v1::ARRIVAL_UNSPECIFIED) json["arrival"] = model::Word(alert.arrival);
  if (const auto due = ArrivalDue(alert)) json["arrival_due"] = Rfc3339(*due);
  return json;
}

std::string StateText(const HeldAlert& alert) {
  std::string text(model::Word(StateOf(alert)));
  if (alert.ended && !alert.ended_by.empty()) text += " by " + alert.ended_by;
  if (alert.ended && model::TakenBack(alert.ended->state)) return text + ", destroyed here";
  if (alert.refused_at) return "refused here";
  if (IsAsked(alert)) return "your pupil?";
  if (alert.part == v1::PART_IDENTITY) return "yours, on its way";
  if (!alert.offered_to.empty() && !OverAt(alert)) {
    return text + ", " + alert.offered_by + " asks " + alert.offered_to + " to take it over";
  }
  if (alert.newest.revision > 1 && !alert.opened_at && !OverAt(alert)) text += ", corrected";
  return text;
}

std::string ShortId(const base::AlertId& id) {
  return id.value().substr(0, kShortIdCharacters);
}

std::string TimeLeft(absl::Time deadline, absl::Time now) {
  const std::int64_t minutes = MinutesLeft(deadline, now);
  const std::int64_t hours = minutes / 60;
  if (hours == 0) return std::to_string(minutes) + " min";
  if (hours < 24) return std::to_string(hours) + " h " + std::to_string(minutes % 60) + " min";
  return std::to_string(hours / 24) + " d " + std::to_string(hours % 24) + " h";
}

}  // namespace firstbell::school
