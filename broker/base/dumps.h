#pragma once

namespace firstbell::base {

// No key or name must reach a disk in a core dump, nor another process of the same user through
// ptrace or its files below /proc. The first thing that a program does. Threads: one.
void ForbidDumps();

}  // namespace firstbell::base
