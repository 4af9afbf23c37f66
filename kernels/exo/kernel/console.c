/* SPDX-License-Identifier: MIT */
/* console.c -- see console.h. */
#include "exo/kernel/console.h"

#include "common/kernel_session.h"
#include "common/line.h"
#include "exo/kernel/env.h"
#include "exo/kernel/info.h"
#include "exo/kernel/inject.h"
#include "lib/error.h"
#include "lib/format.h"
#include "machine/report/serial.h"
#include "machine/user/user.h"

static const struct cap console_output = {
    .rights = CAP_WRITE, .valid = 1, .length = 1, .name = {'c'}};
static const struct cap console_input = {
    .rights = CAP_READ, .valid = 1, .length = 1, .name = {'c'}};

/* Writes text for a person. The number of bytes, all of them, or -E_PERM, -E_TOO_LONG (more than
 * CONSOLE_TEXT_MAX), -E_FAULT. */
long sys_console_write(uint64_t slot, uint64_t text, uint64_t length) {
    char bytes[CONSOLE_TEXT_MAX];
    int error = env_may(slot, console_output);
    if (error)
        return error;
    if (length > sizeof bytes)
        return -E_TOO_LONG;
    error = copy_from_user(bytes, text, length);
    if (error)
        return error;
    framer_text(&serial_line, bytes, length);
    return (long)length;
}

/* The next byte somebody typed, or -E_NOT_FOUND where there is none yet, or -E_PERM. */
long sys_console_read(uint64_t slot) {
    int error = env_may(slot, console_input);
    if (error)
        return error;
    int byte = serial_read();
    return byte < 0 ? -E_NOT_FOUND : byte;
}

/* Frames and sends a record's body ("type key=value ..."). 0, or -E_PERM, -E_TOO_LONG, -E_FAULT,
 * -E_INVALID: it is no well-formed record, or one that only the kernel sends (fault, done). */
long sys_console_record(uint64_t slot, uint64_t body, uint64_t length) {
    char bytes[BODY_MAX];
    int error = env_may(slot, console_output);
    if (error)
        return error;
    if (length > sizeof bytes)
        return -E_TOO_LONG;
    error = copy_from_user(bytes, body, length);
    if (error)
        return error;
    return framer_user_record(&serial_line, bytes, length) ? 0 : -E_INVALID;
}

/* A session and the kernel's own rows in it: what its engine runs, timed inside the kernel. */
static struct session session;

/* Begins a session as the boot command line asks, and the words, which add to it: hello is the
 * kernel's own record, and so is the plan of its rows. Under inject=mute it never returns. */
static void session_begin(const char *words) {
    static char told[2 * BOOT_COMMAND_LINE_MAX];
    static struct params params;
    const char *between = *info.command_line && *words ? " " : "";
    format_text(told, sizeof told, "%s%s%s", info.command_line, between, words);
    params_default(&params);
    params_parse(&params, told, sizeof told, NULL);
    kernel_session_init(&session, "exo");
    session.agent.params = &params;
    session.hello.told = told;
    session.framer->inject = params.inject;
    framer_session(session.framer);
    agent_hello(&session.agent, &session.hello);
    agent_plan(&session.agent);
}

/* Whether these words ask for a fault of the machine. */
static bool asks_for_fault(const char *words) {
    struct params params;
    params_default(&params);
    params_parse(&params, words, BOOT_COMMAND_LINE_MAX, NULL);
    return params.inject != INJECT_NOTHING;
}

/* session_begin with an environment's words: as sys_console_session. What the boot command line
 * asks for is asked by who owns the machine; what the words do, by who has the capability. */
static long session_begin_for(uint64_t slot, uint64_t words, uint64_t length) {
    char copy[BOOT_COMMAND_LINE_MAX];
    if (length >= sizeof copy)
        return -E_TOO_LONG;
    int error = copy_from_user(copy, words, length);
    if (error)
        return error;
    copy[length] = '\0';
    if (asks_for_fault(copy) && inject_may(slot))
        return -E_PERM;
    session_begin(copy);
    return agent_rows(&session.agent);
}

/* Outside of any session. */
static long session_list(void) {
    struct session listed;
    kernel_session_init(&listed, "exo");
    agent_list(&listed.agent);
    return agent_rows(&listed.agent);
}

/* Marks the steps of a session of measurement: EXO_SESSION_BEGIN with the words it is to run by
 * (numbers start at 0 again, and the kernel says hello and what rows of its own it will run),
 * EXO_SESSION_PLANNED after the last plan record (the kernel runs its rows), EXO_SESSION_DONE at
 * the end: the sums are the kernel's own. EXO_SESSION_LIST writes the kernel's rows for a person.
 * BEGIN and LIST give the number of the environment's first row, the others 0. Or -E_PERM, also for
 * words with inject= where slot does not open the machine; -E_INVALID; -E_TOO_LONG, -E_FAULT for
 * the words; -E_NOT_FOUND for PLANNED: no row was planned. */
long sys_console_session(uint64_t slot, uint64_t step, uint64_t words, uint64_t length) {
    int error = env_may(slot, console_output);
    if (error)
        return error;
    switch (step) {
    case EXO_SESSION_BEGIN:
        return session_begin_for(slot, words, length);
    case EXO_SESSION_PLANNED:
        if (!framer_plan_end(&serial_line))
            return -E_NOT_FOUND;
        agent_run(&session.agent);
        return 0;
    case EXO_SESSION_DONE:
        framer_done(&serial_line);
        return 0;
    case EXO_SESSION_LIST:
        return session_list();
    default:
        return -E_INVALID;
    }
}
