/* SPDX-License-Identifier: MIT */
/* recover_xn.c -- see recover_xn.h: by XN's own code. */
#include "recover_xn.h"

#include "exo/xn/store/root.h"
#include "lib/error.h"
#include "say.h"

#include <string.h>

enum { SYSTEMS = 4 };

static struct host_volume volume;
struct host_store xn_disk;
static unsigned char owned[BLOCKS_MOST];

long xn_claim(void *owner, uint32_t block, uint32_t count) {
    (void)owner;
    for (uint32_t i = 0; i < count; i++)
        if (block + i >= BLOCKS_MOST || owned[block + i]++)
            return -E_EXISTS;
    return 0;
}

long xn_no_claim(void *owner, uint32_t block, uint32_t count) {
    (void)owner, (void)block, (void)count;
    return 0;
}

/* Who made it may change it. */
static uint64_t credential_of(const char name[16]) {
    const struct xn_root *root =
        (const struct xn_root *)(volume.image +
                                 (size_t)volume.x.volume[0].root_at * XN_BLOCK_BYTES);
    for (unsigned i = 0; i < XN_ROOTS; i++)
        if (!memcmp(root[i].name, name, sizeof root[i].name))
            return root[i].credential;
    return 0;
}

/* Blocks that are the volume's own, and types' bodies. */
static void claim_own(void) {
    const struct xn_volume *v = &volume.x.volume[0];
    for (uint32_t i = 0; i <= v->catalogue_at; i++)
        owned[i]++;
    for (uint32_t i = 0; i < XN_TYPES_MAX; i++) {
        uint32_t block, bytes;
        if (!xn_type_body(&volume.x, 0, i, &block, &bytes))
            for (uint32_t k = 0; k * XN_BLOCK_BYTES < bytes; k++)
                owned[block + k]++;
    }
}

/* No block is owned that is free, or the reverse. */
static const char *compare_map(void) {
    const struct xn_volume *v = &volume.x.volume[0];
    for (uint32_t b = 0; b < v->blocks; b++)
        if (!!owned[b] != xn_is_allocated(v, b))
            return say(owned[b] ? "block %u is owned, and free"
                                : "block %u is nobody's, and not "
                                  "free",
                       b);
    return NULL;
}

static const char *mount(struct recovery *r) {
    const struct xn_volume *v = &volume.x.volume[0];
    int error = host_volume_open_whole(&volume, r->image, (uint32_t)(r->bytes / XN_BLOCK_BYTES));
    volume.stops = r->stops_at;
    volume.writes_most = r->stops_at;
    if (!error)
        error = host_volume_mount(&volume);
    if (error)
        return say("XN: %s: block %u: %s", error_sentence(error), v->damaged,
                   v->damage ? v->damage : "");
    return v->read_only ? say("XN: it cannot be recovered") : NULL;
}

const char *recover_on_xn(struct recovery *r, struct tree *found, read_system_function *read) {
    static const char name[SYSTEMS][16] = {"zero", "one", "two", "three"};
    memset(owned, 0, sizeof owned);
    const char *why = mount(r);
    if (!why && host_store_open(&xn_disk, &volume))
        why = say("XN: it is too large");
    for (unsigned i = 0; i < SYSTEMS && !why; i++) {
        xn_disk.who.credential = credential_of(name[i]);
        why = read(i, name[i], found);
    }
    if (!why)
        claim_own();
    if (!why)
        why = compare_map();
    if (!why && host_volume_unmount(&volume))
        why = say("XN cannot leave it clean");
    r->writes = volume.writes;
    host_volume_close(&volume);
    return why;
}
