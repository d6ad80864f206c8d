// firstbell-admin log …: the keys of the delivery log, erasure, and a new beginning.

#include <memory>

#include "broker/audit/checkpoint.h"
#include "broker/audit/key_digits.h"
#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "broker/registry/broker_clock.h"
#include "broker/registry/log_keys.h"
#include "clients/admin/commands.h"
#include "clients/admin/local_door.h"

namespace firstbell::admin {
namespace {

using console::Exit;
using model::Event;
using model::EventKind;

// A data directory that no broker has open, and its store.
struct Opened {
  registry::DataDirectory directory;
  std::unique_ptr<store::Store> store;
  store::Identity identity;
  absl::Time now;
};

base::Status CheckData(const Where& where) {
  if (!where.data.empty()) return base::OkStatus();
  return console::UsageError(
      "--data DIR: this is done where the broker's keys are, and where it "
      "changes the log, the broker is stopped for it");
}

base::Result<Opened> Open(const Where& where) {
  FB_RETURN_IF_ERROR(CheckData(where));
  Opened opened;
  opened.directory = registry::At(where.data, where.keys);
  FB_ASSIGN_OR_RETURN(opened.store, OpenStore(opened.directory));
  FB_ASSIGN_OR_RETURN(opened.identity, opened.store->GetIdentity());
  FB_ASSIGN_OR_RETURN(const registry::BrokerClock clock, registry::OpenClock(*opened.store));
  opened.now = clock.clock->Now();
  return opened;
}

Event KeyEvent(EventKind kind, absl::Time now, const crypto::Ed25519Key& key) {
  return Event(kind, now).WithDigest("key_sha256", crypto::Sha256(key.PublicKey()));
}

// The key where a program may take it from, and what a person reads out beside it.
void SayKey(console::App& app, const audit::VerifierKey& key) {
  app.out() << key.ToString() << "\n";
  app.err() << "its digits, to be read out to a school that asks on the telephone: "
            << audit::KeyDigits(key) << "\n";
}

// A school asks while the broker runs and has the store open: a log that was ever signed is known
// by name beside its keys.
base::Result<std::string> OriginOf(const Where& where) {
  FB_RETURN_IF_ERROR(CheckData(where));
  FB_ASSIGN_OR_RETURN(const auto head, registry::ReadLogHead(registry::At(where.data, where.keys)));
  if (head) {
    FB_ASSIGN_OR_RETURN(const auto checkpoint, audit::ParseSignedCheckpoint(*head));
    return checkpoint.checkpoint.origin;
  }
  FB_ASSIGN_OR_RETURN(const Opened opened, Open(where));
  return opened.identity.origin;
}

base::Result<Exit> ShowKey(console::App& app, const Where& where) {
  FB_ASSIGN_OR_RETURN(const std::string origin, OriginOf(where));
  FB_ASSIGN_OR_RETURN(const registry::LogKeys keys,
                      registry::LoadLogKeys(registry::At(where.data, where.keys)));
  SayKey(app, registry::VerifierOf(keys.signing.front(), origin));
  return Exit::kDone;
}

base::Result<Exit> RotateKey(console::App& app, const Where& where) {
  FB_ASSIGN_OR_RETURN(const Opened opened, Open(where));
  FB_ASSIGN_OR_RETURN(const std::string note,
                      registry::AddLogKey(opened.directory, opened.identity.origin));
  FB_ASSIGN_OR_RETURN(const registry::LogKeys keys, registry::LoadLogKeys(opened.directory));
  // If we die before this, the note of both keys says it all the same.
  FB_RETURN_IF_ERROR(opened.store->AppendEvents(
      {KeyEvent(EventKind::kLogKeyAdded, opened.now, keys.signing.front())}));
  app.out() << note;
  app.err()
      << "from the next start on both keys sign. Publish the note above and the new key; once "
         "auditors and schools have had weeks to learn of it: firstbell-admin log retire-key\n";
  return Exit::kDone;
}

base::Result<Exit> RetireKey(console::App& app, const Where& where) {
  FB_ASSIGN_OR_RETURN(const Opened opened, Open(where));
  FB_ASSIGN_OR_RETURN(const registry::LogKeys keys, registry::LoadLogKeys(opened.directory));
  FB_RETURN_IF_ERROR(registry::CheckRetirable(keys));
  // If we die after this, the log says too early that the key signs no more, and once more when the
  // command is given again; the other way round it would never say so.
  FB_RETURN_IF_ERROR(opened.store->AppendEvents(
      {KeyEvent(EventKind::kLogKeyRetired, opened.now, keys.signing.back())}));
  FB_RETURN_IF_ERROR(registry::RetireLogKey(opened.directory));
  app.out() << "the key before signs no more, and is destroyed\n";
  return Exit::kDone;
}

// What the key directory remembers, and where that is lost, the store.
base::Result<std::optional<std::string>> LastSigned(const Opened& opened) {
  FB_ASSIGN_OR_RETURN(const auto head, registry::ReadLogHead(opened.directory));
  if (head) return head;
  FB_ASSIGN_OR_RETURN(const auto kept, opened.store->GetCheckpoint(store::CheckpointKind::kSigned));
  return kept ? std::optional(kept->note) : std::nullopt;
}

base::Result<Exit> BeginAnew(console::App& app, const Where& where, const std::string& origin) {
  if (!audit::ValidOrigin(origin)) {
    return console::UsageError("--origin: a name like firstbell.example/2027, without spaces or +");
  }
  FB_ASSIGN_OR_RETURN(const Opened opened, Open(where));
  Event event(EventKind::kLogBegunAnew, opened.now);
  event.WithDigest("origin_before_sha256", crypto::Sha256(opened.identity.origin));
  FB_ASSIGN_OR_RETURN(const auto head, LastSigned(opened));
  if (head) {
    FB_ASSIGN_OR_RETURN(const auto checkpoint, audit::ParseSignedCheckpoint(*head));
    event.WithNumber("size_before", static_cast<std::int64_t>(checkpoint.checkpoint.size))
        .WithDigest("root_before_sha256", checkpoint.checkpoint.root);
  }
  FB_RETURN_IF_ERROR(opened.store->BeginLogAnew(origin, {event}));
  // If we die before this, the broker refuses to start, and this command may be given once more for
  // yet another name.
  FB_RETURN_IF_ERROR(registry::ForgetLog(opened.directory));
  FB_ASSIGN_OR_RETURN(const registry::LogKeys keys, registry::LoadLogKeys(opened.directory));
  app.err() << "the delivery log is " << origin
            << " from now on, with a key of its own, which is printed here. Its first new entry "
               "says what the log before had signed last. Every school's machine alarms on it, and "
               "every auditor's program refuses it, until their people accept that key: tell them "
               "all why, by a way that they know, publish the key where they look for it, and keep "
               "its digits by the telephone. At a school it is accepted with firstbell-school log "
               "trust --log-key KEY, on each machine\n";
  SayKey(app, registry::VerifierOf(keys.signing.front(), origin));
  return Exit::kDone;
}

base::Result<Exit> Erase(console::App& app, const Where& where, const std::string& alert) {
  FB_ASSIGN_OR_RETURN(const Opened opened, Open(where));
  const auto tell = [&](absl::Span<const std::uint64_t> positions) {
    Event event(EventKind::kLogErased, opened.now);
    event.WithNumber("entries", static_cast<std::int64_t>(positions.size()))
        .WithPositions("positions", positions);
    return store::Events{event};
  };
  FB_ASSIGN_OR_RETURN(const std::uint64_t erased,
                      opened.store->EraseHistory(base::AlertId(alert), tell));
  if (erased == 0) return base::NotFound("the log has no events of this alert, or not any more");
  app.out() << erased << " events erased; the log's entries and its tree are whole\n";
  return Exit::kDone;
}

}  // namespace

void AddLog(console::App& app, Where& where) {
  CLI::App& group = app.Group("log", "The delivery log: its keys, erasure, a new beginning");
  app.Command(group, "show-key", "Print the public key by which auditors know the log",
              "  firstbell-admin log show-key --data DIR\n",
              [&app, &where] { return ShowKey(app, where); });
  app.Command(group, "rotate-key",
              "Make a further key that signs beside the one there is, and print the note of both",
              "  firstbell-admin log rotate-key --data DIR\n",
              [&app, &where] { return RotateKey(app, where); });
  app.Command(group, "retire-key", "Destroy the key before: the newer one signs alone",
              "  firstbell-admin log retire-key --data DIR\n",
              [&app, &where] { return RetireKey(app, where); });
  const auto origin = std::make_shared<std::string>();
  CLI::App& anew =
      app.Command(group, "begin-anew",
                  "After the newest data is lost for good: the log goes on under another name and "
                  "key, and says "
                  "what the one before had signed last",
                  "  firstbell-admin log begin-anew --data DIR --origin firstbell.example/2027\n",
                  [&app, &where, origin] { return BeginAnew(app, where, *origin); });
  anew.add_option("--origin", *origin, "Its new name")->required();
  const auto alert = std::make_shared<std::string>();
  CLI::App& erase = app.Command(
      group, "erase", "Erase what the log's entries about one alert commit to; the entries stay",
      "  firstbell-admin log erase 06f1h9t2m4qzv8c3k7w5x0y1ra --data DIR\n",
      [&app, &where, alert] { return Erase(app, where, *alert); });
  erase.add_option("ALERT", *alert, "The alert's id")->required();
}

}  // namespace firstbell::admin
