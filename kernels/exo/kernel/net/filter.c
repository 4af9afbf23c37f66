/* SPDX-License-Identifier: MIT */
/* filter.c -- see filter.h. */
#include "exo/kernel/net/filter.h"

#include "common/engine.h"
#include "exo/defence.h"
#include "exo/kernel/memory/account.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/view.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"

#if EXO_FILTERS != DPF_FILTERS
#error "an interface has as many filters as the system at most"
#endif

struct dpf_set *filter_sets[EXO_NICS];
bool (*filter_handler)(struct filter *f, uint8_t *frame, uint32_t bytes, bool clean);
static struct filter *filters;
static uint32_t first_free; /* 0: none; filter 0 is none */

/* Those that an environment refers to, by its slot; on its account. */
struct references {
    uint32_t count, id[EXO_FILTERS_OF];
};
static struct references *refers[EXO_ENVS];
/* What filters take of the kernel's memory is paid for by frames, one for so many references. */
#define REFERENCES_A_FRAME 16

static void *memory(size_t bytes) {
    paddr_t first;
    size_t frames = page_round_up(bytes) / PAGE_SIZE;
    if (frame_alloc_run(&first, frames))
        panic("exo: no memory for the filters of packets");
    return memset(direct(first), 0, frames * PAGE_SIZE);
}

void filter_init(unsigned nics) {
    struct exo_filter *seen = memory(EXO_FILTERS * sizeof *seen);
    filters = memory(EXO_FILTERS * sizeof *filters);
    for (uint32_t i = EXO_FILTERS - 1; i; i--) {
        seen[i].id = i;
        filters[i].seen = &seen[i];
        filters[i].next_free = first_free;
        first_free = i;
    }
    for (unsigned i = 0; i < nics; i++)
        if (!(filter_sets[i] = dpf_open(&engine_hooks)))
            panic("exo: no memory for the filters of packets");
    view_add(EXO_FILTER, physical(seen), page_round_up(EXO_FILTERS * sizeof *seen));
}

struct filter *filter_find(uint64_t id) {
    struct filter *f = filters ? &filters[id % EXO_FILTERS] : NULL;
    return f && f->dpf && f->seen->id == id ? f : NULL;
}

/* --- References --- */

int filter_refer(struct env *e, struct filter *f) {
    struct references **of = &refers[e - envs], *r = *of;
    if (r && r->count == EXO_FILTERS_OF)
        return -E_FULL;
    int error = !r || r->count % REFERENCES_A_FRAME == 0 ? account_charge(e->seen) : 0;
    if (error)
        return error;
    if (!r) {
        r = heap_alloc(sizeof *r);
        if (!r) {
            account_release(e->seen, 1);
            return -E_NO_MEMORY;
        }
        r->count = 0;
        *of = r;
    }
    r->id[r->count++] = f->seen->id;
    f->seen->references++;
    return 0;
}

/* An id is not that of the next filter in its place: a ring that was bound to it gets none of its
 * packets. */
static void end(struct filter *f) {
    struct exo_filter *seen = f->seen;
    dpf_remove(filter_sets[seen->nic], f->dpf);
    uint32_t id = seen->id + EXO_FILTERS;
    *seen = (struct exo_filter){.id = id < EXO_FILTERS ? id + EXO_FILTERS : id};
    *f = (struct filter){.seen = seen, .next_free = first_free};
    first_free = (uint32_t)(f - filters);
}

static void drop_nth(struct env *e, uint32_t n) {
    struct references *r = refers[e - envs];
    struct filter *f = filter_find(r->id[n]);
    if (f && !--f->seen->references)
        end(f);
    r->id[n] = r->id[--r->count];
    if (r->count % REFERENCES_A_FRAME == 0)
        account_release(e->seen, 1);
    if (!r->count) {
        heap_free(r, sizeof *r);
        refers[e - envs] = NULL;
    }
}

int filter_drop(struct env *e, struct filter *f) {
    struct references *r = refers[e - envs];
    for (uint32_t n = 0; r && n < r->count; n++)
        if (r->id[n] == f->seen->id) {
            drop_nth(e, n);
            return 0;
        }
    return -E_NOT_FOUND;
}

void filter_drop_all(struct env *e) {
    while (refers[e - envs])
        drop_nth(e, 0);
}

/* --- One comes --- */

/* Whether `acl` may have what this filter of somebody has. */
static bool dominates(void *filter, void *acl) {
    return cap_dominates(*(const struct cap *)acl, ((const struct filter *)filter)->seen->acl) ||
           !DEFENDED(FILTER_STEALS);
}

long filter_insert(struct env *e, unsigned nic, const struct dpf_atom *atom, uint32_t atoms,
                   struct cap acl, enum dpf_fault *fault, uint32_t *at) {
    struct dpf_set *set = filter_sets[nic];
    struct filter *f = &filters[first_free];
    int error = first_free ? dpf_would_take(set, atom, atoms, dominates, &acl, fault, at) : -E_FULL;
    if (!error)
        error = dpf_insert(set, atom, atoms, f, &f->dpf, fault, at);
    if (error)
        return error;
    first_free = f->next_free;
    f->seen->env = e->seen->id;
    f->seen->nic = nic;
    f->seen->acl = acl;
    error = filter_refer(e, f);
    if (error)
        end(f);
    return error ? error : (long)f->seen->id;
}
