/* SPDX-License-Identifier: MIT */
/* measure.c -- see measure.h. */
#include "exo/libos/measure.h"

#include "exo/libos/stubs.h"
#include "exo/libos/terminal.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "measure/session.h"
#include "user/agent.h"

/* A session that goes on without something it had to say would end well, and its result
 * be wrong. */
static int kernel(enum session_phase phase, const char *words) {
    char why[80];
    long result = exo_session(CONSOLE_SLOT, phase, words, strlen(words));
    if (result >= 0 || result == -E_NOT_FOUND)
        return result < 0 ? -1 : (int)result;
    format_text(why, sizeof why, "the kernel refused a session: %s", error_sentence((int)result));
    program_give_up(why);
}

static bool program(enum session_phase phase, unsigned first_row, const char *words) {
    session_follow(&program_agent, phase, first_row, words);
    return true;
}

uint64_t measure_main(const char *words, const struct console_more *more) {
    const struct session session = {.kernel = kernel,
                                    .program = program,
                                    .text = program_agent.text,
                                    .read = terminal_byte,
                                    .more = more};
    return session_main(&session, words);
}
