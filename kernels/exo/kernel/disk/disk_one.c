/* SPDX-License-Identifier: MIT */
/* disk_one.c -- the call disk_request, where it is short: one block of a disk that has nothing else
 * to do, by capabilities that open it at the first look. Whatever is not so, or is to be refused,
 * is the complete path's (disk_calls.c), from the beginning. */
#include "exo/kernel/disk/disk_calls.h"
#include "exo/kernel/disk/disk_io.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"

/* What `how` may say here: slots, one of two operations, a disk, and whether the caller waits. */
#define SHORT_HOW (0xful | 0xful << 8 | 1ul << 16 | 0xfful << 24 | EXO_DISK_WAIT)
_Static_assert(EXO_CAPS == 16 && EXO_DISK_READ == 0 && EXO_DISK_WRITE == 1, "these bits say so");
#define VALID  8ul /* in a capability's word */
#define LENGTH 0xf0ul

static inline uint64_t word_of(struct cap c) {
    uint64_t word;
    __builtin_memcpy(&word, &c, sizeof word);
    return word;
}

static inline bool opens_block(struct cap held, uint64_t disk, uint64_t block, uint64_t write) {
    uint64_t needed = VALID | (write ? CAP_WRITE : CAP_READ);
    if (!DEFENDED(DISK_ONE_RIGHT))
        return true;
    if ((word_of(held) & needed) != needed)
        return false;
    return !(word_of(held) & LENGTH) ||
           disk_may(held, disk, block, 1, write ? CAP_WRITE : CAP_READ);
}

/* The frame with this number, if its list is the holder's own word, with these rights; it has a pin
 * more then. */
static inline struct exo_frame *pin(uint64_t number, uint64_t holder, uint64_t rights) {
    struct exo_frame *f = &exo_frames[number];
    if (number >= info.frame_count || (holder & rights) != rights)
        return NULL;
    if (word_of(f->acl) != holder && DEFENDED(DISK_ONE_FRAME))
        return NULL;
    if (f->references == f->pins || f->references == UINT32_MAX) /* it is free, too */
        return NULL;
    f->references++;
    f->pins++;
    return f;
}

static inline void unpin(struct exo_frame *f) {
    f->references--;
    f->pins--;
}

/* The disk would take one now. */
static inline bool is_idle(const struct disk_queue *q, bool waits) {
    if (q->first || !q->nobodys)
        return false;
    return !disk_time_exact || (!q->seen->in_flight && waits && disk_time_at_once());
}

/* Its frames are pinned. */
static inline bool start(struct disk_queue *q, const struct env *e, uint64_t operation,
                         uint64_t block, struct exo_frame *f, struct exo_frame *word_frame,
                         uint64_t word) {
    struct disk_io *io = q->nobodys;
    io->r.operation = (enum disk_operation)operation;
    io->r.sector = block * DISK_BLOCK_SECTORS;
    io->r.sectors = DISK_BLOCK_SECTORS;
    io->r.pieces = io->frames = 1;
    io->piece[0].at = PADDR(exo_frame_number(f) * PAGE_SIZE);
    if (disk_submit_ready(q->device, 0, &io->r))
        return false;
    q->nobodys = io->next;
    io->env = e->seen->id;
    io->ended = disk_io_tell;
    io->word_frame = word_frame;
    io->word = word;
    io->opened = word_frame->acl;
    *io->seen = (struct exo_disk_entry){io->env, q->order++,         (uint32_t)block,
                                        1,       (uint8_t)operation, .in_flight = 1};
    q->seen->in_flight++;
    disk_io_asked[e - envs]++;
    return true;
}

long sys_disk_request(uint64_t how, uint64_t block, uint64_t count, uint64_t frames,
                      uint64_t word) {
    const uint64_t disk = how >> 24 & 0xff, operation = how >> 16 & 1;
    struct disk_queue *q = &disk_queues[disk];
    const struct env *e = env_current;
    if (count != 1 || (how & ~SHORT_HOW) || word % 8 || disk >= disk_queue_count ||
        !is_idle(q, how & EXO_DISK_WAIT) || block >= q->seen->blocks ||
        (operation && q->seen->read_only) || disk_io_asked[e - envs] >= EXO_DISK_MOST)
        goto complete;
    if (!opens_block(e->cap[how & 0xf], disk, block, operation))
        goto complete;
    uint64_t holder = word_of(e->cap[how >> 8 & 0xf]);
    struct exo_frame *f = pin(frames, holder, VALID | (operation ? CAP_READ : CAP_WRITE));
    if (!f)
        goto complete;
    struct exo_frame *of_word = pin(word / PAGE_SIZE, holder, VALID | CAP_WRITE);
    if (!of_word || !start(q, e, operation, block, f, of_word, word)) {
        unpin(f);
        if (of_word)
            unpin(of_word);
        goto complete;
    }
    if (how & EXO_DISK_WAIT)
        disk_queue_wait(q);
    return 0;
complete:
    return disk_request_complete(how, block, count, frames, word);
}
