// firstbell-admin wake-ups set|clear|show|list|test.

#include <memory>

#include "broker/base/limits.h"
#include "broker/model/wake_up.h"
#include "clients/admin/commands.h"
#include "clients/console/local_time.h"
#include "clients/console/output.h"

namespace firstbell::admin {
namespace {

using console::Exit;

struct WakeUpOptions {
  std::string urn;
  std::vector<std::string> emails, webhooks;
  bool bounced = false;
};

void AddAddress(v1::WakeUpKind kind, const std::string& value, v1::SetWakeUpsRequest& request) {
  v1::WakeUpAddress& address = *request.add_addresses();
  address.set_kind(kind);
  address.set_value(value);
}

base::Result<Exit> Send(console::App& app, const Where& where,
                        const v1::SetWakeUpsRequest& request) {
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const v1::SetWakeUpsResponse answer, door->SetWakeUps(request));
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
    return Exit::kDone;
  }
  const int count = request.addresses_size();
  if (count == 0) {
    app.out() << "School " << request.urn() << " is not woken any more\n";
    return Exit::kDone;
  }
  app.out() << "School " << request.urn() << " is woken at " << count
            << (count == 1 ? " address" : " addresses") << "\n";
  if (!answer.webhook_secret().empty()) {
    app.out() << "Secret of its webhooks: " << answer.webhook_secret() << "\n";
    app.err() << "The secret is shown this once. With it the school checks that a call comes from "
                 "here; hand it over by a safe way.\n";
  }
  app.err() << "Try it: firstbell-admin wake-ups test " << request.urn() << "\n";
  return Exit::kDone;
}

base::Result<Exit> Set(console::App& app, const Where& where, const WakeUpOptions& options) {
  if (options.emails.empty() && options.webhooks.empty()) {
    return console::UsageError(
        "say where: --email ADDRESS or --webhook URL, each as often as "
        "needed; or firstbell-admin wake-ups clear URN");
  }
  v1::SetWakeUpsRequest request;
  FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
  request.set_urn(urn.value());
  for (const std::string& value : options.emails) {
    AddAddress(v1::WAKE_UP_KIND_EMAIL, value, request);
  }
  for (const std::string& value : options.webhooks) {
    AddAddress(v1::WAKE_UP_KIND_WEBHOOK, value, request);
  }
  return Send(app, where, request);
}

base::Result<Exit> Clear(console::App& app, const Where& where, const WakeUpOptions& options) {
  v1::SetWakeUpsRequest request;
  FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
  request.set_urn(urn.value());
  return Send(app, where, request);
}

std::string Last(const v1::WakeUpWay& way, const console::LocalTime& london) {
  switch (way.last()) {
    case v1::WAKE_UP_OUTCOME_UNSPECIFIED:
      return "nothing yet";
    case v1::WAKE_UP_OUTCOME_LATER:
      return "not now, tried again, " + london.Format(way.last_at());
    case v1::WAKE_UP_OUTCOME_GIVEN_UP:
      return "given up, " + london.Format(way.last_at());
    default:
      return std::string(model::Word(way.last())) + ", " + london.Format(way.last_at());
  }
}

void AddRows(const v1::SchoolWakeUps& school, const console::LocalTime& london,
             console::Table& table) {
  for (const v1::WakeUpWay& way : school.ways()) {
    table.Add({std::to_string(school.urn()), std::string(model::Word(way.address().kind())),
               console::Printable(way.address().value()), Last(way, london)});
  }
}

console::Table NewTable() {
  return console::Table({"URN", "WAY", "ADDRESS", "LAST WAKE-UP"});
}

base::Result<Exit> Show(console::App& app, const Where& where, const WakeUpOptions& options) {
  v1::GetWakeUpsRequest request;
  FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
  request.set_urn(urn.value());
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const v1::SchoolWakeUps school, door->GetWakeUps(request));
  if (app.json()) {
    app.out() << console::ToJson(school) << "\n";
    return Exit::kDone;
  }
  if (school.ways().empty()) {
    app.out() << "The school is not woken: firstbell-admin wake-ups set " << urn.value()
              << " --email ADDRESS\n";
    return Exit::kDone;
  }
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  console::Table table = NewTable();
  AddRows(school, london, table);
  app.out() << table.ToString();
  if (school.waiting() > 0) app.out() << school.waiting() << " still to be sent\n";
  if (school.cannot_be_woken()) {
    app.out() << "None of its addresses can be reached: telephone the school\n";
  }
  return Exit::kDone;
}

base::Result<Exit> List(console::App& app, const Where& where, const WakeUpOptions& options) {
  v1::ListWakeUpsRequest request;
  request.set_only_failing(options.bounced);
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  console::Table table = NewTable();
  do {
    FB_ASSIGN_OR_RETURN(const auto page, door->ListWakeUps(request));
    for (const v1::SchoolWakeUps& school : page.schools()) {
      if (app.json()) app.out() << console::ToJson(school) << "\n";
      AddRows(school, london, table);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (app.json()) return Exit::kDone;
  if (table.empty()) {
    app.out() << (options.bounced ? "Every school that is woken can be reached\n"
                                  : "No school is woken yet: firstbell-admin wake-ups set URN "
                                    "--email ADDRESS\n");
  } else {
    app.out() << table.ToString();
  }
  return Exit::kDone;
}

base::Result<Exit> Test(console::App& app, const Where& where, const WakeUpOptions& options) {
  v1::TestWakeUpsRequest request;
  FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
  request.set_urn(urn.value());
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const v1::TestWakeUpsResponse answer, door->TestWakeUps(request));
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
  } else {
    app.out() << "On the way to " << answer.queued()
              << (answer.queued() == 1 ? " address" : " addresses")
              << "; in a moment: firstbell-admin wake-ups show " << urn.value() << "\n";
  }
  return Exit::kDone;
}

void AddUrn(CLI::App& command, WakeUpOptions& options) {
  command.add_option("URN", options.urn, "The school")->required();
}

void AddSet(console::App& app, CLI::App& group, Where& where,
            const std::shared_ptr<WakeUpOptions>& options) {
  CLI::App& set = app.Command(
      group, "set", "Where a school is told, in place of what was set before",
      "  firstbell-admin wake-ups set 100000 --email dsl@school.example --data DIR\n"
      "  firstbell-admin wake-ups set 100000 --email dsl@school.example \\\n"
      "    --email office@school.example --webhook https://hooks.example/school \\\n"
      "    --broker localhost:7443 --identity op\n\n"
      "At each rung of people (ladder show), and in the holidays once an alert has come, each\n"
      "address is told that Firstbell holds something for the school: no name, no place, no\n"
      "reference, no number. It is a nudge and no alert: what waits is read on the school's\n"
      "machine, and who has acknowledged everything is left in peace. It may come twice.\n\n"
      "A webhook is called by POST with {\"event\":\"something_waits\"} and the header\n"
      "Firstbell-Signature, made with the school's secret. The secret is shown once, whenever the\n"
      "school's webhooks change. Redirects are not followed, private networks not called.\n\n"
      "E-mail needs a mail server: [wake_ups] in broker.toml.\n",
      [&app, &where, options] { return Set(app, where, *options); });
  AddUrn(set, *options);
  set.add_option("--email", options->emails,
                 "A plain address, at most " + std::to_string(limits::kWakeUpAddresses) +
                     " with the webhooks")
      ->type_name("ADDRESS");
  set.add_option("--webhook", options->webhooks, "https://host/path")->type_name("URL");
}

}  // namespace

void AddWakeUps(console::App& app, Where& where) {
  const auto options = std::make_shared<WakeUpOptions>();
  CLI::App& group =
      app.Group("wake-ups", "How a school is told that something waits, and never more");
  AddSet(app, group, where, options);
  AddUrn(app.Command(group, "clear", "A school is not woken any more",
                     "  firstbell-admin wake-ups clear 100000 --data DIR\n",
                     [&app, &where, options] { return Clear(app, where, *options); }),
         *options);
  AddUrn(app.Command(group, "show", "A school's addresses, and how the last wake-up to each went",
                     "  firstbell-admin wake-ups show 100000 --data DIR\n\n"
                     "Delivered: the mail server, or the webhook, took it. Bounced: there is no\n"
                     "such mailbox, or no such webhook. Given up: it could not be delivered until\n"
                     "two hours past the deadline.\n",
                     [&app, &where, options] { return Show(app, where, *options); }),
         *options);
  CLI::App& list = app.Command(
      group, "list", "The schools that are woken, those that cannot be first",
      "  firstbell-admin wake-ups list --data DIR\n"
      "  firstbell-admin wake-ups list --bounced --broker localhost:7443 --identity op\n",
      [&app, &where, options] { return List(app, where, *options); });
  list.add_flag("--bounced", options->bounced,
                "Only those with an address that bounced or was given up");
  AddUrn(app.Command(group, "test", "Wake a school now, whether or not anything waits there",
                     "  firstbell-admin wake-ups test 100000 --broker localhost:7443 "
                     "--identity op\n\n"
                     "It says what every wake-up says; tell the school before.\n",
                     [&app, &where, options] { return Test(app, where, *options); }),
         *options);
}

}  // namespace firstbell::admin
