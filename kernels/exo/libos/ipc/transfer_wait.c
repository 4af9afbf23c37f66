/* SPDX-License-Identifier: MIT */
/* transfer_wait.c -- what a caller does that is given the processor before its call is replied to;
 * transfer.S asks. */
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/ipc/transfer.h"
#include "exo/libos/uarea.h"
#include "lib/error.h"

_Static_assert(E_AGAIN == 15 && E_FAULT == 4, "for transfer.S");

long (*transfer_interrupted)(void);

/* 0: it goes on waiting; or the call ends with this error, and a late reply is refused. */
long transfer_waiting(void);
long transfer_waiting(void) {
    const volatile struct exo_env *server = exposed_env(uarea->reply_from);
    bool is_there = server && server->state == EXO_ENV_READY;
    long error = is_there ? 0 : -E_DEAD;
    if (is_there && transfer_interrupted)
        error = transfer_interrupted();
    if (error) {
        uarea->reply_from = 0;
        exo_wait_end();
    }
    return error;
}
