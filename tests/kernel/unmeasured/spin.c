/* SPDX-License-Identifier: MIT */
/* spin.c -- a process of a spin that has no sessions: it says what it was told. */
#include "lib/format.h"
#include "lib/string.h"
#include "user/program.h"

/* What is told ends in a bang where this shall fail. */
uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    char said[200];
    int length = format_text(said, sizeof said, "told %s; %lu %lu\n", words, a, b);
    return !program_text(said, (size_t)length) || strrchr(words, '!');
}
