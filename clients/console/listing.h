#pragma once

// The shape of every `list` command: a period, a limit, page after page, a table or JSON lines.
// Threads: one call at a time.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>

#include "broker/base/limits.h"
#include "broker/base/status.h"
#include "clients/console/app.h"
#include "clients/console/local_time.h"
#include "clients/console/output.h"

namespace firstbell::console {

struct ListOptions {
  std::string from;  // London dates or times, as typed; empty: no bound
  std::string to;
  std::uint64_t limit = 100;  // 0: no limit
};

// --from, --to and --limit. `options` outlives the command.
void AddListOptions(CLI::App& command, ListOptions& options);

// The period, into a request that has accepted_from and accepted_before. A UsageError names the
// flag.
template <typename Request>
base::Status SetPeriod(const ListOptions& options, const LocalTime& london, Request& request) {
  if (!options.from.empty()) {
    FB_ASSIGN_OR_RETURN(*request.mutable_accepted_from(), london.Parse(options.from, "--from"));
  }
  if (!options.to.empty()) {
    FB_ASSIGN_OR_RETURN(*request.mutable_accepted_before(), london.Parse(options.to, "--to"));
  }
  return base::Status();
}

struct Listed {
  std::uint64_t count = 0;
  bool more = false;  // than the limit
};

// Page after page until there are no more or `limit` items (0: no limit). `get` calls for a
// request's page; `items` are that page's; `each` takes one.
template <typename Request, typename Get, typename Items, typename Each>
base::Result<Listed> ListPages(Request request, std::uint64_t limit, Get get, Items items,
                               Each each) {
  Listed listed;
  while (true) {
    const std::uint64_t left = limit == 0 ? limits::kMaxPageSize : limit - listed.count;
    request.set_page_size(
        static_cast<std::uint32_t>(std::min<std::uint64_t>(left, limits::kMaxPageSize)));
    FB_ASSIGN_OR_RETURN(const auto page, get(request));
    for (const auto& item : items(page)) {
      each(item);
      ++listed.count;
    }
    if (page.next_page_token().empty()) return listed;
    listed.more = limit != 0 && listed.count >= limit;
    if (listed.more) return listed;
    request.set_page_token(page.next_page_token());
  }
}

// What `list` (given a function that takes each item) finds: JSON lines as they come, or `table`.
template <typename Item, typename ItemTable>
base::Result<Exit> PrintList(
    App& app, const ListOptions& options, ItemTable table,
    const std::function<base::Result<Listed>(const std::function<void(const Item&)>&)>& list) {
  FB_ASSIGN_OR_RETURN(const Listed listed, list([&](const Item& item) {
                        if (app.json()) {
                          app.out() << ToJson(item) << "\n";
                        } else {
                          table.Add(item);
                        }
                      }));
  if (!app.json()) app.out() << (listed.count == 0 ? "none\n" : table.ToString());
  if (listed.more) app.err() << "there are more: --limit " << options.limit * 10 << std::endl;
  return Exit::kDone;
}

}  // namespace firstbell::console
