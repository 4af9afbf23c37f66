/* SPDX-License-Identifier: MIT */
/* crash_volume.c -- see crash_volume.h. */
#include "crash_volume.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "lib/error.h"
#include "lib/string.h"

#define CACHE     1024           /* pages */
#define WINDOW_AT 0x540000000000 /* XN's blocks; before them its free map */
#define MEMORY_AT 0x530000000000
#define PAGE      4096ul

struct xn_store xn;

static size_t volume_bytes(void) {
    return xn_store_bytes((uint32_t)exposed_disk(0)->blocks, CACHE);
}

/* A flush behind which nothing was written is in no log: QEMU does not pass it on. */
static const struct store_ops *xn_ops;
static uint64_t written, empty;

static long flush(struct store *s) {
    const uint64_t writes = exposed_disk(0)->requests[EXO_DISK_WRITE];
    long error = xn_ops->flush(s);
    empty += writes == written;
    written = writes;
    return error;
}

static long open_zeroed(void) {
    static struct store_ops ops;
    memset((void *)MEMORY_AT, 0, volume_bytes());
    long error = xn_store_open(&xn, 0, 0, WINDOW_AT, CACHE, (void *)MEMORY_AT);
    if (error)
        return error;
    xn_ops = xn.store.ops;
    ops = *xn_ops;
    ops.flush = flush;
    xn.store.ops = &ops;
    return 0;
}

bool volume_open(struct check *c) {
    if (!env_info()->disks) {
        check_skip(c, "the machine has no disk");
        return false;
    }
    long error =
        frames_map(0, 0, 0, MEMORY_AT, (volume_bytes() + PAGE - 1) / PAGE, EXO_WRITE | EXO_NO_EXEC);
    if (!error)
        error = open_zeroed();
    if (error)
        check_fail(c, "no volume: %s, block %u: %s", error_sentence((int)error),
                   exposed_xn()->volume[0].damaged, (const char *)exposed_xn()->volume[0].damage);
    return !error;
}

long volume_again(void) {
    long error = xn_store_close(&xn);
    return error ? error : open_zeroed();
}

long volume_act(unsigned operation, uint64_t a, uint64_t b, uint64_t c) {
    long result;
    do
        result = exo_xn_volume(xn_how(&xn, operation), a, b, c);
    while (xn_again(&xn, &result));
    return result;
}

uint64_t volume_flushes(void) {
    return exposed_disk(0)->requests[EXO_DISK_FLUSH] - empty;
}
