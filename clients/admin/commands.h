#pragma once

// The commands of firstbell-admin, one function for each family. Each adds its commands to `app`;
// both arguments outlive the call to App::Main.

#include "clients/admin/operator_door.h"
#include "clients/console/app.h"

namespace firstbell::admin {

void AddInit(console::App& app, Where& where);         // init
void AddCertificate(console::App& app, Where& where);  // certificate issue
void AddImports(console::App& app, Where& where);      // schools|roll|bank-holidays import
void AddCalendar(console::App& app, Where& where);     // calendar import|show|check
void AddPolicy(console::App& app, Where& where);       // policy show|set|clear
void AddLadder(console::App& app, Where& where);       // ladder show|set|clear
void AddWakeUps(console::App& app, Where& where);      // wake-ups set|clear|show|list|test
void AddDemoRoll(console::App& app);                   // demo-roll
void AddMatch(console::App& app, Where& where);        // match
void AddSchool(console::App& app, Where& where);       // school show|set-hours
void AddRecipients(console::App& app, Where& where);   // enrol-code, recipients list|revoke
void AddLog(console::App& app, Where& where);          // log show-key|rotate-key|retire-key|…
void AddRunning(console::App& app, Where& where);      // status, clock advance, verify

}  // namespace firstbell::admin
