/* SPDX-License-Identifier: MIT */
/* filter.h -- the filters of packets that environments have: whose a frame is that arrived at an
 * interface (exo/dpf), and which ring it goes to. A filter lasts as long as an environment refers
 * to it; the first to do so is who inserted it. What it is and what it counted is exposed (struct
 * exo_filter). */
#ifndef EXO_KERNEL_FILTER_H
#define EXO_KERNEL_FILTER_H

#include "exo/dpf/dpf.h"
#include "exo/kernel/net/packet_ring.h"

struct filter {
    struct dpf_filter *dpf;
    struct packet_ring **ring; /* where the ring stands that has its frames, if there is one */
    uint64_t ring_id;          /* and it is still this one */
    uint32_t ash;              /* the handler that has them first, if it is there; 0: none */
    struct exo_filter *seen;
    struct dpf_program *program; /* in C beside the atoms; null: none */
    uint32_t next_free;
};

/* What a program is charged for: its object, and what is made of it. And how many filters of an
 * interface have one: the more, the longer it takes to merge them. */
#define FILTER_PROGRAM_FRAMES (2 * EXO_PROGRAM_BYTES / PAGE_SIZE)
extern uint32_t filter_programs[EXO_NICS];

/* What runs a handler on a frame that arrived, in EXO_ASH_FRAME bytes of which those behind it are
 * from frames of the same handler if `clean`: false, it is for the ring (kernel/ash). Null as long
 * as there is none. */
extern bool (*filter_handler)(struct filter *f, uint8_t *frame, uint32_t bytes, bool clean);

/* Once there are interfaces. */
void filter_init(void);

/* A filter of e's, by atoms that nobody changes any more, with this access list of one word; and by
 * a program, if that is not null, which is the filter's from now on. Its id; -E_INVALID with what
 * dpf_insert says; -E_PERM: it would take packets of a filter that `acl` does not dominate;
 * -E_EXISTS; -E_FULL; -E_QUOTA; -E_NO_MEMORY; -E_AGAIN: *work did not allow more, and the same
 * call goes on. */
long filter_insert(struct env *e, unsigned nic, const struct dpf_atom *atom, uint32_t atoms,
                   struct cap acl, struct dpf_program *program, enum dpf_fault *fault, uint32_t *at,
                   long *work);
/* The filter with this id, or null. */
struct filter *filter_find(uint64_t id);
/* e refers to it as well. -E_FULL: it refers to EXO_FILTERS_OF; -E_QUOTA, -E_NO_MEMORY. */
int filter_refer(struct env *e, struct filter *f);
/* It does no more; with the last reference the filter is gone. -E_NOT_FOUND. */
int filter_drop(struct env *e, struct filter *f);
/* All drop it, as *work allows, and are told in their u-areas. How many are left. */
uint32_t filter_withdraw(struct filter *f, long *work);
/* e drops those whose access list is under `what`, as *work allows, and is told; whether all are
 * dropped. */
bool filter_take_back(struct env *e, struct cap what, long *work);
/* None of e's any more, which has ended, as *work allows; whether all are dropped. */
bool filter_drop_all(struct env *e, long *work);

#endif
