#include "clients/console/listing.h"

#include "clients/console/checks.h"

namespace firstbell::console {

void AddListOptions(CLI::App& command, ListOptions& options) {
  command.add_option("--from", options.from, "Accepted at or after this London date or time");
  command.add_option("--to", options.to, "Accepted before it");
  command.add_option("--limit", options.limit, "At most so many; 0: all")
      ->check(IsCount())
      ->capture_default_str();
}

}  // namespace firstbell::console
