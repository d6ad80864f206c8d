#include "clients/school/doctor.h"

#include <algorithm>
#include <utility>

namespace firstbell::school {
namespace {

constexpr std::uint64_t kMegabyte = 1024 * 1024;
constexpr std::uint64_t kLittleDisk = 500 * kMegabyte;
constexpr std::uint64_t kNoDisk = 50 * kMegabyte;
constexpr std::uint64_t kLittleLockable = 8 * kMegabyte;
constexpr absl::Duration kCertificateWarning = absl::Hours(24 * 30);
constexpr absl::Duration kClockTolerance = absl::Minutes(2);
constexpr absl::Duration kHeardWarning = absl::Hours(24 * 3);

std::string DaysText(absl::Duration duration) {
  const std::int64_t days = absl::ToInt64Hours(duration) / 24;
  return days == 1 ? "1 day" : std::to_string(days) + " days";
}

Finding Enrolment(const MachineFacts& facts) {
  if (facts.urn) return {"enrolment", Health::kGood, "enrolled for URN " + facts.urn->ToString()};
  return {"enrolment", Health::kBad,
          "this device is not enrolled: open the page, or run firstbell-school enrol with the "
          "operator's code"};
}

Finding Store(const MachineFacts& facts) {
  if (facts.store.ok()) return {"the store", Health::kGood, "whole"};
  return {"the store", Health::kBad, std::string(base::Message(facts.store))};
}

Finding Records(const MachineFacts& facts) {
  constexpr char kSubject[] = "what the school wrote down";
  if (facts.records.ok()) return {kSubject, Health::kGood, "whole"};
  return {kSubject, Health::kBad, std::string(base::Message(facts.records))};
}

Finding Disk(const MachineFacts& facts) {
  if (!facts.disk_free_bytes) {
    return {"the disk", Health::kWarning, "how much is free cannot be told"};
  }
  const std::string free = std::to_string(*facts.disk_free_bytes / kMegabyte) + " MB free";
  if (*facts.disk_free_bytes < kNoDisk) {
    return {"the disk", Health::kBad,
            free +
                ": alerts can soon not be kept, and what is not kept is not received. Free some "
                "now"};
  }
  if (*facts.disk_free_bytes < kLittleDisk) {
    return {"the disk", Health::kWarning, free + ": free some"};
  }
  return {"the disk", Health::kGood, free};
}

Finding Memory(const MachineFacts& facts) {
  if (!facts.lockable_bytes || *facts.lockable_bytes >= kLittleLockable) {
    return {"memory for keys", Health::kGood, "can be kept out of the swap"};
  }
  return {"memory for keys", Health::kWarning,
          "keys could reach the swap: raise LimitMEMLOCK= in the unit to 64M, or ulimit -l"};
}

Finding Clock(const MachineFacts& facts) {
  const bool wrong = facts.clock_ahead_of_broker &&
                     absl::AbsDuration(*facts.clock_ahead_of_broker) > kClockTolerance;
  if (wrong) {
    return {
        "the clock", Health::kBad,
        "this machine's clock is " +
            absl::FormatDuration(
                absl::Trunc(absl::AbsDuration(*facts.clock_ahead_of_broker), absl::Seconds(1))) +
            (*facts.clock_ahead_of_broker > absl::ZeroDuration() ? " ahead of" : " behind") +
            " the broker's. Switch on the time service (timedatectl set-ntp true); UDP port 123 "
            "to the time server must be allowed"};
  }
  if (facts.clock_synchronised) return {"the clock", Health::kGood, "kept by a time service"};
  return {"the clock", Health::kWarning,
          "no time service keeps it: after a restart without network an alert could be shown late. "
          "timedatectl set-ntp true"};
}

Finding Certificates(const MachineFacts& facts) {
  if (!facts.device_certificate_until) {
    return {"certificates", facts.urn ? Health::kBad : Health::kGood,
            facts.urn ? "this device's certificate does not read: enrol it anew" : "none yet"};
  }
  absl::Time until = *facts.device_certificate_until;
  for (const absl::Time each : facts.people_certificates_until) until = std::min(until, each);
  if (until <= facts.now) {
    return {"certificates", Health::kBad,
            "one has run out: ask the operator for new codes, and enrol anew"};
  }
  const std::string left = "the first runs out in " + DaysText(until - facts.now);
  if (until - facts.now > kCertificateWarning) return {"certificates", Health::kGood, left};
  return {"certificates", Health::kWarning, left + ": ask the operator for new codes"};
}

Finding Network(const MachineFacts& facts) {
  const std::string where = "the way to " + facts.broker;
  if (!facts.reach) return {"the network", Health::kGood, "nothing to reach yet"};
  switch (*facts.reach) {
    case Reach::kReached:
      return {"the network", Health::kGood, where + " is open"};
    case Reach::kNoName:
      return {
          "the network", Health::kBad,
          "the name in " + facts.broker +
              " is not resolved: check this machine's DNS server, and that it may resolve names "
              "outside the school"};
    case Reach::kRefused:
      return {"the network", Health::kBad,
              facts.broker +
                  " answers that nothing listens there: either a firewall says so in its place, or "
                  "the broker is down. Ask the operator"};
    case Reach::kNoAnswer:
      break;
  }
  return {"the network", Health::kBad,
          "no answer from " + facts.broker + " within " + absl::FormatDuration(kReachPatience) +
              ": allow outgoing TCP to that port from this machine, with no inspection (it is not "
              "HTTP and is encrypted end to end)." +
              (facts.proxy_configured
                   ? " A proxy is configured here: the link cannot go through it, and must go "
                     "past it."
                   : "")};
}

Finding Daemon(const MachineFacts& facts) {
  if (facts.daemon_running) return {"the daemon", Health::kGood, "runs"};
  return {"the daemon", Health::kBad,
          "does not run, so that nothing comes in: systemctl start firstbell-school, or "
          "firstbell-school run"};
}

Finding Page(const MachineFacts& facts) {
  if (!facts.page && !facts.daemon_running) {
    return {"the page", Health::kGood, "no daemon has served it yet"};
  }
  if (!facts.page) {
    return {"the page", Health::kWarning,
            "the daemon has not said whether it serves one: look at the disk, and start it again"};
  }
  if (facts.page->port == 0) return {"the page", Health::kGood, "none is served (--port 0)"};
  const std::string where = "http://127.0.0.1:" + std::to_string(facts.page->port) + "/";
  if (!facts.page->served) {
    return {"the page", Health::kBad,
            "the daemon could not have the port of " + where +
                " when it began (another program may have it), so that nobody reads alerts in a "
                "browser here: give firstbell-school run another (--port, or port in its file) "
                "and start it again"};
  }
  if (!facts.daemon_running) {
    return {"the page", Health::kWarning, "not served while the daemon does not run"};
  }
  if (facts.page_reach == Reach::kReached) return {"the page", Health::kGood, "at " + where};
  return {"the page", Health::kBad,
          "nothing answers at " + where +
              ": let this machine connect to itself there, or start the daemon again"};
}

Finding Link(const MachineFacts& facts) {
  if (facts.link && facts.link->state == LinkState::kRefused) {
    return {"the link", Health::kBad,
            "the broker refuses this device (" + facts.link->why + "): telephone the operator"};
  }
  if (!facts.heard) {
    return {"the link", facts.urn ? Health::kWarning : Health::kGood,
            "the broker has not been heard yet"};
  }
  const absl::Duration since = std::max(facts.now - *facts.heard, absl::ZeroDuration());
  const bool up = facts.daemon_running && facts.link && facts.link->state == LinkState::kUp;
  if (up) return {"the link", Health::kGood, "up"};
  const std::string text = "down; the broker was last heard " +
                           absl::FormatDuration(absl::Trunc(since, absl::Minutes(1))) + " ago";
  return {"the link", since < kHeardWarning ? Health::kWarning : Health::kBad,
          text + ": whatever is said above about network, clock and daemon comes first"};
}

}  // namespace

std::vector<Finding> Judge(const MachineFacts& facts) {
  return {Enrolment(facts), Store(facts), Records(facts),      Disk(facts),
          Memory(facts),    Clock(facts), Certificates(facts), Network(facts),
          Daemon(facts),    Page(facts),  Link(facts)};
}

Health Worst(const std::vector<Finding>& findings) {
  Health worst = Health::kGood;
  for (const Finding& finding : findings) worst = std::max(worst, finding.health);
  return worst;
}

}  // namespace firstbell::school
