#include "clients/school/records/bodies.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "broker/model/text.h"
#include "broker/sealing/identity_probe.h"

namespace firstbell::school {
namespace {

using nlohmann::json;

std::size_t Characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (c & 0xc0) != 0x80;
  return count;
}

base::Status CheckLength(std::string_view text, std::size_t most, const std::string& label) {
  if (Characters(text) <= most) return base::OkStatus();
  return base::InvalidArgument(label + ": at most " + std::to_string(most) + " characters");
}

base::Status CheckText(std::string_view text, std::size_t most, const std::string& label) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return base::InvalidArgument(label + ": say something");
  }
  return CheckLength(text, most, label);
}

base::Status CheckDay(const std::string& day, const std::string& label) {
  if (day.empty() || model::ParseDate(day)) return base::OkStatus();
  return base::InvalidArgument(label + ": a day, as 2026-03-09");
}

constexpr std::string_view kStages[] = {"plan", "done", "review"};

std::string Dump(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Members of an object, text by text; what is missing or of another type is damage.
class Reader {
 public:
  explicit Reader(const std::string& text) : json_(json::parse(text, nullptr, false)) {}

  std::string Text(const char* name) {
    const auto found = json_.is_object() ? json_.find(name) : json_.end();
    whole_ = whole_ && json_.is_object() && found != json_.end() && found->is_string();
    return whole_ ? found->get<std::string>() : "";
  }
  bool Flag(const char* name) {
    const auto found = json_.is_object() ? json_.find(name) : json_.end();
    whole_ = whole_ && json_.is_object() && found != json_.end() && found->is_boolean();
    return whole_ && found->get<bool>();
  }
  void Fail() { whole_ = false; }
  template <typename Body>
  base::Result<Body> Done(Body body) const {
    if (whole_) return body;
    return base::DataLoss("a record of the school does not read back: restore from a backup");
  }

 private:
  const json json_;
  bool whole_ = true;
};

}  // namespace

base::Status Check(const ChildBody& body) {
  FB_RETURN_IF_ERROR(CheckText(body.name, kMostNameCharacters, "The child's name"));
  FB_RETURN_IF_ERROR(CheckLength(body.form, kMostNameCharacters, "Year and class"));
  return CheckDay(body.born, "Date of birth");
}

base::Status Check(const ActionBody& body) {
  FB_RETURN_IF_ERROR(CheckText(body.what, kMostNameCharacters, "What was done"));
  FB_RETURN_IF_ERROR(CheckLength(body.who, kMostNameCharacters, "Who does it"));
  FB_RETURN_IF_ERROR(CheckLength(body.note, kMostTextCharacters, "Note"));
  FB_RETURN_IF_ERROR(CheckLength(body.outcome, kMostTextCharacters, "What came of it"));
  return CheckDay(body.follow_up, "Look again on");
}

base::Status Check(const ConcernBody& body) {
  FB_RETURN_IF_ERROR(CheckText(body.text, kMostTextCharacters, "What was seen or heard"));
  return CheckLength(body.seen_by, kMostNameCharacters, "Who saw or heard it");
}

base::Status Check(const PauseBody& body) {
  if (!body.lifted) {
    FB_RETURN_IF_ERROR(CheckText(body.who, kMostNameCharacters, "Whom to speak to first"));
  }
  FB_RETURN_IF_ERROR(CheckLength(body.note, kMostTextCharacters, "Note"));
  return CheckDay(body.until, "Until");
}

base::Status Check(const FiledBody& body) {
  FB_RETURN_IF_ERROR(CheckText(body.system, kMostNameCharacters, "The school's system"));
  return CheckText(body.reference, kMostNameCharacters, "Filed as");
}

std::string ToText(const ChildBody& body) {
  return Dump({{"name", body.name}, {"born", body.born}, {"form", body.form}});
}

std::string ToText(const ActionBody& body) {
  return Dump({{"what", body.what},
               {"stage", kStages[static_cast<int>(body.stage)]},
               {"who", body.who},
               {"note", body.note},
               {"outcome", body.outcome},
               {"follow_up", body.follow_up}});
}

std::string ToText(const ConcernBody& body) {
  return Dump({{"text", body.text}, {"seen_by", body.seen_by}});
}

std::string ToText(const PauseBody& body) {
  return Dump(
      {{"who", body.who}, {"note", body.note}, {"until", body.until}, {"lifted", body.lifted}});
}

std::string ToText(const FiledBody& body) {
  return Dump({{"system", body.system}, {"reference", body.reference}});
}

template <>
base::Result<ChildBody> Parse(const std::string& text) {
  Reader reader(text);
  return reader.Done(ChildBody{reader.Text("name"), reader.Text("born"), reader.Text("form")});
}

template <>
base::Result<ActionBody> Parse(const std::string& text) {
  Reader reader(text);
  ActionBody body;
  body.what = reader.Text("what");
  const std::string stage = reader.Text("stage");
  const auto* const found = std::find(std::begin(kStages), std::end(kStages), stage);
  if (found == std::end(kStages)) {
    reader.Fail();
  } else {
    body.stage = static_cast<Stage>(found - std::begin(kStages));
  }
  body.who = reader.Text("who");
  body.note = reader.Text("note");
  body.outcome = reader.Text("outcome");
  body.follow_up = reader.Text("follow_up");
  return reader.Done(std::move(body));
}

template <>
base::Result<ConcernBody> Parse(const std::string& text) {
  Reader reader(text);
  return reader.Done(ConcernBody{reader.Text("text"), reader.Text("seen_by")});
}

template <>
base::Result<PauseBody> Parse(const std::string& text) {
  Reader reader(text);
  return reader.Done(PauseBody{reader.Text("who"), reader.Text("note"), reader.Text("until"),
                               reader.Flag("lifted")});
}

template <>
base::Result<FiledBody> Parse(const std::string& text) {
  Reader reader(text);
  return reader.Done(FiledBody{reader.Text("system"), reader.Text("reference")});
}

const std::vector<CatalogueItem>& Catalogue() {
  static const std::vector<CatalogueItem> kItems = {
      {"breakfast", "Breakfast"},
      {"quiet_space", "A quiet place to go to"},
      {"conversation", "A conversation"},
      {"trusted_adult", "A trusted adult named"},
      {"no_sanction", "No sanction for lateness"},
      {"homework_at_school", "Homework done at school"},
      {"quiet_exam_room", "A quiet room for an exam"},
      {"special_consideration", "Special consideration applied for"},
      {"referral", "Referral made"},
  };
  return kItems;
}

std::string WordsOfAction(std::string_view what) {
  for (const CatalogueItem& item : Catalogue()) {
    if (item.code == what) return std::string(item.words);
  }
  return std::string(what);
}

std::optional<std::string> TagText(const v1::Child& child) {
  const auto text = sealing::IdentityTextOf(child);
  if (!text) return std::nullopt;
  return text->Reveal();
}

}  // namespace firstbell::school
