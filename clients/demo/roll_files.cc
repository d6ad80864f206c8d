#include "clients/demo/roll_files.h"

#include <fstream>
#include <initializer_list>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "broker/model/upn.h"

namespace firstbell::demo {
namespace {

enum Purpose : std::uint64_t { kQuery = 100 };

// What the generator writes holds no comma, quote or line break.
class CsvFile {
 public:
  CsvFile(const std::filesystem::path& path, std::string_view header)
      : path_(path), file_(path, std::ios::binary) {
    file_ << header << '\n';
  }
  void Add(std::initializer_list<std::string_view> fields) {
    std::string_view before;
    for (const std::string_view field : fields) {
      file_ << std::exchange(before, ",") << field;
    }
    file_ << '\n';
  }
  base::Status Finish() {
    file_.close();
    if (file_) return base::OkStatus();
    return base::Unavailable(path_.string() + " could not be written");
  }

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

// Of the authority 201, which issues none of these.
std::string UpnOf(const InventedChild& child, std::uint64_t serial) {
  std::string digits = absl::StrCat("201", 1000 + serial / 1000 % 9000, child.born.year() % 100);
  if (digits.size() < 9) digits.insert(7, "0");
  std::string last = absl::StrCat(serial % 1000);
  digits += std::string(3 - last.size(), '0') + last;
  for (const char letter : std::string_view("ABCDEFGHJKLMNPQRTUVWXYZ")) {
    if (model::ParseUpn(letter + digits)) return letter + digits;
  }
  return "";
}

std::string LocalId(std::uint64_t family, std::size_t child) {
  return absl::StrCat("D", family, "-", child);
}

base::Status NothingThereYet(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return base::Unavailable(directory.string() + ": " + error.message());
  for (const char* name : {"schools.csv", "roll.csv", "queries.csv", "truth.csv"}) {
    if (std::filesystem::exists(directory / name, error)) {
      return base::FailedPrecondition((directory / name).string() +
                                      " is there already: give an empty directory");
    }
  }
  return base::OkStatus();
}

base::Status WriteSchools(const InventedRoll& roll, const std::filesystem::path& path,
                          std::uint64_t& written) {
  CsvFile file(path,
               "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,"
               "TypeOfEstablishment (name),EstablishmentStatus (name),PhaseOfEducation (name),"
               "OpenDate,Town,Postcode,TelephoneNum");
  for (const InventedSchool& school : roll.Schools()) {
    file.Add({school.urn.ToString(), "201", "Examplebury", absl::StrCat(2000 + written % 7000),
              school.name, "Community school", "Open", school.high ? "Secondary" : "Primary", "",
              school.town, school.postcode, ""});
    ++written;
  }
  return file.Finish();
}

base::Status WritePupils(const InventedRoll& roll, const std::filesystem::path& path,
                         const std::function<void(double)>& progress, std::uint64_t& written) {
  CsvFile file(path,
               "urn,local_id,given_names,family_name,date_of_birth,upn,preferred_given_name,"
               "former_family_name,address,postcode");
  const std::uint64_t families = roll.county().families;
  for (std::uint64_t number = 0; number < families; ++number) {
    std::size_t index = 0;
    for (const InventedChild& child : roll.Family(number)) {
      file.Add({child.school.ToString(), LocalId(number, index++), child.given_names,
                child.family_name, model::FormatDate(child.born), UpnOf(child, written),
                child.preferred_given_name, child.former_family_name, child.address,
                child.postcode});
      ++written;
    }
    if (number % 1024 == 0) progress(static_cast<double>(number) / static_cast<double>(families));
  }
  return file.Finish();
}

struct Question {
  const char* kind = "present";
  InventedChild child;
  std::string urn, local_id;  // where it is; empty where it is on no roll
};

Question AskSomething(const InventedRoll& roll, Dice& dice) {
  const std::uint64_t families = roll.county().families;
  const std::uint64_t kind = dice.Below(10);
  while (true) {
    const std::uint64_t number = dice.Below(families) + (kind == 7 ? families : 0);
    const auto family = roll.Family(number);
    if (family.empty()) continue;
    const std::size_t index = dice.Below(family.size());
    const InventedChild& child = family[index];
    if (kind == 7) return {"absent stranger", child, "", ""};
    if (kind == 8) return {"absent sibling", roll.AbsentSibling(number), "", ""};
    if (kind == 9) return {"absent twin", roll.AbsentTwin(number, child), "", ""};
    return {"present", child, child.school.ToString(), LocalId(number, index)};
  }
}

base::Status WriteQueries(const InventedRoll& roll, const WantedFiles& wanted,
                          std::uint64_t& written) {
  CsvFile queries(wanted.directory / "queries.csv",
                  "query_id,given_names,family_name,date_of_birth,age,address,postcode,"
                  "school_heard,upn");
  CsvFile truth(wanted.directory / "truth.csv", "query_id,kind,urn,local_id");
  for (; written < wanted.queries; ++written) {
    Dice dice({roll.county().seed, kQuery, written});
    const Question question = AskSomething(roll, dice);
    const HeardChild heard = Hear(question.child, roll, wanted.noise, dice);
    const std::string id = absl::StrCat("Q", written + 1);
    std::string school;
    if (heard.school) {
      const InventedSchool named = roll.School(*heard.school);
      school = absl::StrCat("\"", named.name, ", ", named.town, "\"");
    }
    queries.Add({id, heard.given_names, heard.family_name,
                 heard.born ? model::FormatDate(*heard.born) : "", "", "", heard.postcode, school,
                 ""});
    truth.Add({id, question.kind, question.urn, question.local_id});
  }
  FB_RETURN_IF_ERROR(queries.Finish());
  return truth.Finish();
}

}  // namespace

base::Result<WrittenFiles> WriteRollFiles(const InventedRoll& roll, const WantedFiles& wanted,
                                          const std::function<void(double)>& progress) {
  FB_RETURN_IF_ERROR(NothingThereYet(wanted.directory));
  WrittenFiles written;
  FB_RETURN_IF_ERROR(WriteSchools(roll, wanted.directory / "schools.csv", written.schools));
  FB_RETURN_IF_ERROR(WritePupils(roll, wanted.directory / "roll.csv", progress, written.pupils));
  if (wanted.queries > 0) FB_RETURN_IF_ERROR(WriteQueries(roll, wanted, written.queries));
  progress(1);
  return written;
}

}  // namespace firstbell::demo
