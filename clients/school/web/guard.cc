#include "clients/school/web/guard.h"

namespace firstbell::school::web {
namespace {

bool IsForm(const std::string& type) {
  constexpr std::string_view kForm = "application/x-www-form-urlencoded";
  return type == kForm || type.starts_with(std::string(kForm) + ";");
}

}  // namespace

std::optional<Refusal> JudgeUser(std::optional<uid_t> user, const GuardPolicy& policy) {
  if (!user) return Refusal{403, "it is not known which user connects"};
  if (!policy.users.contains(*user)) return Refusal{403, "another user of this machine"};
  return std::nullopt;
}

std::optional<Refusal> Judge(const Request& request, const GuardPolicy& policy) {
  if (auto refusal = JudgeUser(request.user, policy)) return refusal;
  if (request.host != policy.host) return Refusal{421, "another host than this page's"};
  if (request.method == "GET") return std::nullopt;
  if (request.method != "POST") return Refusal{405, "neither GET nor POST"};
  if (request.origin != "http://" + policy.host) return Refusal{403, "a form of another page"};
  if (!request.whole) return Refusal{413, "longer than a form can be, or cut short"};
  if (!IsForm(request.content_type)) return Refusal{415, "not a form"};
  return std::nullopt;
}

}  // namespace firstbell::school::web
