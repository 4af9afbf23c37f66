/* SPDX-License-Identifier: MIT */
/* dpf_program.h -- packet filters in C, beside those of atoms: a program that the engine has proven
 * to end, within a bound, and to change nothing, decides about the messages for which its atoms
 * hold. It is
 *
 *     long NAME(const unsigned char *place, const unsigned char *end);
 *
 * of a section "filter": it sees the message from the place on to which the atoms lead, and gives
 * something other than 0 if it wants it. Programs of the same atoms are merged (engine/merge.h).
 * Its atoms say how strong it is, and from whom it takes messages: nobody need look into it. */
#ifndef EXO_DPF_PROGRAM_H
#define EXO_DPF_PROGRAM_H

#include "engine/load.h"
#include "exo/dpf/dpf.h"

#define DPF_PROGRAM_BYTES 16384 /* of an object, at most */
#define DPF_PROGRAM_COST  1000  /* instructions that one takes, at most */

struct dpf_program {
    struct load load;
    uint8_t bytes[DPF_PROGRAM_BYTES]; /* of the object, as long as it is loaded */
};

/* The first program of an object of `length` bytes in p->bytes. False: it is refused, and *why is
 * set. */
bool dpf_program_load(struct dpf_program *p, uint32_t length, const struct hooks *hooks,
                      struct report *why);
void dpf_program_close(struct dpf_program *p);

/* For dpf_insert_chosen. */
struct dpf_programmed {
    const struct dpf_program *program; /* stays while the filter is there */
    bool more; /* others follow at once: until one comes without, they are asked one by one */
};
extern const struct dpf_choice dpf_programs;

#endif
