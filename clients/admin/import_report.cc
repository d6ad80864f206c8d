#include "clients/admin/import_report.h"

namespace firstbell::admin {

using console::Exit;

// Says what happened; bad rows make the exit code say so too.
base::Result<Exit> Report(console::App& app, std::string_view what, const adapters::Totals& totals,
                          const Sums& sums, adapters::RejectFile& rejects) {
  FB_RETURN_IF_ERROR(rejects.Finish());
  if (totals.rows == 0) {
    return base::InvalidArgument(
        "the file holds a header and not a single row; nothing was changed");
  }
  if (app.json()) {
    app.out() << "{\"rows\":" << totals.rows << ",\"added\":" << sums.added
              << ",\"changed\":" << sums.changed << ",\"removed\":" << sums.removed
              << ",\"unchanged\":" << sums.unchanged << ",\"rejected\":" << totals.rejected
              << "}\n";
  } else {
    app.out() << what << ": " << totals.rows << " rows read, " << sums.added << " added, "
              << sums.changed << " changed, " << sums.removed << " removed, " << sums.unchanged
              << " unchanged, " << totals.rejected << " rejected\n";
  }
  if (totals.rejected == 0 && rejects.count() > 0) {
    app.err() << "Some values were left out; " << rejects.path().string() << " names them.\n";
  }
  if (totals.rejected == 0) return Exit::kDone;
  app.err()
      << "Rejected rows are in " << rejects.path().string()
      << ", each with its line, field and reason; the good ones were kept. Mend those rows and "
         "import the file again.\n";
  return Exit::kFailed;
}

}  // namespace firstbell::admin
