/* SPDX-License-Identifier: MIT */
/* net_calls.c -- see net_calls.h. What a caller names is copied before it is looked at. */
#include "exo/kernel/net/net_calls.h"

#include "exo/defence.h"
#include "exo/kernel/memory/account.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/net/filter.h"
#include "exo/kernel/net/net_io.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"
#include "machine/user/user.h"

/* What an environment may send, by its slot; on its account, one frame. */
struct packets {
    /* What the first bytes of each frame must be that it sends by an interface; not set: it may
     * send nothing there. */
    struct template {
        bool set;
        uint64_t mask[EXO_TEMPLATE_BYTES / 8], value[EXO_TEMPLATE_BYTES / 8];
    }
    template[EXO_NICS];
};
_Static_assert(sizeof(struct packets) <= PAGE_SIZE, "a frame has room");
static struct packets *packets_of[EXO_ENVS];

static struct packets *packets_make(struct env *e, int *error) {
    struct packets **of = &packets_of[e - envs];
    paddr_t frame;
    *error = 0;
    if (!*of && !(*error = account_frame(e->seen, &frame)))
        *of = memset(direct(frame), 0, PAGE_SIZE);
    return *of;
}

static bool give_back(struct env *e, long *work) {
    struct packets **of = &packets_of[e - envs];
    (void)work;
    filter_drop_all(e);
    for (unsigned i = 0; packet_rings && i < EXO_PACKET_RINGS; i++) {
        packet_ring_free(packet_rings[e - envs][i]);
        packet_rings[e - envs][i] = NULL;
    }
    if (*of) {
        frame_free(physical(*of));
        *of = NULL;
        account_release_of(e->seen, e->seen->id, 1);
    }
    return true;
}

void net_init(void) {
    net_io_init();
    env_give_back = net_count ? give_back : NULL;
}

/* The capability for all of an interface: its name is `n` and the interface's number. */
static struct cap whole(uint64_t nic) {
    return (struct cap){.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'n', (uint8_t)nic}};
}

static int may_all(uint64_t slot, uint64_t nic) {
    return DEFENDED(NIC_WHOLE) ? env_may(slot, whole(nic)) : 0;
}

/* --- Filters --- */

/* The caller has packets of an interface from now on that hold for these atoms. Whoever holds what
 * dominates the capability in `slot`, one for the interface or a part of its name, may bind and
 * drop the filter, too. Its id; -E_NOT_FOUND: no such interface; -E_PERM: the slot, or somebody has
 * these packets whom it does not dominate; -E_TOO_LONG: more atoms than DPF_ATOMS; -E_FAULT;
 * -E_INVALID: it is no filter: the word at `why`, if that is not 0, says which atom and, from bit
 * 32 on, what is wrong with it (enum dpf_fault); -E_EXISTS: there is one that tests the same;
 * -E_FULL; -E_QUOTA; -E_NO_MEMORY. */
long sys_filter_insert(uint64_t slot, uint64_t nic, uint64_t atoms, uint64_t count, uint64_t why) {
    struct dpf_atom atom[DPF_ATOMS];
    enum dpf_fault fault = DPF_FINE;
    uint32_t at = 0;
    struct env *e = env_current;
    if (nic >= net_count)
        return -E_NOT_FOUND;
    if (slot >= EXO_CAPS || (DEFENDED(FILTER_RIGHT) && !cap_is_under(e->cap[slot], whole(nic)) &&
                             !cap_dominates(e->cap[slot], whole(nic))))
        return -E_PERM;
    if (count > DPF_ATOMS)
        return -E_TOO_LONG;
    if (copy_from_user(atom, atoms, count * sizeof *atom))
        return -E_FAULT;
    long id = filter_insert(e, (unsigned)nic, atom, (uint32_t)count, e->cap[slot], &fault, &at);
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
    f->ring_id = packet_ring_id(*f->ring);
    f->seen->ring_env = env_current->seen->id;
    return 0;
}

/* --- Rings --- */

/* The caller's ring of this number is one of `count` buffers (struct exo_packet_buffer) from now
 * on, whose page frames the capability in slot `holder` opens; with none he has no such ring. When
 * it is refused the one before stays. -E_INVALID, -E_TOO_LONG, -E_FAULT: ring or buffers; -E_PERM:
 * a frame; -E_FULL: its pins; -E_QUOTA; -E_NO_MEMORY. */
long sys_packet_ring(uint64_t holder, uint64_t ring, uint64_t buffers, uint64_t count) {
    struct env *e = env_current;
    struct packet_ring *r = NULL;
    if (ring >= EXO_PACKET_RINGS || !packet_rings)
        return -E_INVALID;
    if (holder >= EXO_CAPS)
        return -E_PERM;
    int error = count ? packet_ring_make(e, e->cap[holder], buffers, count, &r) : 0;
    if (error)
        return error;
    struct packet_ring **of = &packet_rings[e - envs][ring];
    packet_ring_free(*of);
    *of = r;
    return 0;
}

/* One buffer of a ring of the caller's is another one, while packets arrive. -E_NOT_FOUND: no such
 * ring; else as sys_packet_ring, and nothing changes. */
long sys_packet_change(uint64_t ring, uint64_t index, uint64_t buffer) {
    struct packet_ring *r =
        packet_rings && ring < EXO_PACKET_RINGS ? packet_rings[env_current - envs][ring] : NULL;
    return r ? packet_ring_change(r, index, buffer) : -E_NOT_FOUND;
}

/* --- Sending --- */

/* Sets the bits of a template that an atom tests. -E_INVALID: it is none for a template. */
static int add_atom(struct template *t, const struct dpf_atom *a) {
    uint32_t mask = a->op == DPF_EQ ? UINT32_MAX : a->mask;
    if (a->op > DPF_MEQ || (a->bytes != 1 && a->bytes != 2 && a->bytes != 4) ||
        a->offset + (uint32_t)a->bytes > EXO_TEMPLATE_BYTES)
        return -E_INVALID;
    for (unsigned i = 0; i < a->bytes; i++) {
        unsigned at = a->offset + i, down = 8 * (a->bytes - 1u - i), up = 8 * (at % 8);
        t->mask[at / 8] |= (uint64_t)(uint8_t)(mask >> down) << up;
        t->value[at / 8] |= (uint64_t)(uint8_t)(a->value >> down) << up;
    }
    return 0;
}

/* An environment may send by an interface from now on what holds for these atoms, EQ and MEQ within
 * the first EXO_TEMPLATE_BYTES: so nobody sends in another's name. Without atoms all that it likes;
 * before there is a template, nothing. By a capability for all of the interface. -E_NOT_FOUND: no
 * such interface; -E_DEAD: environment; -E_PERM; -E_TOO_LONG; -E_FAULT; -E_INVALID: atoms;
 * -E_QUOTA; -E_NO_MEMORY. */
long sys_packet_template(uint64_t slot, uint64_t env, uint64_t nic, uint64_t atoms,
                         uint64_t count) {
    struct dpf_atom atom[EXO_TEMPLATE_ATOMS];
    struct template t = {.set = true};
    int error = 0;
    if (nic >= net_count)
        return -E_NOT_FOUND;
    if (may_all(slot, nic))
        return -E_PERM;
    struct env *e = env ? env_find(env) : env_current;
    if (!e)
        return -E_DEAD;
    if (count > EXO_TEMPLATE_ATOMS)
        return -E_TOO_LONG;
    if (copy_from_user(atom, atoms, count * sizeof *atom))
        return -E_FAULT;
    for (uint64_t i = 0; i < count && !error; i++)
        error = add_atom(&t, &atom[i]);
    struct packets *p = error ? NULL : packets_make(e, &error);
    if (!error)
        p->template[nic] = t;
    return error;
}

static bool allows(const struct template *t, const uint64_t head[EXO_TEMPLATE_BYTES / 8]) {
    for (unsigned i = 0; i < EXO_TEMPLATE_BYTES / 8; i++)
        if ((head[i] & t->mask[i]) != t->value[i])
            return false;
    return t->set;
}

bool net_may_send(const struct env *e, uint64_t nic, const uint64_t head[EXO_TEMPLATE_BYTES / 8]) {
    const struct packets *p = packets_of[e - envs];
    return p && allows(&p->template[nic], head);
}

static int add_pieces(struct net_out *o, struct cap holder, const struct exo_piece *q,
                      uint64_t count) {
    int error = 0;
    for (uint64_t i = 0; i < count && !error; i++) {
        uint64_t number = q[i].at / PAGE_SIZE;
        if (!q[i].bytes || q[i].bytes > PAGE_SIZE - q[i].at % PAGE_SIZE)
            return -E_INVALID;
        struct exo_frame *f = number < info.frame_count ? exo_frame_at(number) : NULL;
        if (!f || (!acl_opens(&f->acl, holder, CAP_READ) && DEFENDED(PACKET_READ)))
            return -E_PERM;
        error = net_out_piece(o, f, q[i].at, (uint32_t)q[i].bytes);
    }
    return error;
}

static int add_word(struct net_out *o, struct cap holder, uint64_t at) {
    uint64_t number = at / PAGE_SIZE;
    struct exo_frame *f = number < info.frame_count ? exo_frame_at(number) : NULL;
    if (at % sizeof(uint64_t))
        return -E_INVALID;
    if (!f || (!acl_opens(&f->acl, holder, CAP_WRITE) && DEFENDED(PACKET_WORD)))
        return -E_PERM;
    return net_out_word(o, f, at);
}

/* Sends a frame by an interface (EXO_PACKET_HOW): `count` pieces of struct exo_piece at this
 * address, each in one page frame that the capability in slot `holder` opens, for reading; they are
 * pinned until the device is done with them, and then the word at this physical address, if that is
 * not 0, is counted down by one. 0; -E_NOT_FOUND: no such interface; -E_PERM: frames, the word, or
 * the frame is none that the caller may send there (sys_packet_template); -E_INVALID: pieces, or
 * longer or shorter than a frame may be; -E_TOO_LONG: more than EXO_PACKET_PIECES; -E_FAULT;
 * -E_FULL: too many are on their way, or a frame's pins; -E_BUSY: only pins hold a frame; -E_DEAD:
 * the device. */
long sys_packet_send(uint64_t how, uint64_t pieces, uint64_t count, uint64_t word) {
    struct exo_piece piece[EXO_PACKET_PIECES];
    struct env *e = env_current;
    uint64_t holder = how & 0xff, nic = how >> 8;
    if (nic >= net_count)
        return -E_NOT_FOUND;
    if (holder >= EXO_CAPS)
        return -E_PERM;
    if (!count || count > EXO_PACKET_PIECES)
        return count ? -E_TOO_LONG : -E_INVALID;
    if (copy_from_user(piece, pieces, count * sizeof *piece))
        return -E_FAULT;
    struct net_out *o = net_out_take(e);
    if (!o)
        return -E_FULL;
    int error = add_pieces(o, e->cap[holder], piece, count);
    if (!error && word)
        error = add_word(o, e->cap[holder], word);
    if (!error && !net_may_send(e, nic, net_out_head(o)) && DEFENDED(PACKET_FORGED)) {
        net_forged((unsigned)nic);
        error = -E_PERM;
    }
    if (!error)
        return net_send(o, (unsigned)nic);
    net_out_drop(o);
    return error;
}

/* Resets an interface, and starts it again: what is on its way ends, and may have gone or not; what
 * arrives meanwhile is lost. By a capability for all of it. 0; -E_NOT_FOUND; -E_PERM; -E_DEAD: it
 * does not come back. */
long sys_nic_reset(uint64_t slot, uint64_t nic) {
    if (nic >= net_count)
        return -E_NOT_FOUND;
    int error = may_all(slot, nic);
    return error ? error : net_reset((unsigned)nic);
}
