/* SPDX-License-Identifier: MIT */
/* first.c -- the environment that measures: it runs what the boot command line and its own words
 * ask for, or talks to a person where they ask for nothing. */
#include "exo/libos/console/commands.h"
#include "exo/libos/exposed.h"
#include "exo/libos/measure.h"
#include "measure/session.h"
#include "user/program.h"

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    char all[SESSION_WORDS_MAX];
    (void)a;
    (void)b;
    session_words(all, (const char *)env_info()->command_line, words);
    uint64_t status = measure_main(all, &console_commands);
    console_end_all();
    return status;
}
