#pragma once

// Mustache templates out of the program, filled with JSON. Every text is escaped. Pure; any thread.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace firstbell::school::web {

// `page`: a template's name, "today"; all others are its partials. Null and empty texts count as
// false, so that a section for them is left out.
std::string Render(std::string_view page, const nlohmann::json& data);

}  // namespace firstbell::school::web
