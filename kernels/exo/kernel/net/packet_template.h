/* SPDX-License-Identifier: MIT */
/* packet_template.h -- what an environment may send by an interface: bytes within the first 64 of
 * each frame that must be so, set by whoever has all of the interface. Nobody sends in another's
 * name. */
#ifndef EXO_KERNEL_PACKET_TEMPLATE_H
#define EXO_KERNEL_PACKET_TEMPLATE_H

#include "exo/kernel/env/env.h"

/* What the first words of each frame must be; not set: nothing may be sent. */
struct packet_template {
    bool set;
    uint8_t words; /* how many it looks at */
    uint64_t mask[EXO_TEMPLATE_BYTES / 8], value[EXO_TEMPLATE_BYTES / 8];
};
/* By an environment's slot, of each interface; null: it has none. */
struct packet_templates {
    struct packet_template nic[EXO_NICS];
};
extern struct packet_templates *packet_templates_of[EXO_ENVS];

/* An environment's, for an interface that there is. */
static inline const struct packet_template *packet_template_of(const struct env *e, uint64_t nic) {
    static const struct packet_template none;
    const struct packet_templates *t = packet_templates_of[e - envs];
    return t ? &t->nic[nic] : &none;
}

/* Whether a frame that begins so, a shorter one with zeroes behind it, may be sent. */
static inline bool packet_template_holds(const struct packet_template *t,
                                         const uint64_t head[EXO_TEMPLATE_BYTES / 8]) {
    for (unsigned i = 0; i < t->words; i++)
        if ((head[i] & t->mask[i]) != t->value[i])
            return false;
    return t->set;
}

long sys_packet_template(uint64_t slot, uint64_t env, uint64_t nic, uint64_t atoms, uint64_t count);

/* Those of an environment that has ended. */
void packet_template_end(const struct env *e);

#endif
