/* SPDX-License-Identifier: MIT */
/* touches.c -- blocks come into core and leave it, again and again: neither entries of the registry
 * nor frames nor what the kernel uses for this environment become more. The command line's
 * `touches=` says how often: tests/kernel/campaign. */
#include "volume.h"

#include "lib/string.h"

#define USUAL  20000
#define FRAMES 16
#define EACH   8 /* rounds of which one does all that can be done with a block */
#define FILES  8 /* blocks of data below the root */

static uint64_t touches(void) {
    const char *at = strstr((const char *)env_info()->command_line, "touches=");
    uint64_t n = 0;
    for (at = at ? at + 8 : ""; *at >= '0' && *at <= '9'; at++)
        n = n * 10 + (uint64_t)(*at - '0');
    return n ? n : USUAL;
}

struct books {
    uint64_t frames, entries, kernel, pages;
};

static struct books books(void) {
    const volatile struct xn_entry *entry = (const volatile struct xn_entry *)EXO_XN_ENTRY;
    const volatile uint32_t *bucket = (const volatile uint32_t *)EXO_XN_BUCKET;
    const volatile struct exo_env *self = exposed_env((uint64_t)exo_env_self());
    struct books b = {frames_free(), 0, self->kernel, self->pages};
    for (uint32_t i = 0; i < exposed_xn()->buckets; i++)
        for (uint32_t e = bucket[i]; e; e = entry[e].next)
            b.entries++;
    return b;
}

/* Blocks that nobody has vouched for come into frames that others had. */
static void touch_some(struct check *c, uint64_t round, const uint64_t frame[FRAMES]) {
    struct exo_xn_block_frame b[FRAMES];
    for (uint32_t k = 0; k < FRAMES; k++)
        b[k] = (struct exo_xn_block_frame){500 + (uint32_t)(round * 7 % 30) * FRAMES + k,
                                           (uint32_t)frame[k]};
    for (uint32_t done = 0; done < FRAMES && !c->failed;) {
        long some = exo_xn_transfer(EXO_XN_HOW(EXO_DISK_READ, 0, 0), b + done, FRAMES - done);
        CHECK_THAT(c, some > 0);
        done += (uint32_t)some;
    }
    xn_wait(&xn_store);
}

/* One of the root's is read, shown, written, written back, and leaves. */
static void touch_all(struct check *c, uint64_t round, const uint32_t block[FILES]) {
    struct store *s = &xn_store.store;
    uint32_t one = block[round % FILES];
    const struct store_child child = {root.at.block, 0, extent(one, 1, XN_BYTES)};
    unsigned char *bytes;
    CHECK_THAT(c, store_get(s, &child, 0, STORE_WRITE, &bytes) == 0);
    CHECK_THAT(c, *(uint64_t *)bytes >= round % FILES);
    ++*(uint64_t *)bytes;
    store_put(s, one);
    CHECK_THAT(c, s->ops->writeback(s, &one, 1, true) == 0);
    CHECK_THAT(c, round % 64 || s->ops->flush(s) == 0);
    CHECK_THAT(c, s->ops->drop(s, one) == 0);
    CHECK_THAT(c, !entry_of(one) || !entry_of(one)->frame);
}

CHECK(xn_touches, "xn/blocks_come_and_go_in_constant_memory") {
    uint64_t frame[FRAMES];
    uint32_t block[FILES];
    struct books before = {0}, after;
    if (!volume_begin(c))
        return;
    for (unsigned i = 0; i < FILES && !c->failed; i++)
        block[i] = data_block(c, i, i);
    CHECK_THAT(c, store_sync(&xn_store.store, false) == 0);
    for (unsigned i = 0; i < FRAMES; i++)
        frame[i] = frames_pick(env_info()->frame_count / 2 + 64 * i);
    const uint64_t count = touches();
    for (uint64_t i = 0; i < count / FRAMES && !c->failed; i++) {
        touch_some(c, i, frame);
        if (i % EACH == 0)
            touch_all(c, i / EACH, block);
        if (i == 2ul * FILES * EACH)
            before = books();
    }
    CHECK_THAT(c, store_sync(&xn_store.store, false) == 0);
    after = books();
    if (memcmp(&before, &after, sizeof before) != 0)
        check_fail(c, "frames %lu, entries %lu, kernel %lu, pages %lu; then %lu, %lu, %lu, %lu",
                   before.frames, before.entries, before.kernel, before.pages, after.frames,
                   after.entries, after.kernel, after.pages);
    volume_end();
}
