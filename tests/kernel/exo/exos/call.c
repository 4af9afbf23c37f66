/* SPDX-License-Identifier: MIT */
/* call.c -- a call of another process by control transfer: slices that end anywhere in it and in
 * its reply, and a caller that is yielded to while it waits. */
#include "cases.h"
#include "sweep.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/ipc/transfer.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

static void serve(struct message *m) {
    exo_env_yield(m->from);
    m->word[0]++;
}

static uint64_t ends;

static void note(struct slice_registers *at) {
    (void)at;
    ends++;
}

static uint64_t parent, handled;

static void never(struct message *m) {
    (void)m;
    for (;;)
        exo_env_yield(parent);
}

static void handle(unsigned signal, struct slice_registers *at) {
    (void)at;
    handled += signal;
}

/* A caller whose server never replies is signalled, and killed. */
static uint64_t signalled(void) {
    struct exos_end end;
    parent = (uint64_t)exo_env_self();
    long server = exos_fork(), caller;
    if (server == 0)
        transfer_serve(never);
    MUST(server > 0);
    uint64_t env = exos_env((uint64_t)server);
    MUST(exo_env_yield(env) == 0);
    if ((caller = exos_fork()) == 0) {
        const struct exos_action action = {.fn = handle};
        struct message m = {.word = {1}};
        exos_sigaction(EXOS_SIGUSR1, &action, 0);
        long error = transfer_call(env, &m, EXO_TRANSFER_WAIT);
        exos_exit(error == -E_INTERRUPTED && handled == EXOS_SIGUSR1 ? 0 : 1);
    }
    MUST(caller > 0 && exo_env_yield(exos_env((uint64_t)caller)) == 0);
    MUST(exposed_env(exos_env((uint64_t)caller))->waits == env);
    MUST(exos_signal(caller, EXOS_SIGUSR1) == 0);
    MUST(exos_wait(&end) == caller && !end.killed && end.status == 0);
    if ((caller = exos_fork()) == 0) {
        struct message m = {.word = {1}};
        exos_exit((uint64_t)transfer_call(env, &m, EXO_TRANSFER_WAIT));
    }
    MUST(caller > 0 && exos_signal(caller, EXOS_SIGKILL) == 0);
    MUST(exos_wait(&end) == caller && end.killed);
    MUST(exos_kill((uint64_t)server) == 0 && exos_wait(&end) == server && end.killed);
    return 0;
}

uint64_t case_call(void) {
    struct exos_end end;
    uint64_t line = signalled();
    if (line)
        return line;
    slice_handle();
    long server = exos_fork();
    if (server == 0)
        for (;;)
            transfer_serve(serve);
    MUST(server > 0);
    uint64_t env = exos_env((uint64_t)server);
    MUST(exo_env_yield(env) == 0);
    sweep_begin(note);
    for (uint64_t early = 0; early < 1000; early++) {
        struct message m = {.word = {early}};
        sweep_delay(early);
        MUST(transfer_call(env, &m, EXO_TRANSFER_WAIT) == 0 && m.word[0] == early + 1);
        sweep_wait();
    }
    MUST(ends > 100);
    MUST(exos_kill((uint64_t)server) == 0 && exos_wait(&end) == server && end.killed);
    return 0;
}
