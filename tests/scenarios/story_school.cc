#include <algorithm>

#include "broker/model/alert.h"
#include "tests/scenarios/story.h"

namespace firstbell::scenarios {

namespace {

bool Over(const std::string& state) {
  return state == "acknowledged" || state == "redirected" || state == "withdrawn";
}

v1::RefusalReason RefusalOf(std::string words) {
  std::replace(words.begin(), words.end(), ' ', '_');
  for (int number = 1; number < v1::RefusalReason_ARRAYSIZE; ++number) {
    const auto reason = static_cast<v1::RefusalReason>(number);
    if (model::Word(reason) == words) return reason;
  }
  return v1::REFUSAL_REASON_UNSPECIFIED;
}

}  // namespace

base::Status Story::Sees(const std::string& school, std::size_t alerts, bool on_second_machine) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  FB_RETURN_IF_ERROR(world_.Settle());
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const SeenInbox inbox, world_.Inbox({urn, on_second_machine ? 2 : 1}));
    if (inbox.alerts.size() == alerts) return base::OkStatus();
    return Unexpected(std::to_string(alerts) + " alerts", std::to_string(inbox.alerts.size()));
  });
}

base::Status Story::HasToTake(const std::string& school, std::size_t alerts,
                              bool on_second_machine) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  FB_RETURN_IF_ERROR(world_.Settle());
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const SeenInbox inbox, world_.Inbox({urn, on_second_machine ? 2 : 1}));
    const auto open = std::count_if(inbox.alerts.begin(), inbox.alerts.end(),
                                    [](const auto& one) { return !Over(one.state); });
    if (static_cast<std::size_t>(open) == alerts) return base::OkStatus();
    return Unexpected(std::to_string(alerts) + " alerts to take", std::to_string(open));
  });
}

base::Status Story::IsWokenAt(const std::string& school, const std::string& mailbox) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  return world_.WakeAt(urn, mailbox);
}

base::Status Story::MailboxHolds(const std::string& mailbox, std::size_t messages) {
  std::vector<std::string> mail;
  FB_RETURN_IF_ERROR(Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(mail, world_.MailIn(mailbox));
    if (mail.size() == messages) return base::OkStatus();
    return Unexpected(std::to_string(messages) + " messages", std::to_string(mail.size()));
  }));
  std::vector<std::string> names;
  for (const auto& [name, urn] : schools_) names.push_back(name);
  for (const auto& [key, reported] : reports_) {
    for (const v1::Child& child : reported.incident.children()) {
      names.push_back(child.name().given_names());
      names.push_back(child.name().family_name());
    }
  }
  for (const std::string& message : mail) {
    for (const std::string& name : names) {
      if (message.find(name) != std::string::npos) return Unexpected("nothing of " + name, message);
    }
  }
  return base::OkStatus();
}

base::Status Story::Opens(const std::string& person, const std::string& school,
                          const std::string& child, const std::string& text) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  FB_ASSIGN_OR_RETURN(const base::RecipientId id, PersonOf(person, school));
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const base::AlertId alert, ShownAlert(urn, child));
    FB_ASSIGN_OR_RETURN(const std::string read, world_.Open(urn, id, alert));
    if (read.find(text) != std::string::npos) return base::OkStatus();
    return Unexpected("\"" + text + "\"", read);
  });
}

base::Status Story::CannotOpen(const std::string& person, const std::string& school,
                               const std::string& child, const std::string& text) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  FB_ASSIGN_OR_RETURN(const base::RecipientId id, PersonOf(person, school));
  FB_RETURN_IF_ERROR(world_.Settle());
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const base::AlertId alert, ShownAlert(urn, child));
    return FailsWith(world_.Open(urn, id, alert).status(), text);
  });
}

base::Status Story::ReadsNothingOf(const std::string& person, const std::string& school,
                                   const std::string& text) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  FB_ASSIGN_OR_RETURN(const base::RecipientId id, PersonOf(person, school));
  FB_RETURN_IF_ERROR(world_.Settle());
  FB_ASSIGN_OR_RETURN(const SeenInbox inbox, world_.Inbox({urn, 1}));
  for (const SeenAlert& alert : inbox.alerts) {
    FB_ASSIGN_OR_RETURN(const std::string read, world_.Open(urn, id, alert.id));
    if (read.find(text) != std::string::npos)
      return Unexpected("nothing of \"" + text + "\"", read);
  }
  return base::OkStatus();
}

base::Status Story::Acknowledges(const std::string& person, const std::string& school,
                                 const std::string& child, const std::string& handed_to) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  FB_ASSIGN_OR_RETURN(const base::RecipientId id, PersonOf(person, school));
  base::RecipientId colleague;
  if (!handed_to.empty()) {
    FB_ASSIGN_OR_RETURN(colleague, PersonOf(handed_to, school));
  }
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const base::AlertId alert, ShownAlert(urn, child));
    return world_.Acknowledge(urn, id, alert, colleague);
  });
}

base::Status Story::Says(const std::string& person, const std::string& school,
                         const std::string& child, const Saying& saying) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  FB_ASSIGN_OR_RETURN(const base::RecipientId id, PersonOf(person, school));
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const base::AlertId alert, ShownAlert(urn, child));
    return world_.Say(urn, id, alert, saying);
  });
}

base::Status Story::SaysOurs(const std::string& person, const std::string& school,
                             const std::string& child) {
  return Says(person, school, child, {.kind = v1::RECEIPT_KIND_OURS});
}

base::Status Story::Refuses(const std::string& person, const std::string& school,
                            const std::string& child, const std::string& reason) {
  return Says(person, school, child,
              {.kind = v1::RECEIPT_KIND_REFUSED, .refusal = RefusalOf(reason)});
}

base::Status Story::SaysArrival(const std::string& person, const std::string& school,
                                const std::string& child, const std::string& arrival) {
  return Says(person, school, child,
              {.kind = arrival == "seen"   ? v1::RECEIPT_KIND_SEEN
                       : arrival == "late" ? v1::RECEIPT_KIND_SEEN_LATE
                                           : v1::RECEIPT_KIND_ABSENT});
}

base::Status Story::Offers(const std::string& person, const std::string& school,
                           const std::string& child, const std::string& colleague) {
  FB_ASSIGN_OR_RETURN(const base::RecipientId id, PersonOf(colleague, school));
  return Says(person, school, child, {.kind = v1::RECEIPT_KIND_OFFERED, .colleague = id});
}

base::Status Story::Replies(const std::string& person, const std::string& school,
                            const std::string& child, const std::string& text) {
  return Says(person, school, child, {.kind = v1::RECEIPT_KIND_REPLIED, .text = text});
}

base::Status Story::IsAway(const std::string& person, const std::string& school,
                           const std::string& first, const std::string& last) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  FB_ASSIGN_OR_RETURN(const base::RecipientId id, PersonOf(person, school));
  v1::Duty duty;
  duty.mutable_away()->set_first(first);
  duty.mutable_away()->set_last(last);
  return world_.SayDuty(urn, id, duty);
}

base::Status Story::IsBack(const std::string& person, const std::string& school) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  FB_ASSIGN_OR_RETURN(const base::RecipientId id, PersonOf(person, school));
  return world_.SayDuty(urn, id, v1::Duty());
}

base::Status Story::CannotAcknowledge(const std::string& person, const std::string& school,
                                      const std::string& child, const std::string& text) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  FB_ASSIGN_OR_RETURN(const base::RecipientId id, PersonOf(person, school));
  FB_ASSIGN_OR_RETURN(const base::AlertId alert, ShownAlert(urn, child));
  return FailsWith(world_.Acknowledge(urn, id, alert, base::RecipientId()), text);
}

base::Result<base::AlertId> Story::ShownAlert(base::Urn urn, const std::string& child) {
  FB_ASSIGN_OR_RETURN(const SeenInbox inbox, world_.Inbox({urn, 1}));
  std::vector<base::AlertId> shown;
  for (const SeenAlert& alert : inbox.alerts) shown.push_back(alert.id);
  if (!child.empty()) {
    FB_ASSIGN_OR_RETURN(const auto notices, NoticesOf(child));
    std::erase_if(shown, [&](const base::AlertId& id) {
      return std::none_of(notices.begin(), notices.end(), [&](const v1::NoticeStatus& notice) {
        return notice.alert_id() == id.value();
      });
    });
  }
  if (shown.size() == 1) return shown.front();
  return Unexpected("one alert that is shown", std::to_string(shown.size()));
}

}  // namespace firstbell::scenarios
