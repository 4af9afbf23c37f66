/* SPDX-License-Identifier: MIT */
/* call.c -- a call of another process by control transfer: slices that end anywhere in it and in
 * its reply, and a caller that is yielded to while it waits. */
#include "cases.h"
#include "sweep.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/transfer.h"
#include "exo/libos/yield.h"

static void serve(struct message *m) {
    exo_env_yield(m->from);
    m->word[0]++;
}

static uint64_t ends;

static void note(struct slice_registers *at) {
    (void)at;
    ends++;
}

uint64_t case_call(void) {
    struct exos_end end;
    slice_handle();
    long server = exos_fork();
    if (server == 0)
        for (;;)
            transfer_serve(serve);
    MUST(server > 0);
    uint64_t env = exos_env((uint64_t)server);
    MUST(exo_env_yield(env) == 0);
    sweep_begin(note);
    for (uint64_t early = 0; early < 1500; early++) {
        struct message m = {.word = {early}};
        sweep_delay(early);
        MUST(transfer_call(env, &m, EXO_TRANSFER_WAIT) == 0 && m.word[0] == early + 1);
        sweep_wait();
    }
    MUST(ends > 100);
    MUST(exos_kill((uint64_t)server) == 0 && exos_wait(&end) == server && end.killed);
    return 0;
}
