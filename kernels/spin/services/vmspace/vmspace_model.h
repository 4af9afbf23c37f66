/* SPDX-License-Identifier: MIT */
/* vmspace_model.h -- a model of an address space over vmspaces: whose pager, an extension, hears of
 * their faults and owns their pages, and which system calls its processes have. */
#ifndef SPIN_SERVICES_VMSPACE_VMSPACE_MODEL_H
#define SPIN_SERVICES_VMSPACE_VMSPACE_MODEL_H

#include "spin/services/calls/call_guard.h"
#include "spin/services/vmspace/vmspace.h"

struct vmspace_model {
    const struct call_handler *call; /* its calls */
    size_t calls;
    address_space_handler *other; /* for numbers that are no calls: what tells its processes */

    /* Its own; others read. */
    struct extension *extension; /* its instance of the pager `vmspace`; null: it was not loaded */
    struct module *pager;        /* its module */
    size_t handled;              /* of its calls; they stay */
    struct vmspace_model *next;
};

/* Its pager is loaded, and stays, and its calls are handled from the first time on. One that was
 * withdrawn since the last start is loaded anew: no process of the model is left then. 0,
 * loader_load_for()'s and vmspace_model_stop()'s errors, or -E_NO_MEMORY. */
int vmspace_model_start(struct vmspace_model *m);
/* The same, and a program of the model (vmspace_load). 0; or errors of both, and it has started. */
int vmspace_model_load(struct vmspace_model *m, struct vmspace **vm, const char *program,
                       uint64_t a, const char *words);
/* The pager is not needed any more, until the next start. 0, -E_BUSY or -E_NO_MEMORY. */
int vmspace_model_stop(struct vmspace_model *m);
/* Whether this is the pager of a model: what it owns are vmspaces. */
bool vmspace_model_has(const struct module *pager);

#endif
