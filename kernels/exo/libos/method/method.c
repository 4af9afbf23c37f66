/* SPDX-License-Identifier: MIT */
/* method.c -- see method.h. */
#include "exo/libos/method/method.h"

#include "exo/libos/uarea.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

long method_call(uint64_t env, struct message *m) {
    for (;;) {
        long error = transfer_call(env, m, EXO_TRANSFER_WAIT);
        if (error != -E_BUSY)
            return error;
        if (transfer_interrupted && (error = transfer_interrupted()))
            return error;
        exo_env_yield(env);
    }
}

void transfer_abandon(void); /* transfer.S */

static void give_up(struct upcall_state *s) {
    s->trap.rip = (uint64_t)transfer_abandon;
    s->trap.rsp = uarea->transfer_stack; /* the stack it had may be anything */
    s->trap.rflags = 0;
}

_Noreturn void method_serve(void (*fn)(struct message *m)) {
    slice_handle();
    upcall_handle(give_up);
    for (;;) /* also when a caller is gone before it is replied to */
        transfer_serve(fn);
}
