/* SPDX-License-Identifier: MIT */
/* session.c -- see session.h. */
#include "exo/kernel/session.h"

#include "common/kernel_session.h"
#include "drivers/disk.h"
#include "exo/kernel/console.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/memory/info.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/user/user.h"

void session_init(void) {
    kernel_session_init("exo");
    kernel_session.requests = disk_requests;
}

static const struct cap machine_control = {
    .rights = CAP_ALL, .valid = 1, .length = 1, .name = {'m'}};

/* Whether these words ask for a fault of the machine. */
static bool ask_for_fault(const char *words) {
    struct params params;
    params_default(&params);
    params_parse(&params, words, SESSION_WORDS_MAX, NULL);
    return params.inject != INJECT_NOTHING;
}

/* Words are the boot command line's and what is added to them, from a blank on: the owner's last
 * word does not become another. What the first ask for is asked by the machine's owner; what is
 * added, by the holder of the capability in slot. */
static int words_may(uint64_t slot, const char *words) {
    size_t own = strlen(info.command_line);
    if (strncmp(words, info.command_line, own) != 0)
        return -E_INVALID;
    const char *added = words + own;
    if (own && *added && *added != ' ')
        return -E_INVALID;
    return ask_for_fault(added) ? env_may(slot, machine_control) : 0;
}

/* Does the kernel's part of a phase (enum session_phase); the words, length bytes, are those of
 * SESSION_PLAN. Under inject=mute it never returns. How many rows the kernel has, or -E_PERM: slot
 * does not open the console, or not the machine, and words that are added to the boot command line
 * have inject=; -E_TOO_LONG, -E_FAULT: the words; -E_INVALID: a phase there is not, or words that
 * do not begin with the boot command line, or go on within its last word; -E_NOT_FOUND: the session
 * is over, as session_lead() says. */
long sys_session(uint64_t slot, uint64_t phase, uint64_t words, uint64_t length) {
    static char given[SESSION_WORDS_MAX], told[SESSION_WORDS_MAX];
    int error = console_may_write(slot);
    if (error)
        return error;
    if (phase > SESSION_LIST)
        return -E_INVALID;
    if (phase == SESSION_PLAN) {
        if (length >= sizeof given)
            return -E_TOO_LONG;
        error = copy_from_user(given, words, length);
        if (error)
            return error;
        given[length] = '\0';
        error = words_may(slot, given);
        if (error)
            return error;
        memcpy(told, given, sizeof told); /* until now they were the last session's */
    }
    int rows = kernel_session_lead((enum session_phase)phase, told);
    return rows < 0 ? -E_NOT_FOUND : rows;
}
