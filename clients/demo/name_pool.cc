#include "clients/demo/name_pool.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "adapters/csv/table.h"

namespace firstbell::demo {
namespace {

struct Words {
  const char* group;
  double share;
  const char *girls, *boys, *families, *families_of_boys;
};

// The commoner a name, the further in front.
constexpr Words kGroups[] = {
    {"general", 0.72,
     "Olivia Amelia Emily Isla Ava Jessica Ella Isabella Poppy Mia Sophie Lily Grace Evie Sophia "
     "Ruby Charlotte Freya Chloe Daisy Alice Florence Phoebe Sienna Matilda Rosie Evelyn Millie "
     "Ivy Willow Elsie Lucy Hannah Megan Bella Emma Gemma Holly Molly Amber Leah Abigail Ellie "
     "Summer Jasmine Lola Erin Maisie Lauren Bethany Zoe Harriet Martha Heidi Maya Niamh Caitlin "
     "Eleanor Georgia Imogen Francesca Eliza Robyn Rose Tilly Nancy Thea Darcie Paige Skye Kayla",
     "Oliver George Harry Noah Jack Leo Arthur Oscar Charlie Thomas Jacob Freddie William Henry "
     "Joshua Alfie Archie Logan James Max Isaac Lucas Edward Joseph Samuel Benjamin Daniel Teddy "
     "Alexander Ethan Mason Finley Harrison Sebastian Adam Dylan Zachary Riley Theo Elijah Luca "
     "Reuben Jake Toby Luke Matthew Harvey Jude Ryan Connor Callum Nathan Liam Owen Aaron Kai "
     "Jayden Tyler Rhys Ewan Rory Felix Stanley Louis Bobby Frankie Jenson Ollie Caleb Blake",
     "Smith Jones Taylor Williams Brown Davies Evans Wilson Thomas Roberts Johnson Lewis Walker "
     "Robinson Wood Thompson White Watson Jackson Wright Green Harris Cooper King Lee Martin "
     "Clarke "
     "James Morgan Hughes Edwards Hill Moore Clark Harrison Scott Young Morris Hall Ward Turner "
     "Carter Phillips Mitchell Patterson Campbell Anderson Allen Cook Bailey Parker Miller Davis "
     "Murphy Price Bell Baker Griffiths Kelly Simpson Marshall Collins Bennett Cox Richardson Fox "
     "Gray Rose Chapman Hunt Robertson Shaw Reynolds Lloyd Ellis Richards Russell Wilkinson Graham "
     "Stewart Reid Murray Powell Palmer Holmes Rogers Stevens Walsh Hunter Thomson Matthews Ross "
     "Owen Mason Knight Kennedy Butler Saunders Cole Pearce Dean Foster Harvey Hudson Gibson Mills "
     "Berry Brooks Fisher Lawrence Dixon Gardner O'Brien McDonald Armstrong Barnes Webb Fletcher",
     ""},
    {"south asian muslim", 0.10,
     "Aisha Fatima Maryam Zainab Khadija Amina Hafsa Safa Inaya Zara Ayesha Sumaya Noor Iqra Alina "
     "Hana Aaliyah Haleema Amira Sana Zoya Maha Sara Rabia Laiba Mahnoor Anaya Eshal Minahil "
     "Areeba",
     "Muhammad Mohammed Mohammad Ibrahim Yusuf Abdullah Ali Hamza Ahmed Zain Omar Adam Bilal Hasan "
     "Hussain Musa Haris Umar Ismail Zayn Rayyan Ayaan Mustafa Ahmad Zakariya Usman Isa Idris "
     "Aariz",
     "Khan Hussain Ahmed Ali Begum Mahmood Akhtar Iqbal Malik Rahman Miah Uddin Shah Hassan Mirza "
     "Bibi Chaudhry Aslam Rashid Ashraf Butt Islam Qureshi Sheikh Ahmad Raja Bashir Saleem Sultana "
     "Choudhury Akram Javed Rehman Anwar Haider Siddiqui Nawaz Riaz Aziz Karim",
     ""},
    {"sikh", 0.02,
     "Simran Jasleen Harleen Kiran Manpreet Jasmin Gurleen Anaya Ria Amrit Navneet Mehar Avneet "
     "Sukhmani Jiya Prabhleen Amber Asees Maya Baani",
     "Arjan Jaskaran Harjot Gurpreet Manraj Armaan Jovan Fateh Karan Amar Jaspreet Rajan Sahib "
     "Veer Sukhraj Angad Ranveer Kabir Arjun Prabhjot",
     "Kaur Kaur Kaur Gill Dhillon Sandhu Sidhu Grewal Bains Johal Dhaliwal Sahota Bhogal Virk",
     "Singh Singh Singh Gill Dhillon Sandhu Sidhu Grewal Bains Johal Dhaliwal Sahota Bhogal Virk"},
    {"hindu", 0.03,
     "Anaya Diya Aanya Isha Riya Aarya Saanvi Kavya Priya Myra Aaradhya Meera Tanvi Nisha Anika "
     "Avni Pooja Shreya Siya Navya",
     "Arjun Aarav Rohan Krishna Dev Aryan Vihaan Shiv Ishaan Reyansh Neel Kavish Advik Dhruv Rudra "
     "Jay Veer Om Vivaan Aditya",
     "Patel Shah Sharma Kumar Gupta Mistry Desai Mehta Joshi Reddy Nair Parmar Chauhan Rao Iyer "
     "Pillai Das Modi Thakkar Solanki Verma Mishra Singh Menon Rathod",
     ""},
    {"east european", 0.05,
     "Maja Zofia Julia Lena Hanna Maria Oliwia Amelia Zuzanna Nikola Alexandra Sofia Gabriela Anna "
     "Emilia Natalia Laura Alicja Antonia Ema",
     "Jakub Filip Szymon Antoni Jan Adam Nikodem Kacper Alexander Mateusz David Michal Oskar "
     "Stefan Matei Luca Andrei Wiktor Igor Gabriel",
     "Nowak Kowalski Wisniewski Wojcik Kowalczyk Kaminski Lewandowski Zielinski Popescu Ionescu "
     "Popa Radu Dumitru Stan Petrov Ivanov Dimitrov Kazlauskas Petrauskas Ozols Horvat Varga Nagy "
     "Novak Szabo Mazur Krawczyk Jankowski Stoica Marin",
     ""},
    {"african", 0.05,
     "Amara Precious Blessing Esther Deborah Grace Hannah Fatima Khadija Ifrah Hodan Sumaya Naomi "
     "Zuri Adaeze Chidera Temi Folake Ama Abena",
     "David Emmanuel Daniel Joshua Samuel Abdirahman Mohamed Abdullahi Ayomide Chidi Kwame Kofi "
     "Elijah Isaac Gabriel Tobi Malachi Nathaniel Zion Jeremiah",
     "Mohamed Ali Hassan Abdi Ahmed Osman Adeyemi Okafor Mensah Owusu Boateng Okoye Adebayo "
     "Asante Yusuf Nwosu Eze Ibrahim Warsame Farah Addo Appiah Ogunleye Balogun Kamara Sesay Bah "
     "Moyo Ncube Sibanda",
     ""},
    {"chinese", 0.01, "Yi Xin Jia Mei Ling Yan Wei Ting Hui Yu Chloe Sophie Emily Alice Lily",
     "Wei Hao Jun Ming Yi Chen Zihan Lucas Ethan Ryan Jason Eric Kai Jian Tao",
     "Chen Wang Li Zhang Liu Wong Chan Lee Cheung Lin Ng Lau Yang Huang Wu Ho Leung Tang Zhao Zhou",
     ""},
    {"arabic and turkish", 0.02,
     "Maryam Fatima Zeynep Elif Sara Lamar Layla Nour Jana Hala Yasmin Defne Ecrin Malak Rima",
     "Omar Yusuf Ahmed Ali Mustafa Emir Hassan Karim Khaled Mehmet Kerem Tariq Adam Ibrahim Sami",
     "Yilmaz Kaya Demir Al-Hassan Haddad Mansour Saleh Nasser Ibrahim Aydin Ozturk El-Sayed Khalil "
     "Hamdan Said Celik Sahin Arslan Darwish Jaber",
     ""},
};

std::vector<std::string> WordsOf(const char* words) {
  return absl::StrSplit(words, ' ', absl::SkipEmpty());
}

NameList ListOf(const char* words) {
  NameList list;
  double rank = 3;
  for (const std::string& word : WordsOf(words)) {
    list.Add(word, 1 / rank++);
  }
  return list;
}

std::string Capitalised(const std::string& name) {
  std::string capitalised = absl::AsciiStrToLower(name);
  bool start = true;
  for (char& c : capitalised) {
    if (start) c = absl::ascii_toupper(static_cast<unsigned char>(c));
    start = c == '-' || c == ' ' || c == '\'';
  }
  return capitalised;
}

// Those whom the other groups of our table draw by themselves.
std::set<std::string> OfOtherGroups(const char* Words::*names) {
  std::set<std::string> of_others, general;
  for (const Words& group : kGroups) {
    for (const std::string& word : WordsOf(group.*names)) {
      (&group == kGroups ? general : of_others).emplace(word);
    }
  }
  for (const std::string& name : general) of_others.erase(name);
  return of_others;
}

using Rows = std::map<std::string, double>;  // in the order of the names: the same for each seed

base::Status ReadForenames(const std::filesystem::path& path, Rows& girls, Rows& boys) {
  FB_ASSIGN_OR_RETURN(adapters::csv::Table table, adapters::csv::Table::Open(path));
  const auto sex = table.Find("sex"), name = table.Find("name"), count = table.Find("n");
  if (!sex || !name || !count) return base::InvalidArgument("the columns are not sex, name and n");
  adapters::csv::Row row;
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, table.Next(row));
    if (!more) return base::OkStatus();
    double n = 0;
    if (!row.defect.empty() || !absl::SimpleAtod(row.fields[*count], &n)) continue;
    (row.fields[*sex] == "F" ? girls : boys)[Capitalised(row.fields[*name])] += n;
  }
}

base::Status ReadFamilyNames(const std::filesystem::path& path, Rows& families) {
  FB_ASSIGN_OR_RETURN(adapters::csv::Table table, adapters::csv::Table::Open(path));
  const auto name = table.Find("surname"), share = table.Find("freq");
  if (!name || !share) return base::InvalidArgument("the columns are not surname and freq");
  adapters::csv::Row row;
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, table.Next(row));
    if (!more) return base::OkStatus();
    double n = 0;
    if (!row.defect.empty() || !absl::SimpleAtod(row.fields[*share], &n)) continue;
    families[Capitalised(row.fields[*name])] += n;
  }
}

NameList Without(const Rows& rows, const std::set<std::string>& others) {
  NameList list;
  for (const auto& [name, weight] : rows) {
    if (!others.contains(name)) list.Add(name, weight);
  }
  return list;
}

}  // namespace

void NameList::Add(std::string name, double weight) {
  names_.push_back(std::move(name));
  up_to_.push_back((up_to_.empty() ? 0 : up_to_.back()) + weight);
}

const std::string& NameList::Draw(Dice& dice) const {
  const double at = dice.Unit() * up_to_.back();
  const auto found = std::upper_bound(up_to_.begin(), up_to_.end(), at);
  const std::size_t index = static_cast<std::size_t>(found - up_to_.begin());
  return names_[std::min(index, names_.size() - 1)];
}

NamePool::NamePool() {
  for (const Words& group : kGroups) {
    groups_.push_back({std::string(group.group), group.share, ListOf(group.girls),
                       ListOf(group.boys), ListOf(group.families), ListOf(group.families_of_boys)});
  }
}

base::Result<NamePool> NamePool::Read(const std::filesystem::path& names) {
  Rows girls, boys, families;
  FB_RETURN_IF_ERROR(ReadForenames(names / "ons_babynames_ew_2004_2024.csv.gz", girls, boys));
  FB_RETURN_IF_ERROR(ReadFamilyNames(names / "ons_uk_surname_freq_sdglinkage.csv", families));
  NamePool pool;
  NameGroup& general = pool.groups_.front();
  general.girls = Without(girls, OfOtherGroups(&Words::girls));
  general.boys = Without(boys, OfOtherGroups(&Words::boys));
  general.families = Without(families, OfOtherGroups(&Words::families));
  return pool;
}

}  // namespace firstbell::demo
