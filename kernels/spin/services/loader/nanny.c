/* SPDX-License-Identifier: MIT */
/* nanny.c -- see nanny.h. */
#include "spin/services/loader/nanny.h"

#include "lib/error.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/services/loader/loaded.h"

int nanny_load(const struct module *by, const char *name) {
    static struct report why; /* what comes of it is said by who wanted the domain */
    struct extension *e;
    (void)by;
    dispatcher->lock();
    int error = loader_load(name, &e, &why);
    if (!error)
        e->on_demand = true;
    dispatcher->unlock();
    return error == -E_EXISTS ? -E_NOT_FOUND : error;
}

/* The extension itself and its name hold its reference, and nobody else. */
static bool is_idle(const struct extension *e) {
    return e->on_demand && extension_is_idle(e) && reference_holders(e->reference) == 2;
}

unsigned nanny_sweep(void) {
    unsigned gone = 0;
    uint64_t serial = 0;
    struct extension *e;
    dispatcher->lock();
    loader_reap();
    while ((e = loader_after(&serial))) {
        bool idle = is_idle(e), goes = idle && e->was_idle;
        e->was_idle = idle;
        gone += goes && loader_unload(e) == 0;
    }
    dispatcher->unlock();
    return gone;
}
