/* SPDX-License-Identifier: MIT */
/* exo_xn_body_fuzz.c -- any bytes as a template, in each of the four designs. What is refused says
 * why and leaves nothing; what is taken owns nothing of a block of zeros, and then, of any bytes,
 * only what is within the volume. The input: a design and an atom, a body, and behind it the bytes
 * of a block. */
#include <stdlib.h>
#include <string.h>

#include "exo/xn/type/change.h"
#include "exo/xn/type/meta.h"
#include "lib/error.h"
#include "../../tools/vcode/host_hooks.h"

#define BLOCKS 1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct host_hooks host;
static struct report why;
static struct xn_importing importing;
static uint64_t *word(void *owner, uint32_t block) {
    static uint64_t words[BLOCKS];
    (void)owner;
    return block < BLOCKS ? &words[block] : NULL;
}

static void demand(bool holds) {
    if (!holds)
        abort();
}

static void try_block(struct xn_types *types, const struct xn_type *t, const uint8_t *bytes,
                      size_t size) {
    static uint64_t block[XN_BLOCK_BYTES / 8];
    struct xn_extent out[XN_OWNED_MAX];
    struct xn_changes drop;
    struct xn_site site = {t, (unsigned char *)block, 5};
    memset(block, 0, sizeof block);
    for (uint32_t p = 0; p < xn_partitions(types, &site); p++)
        demand(xn_owns(types, &site, p, out) == 0);
    memcpy(block, bytes, size < sizeof block ? size : sizeof block);
    for (uint32_t p = 0; p < xn_partitions(types, &site); p++) {
        int owned = xn_owns(types, &site, p, out);
        demand(owned <= XN_OWNED_MAX);
        for (int i = 0; i < owned; i++) {
            demand(out[i].block && out[i].block + (uint64_t)out[i].count <= BLOCKS);
            if (!xn_drop(types, &site, p, out[i], &drop))
                demand(xn_changes_are_sound(&drop));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!host.hooks.allocate)
        host_hooks_init(&host);
    if (size < 8)
        return 0;
    struct xn_types types = {.hooks = &host.hooks,
                             .meta = xn_meta_of[data[0] % XN_DESIGNS],
                             .way = XN_INTERPRETED,
                             .atom = 512u << data[1] % 4,
                             .blocks = BLOCKS,
                             .word = word};
    demand(!xn_types_open(&types));
    uint32_t bytes = 0;
    const uint8_t *body = data + 2;
    if (size >= 2 + sizeof(struct xn_body))
        memcpy(&bytes, body + offsetof(struct xn_body, bytes), sizeof bytes);
    if (bytes > size - 2)
        bytes = (uint32_t)(size - 2);
    int number = xn_import(&importing, &types, body, bytes, &why);
    demand(number > 0 || (number == -E_INVALID && why.text[0]) || number == -E_NO_MEMORY ||
           number == -E_EXISTS);
    if (number > 0)
        try_block(&types, types.type[number], body + bytes, size - 2 - bytes);
    xn_types_close(&types);
    demand(!host.allocated);
    return 0;
}
