/* SPDX-License-Identifier: MIT */
/* dpf_atom.h -- what a packet filter is made of (dpf.h), for those who write one. */
#ifndef EXO_DPF_DPF_ATOM_H
#define EXO_DPF_DPF_ATOM_H

#include <stdint.h>

#define DPF_ATOMS   64   /* of a filter, at most */
#define DPF_FILTERS 4096 /* of a set */
#define DPF_REACH   8192 /* bytes: no offset, constant shifts included, is greater */
#define DPF_FIELDS  4    /* state atoms of a filter, at most */
#define DPF_NOTES   4    /* messages whose later pieces a filter waits for */

enum dpf_op { DPF_EQ, DPF_MEQ, DPF_SHIFT, DPF_MSHIFT, DPF_SHIFTI, DPF_STATE, DPF_OPS };

struct dpf_atom {
    uint8_t op, bytes; /* enum dpf_op; 1, 2 or 4 */
    uint8_t shift;     /* 0 to 7 */
    uint8_t unused;    /* 0 */
    uint16_t offset;
    uint16_t unused_too; /* 0 */
    uint32_t mask, value;
};

#endif
