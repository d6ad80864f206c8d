#pragma once

// firstbell-admin calendar import.

#include "clients/admin/import_report.h"

namespace firstbell::admin {

base::Result<console::Exit> ImportCalendars(console::App& app, const Where& where,
                                            const ImportOptions& options);

}  // namespace firstbell::admin
