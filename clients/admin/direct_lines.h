#pragma once

// firstbell-admin school direct-lines set|clear: the telephones that a school's people answer
// themselves, which officers try before the number of the register.

#include <string>
#include <string_view>

#include "broker/base/status.h"
#include "clients/admin/commands.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::admin {

// Below the command `school`. All three outlive the call to App::Main.
void AddDirectLines(console::App& app, CLI::App& school, Where& where);

// "A. Person, DSL=01632 960123": the number stands behind the last "=". InvalidArgument: there is
// none. What name and number must look like, the broker says.
base::Result<v1::DirectLine> ParseDirectLine(std::string_view text);
// "01632 960123, A. Person, DSL", safe for a terminal.
std::string DirectLineText(const v1::DirectLine& line);

}  // namespace firstbell::admin
