#pragma once

// The files of the school's pages (assets/), which are part of the program: templates, and what a
// browser asks for. Valid as long as the program runs. Pure; any thread.

#include <optional>
#include <span>
#include <string_view>

namespace firstbell::school::web {

struct Asset {
  std::string_view name;  // "inbox.css", below /assets/
  std::string_view type;  // as Content-Type says it
  std::string_view bytes;
};

std::span<const Asset> Assets();
// Nothing: there is none of that name. No path is looked up anywhere.
std::optional<Asset> FindAsset(std::string_view name);

struct Template {
  std::string_view name;  // "today", of today.mustache
  std::string_view text;
};

// Those that begin with part_ are partials, by their name; every other is a page. A page is never
// given to mustache as a partial: its name may be a variable's as well ("people").
std::span<const Template> Templates();
std::optional<std::string_view> FindTemplate(std::string_view name);

}  // namespace firstbell::school::web
