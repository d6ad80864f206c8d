#include "clients/admin/import_report.h"

namespace firstbell::admin {

using console::Exit;

namespace {

void SayLinks(console::App& app, const LinkSums& links) {
  if (app.json()) {
    app.out() << ",\"links\":{\"rows\":" << links.rows << ",\"schools\":" << links.schools
              << ",\"left_aside\":" << links.left_aside << ",\"rejected\":" << links.rejected
              << "}";
    return;
  }
  app.out() << "Links: " << links.rows << " rows read, " << links.schools
            << " schools followed others, " << links.left_aside
            << " left aside for they say neither that nor the reverse, " << links.rejected
            << " rejected\n";
}

}  // namespace

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
              << ",\"unchanged\":" << sums.unchanged << ",\"rejected\":" << totals.rejected;
    if (sums.links) SayLinks(app, *sums.links);
    app.out() << "}\n";
  } else {
    app.out() << what << ": " << totals.rows << " rows read, " << sums.added << " added, "
              << sums.changed << " changed, " << sums.removed << " removed, " << sums.unchanged
              << " unchanged, " << totals.rejected << " rejected\n";
    if (sums.links) SayLinks(app, *sums.links);
  }
  return ReportRejects(app, totals.rejected, rejects);
}

Exit ReportRejects(console::App& app, std::uint64_t rejected, const adapters::RejectFile& rejects) {
  if (rejected == 0 && rejects.count() > 0) {
    app.err() << "Some values were left out; " << rejects.path().string() << " names them.\n";
  }
  if (rejected == 0) return Exit::kDone;
  app.err()
      << "Rejected rows are in " << rejects.path().string()
      << ", each with its line, field and reason; the good ones were kept. Mend those rows and "
         "import the file again.\n";
  return Exit::kFailed;
}

}  // namespace firstbell::admin
