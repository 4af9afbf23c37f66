/* SPDX-License-Identifier: MIT */
/* session.c -- what a capability for the console alone does not open. Inside the kernel, for no
 * environment can be given less than all that its creator has. */
#include "exo/kernel/session.h"

#include "exo/abi.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/memory/info.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/user/user.h"
#include "measure/bench.h"
#include "measure/session.h"

/* The lowest page of the stack, of which the environment that called us uses little. */
#define WORDS (EXO_UAREAS - 32 * PAGE_SIZE)

/* A session with these words, by an environment whose slot 0 holds this. */
static long begin_with(struct cap held, const char *words) {
    struct cap all = env_current->cap[0];
    size_t length = strlen(words);
    if (copy_to_user(WORDS, words, length))
        return 0;
    env_current->cap[0] = held;
    long result = sys_session(0, SESSION_PLAN, WORDS, length);
    env_current->cap[0] = all;
    return result;
}

static const struct cap console = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'c'}};

CHECK(session_inject, "session/words_that_ask_for_a_fault_want_the_capability_for_the_machine") {
    static const char *const words[] = {"run=all inject=panic",
                                        "inject=triple",
                                        "inject=reset",
                                        "inject=mute",
                                        "inject=hang",
                                        "run=nothing clock=none inject=cut",
                                        "inject=user-fault inject=lose"};
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        char all[SESSION_WORDS_MAX];
        format_text(all, sizeof all, "%s %s", info.command_line, words[i]);
        long result = begin_with(console, all);
        if (result != -E_PERM)
            check_fail(c, "%s: %ld", words[i], result);
    }
}

CHECK(session_told, "session/nobody_is_told_of_another_boot_command_line") {
    static const char *const words[] = {"", "x", "run=all", "inject=panic"};
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        long result = begin_with(console, words[i]);
        if (result != -E_INVALID)
            check_fail(c, "%s: %ld", words[i], result);
    }
}

/* Words that only the owner may say come out where his last one goes on. */
CHECK(session_word, "session/what_is_added_makes_no_other_word_of_the_owners_last") {
    static const char *const words[][2] = {{"run=syscall/null warm=1", "9"},
                                           {"run=syscall/null inj", "ect=panic"},
                                           {"run=syscall/null inject=", "panic"},
                                           {"run=syscall/null", "\tinject=panic"}};
    static char booted_with[sizeof info.command_line];
    memcpy(booted_with, info.command_line, sizeof booted_with);
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        char all[SESSION_WORDS_MAX];
        format_text(all, sizeof all, "%s%s", words[i][0], words[i][1]);
        format_text(info.command_line, sizeof info.command_line, "%s", words[i][0]);
        long result = begin_with(console, all);
        memcpy(info.command_line, booted_with, sizeof booted_with);
        if (result != -E_INVALID)
            check_fail(c, "%s: %ld", all, result);
    }
}
