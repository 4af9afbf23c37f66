/* SPDX-License-Identifier: MIT */
/* measured.c -- see programs.h. */
#include "spin/programs.h"

#include "common/kernel_session.h"
#include "drivers/disk.h"
#include "machine/report/panic.h"
#include "spin/core/space/process.h"
#include "spin/services/console.h"
#include "spin/services/shell/shell.h"
#include "spin/services/calls/user_calls.h"

_Static_assert(PROCESS_WORDS_MAX >= SESSION_WORDS_MAX, "a process is told all words of a session");

/* Records, text and input go by the events, whoever handles them. */

static void record(const char *body, size_t length) {
    if (!console_record(body, length))
        panic("a record was refused: %.*s", (int)length, body);
}

static void text(const char *bytes, size_t length) {
    console_write(bytes, length);
}

static int read_byte(void) {
    return console_read();
}

/* The user process does its part, each time from its image, whatever was done to it before. */
static bool program(enum session_phase phase, unsigned first_row, const char *words) {
    struct process p;
    int error = process_create(&p, kernel_session_component->name, user_calls_handler);
    if (error)
        panic("the user process cannot be created: error %d", error);
    struct process_end end = process_run(&p, phase, first_row, words);
    process_destroy(&p);
    return !end.killed;
}

unsigned programs_main(const char *words) {
    static const struct session session = {.kernel = kernel_session_lead,
                                           .program = program,
                                           .text = text,
                                           .read = read_byte,
                                           .more = &shell};
    kernel_session_init("spin");
    kernel_session.requests = disk_requests;
    kernel_session.agent.record = record;
    kernel_session.agent.text = text;
    return kernel_session_each(&session, words);
}
