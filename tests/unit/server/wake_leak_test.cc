// From a force's incident to a school's mailbox: not a word of the incident is in what the mail
// server or the webhook hears.

#include <gmock/gmock.h>

#include <csignal>
#include <regex>

#include "broker/dispatch/climber.h"
#include "broker/server/wake_sender.h"
#include "tests/support/world.h"
#include "tests/unit/server/wake_calls.h"

namespace firstbell::server {
namespace {

using support::kPrimary;
using testing::HasSubstr;
using testing::IsEmpty;

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::set<std::string> WordsOf(const std::string& text) {
  static const std::regex word("[a-z0-9\x80-\xff]{3,}");
  const std::string lower = Lower(text);
  return {std::sregex_token_iterator(lower.begin(), lower.end(), word), {}};
}

// Every value that the force sent, of whatever field.
void AddValues(const google::protobuf::Message& message, std::string& values) {
  const auto* reflection = message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == field->CPPTYPE_MESSAGE) {
        AddValues(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                       : reflection->GetMessage(message, field),
                  values);
      } else if (field->cpp_type() == field->CPPTYPE_STRING) {
        values += " " + (field->is_repeated() ? reflection->GetRepeatedString(message, field, i)
                                              : reflection->GetString(message, field));
      }
    }
  }
}

TEST(WakeUpLeaks, NotAWordOfTheIncidentReachesAMailServerOrAWebhook) {
  std::signal(SIGPIPE, SIG_IGN);
  const PeerAuthority authority;
  const Peer mail(authority, "mail_server.py", {"localhost"}, {"--tls", "starttls"});
  const Peer hook(authority, "hook_server.py", {"localhost"});
  support::World world;
  ASSERT_TRUE(world.memory
                  .SetWakeUps(kPrimary,
                              {MailTo("dsl@mailbox.example").address, HookAt(hook, "/ok").address},
                              base::Redacted<std::string>(std::string("a secret")), {})
                  .ok());
  const v1::Incident incident = support::IncidentOf("42FB/007731/26");
  const auto alerts = world.AlertsOf(world.Submit(incident));
  ASSERT_EQ(alerts.size(), 1u);
  world.clock.Set(alerts[0].show_from);
  dispatch::Climber climber(world.store, world.ladders, world.calendar, nullptr);
  ASSERT_TRUE(climber.Run(world.clock.Now()).ok());
  auto config = support::MailThrough(authority, mail, "smtp");
  config.webhook_ca_file = authority.ca_file();
  config.private_webhooks = true;
  const auto sender = WakeSender::Make(config, TestReceivers::kUnknown).value();
  dispatch::Waker waker(world.store, *sender);
  EXPECT_EQ(waker.Run(world.clock.Now())->delivered, 2u);

  std::string values;
  AddValues(incident, values);
  const model::School school = world.memory.GetSchool(kPrimary)->school;
  for (const std::string& text :
       {alerts[0].id.value(), alerts[0].incident_id.value(), alerts[0].force.value(),
        kPrimary.ToString(), school.name, school.town, school.postcode}) {
    values += " " + text;
  }
  std::set<std::string> secret = WordsOf(values);
  ASSERT_GT(secret.size(), 20u) << values;
  // What the message says to everyone.
  for (const char* said : {"school", "the", "and", "for", "that"}) secret.erase(said);
  std::vector<std::string> leaked;
  const std::set<std::string> heard = WordsOf(mail.Transcript() + hook.Transcript());
  EXPECT_THAT(mail.Transcript(), HasSubstr("Subject: Firstbell holds something"));
  EXPECT_THAT(hook.Transcript(), HasSubstr("something_waits"));
  std::set_intersection(secret.begin(), secret.end(), heard.begin(), heard.end(),
                        std::back_inserter(leaked));
  EXPECT_THAT(leaked, IsEmpty());
}

}  // namespace
}  // namespace firstbell::server
