/* SPDX-License-Identifier: MIT */
/* volume.h -- the form of a volume on the disk: block 0, then the free map, the roots, the index of
 * the catalogue; and, of design "capability", a word of each block. */
#ifndef EXO_XN_VOLUME_H
#define EXO_XN_VOLUME_H

#include "exo/xn/store/registry.h"

#define XN_SUPER_MAGIC   0x564e5845 /* "EXNV" */
#define XN_SUPER_VERSION 1

/* In the first sector of block 0, with nothing behind it. */
struct xn_super {
    uint32_t magic, version, blocks, design, atom, clean;
    uint32_t map_at, maps, root_at, catalogue_at;
    uint32_t zero;
    uint32_t checksum; /* CRC-32 of what stands before */
};

/* In the catalogue's index by a type's number. */
struct xn_catalogued {
    char name[XN_NAME_BYTES];
    uint32_t block, bytes; /* of its body; 0: none */
    uint32_t checksum;     /* CRC-32 of the body */
    uint32_t zero;
};
_Static_assert(sizeof(struct xn_catalogued) * XN_TYPES_MAX == XN_BLOCK_BYTES, "the form on disk");

void super_sign(struct xn_super *super);
/* How many blocks are the volume's own. */
uint32_t super_own(const struct xn_super *super);
/* What is wrong with it, of a disk of at least `blocks`; null: nothing. */
const char *super_fault(const struct xn_super *super);

/* Block and field that are damaged: -E_DAMAGED. */
int volume_damaged(struct xn_volume *v, uint32_t block, const char *field);
/* Type `number` of the catalogue: its body's blocks are in core. 0: there is none; -E_... */
int catalogued_body(struct xn *x, uint32_t volume, uint32_t number, uint32_t *bytes);

#endif
