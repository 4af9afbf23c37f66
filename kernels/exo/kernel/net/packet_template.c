/* SPDX-License-Identifier: MIT */
/* packet_template.c -- see packet_template.h. An environment's templates are a frame on its
 * account. */
#include "exo/kernel/net/packet_template.h"

#include "exo/dpf/dpf_atom.h"
#include "exo/kernel/memory/account.h"
#include "exo/kernel/net/net_port.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/page.h"
#include "machine/user/user.h"

_Static_assert(sizeof(struct packet_templates) <= PAGE_SIZE, "a frame has room");
struct packet_templates *packet_templates_of[EXO_ENVS];

/* Sets the bits of a template that an atom tests. -E_INVALID: it is none for a template. */
static int add_atom(struct packet_template *t, const struct dpf_atom *a) {
    uint32_t mask = a->op == DPF_EQ ? UINT32_MAX : a->mask, end = a->offset + (uint32_t)a->bytes;
    if (a->op > DPF_MEQ || (a->bytes != 1 && a->bytes != 2 && a->bytes != 4) ||
        end > EXO_TEMPLATE_BYTES)
        return -E_INVALID;
    for (unsigned i = 0; i < a->bytes; i++) {
        unsigned at = a->offset + i, down = 8 * (a->bytes - 1u - i), up = 8 * (at % 8);
        uint64_t of = (uint64_t)(uint8_t)(mask >> down) << up;
        uint64_t value = (uint64_t)(uint8_t)(a->value >> down) << up;
        if ((value & ~of) || ((t->value[at / 8] ^ value) & t->mask[at / 8] & of))
            return -E_INVALID; /* what could never hold, also beside another */
        t->mask[at / 8] |= of;
        t->value[at / 8] |= value;
    }
    t->words = t->words * 8u < end ? (uint8_t)((end + 7) / 8) : t->words;
    return 0;
}

static int set_template(struct env *e, uint64_t nic, const struct packet_template *t) {
    struct packet_templates **of = &packet_templates_of[e - envs];
    paddr_t frame;
    int error = *of ? 0 : account_frame(e->seen, &frame);
    if (error)
        return error;
    if (!*of)
        *of = memset(direct(frame), 0, PAGE_SIZE);
    (*of)->nic[nic] = *t;
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
    struct packet_template t = {.set = true};
    int error = 0;
    if (nic >= net_count)
        return -E_NOT_FOUND;
    if (net_may_all(slot, nic))
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
    return error ? error : set_template(e, nic, &t);
}

void packet_template_end(const struct env *e) {
    struct packet_templates **of = &packet_templates_of[e - envs];
    if (!*of)
        return;
    frame_free(physical(*of));
    *of = NULL;
    account_release_of(e->seen, e->seen->id, 1);
}
