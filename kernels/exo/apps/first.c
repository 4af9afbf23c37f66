/* SPDX-License-Identifier: MIT */
/* first.c -- the first environment: it holds the capability for everything, runs what the boot
 * command line asks for, or talks to a person where it asks for nothing. */
#include "exo/libos/terminal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/measure.h"
#include "lib/string.h"
#include "measure/console.h"
#include "measure/params.h"

static void run(const char *words, size_t length) {
    measure_session(words, length);
}

uint64_t env_main(uint64_t argument) {
    (void)argument;
    const char *boot = (const char *)env_info()->command_line;
    struct params params;
    params_default(&params);
    params_parse(&params, boot, strlen(boot), 0);
    if (params.run)
        return measure_session("", 0);

    console_run(&(struct console){
        .read = console_byte, .text = console_text, .list = measure_list, .run = run});
    return PROTOCOL_EXIT_DONE;
}
