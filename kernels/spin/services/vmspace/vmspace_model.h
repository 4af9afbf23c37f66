/* SPDX-License-Identifier: MIT */
/* vmspace_model.h -- a model of an address space over vmspaces: whose pager, an extension, hears of
 * their faults and owns their pages, and which system calls its processes have. */
#ifndef SPIN_SERVICES_VMSPACE_VMSPACE_MODEL_H
#define SPIN_SERVICES_VMSPACE_VMSPACE_MODEL_H

#include "spin/services/calls/call_guard.h"

struct vmspace_model {
    struct extension *extension; /* its instance of the pager `vmspace`; null: it was not loaded */
    struct module *pager;        /* its module */
    size_t calls;                /* that are handled; they stay */
    struct vmspace_model *next;
};

/* Its pager is loaded, and stays, and its calls, which stay, are handled from the first time on.
 * One that was withdrawn since the last start is loaded anew: no process of the model is left then.
 * 0, loader_load_for()'s and vmspace_model_stop()'s errors, or -E_NO_MEMORY. */
int vmspace_model_start(struct vmspace_model *m, const struct call_handler *calls, size_t count);
/* The pager is not needed any more, until the next start. 0, -E_BUSY or -E_NO_MEMORY. */
int vmspace_model_stop(struct vmspace_model *m);
/* Whether this is the pager of a model: what it owns are vmspaces. */
bool vmspace_model_has(const struct module *pager);

#endif
