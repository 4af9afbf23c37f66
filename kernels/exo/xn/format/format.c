/* SPDX-License-Identifier: MIT */
/* format.c -- a volume is made, and its superblock looked at. Libraries that make volumes have this
 * file, too. */
#include "exo/xn/store/volume.h"

#include "lib/crc32.h"
#include "lib/error.h"
#include "lib/string.h"

void super_sign(struct xn_super *s) {
    s->checksum = crc32_update(0, s, offsetof(struct xn_super, checksum));
}

uint32_t super_own(const struct xn_super *s) {
    uint32_t words = s->design == XN_CAPABILITY ? (s->blocks + XN_WORDS - 1) / XN_WORDS : 0;
    return s->catalogue_at + 1 + words;
}

static uint32_t maps_for(uint32_t blocks) {
    return (blocks + XN_MAP_BLOCKS - 1) / XN_MAP_BLOCKS;
}

const char *super_fault(const struct xn_super *s) {
    if (s->magic != XN_SUPER_MAGIC)
        return "magic";
    if (s->version != XN_SUPER_VERSION)
        return "version";
    if (s->checksum != crc32_update(0, s, offsetof(struct xn_super, checksum)))
        return "checksum";
    if (s->design >= XN_DESIGNS)
        return "design";
    if (s->atom < 512 || s->atom > XN_BLOCK_BYTES || s->atom & (s->atom - 1))
        return "atom";
    if (s->map_at != 1 || !s->maps || s->maps > XN_MAPS || s->maps != maps_for(s->blocks))
        return "map";
    if (s->root_at != 1 + s->maps)
        return "root";
    if (s->catalogue_at != s->root_at + 1)
        return "catalogue";
    if (s->design == XN_CAPABILITY && s->blocks > XN_WORDED_MAX)
        return "words";
    return s->blocks <= super_own(s) ? "blocks" : NULL;
}

int xn_format(uint32_t blocks, enum xn_design design, uint32_t atom, uint32_t i,
              unsigned char bytes[XN_BLOCK_BYTES]) {
    uint32_t maps = blocks > UINT32_MAX - XN_MAP_BLOCKS ? XN_MAPS + 1 : maps_for(blocks);
    struct xn_super super = {.magic = XN_SUPER_MAGIC,
                             .version = XN_SUPER_VERSION,
                             .blocks = blocks,
                             .design = design,
                             .atom = atom,
                             .clean = 1,
                             .map_at = 1,
                             .maps = maps,
                             .root_at = 1 + maps,
                             .catalogue_at = 2 + maps};
    super_sign(&super);
    uint32_t own = super_own(&super);
    if (super_fault(&super))
        return -E_INVALID;
    if (i >= own)
        return 1;
    memset(bytes, 0, XN_BLOCK_BYTES);
    if (i == 0)
        memcpy(bytes, &super, sizeof super);
    for (uint32_t bit = 0; i >= 1 && i <= maps && bit < XN_MAP_BLOCKS; bit++) {
        uint64_t block = (uint64_t)(i - 1) * XN_MAP_BLOCKS + bit;
        if (block < own || block >= blocks)
            bytes[bit / 8] |= (unsigned char)(1u << bit % 8);
    }
    return 0;
}
