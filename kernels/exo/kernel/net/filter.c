/* SPDX-License-Identifier: MIT */
/* filter.c -- see filter.h. */
#include "exo/kernel/net/filter.h"

#include "exo/defence.h"
#include "exo/dpf/program/dpf_program.h"
#include "exo/kernel/memory/account.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/view.h"
#include "exo/kernel/net/net_port.h"
#include "exo/kernel/rights/reclaim.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"

#if EXO_FILTERS != DPF_FILTERS
#error "an interface has as many filters as the system at most"
#endif

uint32_t filter_programs[EXO_NICS];
bool (*filter_handler)(struct filter *f, uint8_t *frame, uint32_t bytes, bool clean);
static struct filter *filters;
static uint32_t first_free; /* 0: none; filter 0 is none */
static struct packet_ring *no_ring;

/* Those that an environment refers to, by its slot; on its account. */
struct references {
    uint32_t count, id[EXO_FILTERS_OF];
};
static struct references *refers[EXO_ENVS];
/* What filters take of the kernel's memory is paid for by frames, one for so many references. */
#define REFERENCES_A_FRAME 16
#define WORK_DROP          2500 /* instructions or more, where the filter ends with it */
#define WORK_LOOK          20
#define ATOMS_MANY         16

void filter_init(void) {
    struct exo_filter *seen = net_memory(EXO_FILTERS * sizeof *seen);
    filters = net_memory(EXO_FILTERS * sizeof *filters);
    for (uint32_t i = EXO_FILTERS - 1; i; i--) {
        seen[i].id = i;
        filters[i].seen = &seen[i];
        filters[i].ring = &no_ring;
        filters[i].next_free = first_free;
        first_free = i;
    }
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

/* --- Shares --- */

/* A capability for a part of an interface has a third byte in its name: whoever it is that this
 * part was given to, in however many environments. Who has all of it may do as he likes. */
enum { PARTS = 257 }; /* 0: all */
static uint32_t steps_of[EXO_NICS][PARTS], steps_in_all[EXO_NICS];

static unsigned part_of(struct cap acl) {
    return acl.length > 2 ? 1u + acl.name[2] : 0;
}

static void limit(unsigned nic, unsigned part) {
    const struct dpf_limit l = {
        .owner = part,
        .branches = DEFENDED(FILTER_SHARE) ? EXO_FILTER_BRANCHES_OF : UINT32_MAX,
        .steps = DEFENDED(FILTER_NEW) ? EXO_FILTER_NEW : UINT32_MAX,
    };
    dpf_limit(net_ports[nic].set, &l);
}

static void give_back(uint32_t *of, uint32_t *over) {
    uint32_t some = *of < *over ? *of : *over;
    *of -= some;
    *over -= some;
}

/* A filter by this part has come or gone: what became more is that part's, and what became less
 * too, as far as it has it. So the shares are as much as there is, and never forgotten. */
static void settle(unsigned nic, unsigned part) {
    uint32_t now = dpf_steps(net_ports[nic].set), was = steps_in_all[nic];
    uint32_t over = now < was ? was - now : 0;
    steps_in_all[nic] = now;
    steps_of[nic][part] += now > was ? now - was : 0;
    give_back(&steps_of[nic][part], &over);
    for (unsigned i = 0; i < PARTS && over; i++)
        give_back(&steps_of[nic][i], &over);
    net_take_at_once(nic);
}

static bool too_much(unsigned nic, unsigned part) {
    bool all = steps_in_all[nic] > EXO_FILTER_STEPS && DEFENDED(FILTER_STEPS);
    return all || (part && steps_of[nic][part] > EXO_FILTER_STEPS_OF && DEFENDED(FILTER_SHARE));
}

static void end_program(struct filter *f) {
    struct exo_env *payer = envs[f->seen->env % EXO_ENVS].seen;
    filter_programs[f->seen->nic]--;
    dpf_program_close(f->program);
    heap_free(f->program, sizeof *f->program);
    account_release_of(payer, f->seen->env, FILTER_PROGRAM_FRAMES);
}

static void give_place(struct filter *f) {
    *f = (struct filter){.seen = f->seen, .ring = &no_ring, .next_free = first_free};
    first_free = (uint32_t)(f - filters);
}

/* An id is not that of the next filter in its place: a ring that was bound to it gets none of its
 * packets. A place whose ids have all been is no more one: somebody may still say them. */
static void end(struct filter *f) {
    struct exo_filter *seen = f->seen;
    dpf_remove(net_ports[seen->nic].set, f->dpf);
    settle(seen->nic, part_of(seen->acl));
    if (f->program)
        end_program(f);
    bool last = seen->id > UINT32_MAX - EXO_FILTERS;
    *seen = (struct exo_filter){.id = last ? 0 : seen->id + EXO_FILTERS};
    f->dpf = NULL;
    if (!last)
        give_place(f);
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

static void give_up(struct env *e);

bool filter_drop_all(struct env *e, long *work) {
    give_up(e);
    for (struct references *r; (r = refers[e - envs]) && *work > 0; *work -= WORK_DROP)
        drop_nth(e, r->count - 1);
    return !refers[e - envs];
}

static void lose_nth(struct env *e, uint32_t n, long *work) {
    loss_note(e, EXO_LOST_FILTER, refers[e - envs]->id[n]);
    drop_nth(e, n);
    *work -= WORK_DROP;
}

uint32_t filter_withdraw(struct filter *f, long *work) {
    static unsigned at; /* an environment's slot: where the last call stopped */
    const uint32_t id = f->seen->id;
    for (; f->seen->id == id && *work > 0; at = (at + 1) % EXO_ENVS, *work -= WORK_LOOK) {
        for (uint32_t n = refers[at] ? refers[at]->count : 0; n-- > 0; *work -= WORK_LOOK)
            if (refers[at]->id[n] == id) {
                lose_nth(&envs[at], n, work);
                break;
            }
    }
    return f->seen->id == id ? f->seen->references : 0;
}

bool filter_take_back(struct env *e, struct cap what, long *work) {
    const struct references *r = refers[e - envs];
    for (uint32_t n = r ? r->count : 0; n-- > 0 && DEFENDED(REVOKED_FILTER); *work -= WORK_LOOK) {
        const struct filter *f = filter_find(r->id[n]);
        if (f && cap_is_under(f->seen->acl, what))
            lose_nth(e, n, work);
        if (*work <= 0)
            return false;
        r = refers[e - envs]; /* the last one takes the list along */
        n = r ? n : 0;
    }
    return true;
}

/* --- One comes --- */

/* Whether `acl` may have what this filter of somebody has. */
static bool dominates(void *filter, void *acl) {
    return cap_dominates(*(const struct cap *)acl, ((const struct filter *)filter)->seen->acl) ||
           !DEFENDED(FILTER_STEALS);
}

/* What somebody inserts in more than one call: the next one of the same goes on. */
struct insertion {
    struct filter *f;
    struct dpf_coming *coming;
    struct cap acl;
    uint32_t nic, atoms;
};
struct pending {
    struct insertion now;
    struct dpf_atom atom[DPF_ATOMS];
};
static struct pending *pendings[EXO_ENVS]; /* on their account */

static bool is_same(const struct pending *p, unsigned nic, const struct dpf_atom *atom,
                    uint32_t atoms, struct cap acl) {
    bool same = p->now.nic == nic && p->now.atoms == atoms && cap_same(p->now.acl, acl);
    for (const struct dpf_atom *a = atom, *b = p->atom; same && a < atom + atoms; a++, b++)
        same = a->op == b->op && a->bytes == b->bytes && a->shift == b->shift &&
               a->offset == b->offset && a->mask == b->mask && a->value == b->value;
    return same;
}

/* What there is of it, for the next call. */
static int keep(struct env *e, const struct insertion *now, const struct dpf_atom *atom) {
    struct pending *p = heap_alloc(sizeof *p);
    int error = p ? account_charge(e->seen) : -E_NO_MEMORY;
    if (error) {
        heap_free(p, sizeof *p);
        return error;
    }
    p->now = *now;
    memcpy(p->atom, atom, now->atoms * sizeof *atom);
    pendings[e - envs] = p;
    return 0;
}

static void forget(struct env *e) {
    if (!pendings[e - envs])
        return;
    heap_free(pendings[e - envs], sizeof *pendings[0]);
    account_release(e->seen, 1);
    pendings[e - envs] = NULL;
}

static void give_up(struct env *e) {
    struct pending *p = pendings[e - envs];
    if (!p)
        return;
    long all = DPF_AT_ONCE;
    if (p->now.coming) {
        dpf_give_up(net_ports[p->now.nic].set, p->now.coming);
        dpf_tidy(net_ports[p->now.nic].set, &all);
        give_place(p->now.f);
    }
    forget(e);
}

static int begin(struct insertion *p, const struct dpf_atom *atom, struct dpf_program *program) {
    static struct dpf_programmed how;
    how.program = program;
    if (!first_free)
        return -E_FULL;
    p->f = &filters[first_free];
    int error = dpf_begin(net_ports[p->nic].set, atom, p->atoms, program ? &dpf_programs : NULL,
                          program ? &how : NULL, p->f, &p->coming);
    if (!error)
        first_free = p->f->next_free;
    return error;
}

/* It is in its set. */
static int admit(struct env *e, struct filter *f, const struct insertion *p) {
    f->seen->env = e->seen->id;
    f->seen->nic = p->nic;
    f->seen->acl = p->acl;
    settle(p->nic, part_of(p->acl));
    return too_much(p->nic, part_of(p->acl)) ? -E_FULL : filter_refer(e, f);
}

/* A part of it; of many atoms the first part is to keep them. */
static int go_on(struct env *e, struct insertion *p, const struct dpf_atom *atom,
                 struct dpf_program *program, enum dpf_fault *fault, uint32_t *at, long *work) {
    struct dpf_set *set = net_ports[p->nic].set;
    const struct pending *kept = pendings[e - envs];
    long all = DPF_AT_ONCE;
    int error = 0;
    if (!kept && !program && p->atoms > ATOMS_MANY)
        return (error = keep(e, p, atom)) ? error : -E_AGAIN;
    if (!p->coming && (error = begin(p, kept ? kept->atom : atom, program)))
        return error;
    error = dpf_go_on(set, p->coming, &(struct dpf_asked){dominates, &p->acl}, work, &p->f->dpf,
                      fault, at);
    if (error != -E_AGAIN) {
        if (error)
            give_place(p->f);
        dpf_tidy(set, &all);
        return error;
    }
    if (kept) {
        pendings[e - envs]->now = *p;
        return error;
    }
    int not_kept = keep(e, p, atom);
    if (not_kept) {
        dpf_give_up(set, p->coming);
        dpf_tidy(set, &all);
        give_place(p->f);
    }
    return not_kept ? not_kept : error;
}

long filter_insert(struct env *e, unsigned nic, const struct dpf_atom *atom, uint32_t atoms,
                   struct cap acl, struct dpf_program *program, enum dpf_fault *fault, uint32_t *at,
                   long *work) {
    struct insertion p = {.nic = nic, .acl = acl, .atoms = atoms};
    const struct pending *before = pendings[e - envs];
    if (before && (program || !is_same(before, nic, atom, atoms, acl)))
        give_up(e);
    else if (before)
        p = before->now;
    limit(nic, part_of(acl));
    int error = go_on(e, &p, atom, program, fault, at, work);
    if (error == -E_AGAIN)
        return error;
    forget(e);
    if (!error && (error = admit(e, p.f, &p)))
        end(p.f);
    if (error)
        return error;
    p.f->program = program;
    filter_programs[nic] += program != NULL;
    return (long)p.f->seen->id;
}
