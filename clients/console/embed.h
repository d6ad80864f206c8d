#pragma once

// Files that are part of a program. The assembler takes a file as it is: a megabyte as a string
// literal is more than compilers promise to take, and slow. CMake names the files, and makes the
// source again when they change (OBJECT_DEPENDS). What is embedded is valid as long as the program
// runs. Any thread.

#include <string_view>

// At namespace scope, outside any namespace: makes `path` (a string literal) part of the program.
// `name` is one for the whole program.
#define FIRSTBELL_EMBED(name, path)           \
  __asm__(                                    \
      ".section .rodata\n"                    \
      ".globl firstbell_" #name               \
      "\n"                                    \
      ".globl firstbell_" #name               \
      "_end\n"                                \
      "firstbell_" #name                      \
      ":\n"                                   \
      ".incbin \"" path                       \
      "\"\n"                                  \
      "firstbell_" #name                      \
      "_end:\n"                               \
      ".byte 0\n"                             \
      ".previous\n");                         \
  extern "C" {                                \
  extern const char firstbell_##name[];       \
  extern const char firstbell_##name##_end[]; \
  }                                           \
  static_assert(true, "for the semicolon")

// What FIRSTBELL_EMBED(name, …) of the same source holds, as text.
#define FIRSTBELL_EMBEDDED(name) std::string_view(firstbell_##name, firstbell_##name##_end)
