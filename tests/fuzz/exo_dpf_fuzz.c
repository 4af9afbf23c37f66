/* SPDX-License-Identifier: MIT */
/* exo_dpf_fuzz.c -- any bytes as packet filters and a message. A filter that is refused says which
 * atom and why, and leaves nothing; the code of those that are taken means what they mean, one by
 * one. The input: for each filter how many atoms and these, at most FILTERS; behind them the
 * message. */
#include <stdlib.h>
#include <string.h>

#include "exo/dpf/dpf.h"
#include "../../tools/vcode/host_hooks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILTERS = 4, ATOMS = 8 };

static struct filter {
    struct dpf_atom atom[ATOMS];
    uint32_t atoms;
    struct dpf_filter *dpf;
} filter[FILTERS];

static struct host_hooks host;

static void demand(bool holds) {
    if (!holds)
        abort();
}

static void insert(struct dpf_set *set, struct filter *f) {
    enum dpf_fault fault = DPF_FINE;
    uint32_t at = 0;
    struct dpf_size before = dpf_size(set);
    int error = dpf_insert(set, f->atom, f->atoms, f, &f->dpf, &fault, &at);
    demand((error == -E_INVALID) == (fault != DPF_FINE) && at <= f->atoms);
    if (error) {
        f->dpf = NULL;
        demand(dpf_size(set).filters == before.filters && dpf_size(set).nodes == before.nodes);
    }
}

static bool has_state(const struct filter *f) {
    for (uint32_t i = 0; i < f->atoms; i++)
        if (f->atom[i].op == DPF_STATE)
            return true;
    return false;
}

/* Whose the message is holds, and none that tests more does. */
static void ask(const struct dpf_set *set, const uint8_t *message, uint32_t bytes) {
    for (int twice = 0; twice < 2; twice++) { /* the second time it is known to state atoms */
        const struct filter *found = dpf_find(set, message, bytes);
        demand(!found || has_state(found) || dpf_holds(found->atom, found->atoms, message, bytes));
        for (const struct filter *f = filter; f < filter + FILTERS; f++)
            if (f->dpf && dpf_holds(f->atom, f->atoms, message, bytes))
                demand(found && found->dpf->bits >= f->dpf->bits);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    host_hooks_init(&host);
    struct dpf_set *set = dpf_open(&host.hooks);
    memset(filter, 0, sizeof filter);
    for (struct filter *f = filter; f < filter + FILTERS && size; f++) {
        f->atoms = *data++ % (ATOMS + 1);
        size--;
        if (f->atoms * sizeof *f->atom > size)
            f->atoms = 0;
        memcpy(f->atom, data, f->atoms * sizeof *f->atom);
        data += f->atoms * sizeof *f->atom;
        size -= f->atoms * sizeof *f->atom;
        insert(set, f);
    }
    uint8_t *message = malloc(size ? size : 1); /* it ends where its memory does */
    memcpy(message, data, size);
    for (uint32_t bytes = (uint32_t)size;; bytes /= 2) {
        ask(set, message + (size - bytes), bytes);
        if (!bytes)
            break;
    }
    free(message);
    for (struct filter *f = filter; f < filter + FILTERS; f++)
        if (f->dpf)
            dpf_remove(set, f->dpf);
    demand(dpf_size(set).filters == 0 && dpf_size(set).nodes == 1);
    dpf_close(set);
    demand(!host.allocated && !host.code_bytes);
    return 0;
}
