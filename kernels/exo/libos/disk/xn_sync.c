/* SPDX-License-Identifier: MIT */
/* xn_sync.c -- see xn_sync.h. */
#include "exo/libos/disk/xn_sync.h"

#include "exo/libos/disk/disk_await.h"
#include "exo/libos/disk/xn_core.h"
#include "lib/error.h"

enum { BATCH = 64, PASSES = 64 };

struct syncing {
    unsigned volume, slot;
    uint32_t written; /* blocks that were asked for in this pass */
};

static uint64_t how(const struct syncing *s, unsigned operation) {
    return EXO_XN_HOW(operation, s->volume, s->slot);
}

/* Nothing of the disk is under way; others have the processor meanwhile. */
static void wait(const struct syncing *s) {
    long error;
    while ((error = exo_disk_wait(s->volume)) != -E_NOT_FOUND)
        if (error)
            exo_env_yield(0);
}

/* Dirty blocks from entry *from on, which goes on to the next, in the disk's order. */
static uint32_t collect(const struct syncing *s, uint32_t *from,
                        struct exo_xn_block_frame b[BATCH]) {
    const volatile struct xn_entry *entry = (const volatile struct xn_entry *)EXO_XN_ENTRY;
    uint32_t n = 0;
    for (; *from <= exposed_xn()->entries && n < BATCH; ++*from) {
        const volatile struct xn_entry *e = &entry[*from];
        if (e->volume != s->volume || !e->frame || !xn_entry_dirty(e))
            continue;
        uint32_t block = e->block, i = n++;
        for (; i && b[i - 1].block > block; i--)
            b[i] = b[i - 1];
        b[i] = (struct exo_xn_block_frame){block, 0};
    }
    return n;
}

/* What may not go now is passed over; so is what another one has written since. */
static long write_some(struct syncing *s, const struct exo_xn_block_frame *b, uint32_t count) {
    bool again = false;
    for (uint32_t done = 0; done < count;) {
        long some = exo_xn_transfer(how(s, EXO_DISK_WRITE), b + done, count - done);
        bool waits = some == -E_QUOTA || some == -E_FULL || (some == -E_AGAIN && !again);
        if (some == -E_READ_ONLY || some == -E_PERM || some == -E_NO_CALL || some == -E_DEAD)
            return some;
        again = some == -E_AGAIN;
        s->written += some > 0 ? (uint32_t)some : 0;
        done += some > 0 ? (uint32_t)some : !waits;
        if (waits)
            wait(s);
    }
    return 0;
}

static long flush(struct syncing *s) {
    long error;
    while ((error = exo_xn_transfer(how(s, EXO_DISK_FLUSH), NULL, 0)) == -E_QUOTA ||
           error == -E_FULL)
        wait(s);
    wait(s);
    while (!error && exo_xn_volume(how(s, EXO_XN_SETTLE), 0, 0, 0) == -E_AGAIN)
        continue;
    return error;
}

static long pass(struct syncing *s) {
    struct exo_xn_block_frame b[BATCH];
    uint32_t from = 1, n;
    long error = 0;
    s->written = 0;
    while (!error && (n = collect(s, &from, b)))
        error = write_some(s, b, n);
    wait(s);
    return error ? error : flush(s);
}

static long count_dirty(const struct syncing *s) {
    struct exo_xn_block_frame b[BATCH];
    uint32_t from = 1, n;
    long count = 0;
    while ((n = collect(s, &from, b)))
        count += n;
    return count;
}

long xn_sync(unsigned volume, unsigned slot) {
    struct syncing s = {.volume = volume, .slot = slot};
    if (volume >= env_info()->disks || exposed_xn()->volume[volume].state < XN_SETTLING)
        return -E_NOT_FOUND;
    const uint64_t failed = exposed_disk(volume)->failed;
    for (unsigned i = 0, idle = 0; i < PASSES && idle < 2; i++) {
        long error = pass(&s);
        if (!error && exposed_disk(volume)->failed != failed)
            error = -E_DAMAGED;
        if (error)
            return error;
        idle = s.written ? 0 : idle + 1; /* what was written before may have waited for a flush */
    }
    return count_dirty(&s);
}
