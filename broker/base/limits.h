#pragma once

// Every bound of the system, in one place, each with its unit. Who reaches one gets an error that
// names it.

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace firstbell::limits {

// An incident.
inline constexpr std::size_t kChildrenPerIncident = 50;
inline constexpr std::size_t kPartiesPerIncident = 50;
inline constexpr std::size_t kEstablishmentsPerChild = 8;
inline constexpr std::size_t kReferenceBytes = 64;
inline constexpr std::size_t kNameBytes = 200;       // of each name
inline constexpr std::size_t kShortTextBytes = 500;  // a line: place, nature, relationship, need
inline constexpr std::size_t kAccountBytes = 16 * 1024;
inline constexpr std::size_t kListItems = 20;  // of each repeated text
inline constexpr int kOldestAge = 25;          // of a child, as it was heard
inline constexpr std::size_t kIncidentBytes = 1024 * 1024;
// Faulty fields named in one answer, which travels in gRPC's trailers of 8 KiB; more are counted.
inline constexpr std::size_t kViolationsNamed = 32;

// gRPC.
inline constexpr std::size_t kMessageBytes = 8 * 1024 * 1024;
inline constexpr std::uint32_t kDefaultPageSize = 50;
inline constexpr std::uint32_t kMaxPageSize = 500;
inline constexpr std::size_t kWorkers = 64;         // intake calls that wait for one synced write
inline constexpr std::size_t kQueuedCalls = 4096;   // waiting for a worker; more are refused
inline constexpr std::size_t kStreamInFlight = 64;  // unanswered incidents of one stream
inline constexpr std::size_t kWatchersPerCaller = 2'500;  // open WatchIncident calls
inline constexpr std::size_t kWatchers = 10'000;          // of all callers
inline constexpr int kCallsPerConnection = 2048;  // open at once; the client keeps more waiting
inline constexpr std::size_t kSubmitStreamsPerCaller = 32;
inline constexpr std::size_t kSubmitStreams = 2048;  // of all callers
inline constexpr std::size_t kEntriesReadersPerCaller = 16;
inline constexpr std::size_t kEntriesReaders = 256;          // of all callers; each holds a page
inline constexpr absl::Duration kDrain = absl::Seconds(20);  // SIGTERM to exit
inline constexpr absl::Duration kReloadCertificates = absl::Seconds(10);  // looks for new ones
inline constexpr absl::Duration kPulse = absl::Seconds(30);  // no worker came free: not alive
inline constexpr std::size_t kMetricsThreads = 2;
inline constexpr absl::Duration kDrainUnclear = absl::Seconds(2);  // where nothing can be kept

// Imports.
inline constexpr std::size_t kSchoolsPerImport = 1000;
inline constexpr std::size_t kPredecessorsPerSchool = 64;  // over any number of steps
inline constexpr std::size_t kDateRanges = 400;            // of one kind in one calendar
inline constexpr std::size_t kCalendarsPerImport = 500;
inline constexpr int kCalendarDays = 400;                            // shown at once
inline constexpr std::size_t kCalendarFileBytes = 16 * 1024 * 1024;  // of iCalendar, unpacked
inline constexpr std::size_t kCalendarEvents = 20'000;
inline constexpr std::size_t kEventLines = 1000;  // of one event, dates and names
inline constexpr std::size_t kPupilsPerRoll = 20'000;
inline constexpr std::size_t kImportLineBytes = 64 * 1024;

// Ladders.
inline constexpr std::size_t kRungs = 12;                       // of one
inline constexpr absl::Duration kCallAgain = absl::Hours(168);  // within so long

// Wake-ups.
inline constexpr std::size_t kWakeUpAddresses = 8;  // of one school
inline constexpr std::size_t kEmailBytes = 254;     // RFC 5321, 4.5.3.1.3, less its brackets
inline constexpr std::size_t kWebhookBytes = 512;
// What is shown later than this, farther away than any weekend: people hear at once that it waits.
inline constexpr absl::Duration kWaitsLong = absl::Hours(72);
inline constexpr absl::Duration kWakeUpTried = absl::Hours(2);  // after the deadline
// That have ended: longer than an alert waits over a summer. A calendar that changes under it asks
// for its occasions again.
inline constexpr absl::Duration kWakeUpsKept = absl::Hours(24 * 60);
inline constexpr std::size_t kMailsAtOnce = 4;
inline constexpr std::size_t kWebhooksAtOnce = 32;
inline constexpr std::size_t kWebhookAnswerBytes = 16 * 1024;  // read, and thrown away

// Matching.
inline constexpr std::size_t kPupilsPerBlock = 16'384;  // looked at; a larger one makes a case
inline constexpr std::size_t kPupilsCompared = 32;      // of those found, the most promising
inline constexpr std::size_t kCandidates = 5;           // shown to who decides a case
// Two schools that claim a child within so long: neither is the earlier one.
inline constexpr absl::Duration kClaimsTogether = absl::Hours(24);

// The review desk, of one officer. A force has 50 to 160 notices a day; a part of them comes here.
inline constexpr std::size_t kLooksPerHour = 60;
inline constexpr std::size_t kLooksPerDay = 300;
inline constexpr std::size_t kCasesLeftUndecided = 20;  // looked at in an hour: the alarm
inline constexpr std::size_t kDecidedCasesSeen = 10;    // looked at again in an hour: the alarm

// The store.
inline constexpr std::size_t kCommitGroup = 256;                    // verbs in one synced write
inline constexpr std::size_t kCommitGroupBytes = 64 * 1024 * 1024;  // about; one verb may exceed it
inline constexpr std::uint64_t kDiskReserveBytes = 64 * 1024 * 1024;  // less free: no more writes
inline constexpr std::size_t kRecipientsPerSchool = 64;

// People at a school.
inline constexpr absl::Duration kConfirmedFor = absl::Hours(24 * 30);  // since they signed anything
inline constexpr absl::Duration kLinkedWithin =
    absl::Hours(1);  // how exactly a link's time is kept
inline constexpr int kAwayDays = 366;
// When schools are looked at that may not hear of an alert in the morning, local times: the day
// before it is shown, and that day.
inline constexpr absl::Duration kEveningLook = absl::Hours(18);
inline constexpr absl::Duration kMorningLook = absl::Minutes(6 * 60 + 30);
inline constexpr std::size_t kDirectLines = 8;  // of one school

// What a school says back.
inline constexpr std::size_t kReplyCharacters = 1000;
inline constexpr std::size_t kReplyBytes = 8 * 1024;  // sealed
inline constexpr std::size_t kRepliesRead = 200;      // of one alert, in one answer
// Of one signer about one alert: replies, offers, and what they say of the child, together.
inline constexpr std::uint32_t kRepeatedStatements = 100;
inline constexpr std::size_t kDeskCertificateBytes = 4 * 1024;
inline constexpr absl::Duration kDeskCertificateLife = absl::Hours(24 * 365 * 3);

// The delivery log.
inline constexpr absl::Duration kIntegrateEvery = absl::Milliseconds(500);
inline constexpr std::size_t kEntriesIntegrated = 65'536;  // in one step
inline constexpr std::size_t kAuditorBudget = 2'000;       // of one auditor's day
inline constexpr std::size_t kRowsLookedAt = 20'000;       // for one page of a filtered list
inline constexpr std::size_t kProofsPerCall = 256;
inline constexpr int kStatisticsDays = 366 * 5;  // in one answer
// A checkpoint that witnesses have not signed in time gives way to a newer one.
inline constexpr absl::Duration kAwaitWitnesses = absl::Minutes(1);
// One that enough of them have signed still waits for the others; they look every five seconds.
inline constexpr absl::Duration kAwaitOtherWitnesses = absl::Seconds(10);
inline constexpr std::size_t kLogListenerThreads = 4;

// Enrolment.
inline constexpr absl::Duration kEnrolmentCodeLife = absl::Hours(24);
inline constexpr absl::Duration kCertificateLife = absl::Hours(24 * 365);  // of those who enrol
inline constexpr absl::Duration kCallerCertificateLife = absl::Hours(24 * 90);
inline constexpr std::uint32_t kEnrolFailuresPerMinute = 30;  // of one caller's network
inline constexpr std::uint32_t kEnrolFailuresPerMinuteOfAll = 60'000;

// The school link.
inline constexpr std::size_t kFrameBytes = 2 * 1024 * 1024;
inline constexpr std::size_t kReceiptsPerBatch = 256;
inline constexpr std::size_t kHoldingsNamed = 1000;
inline constexpr std::size_t kEndedPushed = 32;  // to a device that missed them, newest first
inline constexpr absl::Duration kHoldingsEvery = absl::Minutes(10);
inline constexpr std::size_t kPeopleAsked = 512;  // of whom a device asks what the log says
inline constexpr int kSendHighWaterMark = 64;     // frames queued to one link
inline constexpr int kLinkBacklog = 4096;
inline constexpr absl::Duration kResendAfter = absl::Seconds(30);
inline constexpr absl::Duration kSentAfter = absl::Seconds(2);  // pushed and not yet received
inline constexpr absl::Duration kSealingLife = absl::Hours(24 * 30);

// From the bell, or from when it was acknowledged, until a school is to have said that the child of
// an alert has come.
inline constexpr absl::Duration kRegistration = absl::Minutes(30);

// Answers to "is this your pupil?". An answer sooner after opening it is flagged, and so are so
// many of one person within so long.
inline constexpr absl::Duration kHastyAnswer = absl::Seconds(3);
inline constexpr std::size_t kAnswersInARow = 10;
inline constexpr absl::Duration kAnswersWithin = absl::Minutes(10);
// From when a breach is known until the Information Commissioner is to have heard of it.
inline constexpr absl::Duration kReportBreach = absl::Hours(72);

}  // namespace firstbell::limits
