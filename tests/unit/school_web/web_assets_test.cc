// The pages' files: all of the folder is in the program, and nothing in them could escape the
// pages' policy (no script or style in a page, nothing from elsewhere) or show a text unescaped.

#include "clients/school/web/web_assets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <kainjow/mustache.hpp>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace firstbell::school::web {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::filesystem::path kFolder = FIRSTBELL_SOURCE "/clients/school/web/assets";

std::string FileText(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string TextOf(const Template& page) {
  return std::string(page.text);
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::set<std::string> AllOf(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern, std::regex::icase);
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
    found.insert((*at)[1].str());
  }
  return found;
}

std::string Style() {
  return std::string(FindAsset("inbox.css").value().bytes);
}

std::string Script() {
  return std::string(FindAsset("inbox.js").value().bytes);
}

TEST(WebAssetsTest, EveryFileOfTheFolderIsInTheProgramAsItIs) {
  std::map<std::string, std::string> there, embedded;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".md" && extension != ".scss") {
      there[entry.path().filename().string()] = FileText(entry.path());
    }
  }
  for (const Template& page : Templates()) {
    embedded[std::string(page.name) + ".mustache"] = TextOf(page);
  }
  for (const Asset& asset : Assets()) embedded[std::string(asset.name)] = asset.bytes;
  ASSERT_EQ(embedded.erase("inbox.css"), 1U);
  EXPECT_EQ(embedded, there);
}

TEST(WebAssetsTest, AreFoundByNameAlone) {
  EXPECT_EQ(FindAsset("inbox.js")->type, "text/javascript; charset=utf-8");
  EXPECT_EQ(FindAsset("bell.svg")->type, "image/svg+xml");
  EXPECT_THAT(std::string(FindTemplate("today").value()), HasSubstr("<h1"));
  for (const char* name : {"", "inbox", "../web_assets.h", "today.mustache", "./inbox.css"}) {
    EXPECT_FALSE(FindAsset(name)) << name;
    EXPECT_FALSE(FindTemplate(name)) << name;
  }
}

// --- The style sheet --------------------------------------------------------------------------

TEST(WebAssetsTest, TheStyleAsksForNothingAndHasNoFontOfItsOwn) {
  ASSERT_TRUE(Has(Style(), ".govuk-button"));
  // What asks, or names a font: not the words of the licence, nor a selector of links.
  for (const char* never : {"url(", "@font-face", "@import", "\"GDS Transport", "src:"}) {
    EXPECT_FALSE(Has(Style(), never)) << never;
  }
  EXPECT_TRUE(Has(Style(), "Crown Copyright"));
  EXPECT_LT(Style().size(), 90'000U) << "only what stands on a page belongs into it";
}

TEST(WebAssetsTest, EveryClassOfAPageHasAStyle) {
  for (const Template& page : Templates()) {
    const std::string text = std::regex_replace(TextOf(page), std::regex(R"(\{\{[^}]*\}\})"), " ");
    for (const std::string& classes : AllOf(text, R"re(class="([^"]*)")re")) {
      std::istringstream words(classes);
      for (std::string word; words >> word;) {
        EXPECT_TRUE(Has(Style(), "." + word)) << page.name << ": " << word;
      }
    }
  }
}

// --- The templates ----------------------------------------------------------------------------

TEST(WebAssetsTest, EveryTemplateParsesAndItsPartialsAreThere) {
  for (const Template& page : Templates()) {
    kainjow::mustache::mustache parsed{TextOf(page)};
    EXPECT_TRUE(parsed.is_valid()) << page.name << ": " << parsed.error_message();
    for (const std::string& partial : AllOf(TextOf(page), R"(\{\{>\s*(\w+)\s*\}\})")) {
      EXPECT_TRUE(FindTemplate(partial)) << page.name << ": " << partial;
      EXPECT_EQ(partial.rfind("part_", 0), 0U)
          << page.name << ": a page is no partial: " << partial;
    }
  }
}

TEST(WebAssetsTest, NoTextIsShownUnescaped) {
  for (const Template& page : Templates()) {
    EXPECT_THAT(TextOf(page), Not(HasSubstr("{{{"))) << page.name;
    EXPECT_THAT(TextOf(page), Not(HasSubstr("{{&"))) << page.name;
    EXPECT_THAT(TextOf(page), Not(HasSubstr("{{="))) << page.name << ": other delimiters";
  }
}

// A text stands in an attribute only between quotes, and none is an address but where the server
// has made it.
TEST(WebAssetsTest, NoTextCanBecomeAnAttribute) {
  const std::regex kAddress(R"((/[\w/.-]*(#\w+)?|#\w+|#\{\{field\}\}|\{\{older\}\}|)"
                            R"(\{\{((alert|child|correct)\.)?href\}\}[\w/-]*|))");
  for (const Template& page : Templates()) {
    EXPECT_TRUE(AllOf(TextOf(page), R"re((=\{\{))re").empty()) << page.name;
    const std::set<std::string> addresses =
        AllOf(TextOf(page), R"re((?:href|src|action)="([^"]*)")re");
    for (const std::string& address : addresses) {
      EXPECT_TRUE(std::regex_match(address, kAddress)) << page.name << ": " << address;
    }
  }
}

// Charts are drawn by attributes, of which the server makes whole numbers; a class that the server
// chooses is a shade of a table, which is a number as well.
TEST(WebAssetsTest, WhatIsDrawnIsDrawnByNumbers) {
  const std::regex kLength(R"re(-?\d+%?|\{\{(width|height|top)\}\}%)re");
  const std::regex kClass(R"re(([\w -]|\{\{[#/^][\w.]+\}\}|\bfb-heat-\{\{heat\}\})*)re");
  for (const Template& page : Templates()) {
    const std::string text = TextOf(page);
    for (const std::string& length : AllOf(text, R"re(\s(?:x|y|dx|dy|width|height)="([^"]*)")re")) {
      EXPECT_TRUE(std::regex_match(length, kLength)) << page.name << ": " << length;
    }
    for (const std::string& classes : AllOf(text, R"re(class="([^"]*)")re")) {
      EXPECT_TRUE(std::regex_match(classes, kClass)) << page.name << ": " << classes;
    }
    for (const char* never : {"<use", "<image", "<foreignObject", "<animate", "<set", "xlink"}) {
      EXPECT_THAT(text, Not(HasSubstr(never))) << page.name;
    }
  }
}

TEST(WebAssetsTest, NoPageHasScriptOrStyleInIt) {
  for (const Template& page : Templates()) {
    const std::string text = TextOf(page);
    EXPECT_TRUE(AllOf(text, R"((\sstyle\s*=|<style|\son\w+\s*=|javascript:))").empty())
        << page.name;
    for (const std::string& script : AllOf(text, R"((<script[^>]*>))")) {
      EXPECT_EQ(script, R"(<script src="/assets/inbox.js" defer>)") << page.name;
    }
    EXPECT_TRUE(AllOf(text, R"((https?://|//\w))").empty()) << page.name;
  }
}

TEST(WebAssetsTest, EveryFormCarriesItsTokenAndPosts) {
  for (const Template& page : Templates()) {
    const std::string text = TextOf(page);
    for (std::size_t at = text.find("<form"); at != std::string::npos;
         at = text.find("<form", at + 1)) {
      const std::string form = text.substr(at, text.find("</form>", at) - at);
      EXPECT_THAT(form, HasSubstr("method=\"post\"")) << page.name;
      EXPECT_THAT(form, HasSubstr(R"(<input type="hidden" name="form" value="{{form}}">)"))
          << page.name;
    }
  }
}

// --- The script -------------------------------------------------------------------------------

TEST(WebAssetsTest, TheScriptMakesNoMarkupAndTrapsNobody) {
  for (const char* never :
       {"innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval", "beforeunload",
        "http", "localStorage", "sessionStorage", "Notification"}) {
    EXPECT_FALSE(Has(Script(), never)) << never;
  }
}

}  // namespace
}  // namespace firstbell::school::web
