/* SPDX-License-Identifier: MIT */
/* vmspace_model.c -- see vmspace_model.h. */
#include "spin/services/vmspace/vmspace_model.h"

#include "lib/error.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/services/loader/loader.h"
#include "spin/services/vmspace/vmspace_files.h"

static struct vmspace_model *models; /* those that were started */

/* Those that are not handled yet, each by a change of its own: a change has few steps. */
static int install(struct vmspace_model *m) {
    int error = 0;
    while (!error && m->handled < m->calls) {
        struct change c;
        change_open(&c, event_trap_syscall.module,
                    NULL); /* which trusts the kernel's own systems */
        calls_handle(&c, &m->call[m->handled], 1);
        error = change_commit(&c);
        m->handled += !error;
    }
    return error;
}

static int stop(struct vmspace_model *m) {
    int error = 0;
    vmspace_files_end(m->pager);
    if (m->extension) {
        extension_hold(m->extension, false);
        error = loader_unload(m->extension); /* -E_EXISTS: or loader_reap */
    }
    if (error && error != -E_EXISTS) {
        extension_hold(m->extension, true);
        return error;
    }
    m->extension = NULL;
    m->pager = NULL;
    return 0;
}

static int hold(struct vmspace_model *m) {
    static struct report why;
    int error = loader_load_for("vmspace", NULL, &m->extension, &why);
    if (!error)
        extension_hold(m->extension, true);
    return error;
}

static int start(struct vmspace_model *m) {
    (void)loader_reap(); /* what the last stop had to leave */
    int error = m->extension && list_empty(&m->pager->bindings) ? stop(m) : 0;
    if (!error && !m->extension)
        error = hold(m);
    if (error)
        return error;
    m->pager = extension_module(m->extension);
    struct vmspace_model **place = &models;
    while (*place && *place != m)
        place = &(*place)->next;
    *place = m;
    return install(m);
}

/* Several may start it, or stop it, at once. */
int vmspace_model_start(struct vmspace_model *m) {
    dispatcher->lock();
    int error = start(m);
    dispatcher->unlock();
    return error;
}

int vmspace_model_load(struct vmspace_model *m, struct vmspace **vm, const char *program,
                       uint64_t a, const char *words) {
    int error = vmspace_model_start(m);
    return error ? error : vmspace_load(vm, m->pager, m->other, program, a, words);
}

int vmspace_model_stop(struct vmspace_model *m) {
    dispatcher->lock();
    int error = stop(m);
    dispatcher->unlock();
    return error;
}

bool vmspace_model_has(const struct module *pager) {
    const struct vmspace_model *m = models;
    while (m && m->pager != pager)
        m = m->next;
    return m && pager;
}
