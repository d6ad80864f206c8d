// firstbell-admin policy show|set|clear.

#include <memory>

#include "clients/admin/commands.h"
#include "clients/admin/policy_file.h"
#include "clients/console/output.h"

namespace firstbell::admin {
namespace {

using console::Exit;

struct PolicyOptions {
  std::string force, urn, file;
};

base::Result<std::uint32_t> UrnOf(const PolicyOptions& options) {
  if (options.urn.empty()) return 0u;
  FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
  return urn.value();
}

base::Result<Exit> Show(console::App& app, const Where& where, const PolicyOptions& options) {
  v1::GetPolicyRequest request;
  request.set_force(options.force);
  FB_ASSIGN_OR_RETURN(const std::uint32_t urn, UrnOf(options));
  request.set_urn(urn);
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const v1::GetPolicyResponse answer, door->GetPolicy(request));
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
    return Exit::kDone;
  }
  const std::string text = FormatPolicyFile(answer.policy());
  const bool empty = answer.policy().ByteSizeLong() == 0;
  app.out() << (empty ? "# as shipped: nothing is withheld, alerts are pushed at once, schools "
                        "whose roll does not show\n# the child are asked first, home education "
                        "goes to the force's desk\n"
                      : text);
  return Exit::kDone;
}

// `policy` null: back to what else holds.
base::Result<Exit> Set(console::App& app, const Where& where, const PolicyOptions& options,
                       const v1::Policy* policy) {
  if (options.force.empty() == options.urn.empty()) {
    return console::UsageError("say whose policy it is: --force CODE or --school URN");
  }
  v1::SetPolicyRequest request;
  if (!options.force.empty()) request.set_force(options.force);
  if (!options.urn.empty()) {
    FB_ASSIGN_OR_RETURN(const std::uint32_t urn, UrnOf(options));
    request.set_urn(urn);
  }
  if (policy != nullptr) *request.mutable_policy() = *policy;
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const v1::SetPolicyResponse answer, door->SetPolicy(request));
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
  } else {
    app.out() << (policy != nullptr ? "The policy is set" : "It has no policy of its own any more")
              << "; it holds for what is placed and sealed from now on\n";
  }
  return Exit::kDone;
}

base::Result<Exit> SetFrom(console::App& app, const Where& where, const PolicyOptions& options) {
  FB_ASSIGN_OR_RETURN(const v1::Policy policy, ReadPolicyFile(options.file));
  return Set(app, where, options, &policy);
}

void AddScope(CLI::App& command, PolicyOptions& options) {
  command.add_option("--force", options.force, "Of this force's notices")->type_name("CODE");
  command.add_option("--school", options.urn, "Of notices at this school")->type_name("URN");
}

}  // namespace

void AddPolicy(console::App& app, Where& where) {
  const auto options = std::make_shared<PolicyOptions>();
  CLI::App& group = app.Group("policy", "What a force tells whom, and when it is pushed");
  CLI::App& show =
      app.Command(group, "show", "What holds for a force's notices at a school",
                  "  firstbell-admin policy show --force kent --data DIR\n"
                  "  firstbell-admin policy show --force kent --data DIR > kent.toml\n",
                  [&app, &where, options] { return Show(app, where, *options); });
  AddScope(show, *options);
  CLI::App& set = app.Command(
      group, "set", "Give a force or a school a policy of its own",
      "  firstbell-admin policy set kent.toml --force kent --data DIR\n"
      "  firstbell-admin policy set night.toml --school 100000 --broker localhost:7443 "
      "--identity op\n\n"
      "kent.toml says what differs from what is shipped:\n\n"
      "  desk_certificate = \"desk.pem\"  # beside this file: schools seal to it what they say "
      "back\n\n"
      "  [disclosure]\n"
      "  withhold = [\"parties\", \"place\", \"account\"]\n"
      "  # impact_only = true: that the child may be sensitive today, and nothing more\n\n"
      "  [schools]\n"
      "  identity_first = \"always\"     # every school is asked whether the child is its pupil\n"
      "  push = \"at-window\"            # of a school too: nothing lies there overnight\n"
      "  nobody_left = \"authority\"     # or head, trust: whom an officer asks for where "
      "everybody\n"
      "                                # who is enrolled has a part in the incident\n\n"
      "  [told]\n"
      "  nursery = \"authority\"         # or desk, withhold\n"
      "  settings = \"ask\"              # or every, registered: the schools of a child that is a\n"
      "                                # guest there and registered elsewhere\n"
      "  copy_virtual_school_head = true\n\n"
      "  [[told.authority]]            # home education, children missing education\n"
      "  code = 383\n"
      "  districts = [\"LS1\", \"LS2\"]    # of the home; none: all that no other has\n\n"
      "Parts that can be withheld: " +
          DisclosureParts() +
          ".\nWhat protects the child, who may collect it and whom to ask are always sent.\n"
          "desk.pem is made by the force itself: firstbell-control desk new-key.\n"
          "With nobody_left = \"authority\" the school's local authority gets such an alert too, "
          "where\n"
          "somebody is enrolled there. A school that makes itself a guest's later than a day "
          "after\n"
          "the first school is told only once an officer says so.\n"
          "An authority is enrolled like a school: firstbell-admin schools import a row with the\n"
          "URN 900000 + its code.\n",
      [&app, &where, options] { return SetFrom(app, where, *options); });
  set.add_option("FILE", options->file, "The file")->required()->check(CLI::ExistingFile);
  AddScope(set, *options);
  CLI::App& clear =
      app.Command(group, "clear", "Take a force's or a school's own policy back",
                  "  firstbell-admin policy clear --force kent --data DIR\n",
                  [&app, &where, options] { return Set(app, where, *options, nullptr); });
  AddScope(clear, *options);
}

}  // namespace firstbell::admin
