/* SPDX-License-Identifier: MIT */
/* long_calls.c -- how long XN's calls keep interrupts off at worst: the whole call, seen by its
 * caller, under the clock that counts instructions. */
#include "volume.h"

#include "lib/string.h"

#define LONGEST 10000
enum { RUN = 32, MANY = 32 };

static uint64_t longest;

static uint64_t now(void) {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

static long timed(uint64_t begun, long result) {
    uint64_t took = now() - begun;
    longest = took > longest ? took : longest;
    return result;
}
#define TIMED(call)                                                                                \
    ({                                                                                             \
        uint64_t begun_ = now();                                                                   \
        timed(begun_, call);                                                                       \
    })

static void told(struct check *c, const char *what) {
    if (longest > LONGEST)
        check_fail(c, "%s: %lu instructions", what, longest);
    longest = 0;
}

/* Mounts it as it is, each step timed. */
static long mount(void) {
    long result = -E_AGAIN;
    while (result) {
        result = TIMED(exo_xn_volume(EXO_XN_HOW(EXO_XN_MOUNT, 0, 0), 0, 0, 0));
        if (result == -E_ORDER) {
            xn_store_adopt(&xn_store);
            return result;
        }
        if (result && !xn_again(&xn_store, &result))
            return result;
    }
    return 0;
}

CHECK(xn_longest, "xn/no_call_keeps_interrupts_off_for_long") {
    if (!strstr((const char *)env_info()->command_line, "clock=icount")) {
        check_skip(c, "the clock counts no instructions");
        return;
    }
    if (!volume_begin(c))
        return;
    struct store *s = &xn_store.store;
    struct xn_extent run = extent(store_find_free(s, 300, RUN), RUN, XN_BYTES);
    CHECK_THAT(c, TIMED(alloc(0, run)) == 0);
    CHECK_THAT(
        c, TIMED(block_call(EXO_XN_VOUCH, 0, EXO_XN_AT(run.block, run.count | 1u << 16), 0)) == 0);
    told(c, "an extent comes, and its blocks get entries");
    CHECK_THAT(c, TIMED(give_up(0, run)) == 0);
    told(c, "it goes");
    CHECK_THAT(c, store_sync(s, false) == 0);
    /* Many blocks are written, flushed and settled. */
    for (unsigned i = 0; i < MANY / 8; i++)
        CHECK_THAT(c, alloc(i, extent(run.block + 8 * i, 8, XN_BYTES)) == 0);
    struct exo_xn_block_frame b[MANY];
    for (unsigned i = 0; i < MANY; i++) {
        CHECK_THAT(c, block_call(EXO_XN_INSERT, run.block + i, free_frame(), 0) == 0);
        b[i] = (struct exo_xn_block_frame){run.block + i, 0};
    }
    CHECK_THAT(c, store_sync(s, false) == 0);
    for (unsigned i = 0; i < MANY; i++) {
        CHECK_THAT(c, block_call(EXO_XN_MAP, run.block + i, HERE + i * PAGE, DATA) == 0);
        const struct exo_pages gone = {HERE + i * PAGE, 0, 1};
        exo_page_update(0, 0, 0, &gone, 1, 0);
    }
    for (unsigned done = 0; done < MANY;) {
        long some = TIMED(exo_xn_transfer(EXO_XN_HOW(EXO_DISK_WRITE, 0, 0), b + done, MANY - done));
        done += some > 0 ? (unsigned)some : 0;
        xn_wait(&xn_store);
    }
    told(c, "blocks are written");
    CHECK_THAT(c, TIMED(exo_xn_transfer(EXO_XN_HOW(EXO_DISK_FLUSH, 0, 0), NULL, 0)) == 0);
    xn_wait(&xn_store);
    while (TIMED(exo_xn_volume(EXO_XN_HOW(EXO_XN_SETTLE, 0, 0), 0, 0, 0)) == -E_AGAIN)
        continue;
    told(c, "they are settled");
    CHECK_THAT(c, store_sync(s, false) == 0);
    xn_store_leave(&xn_store);
    /* Not timed: the tests' kernels spoil each frame that is freed. */
    while (exo_xn_volume(EXO_XN_HOW(EXO_XN_ABANDON, 0, 0), 0, 0, 0) == -E_AGAIN)
        continue;
    long error = mount();
    CHECK_THAT(c, error == 0 || error == -E_ORDER);
    told(c, "a volume is recovered");
    volume_end();
}
