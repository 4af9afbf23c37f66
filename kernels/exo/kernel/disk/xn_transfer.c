/* SPDX-License-Identifier: MIT */
/* xn_transfer.c -- the call that reads blocks in and writes them back. XN says of each block
 * whether it may be, and is told its end; blocks that follow each other share a request. Anybody
 * may read and write back: what was read is seen by nobody until a parent vouches for it, and what
 * is written is what those changed who might. */
#include "exo/kernel/disk/xn_calls.h"

#include "exo/defence.h"
#include "exo/kernel/memory/block_frame.h"
#include "exo/kernel/disk/xn_kernel.h"
#include "lib/error.h"
#include "machine/user/user.h"

/* What a call may do at once, in instructions or more. */
#define WORK_CALL    8000
#define WORK_BLOCK   400
#define WORK_REQUEST 500
/* Of one full request, so that what lies side by side is asked in full ones. */
#define MOST EXO_DISK_BLOCKS

static uint32_t volume_of_io(const struct disk_io *io) {
    return (uint32_t)(io->of - disk_queues);
}

/* Each block of a request is told whether it is done. */
static void end_blocks(const struct disk_io *io, bool good) {
    struct xn *x = &xn_kernel->xn;
    uint32_t volume = volume_of_io(io), block = (uint32_t)(uint64_t)io->arg;
    for (unsigned i = 0; i < io->r.pieces; i++)
        if (io->r.operation == DISK_READ)
            xn_read_end(x, volume, block + i, good);
        else
            xn_write_end(x, volume, block + i, good);
}

static void blocks_ended(struct disk_io *io) {
    end_blocks(io, io->r.result == DISK_DONE);
}

static void flush_ended(struct disk_io *io) {
    xn_flush_end(&xn_kernel->xn, volume_of_io(io), (uint32_t)(uint64_t)io->arg,
                 io->r.result == DISK_DONE);
}

static int begin_read(struct xn *x, const struct xn_who *who, uint64_t volume,
                      const struct exo_xn_block_frame *b, struct exo_frame **f) {
    int error = block_frame_claim(b->frame, f);
    if (error)
        return error;
    error = xn_read_begin(x, who, (uint32_t)volume, b->block, b->frame);
    if (error)
        block_frame_drop(*f);
    else
        block_frame_enter(*f, xn_lookup(x, (uint32_t)volume, b->block));
    return error;
}

static int begin_write(struct xn *x, uint64_t volume, uint32_t block, struct exo_frame **f) {
    uint32_t frame;
    int error = xn_write_begin(x, (uint32_t)volume, block, &frame);
    *f = &exo_frames[error ? 0 : frame];
    return error;
}

/* The block is of the request from now on. */
static int add_block(struct disk_io *io, const struct xn_who *who, enum exo_disk_operation what,
                     const struct exo_xn_block_frame *b) {
    struct xn *x = &xn_kernel->xn;
    uint32_t volume = volume_of_io(io);
    struct exo_frame *f;
    int error = what == EXO_DISK_READ ? begin_read(x, who, volume, b, &f)
                                      : begin_write(x, volume, b->block, &f);
    if (error)
        return error;
    error = disk_io_frame(io, f);
    if (error && what == EXO_DISK_READ)
        xn_read_end(x, volume, b->block, false);
    else if (error)
        xn_write_end(x, volume, b->block, false);
    return error;
}

/* One request for as many of these as follow each other, up to the first that cannot be asked now:
 * how many; or the first one's error. */
static long request(uint64_t volume, const struct xn_who *who, enum exo_disk_operation what,
                    const struct exo_xn_block_frame *b, uint64_t count, bool single, bool waits) {
    struct disk_io *io;
    uint64_t n = 0, most = single ? 1 : disk_queues[volume].seen->pieces;
    int error = disk_io_take(volume, env_current, &io);
    if (error)
        return error;
    io->ended = blocks_ended;
    io->arg = (void *)(uint64_t)b->block;
    if (most > EXO_DISK_BLOCKS)
        most = EXO_DISK_BLOCKS;
    while (!error && n < count && n < most && b[n].block == b->block + n) {
        error = add_block(io, who, what, &b[n]);
        n += !error;
    }
    if (!n) {
        disk_io_drop(io);
        return error;
    }
    io->r.operation = (enum disk_operation)what;
    error = disk_io_begin(io, what, b->block, n, waits);
    if (error)
        end_blocks(io, false);
    return error ? error : (long)n;
}

static long transfer(uint64_t volume, const struct xn_who *who, uint64_t how, vaddr_t vector,
                     uint64_t count) {
    struct exo_xn_block_frame b[MOST];
    enum exo_disk_operation what = how >> 16 & 0xff ? EXO_DISK_WRITE : EXO_DISK_READ;
    uint64_t n = count < MOST ? count : MOST, done = 0;
    long work = WORK_CALL;
    if (copy_from_user(b, vector, n * sizeof b[0]))
        return -E_FAULT;
    while (done < n && work > 0) {
        long some = request(volume, who, what, b + done, n - done, how & EXO_XN_SINGLE,
                            how & EXO_DISK_WAIT);
        if (some < 0)
            return done ? (long)done : some;
        done += (uint64_t)some;
        work -= WORK_REQUEST + some * WORK_BLOCK;
    }
    return (long)done;
}

/* A disk without a cache has nothing to flush: what was written is there. */
static long flush(uint64_t volume, bool waits) {
    struct xn *x = &xn_kernel->xn;
    struct disk_io *io;
    if (!disk_queues[volume].seen->flush)
        return 0;
    int error = disk_io_take(volume, env_current, &io);
    if (error)
        return error;
    int64_t number = xn_flush_begin(x, (uint32_t)volume);
    if (number < 0) {
        disk_io_drop(io);
        return number;
    }
    io->ended = flush_ended;
    io->arg = (void *)number;
    return disk_io_begin(io, EXO_DISK_FLUSH, 0, 0, waits);
}

/* Reads blocks in (EXO_DISK_READ in `how`), each into the free frame that stands beside it; writes
 * them back (EXO_DISK_WRITE); or flushes the disk. `vector` has `count` struct exo_xn_block_frame;
 * those that follow each other share a request, unless with EXO_XN_SINGLE. With EXO_DISK_WAIT it
 * goes on as disk_wait. Ends are told by the registry's entries. How many were asked, which may be
 * some of them; or the first one's error: as xn_read_begin and xn_write_begin of xn/xn.h, and
 * disk_request; -E_NO_MEMORY, -E_EXISTS, -E_PERM: the frame; -E_NO_CALL: there is no disk, or no
 * such operation. */
long sys_xn_transfer(uint64_t how_word, uint64_t vector, uint64_t count) {
    struct xn_how how = xn_how_of(how_word);
    struct xn_who who;
    int error = xn_who_asks(how.slot, &who);
    if (error)
        return error;
    if (how.volume >= disk_queue_count)
        return -E_NOT_FOUND;
    if (how.operation > EXO_DISK_FLUSH)
        return -E_NO_CALL;
    bool waits = how_word & EXO_DISK_WAIT;
    long result = how.operation == EXO_DISK_FLUSH
                      ? flush(how.volume, waits)
                      : transfer(how.volume, &who, how_word, vector, count);
    if (result >= 0 && waits)
        disk_io_wait(how.volume);
    return xn_result(result);
}
