#include "clients/school/web/web_assets.h"

#include <algorithm>
#include <array>

#include "clients/console/embed.h"

// Every template, once.
#define FIRSTBELL_TEMPLATES(X) \
  X(alert)                     \
  X(alert_who)                 \
  X(catalogue)                 \
  X(child)                     \
  X(children)                  \
  X(concerns)                  \
  X(correct)                   \
  X(done)                      \
  X(export_copy)               \
  X(first_device)              \
  X(first_person)              \
  X(first_recovery)            \
  X(first_scheme)              \
  X(part_actions)              \
  X(part_banners)              \
  X(part_bars)                 \
  X(part_card)                 \
  X(part_code)                 \
  X(part_colleague_choice)     \
  X(part_deadline)             \
  X(part_facts)                \
  X(part_footer)               \
  X(part_head)                 \
  X(part_header)               \
  X(part_new_passphrase)       \
  X(part_outcome)              \
  X(part_person_choice)        \
  X(part_refuse)               \
  X(part_reply)                \
  X(part_undone)               \
  X(part_wished)               \
  X(passport)                  \
  X(patterns)                  \
  X(people)                    \
  X(problem)                   \
  X(recover)                   \
  X(sheet)                     \
  X(sign_in)                   \
  X(staff_code)                \
  X(staff_concern)             \
  X(staff_passphrase)          \
  X(staff_sheet)               \
  X(staff_sign_in)             \
  X(today)

#define FIRSTBELL_EMBED_TEMPLATE(name) \
  FIRSTBELL_EMBED(page_##name, FIRSTBELL_WEB_ASSETS "/" #name ".mustache");
FIRSTBELL_TEMPLATES(FIRSTBELL_EMBED_TEMPLATE)
FIRSTBELL_EMBED(inbox_style, FIRSTBELL_INBOX_STYLE);
FIRSTBELL_EMBED(inbox_script, FIRSTBELL_WEB_ASSETS "/inbox.js");
FIRSTBELL_EMBED(bell, FIRSTBELL_WEB_ASSETS "/bell.svg");

namespace firstbell::school::web {
namespace {

template <typename Named>
const Named* Find(std::span<const Named> all, std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Asset> Assets() {
  static const std::array kAssets = {
      Asset{"inbox.css", "text/css; charset=utf-8", FIRSTBELL_EMBEDDED(inbox_style)},
      Asset{"inbox.js", "text/javascript; charset=utf-8", FIRSTBELL_EMBEDDED(inbox_script)},
      Asset{"bell.svg", "image/svg+xml", FIRSTBELL_EMBEDDED(bell)},
  };
  return kAssets;
}

std::optional<Asset> FindAsset(std::string_view name) {
  const Asset* const found = Find(Assets(), name);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::span<const Template> Templates() {
#define FIRSTBELL_TEMPLATE(name) Template{#name, FIRSTBELL_EMBEDDED(page_##name)},
  static const std::array kTemplates = {FIRSTBELL_TEMPLATES(FIRSTBELL_TEMPLATE)};
#undef FIRSTBELL_TEMPLATE
  return kTemplates;
}

std::optional<std::string_view> FindTemplate(std::string_view name) {
  const Template* const found = Find(Templates(), name);
  return found == nullptr ? std::nullopt : std::optional(found->text);
}

}  // namespace firstbell::school::web
