#include "clients/school/web/render.h"

#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "broker/base/status.h"
#include "clients/school/web/web_assets.h"

namespace firstbell::school::web {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;
using kainjow::mustache::partial;

// What is nothing must not hide one of the same name further out: false is nothing, an empty text
// is not.
data ToData(const nlohmann::json& json) {
  switch (json.type()) {
    case nlohmann::json::value_t::object: {
      data object(data::type::object);
      for (const auto& [name, value] : json.items()) object.set(name, ToData(value));
      return object;
    }
    case nlohmann::json::value_t::array: {
      data list(data::type::list);
      for (const auto& value : json) list << ToData(value);
      return list;
    }
    case nlohmann::json::value_t::string: {
      const auto& text = json.get_ref<const std::string&>();
      return text.empty() ? data(false) : data(text);
    }
    case nlohmann::json::value_t::boolean:
      return data(json.get<bool>());
    case nlohmann::json::value_t::null:
      return data(false);
    default:
      return data(json.dump());
  }
}

// Partials and values share one space of names in kainjow's: these begin so.
constexpr std::string_view kPart = "part_";

}  // namespace

std::string Render(std::string_view page, const nlohmann::json& json) {
  data all = ToData(json);
  for (const Template& part : Templates()) {
    if (!part.name.starts_with(kPart)) continue;
    all.set(std::string(part.name), partial([&part] { return std::string(part.text); }));
  }
  const auto text = FindTemplate(page);
  FB_CHECK(text);  // a page that the program does not have
  mustache filled{std::string(*text)};
  FB_CHECK(filled.is_valid());
  return filled.render(all);
}

}  // namespace firstbell::school::web
