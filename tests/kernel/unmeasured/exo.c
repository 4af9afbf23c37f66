/* SPDX-License-Identifier: MIT */
/* exo.c -- the first environment of an exo that has no sessions: all else is there, and the call
 * that leads them is as one that does not exist. */
#include "exo/libos/stubs.h"
#include "exo/libos/terminal.h"
#include "lib/error.h"
#include "lib/format.h"
#include "measure/protocol.h"
#include "measure/session.h"
#include "user/program.h"

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    char said[200];
    (void)a;
    (void)b;
    long session = exo_session(CONSOLE_SLOT, SESSION_PLAN, "", 0);
    int length = format_text(said, sizeof said, "told %s; null gives %ld, session %s\n", words,
                             exo_null(), error_sentence((int)session));
    return program_text(said, (size_t)length) ? PROTOCOL_EXIT_DONE : PROTOCOL_EXIT_EARLY;
}
