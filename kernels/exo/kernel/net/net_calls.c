/* SPDX-License-Identifier: MIT */
/* net_calls.c -- see net_calls.h. What a caller names is copied before it is looked at. */
#include "exo/kernel/net/net_calls.h"

#include "exo/defence.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/net/filter.h"
#include "exo/kernel/net/net_io.h"
#include "exo/kernel/net/net_port.h"
#include "exo/kernel/net/net_tap.h"
#include "exo/kernel/net/packet_send.h"
#include "exo/kernel/net/packet_template.h"
#include "exo/kernel/rights/reclaim.h"
#include "lib/error.h"
#include "machine/user/user.h"

/* What a call may do at once, in instructions or more. */
#define WORK_CALL   5000
#define WORK_FILTER 1500 /* and DPF_PART more */

static void end_ring(struct packet_ring **of) {
    if (*of)
        packet_ring_end(*of);
    *of = NULL;
}

static bool give_back(struct env *e, long *work) {
    if (!filter_drop_all(e, work))
        return false;
    for (unsigned i = 0; i < EXO_PACKET_RINGS; i++)
        end_ring(&packet_rings[e - envs][i]);
    if (!packet_ring_reap(e, work))
        return false;
    packet_send_end(e);
    packet_template_end(e);
    return true;
}

static bool take_back(struct env *e, struct cap what, long *work) {
    net_tap_take_back(e, what);
    for (unsigned i = 0; i < EXO_PACKET_RINGS; i++) {
        struct packet_ring **of = &packet_rings[e - envs][i];
        if (!*of || !cap_is_under((*of)->holder, what) || !DEFENDED(REVOKED_PACKETS))
            continue;
        end_ring(of);
        loss_note(e, EXO_LOST_PACKETS, i);
    }
    return packet_ring_reap(e, work) && filter_take_back(e, what, work);
}

void net_init(void) {
    net_io_init();
    if (!net_count)
        return;
    packet_ring_init();
    filter_init();
    packet_send_init();
    env_give_back = give_back;
    env_take_back = take_back;
}

/* --- Filters --- */

long net_may_filter(uint64_t slot, uint64_t nic) {
    if (nic >= net_count)
        return -E_NOT_FOUND;
    if (slot >= EXO_CAPS)
        return -E_PERM;
    struct cap held = env_current->cap[slot];
    return cap_is_under(held, net_whole(nic)) || cap_dominates(held, net_whole(nic)) ||
                   !DEFENDED(FILTER_RIGHT)
               ? 0
               : -E_PERM;
}

/* The caller has packets of an interface from now on that hold for these atoms. Whoever holds what
 * dominates the capability in `slot`, one for the interface or a part of its name, may bind and
 * drop the filter, too. Its id; -E_NOT_FOUND: no such interface; -E_PERM: the slot, or somebody has
 * these packets whom it does not dominate; -E_TOO_LONG: more atoms than DPF_ATOMS; -E_FAULT;
 * -E_INVALID: it is no filter: the word at `why`, if that is not 0, says which atom and, from bit
 * 32 on, what is wrong with it (enum dpf_fault); -E_EXISTS: there is one that tests the same;
 * -E_FULL; -E_QUOTA; -E_NO_MEMORY; -E_AGAIN: it takes longer than a call may, and the same call
 * goes on with it, until the caller begins with another one, or ends. */
long sys_filter_insert(uint64_t slot, uint64_t nic, uint64_t atoms, uint64_t count, uint64_t why) {
    struct dpf_atom atom[DPF_ATOMS];
    enum dpf_fault fault = DPF_FINE;
    uint32_t at = 0;
    struct env *e = env_current;
    long error = net_may_filter(slot, nic);
    if (error)
        return error;
    if (count > DPF_ATOMS)
        return -E_TOO_LONG;
    if (copy_from_user(atom, atoms, count * sizeof *atom))
        return -E_FAULT;
    long work = WORK_FILTER;
    long id = filter_insert(e, (unsigned)nic, atom, (uint32_t)count, e->cap[slot], NULL, &fault,
                            &at, &work);
    uint64_t said = at | (uint64_t)fault << 32;
    if (id == -E_INVALID && why && copy_to_user(why, &said, sizeof said))
        return -E_FAULT;
    return id;
}

int net_filter_named(uint64_t slot, uint64_t id, struct filter **f) {
    *f = filter_find(id);
    if (!*f)
        return -E_NOT_FOUND;
    return DEFENDED(FILTER_NAMED) ? env_may(slot, (*f)->seen->acl) : 0;
}

/* The caller refers to the filter, too: it stays until he has ended or dropped it. -E_NOT_FOUND;
 * -E_PERM; -E_FULL: he refers to EXO_FILTERS_OF; -E_QUOTA; -E_NO_MEMORY. */
long sys_filter_refer(uint64_t slot, uint64_t id) {
    struct filter *f;
    int error = net_filter_named(slot, id, &f);
    return error ? error : filter_refer(env_current, f);
}

/* He does no more. -E_NOT_FOUND: no such filter, or he did not; -E_PERM. */
long sys_filter_drop(uint64_t slot, uint64_t id) {
    struct filter *f;
    int error = net_filter_named(slot, id, &f);
    return error ? error : filter_drop(env_current, f);
}

/* Takes the filter from all who refer to it, by a capability that is complete and has a shorter
 * name: its packets are the next owner's, and whoever had it finds EXO_LOST_FILTER in his u-area.
 * How many have it still: this is to go on; -E_NOT_FOUND; -E_PERM. */
long sys_filter_withdraw(uint64_t slot, uint64_t id) {
    struct filter *f = filter_find(id);
    long work = WORK_CALL;
    if (!f)
        return -E_NOT_FOUND;
    if (slot >= EXO_CAPS ||
        (!cap_may_revoke(env_current->cap[slot], f->seen->acl) && DEFENDED(FILTER_ROOT)))
        return -E_PERM;
    return filter_withdraw(f, &work);
}

/* What the filter gets goes to this ring of the caller's from now on. -E_NOT_FOUND: no such filter,
 * or ring; -E_PERM. */
long sys_filter_bind(uint64_t slot, uint64_t id, uint64_t ring) {
    struct filter *f;
    int error = net_filter_named(slot, id, &f);
    if (error)
        return error;
    if (ring >= EXO_PACKET_RINGS || !packet_rings[env_current - envs][ring])
        return -E_NOT_FOUND;
    f->ring = &packet_rings[env_current - envs][ring];
    f->ring_id = (*f->ring)->id;
    f->seen->ring_env = env_current->seen->id;
    return 0;
}

/* --- Rings --- */

/* The caller's ring of this number is one of `count` buffers (struct exo_packet_buffer) from now
 * on, whose page frames the capability in slot `holder` opens; with none he has no such ring. 0; n,
 * if only so many of them are in it, for the others would take too long: packet_change brings them.
 * When it is refused the one before stays. -E_INVALID, -E_TOO_LONG, -E_FAULT: ring or
 * buffers; -E_PERM: a frame; -E_FULL: its pins; -E_BUSY: only pins hold it; -E_QUOTA;
 * -E_NO_MEMORY. */
long sys_packet_ring(uint64_t holder, uint64_t ring, uint64_t buffers, uint64_t count) {
    const struct env *e = env_current;
    struct packet_ring *r = NULL;
    long work = WORK_CALL;
    if (ring >= EXO_PACKET_RINGS || !packet_rings)
        return -E_INVALID;
    if (holder >= EXO_CAPS)
        return -E_PERM;
    long n = count ? packet_ring_make(env_current, e->cap[holder], buffers, count, &r) : 0;
    if (n >= 0) {
        end_ring(&packet_rings[e - envs][ring]);
        packet_rings[e - envs][ring] = r;
    }
    packet_ring_reap(e, &work);
    return n;
}

/* One buffer of a ring of the caller's is another one, while packets arrive. -E_NOT_FOUND: no such
 * ring; else as sys_packet_ring, and nothing changes. */
long sys_packet_change(uint64_t ring, uint64_t index, uint64_t buffer) {
    struct packet_ring *r =
        packet_rings && ring < EXO_PACKET_RINGS ? packet_rings[env_current - envs][ring] : NULL;
    return r ? packet_ring_change(r, index, buffer) : -E_NOT_FOUND;
}
