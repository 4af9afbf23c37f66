/* SPDX-License-Identifier: MIT */
/* disk_calls.c -- the calls on disks by their blocks. What is asked is a capability for the blocks
 * and one for the frames; what a request's end tells is one word of the caller's. */
#include "exo/kernel/disk/disk_calls.h"

#include "exo/kernel/disk/disk_frames.h"
#include "exo/kernel/disk/disk_handler.h"
#include "exo/kernel/disk/pxn.h"
#include "exo/kernel/disk/pxn_calls.h"

/* The word is written if its environment is still there, and may still write it. */
static inline void tell(const struct disk_io *io, uint64_t told) {
    const struct exo_frame *f = io->word_frame;
    bool is_there = io->env == env_current->seen->id || env_find(io->env);
    if (!f || (!is_there && DEFENDED(DISK_DEAD)))
        return;
    if (!cap_same(f->acl, io->opened) && DEFENDED(DISK_WORD))
        return;
    *(volatile uint64_t *)direct(PADDR(io->word)) = told;
}

void disk_io_tell(struct disk_io *io) {
    tell(io, io->r.result + (uint64_t)EXO_DISK_DONE);
}

/* And how many blocks were read. */
static void tell_chained(struct disk_io *io) {
    uint64_t blocks = io->step + (uint64_t)(io->r.result == DISK_DONE);
    tell(io, (io->r.result + (uint64_t)EXO_DISK_DONE) | blocks << 8);
}

/* Whether e may have that done: by the capability in its slot for the blocks, or for a proxy node
 * that has them. */
static inline bool may(const struct env *e, uint64_t slot, uint64_t pxn, uint64_t disk,
                       uint64_t operation, uint64_t block, uint64_t count) {
    unsigned rights = operation == EXO_DISK_READ ? CAP_READ : CAP_WRITE;
    if (!pxn)
        return disk_may(e->cap[slot], disk, block, count, rights) || !DEFENDED(DISK_RIGHT);
    const struct pxn *p = pxn_find(pxn);
    return p && p->disk == disk && pxn_permits(p, e->cap[slot], rights) &&
           (!count || pxn_has(p, block, count));
}

/* Of one that waited, whose asker is there: its capability or what it stood for may be gone. */
static bool still(const struct disk_io *io) {
    const struct env *e = env_find(io->env);
    return !e || may(e, io->slot, io->pxn, (uint64_t)(io->of - disk_queues), io->r.operation,
                     io->r.sector / DISK_BLOCK_SECTORS, io->r.sectors / DISK_BLOCK_SECTORS);
}

static inline int fill(struct disk_io *io, uint64_t operation, struct cap holder, uint64_t count,
                       uint64_t frames, uint64_t word) {
    unsigned rights = operation == EXO_DISK_READ ? CAP_WRITE : CAP_READ;
    int error = count == 1 ? disk_frame(io, frames, holder, rights)
                           : disk_frames(io, holder, rights, count, frames);
    return error || !word ? error : disk_frame_word(io, holder, word);
}

/* For each of the two calls a copy: the path is short. */
static inline __attribute__((always_inline)) long request(uint64_t how, uint64_t block,
                                                          uint64_t count, uint64_t frames,
                                                          uint64_t word, uint64_t pxn) {
    uint64_t slot = how & 0xff, holder = how >> 8 & 0xff, operation = how >> 16 & 0xff,
             disk = how >> 24 & 0xff;
    bool moves = operation <= EXO_DISK_WRITE, waits = how & EXO_DISK_WAIT,
         chained = how & EXO_DISK_CHAIN;
    uint64_t blocks = chained ? 1 : count;
    struct disk_io *io;
    if (operation >= EXO_DISK_OPERATIONS || (block | count) > UINT32_MAX ||
        (operation == EXO_DISK_FLUSH) != !count || (chained && operation != EXO_DISK_READ))
        return -E_INVALID;
    if (moves && count > EXO_DISK_BLOCKS)
        return -E_TOO_LONG;
    if ((slot | holder) >= EXO_CAPS || !may(env_current, slot, pxn, disk, operation, block, blocks))
        return -E_PERM;
    if (chained && !disk_handler_is(env_current))
        return -E_NOT_FOUND;
    int error = disk_io_take(disk, env_current, &io);
    if (error)
        return error;
    io->ended = chained ? tell_chained : disk_io_tell;
    io->still = still;
    io->step = 0;
    io->slot = (uint32_t)slot;
    io->pxn = (uint32_t)pxn;
    error = fill(io, operation, env_current->cap[holder], moves ? count : 0, frames, word);
    if (error) {
        disk_io_drop(io);
        return error;
    }
    io->next_block = chained ? disk_handler_step : NULL;
    error = disk_io_begin(io, (enum exo_disk_operation)operation, block, blocks, waits);
    if (!error && waits)
        disk_io_wait(disk);
    return error;
}

/* Asks a disk for an operation (EXO_DISK_HOW) on `count` blocks from `block` on. The capability in
 * its slot opens the blocks, with the right to read them, or to write; a flush, which has none, any
 * on the disk. What a read fills, or a write takes, are `count` frames, which the one in `holder`
 * opens: `frames` is the number of the one, or the address of so many of 4 bytes. At the end the
 * word at this physical address says how (enum exo_disk_end); 0: none does. With EXO_DISK_WAIT it
 * goes on as disk_wait, whose errors are none here; with EXO_DISK_CHAIN the caller's handler says
 * which block of a read is next. 0; -E_NOT_FOUND: no such disk, or no handler; -E_PERM: blocks,
 * frames, the word, or a disk that is read-only; -E_INVALID: blocks or an operation that there are
 * not, a word that is not aligned; -E_TOO_LONG: more than EXO_DISK_BLOCKS; -E_FAULT: frames;
 * -E_QUOTA: the caller has EXO_DISK_MOST; -E_FULL: the disk has EXO_DISK_REQUESTS, or a frame its
 * pins; -E_BUSY: only pins hold a frame; -E_NO_CALL: not this disk; -E_DEAD: it needs a reset. */
long disk_request_complete(uint64_t how, uint64_t block, uint64_t count, uint64_t frames,
                           uint64_t word) {
    return request(how, block, count, frames, word, 0);
}

/* The same by a proxy node: the capability in the slot is one for it, and it has the blocks, as all
 * have that it was made of. -E_PERM: else. */
long sys_pxn_request(uint64_t how, uint64_t block, uint64_t count, uint64_t frames, uint64_t word,
                     uint64_t pxn) {
    return pxn ? request(how, block, count, frames, word, pxn) : -E_PERM;
}

/* The processor halts until a request of the disk has ended, or the caller's slice has. 0;
 * -E_AGAIN: the next moment at which one ends is in a later slice; -E_NOT_FOUND: no such disk, or
 * the device has nothing of it. Only the caller's own time is spent: no right is asked for. */
long sys_disk_wait(uint64_t disk) {
    return disk_io_wait(disk);
}

/* Resets a disk, by a capability for all of it: what the device has of it ends. -E_PERM;
 * -E_NOT_FOUND; -E_DEAD: it does not come back. */
long sys_disk_reset(uint64_t slot, uint64_t disk) {
    if (slot >= EXO_CAPS ||
        (!disk_may(env_current->cap[slot], disk, 0, UINT32_MAX, CAP_ALL) && DEFENDED(DISK_RESET)))
        return -E_PERM;
    return disk_io_reset(disk);
}

/* Where ends have their moment, that is so many ticks of the TSC after the device got the request,
 * from now on, by a capability for the machine; EXO_DISK_SPINDLE: as many as a disk with a spindle
 * takes. -E_PERM; -E_NO_CALL: the device says when. */
long sys_disk_latency(uint64_t slot, uint64_t ticks) {
    static const struct cap machine = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'m'}};
    if (env_may(slot, machine))
        return -E_PERM;
    if (!disk_time_exact)
        return -E_NO_CALL;
    disk_time_set(ticks);
    return 0;
}
