#include "broker/matching/forenames.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace firstbell::matching {
namespace {

// A name's spellings on a line, the commonest first.
constexpr std::string_view kSpellings[] = {
    "muhammad mohammed mohammad muhammed mohamed mohamad muhamed muhamad mohamud mohd mohammod",
    "ahmed ahmad achmed ahmet",
    "aaron arron aron",
    "abdullah abdallah abdulla",
    "abdul abdel abdal",
    "abigail abigale abbigail abigayle",
    "aidan aiden ayden aydan",
    "aisha ayesha aysha aesha aishah ayshah aicha",
    "aaliyah aliyah aliya",
    "alan allan allen alun",
    "alisha alesha aleesha aleisha",
    "amelia emelia amilia",
    "amina aminah ameena",
    "amy aimee ami aimie amie",
    "anna ana",
    "ann anne",
    "anthony antony",
    "ashley ashleigh ashlee ashlie",
    "bilal billal belal",
    "brooke brook",
    "caitlin kaitlyn katelyn caitlyn kaitlin catelyn",
    "callum calum kallum",
    "cameron kameron",
    "carl karl",
    "catherine katherine kathryn catharine katharine kathrine",
    "charlie charley charli",
    "chloe khloe cloe",
    "christian kristian",
    "christopher kristopher cristopher",
    "connor conor konnor conner",
    "corey cory korey",
    "craig kraig",
    "danielle daniele",
    "darcy darcey darcie",
    "declan deklan",
    "dylan dillon dillan dilan",
    "eleanor elinor ellenor eleanore",
    "elise elyse",
    "elizabeth elisabeth",
    "ellie elly",
    "emily emilie emely",
    "eric erik",
    "erin eryn",
    "esme esmee esmae",
    "ethan eathan",
    "evie evi eevie",
    "fatima fatimah fathima fatema fatma fatimat",
    "finley finlay finnley",
    "frankie franky",
    "freya freyja freja",
    "gemma jemma",
    "geoffrey jeffrey jeffery",
    "graham graeme",
    "hamza hamzah",
    "hannah hanna",
    "harley harleigh",
    "hassan hasan",
    "haydn hayden haiden",
    "hayley hailey haley hayleigh haylee",
    "hussain hussein husain hussayn hossain",
    "ibrahim ebrahim ibraheem",
    "isaac issac isaak",
    "isabel isobel isabelle isabell",
    "isabella izabella",
    "ismail ismael ishmael",
    "jack jak",
    "jacob jakob",
    "jaden jayden jaiden jaydon",
    "jamie jaime",
    "jasmine jasmin jazmin jazmine",
    "jenna jena",
    "jessica jesica",
    "john jon",
    "jonathan johnathan jonathon",
    "jordan jordon",
    "joseph josef",
    "kacey casey kasey",
    "kayla kaila kaylah",
    "keira kiera",
    "kelly kelley kellie",
    "khadija khadijah kadija",
    "kian cian keean",
    "kirsty kirstie",
    "lacey lacie lacy",
    "laila layla leila leyla",
    "lauren loren lauryn",
    "leah lea",
    "lee leigh",
    "louis luis",
    "libby libbie",
    "lily lilly lillie lili",
    "louise luise",
    "lucas lukas loukas",
    "lucy lucie luci",
    "lydia lidia",
    "maddison madison maddyson",
    "maisie maisy maizie mazie",
    "marc mark",
    "mariam maryam mariyam meryem",
    "matthew mathew",
    "maya maia mya",
    "megan meghan meagan meggan",
    "michael micheal",
    "millie milly mili",
    "mohsin muhsin mohsen",
    "molly mollie",
    "mustafa mustapha moustafa",
    "nadia nadiya",
    "natalie nathalie",
    "nathan nathen",
    "neil neal",
    "nicholas nicolas nikolas",
    "nicole nichole",
    "niall nial",
    "niamh neve",
    "olivia alivia",
    "omar umar",
    "oscar oskar",
    "paige page",
    "philip phillip",
    "phoebe pheobe phebe",
    "poppy poppie",
    "rachel rachael",
    "rebecca rebekah rebeka",
    "reece rhys rees reese",
    "reuben ruben",
    "riley reilly ryley",
    "robyn robin",
    "ryan rian",
    "samira sameera",
    "sara sarah",
    "scarlett scarlet skarlett",
    "sean shaun shawn",
    "sebastian sebastien",
    "sharon sharron",
    "sienna siena",
    "skye sky",
    "sophie sofie",
    "sophia sofia",
    "stefan stephan",
    "stephen steven",
    "stuart stewart",
    "syed sayed sayyid",
    "tahir taher",
    "tamara tamera",
    "taylor tayler",
    "teagan tegan",
    "theresa teresa",
    "tia tiah",
    "toby tobie",
    "tracey tracy",
    "tristan tristen",
    "usman uthman osman",
    "victoria viktoria",
    "vivienne vivian",
    "yahya yahia",
    "yasmin yasmine",
    "yusuf yousef yousuf yousaf youssef yusef",
    "yunus younis younus",
    "zachary zachery zackary zakary",
    "zahra zahara",
    "zaynab zainab zaineb zeinab",
    "zayn zain zayne",
    "zoe zoey",
};

// A name, then its short forms and pet names.
constexpr std::string_view kShortForms[] = {
    "abdul abdullah abdulrahman abdirahman",
    "abigail abi abbie abby gail",
    "adam addy",
    "adrian ade",
    "albert al albie bert bertie",
    "alexander alex al alec lex sandy sasha xander",
    "alexandra alex lexi lexie sandra sasha",
    "alexis lexi lexie alex",
    "alfred alfie alf fred freddie",
    "alice ali allie",
    "alison ali allie",
    "amanda mandy",
    "amelia amy millie milly mia",
    "andrea andie",
    "andrew andy drew",
    "angela angie",
    "annabel anna bella belle annie",
    "anna annie",
    "anthony tony ant",
    "archibald archie arch",
    "arthur art artie",
    "barbara barb",
    "beatrice bea bee trixie",
    "benjamin ben benji benny",
    "bethany beth",
    "bradley brad",
    "cameron cam",
    "cassandra cassie cass sandra",
    "catherine kate katie cathy kath kat cat",
    "charlotte charlie lottie lotte",
    "charles charlie chas chuck",
    "christina chris tina chrissie",
    "christine chris tina chrissie",
    "christopher chris kit topher",
    "daniel dan danny",
    "danielle dani",
    "david dave davey",
    "deborah debbie deb debra",
    "dominic dom nic",
    "donald don donnie",
    "dorothy dot dottie dolly",
    "edward ed eddie ted teddy ned",
    "eleanor ellie nell nora lena",
    "elizabeth liz lizzie beth betty eliza elsie libby lily bess lisa",
    "ellen ellie nell",
    "emily em emmy millie milly",
    "emma em",
    "eugene gene",
    "evangeline evie eva",
    "florence flo florrie flossie",
    "frances fran frankie",
    "francesca fran frankie chess",
    "francis frank frankie",
    "frederick fred freddie freddy",
    "gabriel gabe",
    "gabriella gabby ella bella",
    "gabrielle gabby",
    "georgia georgie gia",
    "georgina georgie gina",
    "gerald gerry jerry",
    "grace gracie",
    "gregory greg",
    "gwendoline gwen",
    "harriet hattie harri",
    "harrison harry",
    "harold harry hal",
    "henry harry hal hank",
    "imogen immy",
    "india indie",
    "isaac ike zac",
    "isabel izzy belle bel issy",
    "isabella izzy bella ella belle issy",
    "jacob jake",
    "jacqueline jackie",
    "james jim jimmy jamie jem",
    "jasmine jas jaz jazzy",
    "jennifer jen jenny",
    "jessica jess jessie",
    "joanna jo joanne",
    "john jack johnny",
    "jonathan jon jonny",
    "joseph joe joey jo",
    "joshua josh",
    "josephine jo josie",
    "judith judy",
    "katherine kate katie kathy kath kat kitty",
    "kenneth ken kenny",
    "kimberley kim",
    "laura laurie",
    "lawrence larry laurie",
    "leonard leo len lenny",
    "leonardo leo",
    "lillian lily",
    "louis lou louie",
    "louisa lou",
    "louise lou lulu",
    "lucas luke",
    "lucinda lucy cindy",
    "madeleine maddie maddy",
    "madison maddie maddy",
    "margaret maggie meg peggy daisy greta rita",
    "martha mattie",
    "martin marty",
    "matilda tilly mattie",
    "matthew matt matty",
    "maximilian max",
    "maxwell max",
    "megan meg meggie",
    "melanie mel",
    "melissa mel lissa",
    "mercedes mercy",
    "michael mike mick mickey mikey",
    "michelle shelly",
    "miranda mandy",
    "mitchell mitch",
    "muhammad mo",
    "mustafa mo",
    "natasha tasha nat",
    "nathaniel nathan nat nate",
    "nicholas nick nicky nico",
    "nicola nicky nic",
    "oliver ollie olly",
    "olivia liv livvy libby olive",
    "oscar ozzy",
    "pamela pam",
    "patricia pat trish tricia patsy",
    "patrick pat paddy rick",
    "penelope penny poppy",
    "peter pete",
    "philip phil pip",
    "philippa pippa pip",
    "rachel rach",
    "raymond ray",
    "rebecca becky becca beck",
    "richard rich richie rick ricky dick",
    "robert rob robbie bob bobby bert",
    "roberta bobbie",
    "ronald ron ronnie",
    "rosemary rose rosie",
    "rose rosie",
    "samantha sam sammy",
    "samuel sam sammy",
    "sarah sally sadie",
    "sebastian seb bas",
    "simon si",
    "sophia sophie",
    "stephanie steph",
    "stephen steve stevie",
    "susan sue susie",
    "tabitha tabby",
    "tamsin tammy",
    "teresa tess terry tessa",
    "terence terry",
    "thaddeus tad",
    "theodore theo ted teddy",
    "thomas tom tommy",
    "timothy tim timmy",
    "tobias toby",
    "valentina val tina",
    "victor vic",
    "victoria vicky tori",
    "vincent vince vinnie",
    "walter walt wally",
    "wilfred wilf fred",
    "william will bill billy liam willie",
    "winifred winnie freddie",
    "yusuf joe",
    "zachary zac zach zack zak",
};

// Common ones that stand in neither table.
constexpr std::string_view kOthers[] = {
    "ada agnes aleena alma amara amber arabella aria aurora ava ayla bailey bonnie brianna cara",
    "clara clementine dahlia daisy delilah eden edie edith effie elena eliana elif eloise elsie",
    "elodie emma ember erica eva eve faith fern fiona gwen hallie halle hana hania harper hazel",
    "heidi holly hope ida inaya indigo iris isla ivy jane jade jean joan joy june karen kim lana",
    "lara lena lilah linda lois lola luna lyra mabel mae maeve mali margot maria marie marnie mary",
    "maria mila mina mira myla nancy nell nia nina noor ola orla ottilie pearl petra piper priya",
    "quinn remi rhea river roisin rosa rowan ruby ruth sally savannah selma siobhan sofia stella",
    "summer suki talia thea tilda una vera violet wanda willow winter yara zara",
    "abel ali alistair amir angus arjun arlo aryan austin axel barnaby barry basil blake bodhi",
    "brandon brody bruno caleb chester cian clark cody cole colin conrad curtis damian darren",
    "dean denis derek dexter duncan eben eesa eli elias elijah elliot elliott emil enzo ernest",
    "esa euan evan ewan ezra fabian felix finn fintan fletcher ford gareth gary george gethin",
    "glen grayson guy hamish harvey hector henrik hugh hugo hunter ian idris ivan ivor jai jared",
    "jasper jay jenson jesse joel jonah jude julian justin kai karim keith kevin kieran kit kyle",
    "lance leon lewis lloyd logan luca magnus malachi marcel marcus mason mateo miles milo musa",
    "nico nigel noah nolan oakley ollie orson otis otto owen parker paul percy preston quentin",
    "ralph rayan reggie reid rex rhys roger rohan roman romeo rory ross roy rufus rupert russell",
    "sam saul seth shane sidney simon spencer stanley tate ted terence theo todd trevor troy tyler",
    "vance viktor warren wesley woody xavier zane zion",
};

std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    words.push_back(line.substr(0, blank));
    line.remove_prefix(std::min(blank + 1, line.size()));
  }
  return words;
}

// The line of each name; a name stands on one line alone.
std::unordered_map<std::string_view, std::string_view> ReadSpellings() {
  std::unordered_map<std::string_view, std::string_view> common;
  for (const std::string_view line : kSpellings) {
    const auto words = WordsOf(line);
    for (const std::string_view word : words) common[word] = words.front();
  }
  return common;
}

using ShortForms = std::unordered_map<std::string_view, std::vector<std::string_view>>;

ShortForms ReadShortForms() {
  ShortForms of_name;
  for (const std::string_view line : kShortForms) {
    const auto words = WordsOf(line);
    auto& forms = of_name[CommonSpelling(words.front())];
    forms.insert(forms.end(), words.begin() + 1, words.end());
  }
  return of_name;
}

// `full` as it is commonly spelt.
bool IsShortFor(std::string_view name, std::string_view full) {
  static const auto* const forms = new ShortForms(ReadShortForms());
  const auto found = forms->find(full);
  return found != forms->end() &&
         std::find(found->second.begin(), found->second.end(), name) != found->second.end();
}

std::unordered_set<std::string_view> ReadCommon() {
  std::unordered_set<std::string_view> common;
  const auto add = [&](std::string_view line) {
    for (const std::string_view word : WordsOf(line)) {
      if (word.size() >= 3) common.insert(CommonSpelling(word));
    }
  };
  std::for_each(std::begin(kSpellings), std::end(kSpellings), add);
  std::for_each(std::begin(kShortForms), std::end(kShortForms), add);
  std::for_each(std::begin(kOthers), std::end(kOthers), add);
  return common;
}

}  // namespace

bool IsCommonForename(std::string_view forename) {
  static const auto* const common = new std::unordered_set<std::string_view>(ReadCommon());
  return common->contains(CommonSpelling(forename));
}

SameName CompareForenames(std::string_view a, std::string_view b) {
  const std::string_view plain_a = CommonSpelling(a), plain_b = CommonSpelling(b);
  if (plain_a == plain_b) return SameName::kSpelling;
  const bool short_form = IsShortFor(a, plain_b) || IsShortFor(plain_a, plain_b) ||
                          IsShortFor(b, plain_a) || IsShortFor(plain_b, plain_a);
  return short_form ? SameName::kShort : SameName::kNo;
}

std::string_view CommonSpelling(std::string_view forename) {
  static const auto* const common =
      new std::unordered_map<std::string_view, std::string_view>(ReadSpellings());
  const auto found = common->find(forename);
  return found == common->end() ? forename : found->second;
}

}  // namespace firstbell::matching
