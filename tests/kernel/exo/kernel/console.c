/* SPDX-License-Identifier: MIT */
/* console.c -- what a capability for the console alone does not open. Inside the kernel, for no
 * environment can be given less than all that its creator has. */
#include "exo/kernel/console.h"

#include "exo/abi.h"
#include "exo/kernel/env.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/user/user.h"
#include "measure/bench.h"

/* The lowest page of the stack, of which the environment that called us uses little. */
#define WORDS (EXO_STACK_TOP - EXO_STACK_PAGES * PAGE_SIZE)

/* console_session with these words, by an environment whose slot 0 holds this. */
static long begin_with(struct cap held, const char *words) {
    struct cap all = env_current->cap[0];
    size_t length = strlen(words);
    if (copy_to_user(WORDS, words, length))
        return 0;
    env_current->cap[0] = held;
    long result = sys_console_session(0, EXO_SESSION_BEGIN, WORDS, length);
    env_current->cap[0] = all;
    return result;
}

CHECK(console_inject, "console/words_that_ask_for_a_fault_want_the_capability_for_the_machine") {
    static const struct cap console = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'c'}};
    static const char *const words[] = {"run=all inject=panic",
                                        "inject=triple",
                                        "inject=reset",
                                        "inject=mute",
                                        "inject=hang",
                                        "run=nothing clock=none inject=cut",
                                        "inject=user-fault inject=lose"};
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        long result = begin_with(console, words[i]);
        if (result != -E_PERM)
            check_fail(c, "%s: %ld", words[i], result);
    }
}
