/* SPDX-License-Identifier: MIT */
/* disk_io.c -- see disk_io.h. */
#include "exo/kernel/disk/disk_io.h"

#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/view.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/report/panic.h"

_Static_assert((int)EXO_DISK_READ == DISK_READ && (int)EXO_DISK_WRITE == DISK_WRITE &&
                   (int)EXO_DISK_FLUSH == DISK_FLUSH && (int)EXO_DISK_DISCARD == DISK_DISCARD &&
                   (int)EXO_DISK_ZERO == DISK_ZERO && (int)EXO_DISK_OPERATIONS == DISK_OPERATIONS,
               "an operation is the driver's");
_Static_assert((int)EXO_DISK_BLOCKS == DISK_PIECES_MAX, "a frame is a piece");

struct disk_queue disk_queues[DISKS_MAX];
unsigned disk_queue_count;
uint8_t *disk_io_asked;

/* The request has ended, whether the device had it or not. */
static inline void finish(struct disk_io *io) {
    struct exo_disk *seen = io->of->seen;
    seen->requests[io->r.operation]++;
    if (io->r.result != DISK_DONE)
        seen->failed++;
    else if (io->r.operation == DISK_READ)
        seen->blocks_read += io->r.pieces;
    else if (io->r.operation == DISK_WRITE)
        seen->blocks_written += io->r.pieces;
    io->ended(io);
    disk_io_drop(io);
}

static void append(struct disk_queue *q, struct disk_io *io, bool first) {
    struct disk_io **at = first ? &q->first : q->last;
    io->next = *at;
    *at = io;
    if (!io->next)
        q->last = &io->next;
    q->seen->waiting++;
}

/* Also of a chained read, or what is left of one. */
static void finish_chained(struct disk_io *io) {
    finish(io);
    io->next_block = NULL;
    io->r.piece = io->piece;
}

/* A block of a chained read is there: the next one comes before all that waits. */
static void step(struct disk_io *io) {
    if (io->r.result == DISK_DONE && io->next_block(io)) {
        io->of->seen->requests[DISK_READ]++;
        io->of->seen->blocks_read++;
        io->seen->in_flight = 0;
        append(io->of, io, true);
        return;
    }
    finish_chained(io);
}

/* The device's, with interrupts off. */
static void device_ended(struct disk_request *r) {
    struct disk_io *io = (struct disk_io *)r;
    struct disk_queue *q = io->of;
    q->seen->in_flight--;
    if (!io->next_block)
        finish(io);
    else
        step(io);
    if (!disk_time_exact)
        while (disk_io_start(q))
            continue;
}

static inline int hand_over(struct disk_queue *q, struct disk_io *io) {
    int error = disk_submit_ready(q->device, 0, &io->r);
    if (error)
        return error;
    q->seen->in_flight++;
    io->seen->in_flight = 1;
    q->seen->due = disk_time_latency ? disk_time_due(q, io) : 0;
    return 0;
}

static inline bool has_room(const struct disk_queue *q) {
    return !disk_time_exact || !q->seen->in_flight;
}

/* Of one that is no more what it asked is not done. */
bool disk_io_start(struct disk_queue *q) {
    struct disk_io *io = q->first;
    if (!io || !has_room(q))
        return false;
    bool is_dead = !env_find(io->env) && DEFENDED(DISK_DEAD);
    if (io->still && DEFENDED(DISK_STILL))
        is_dead = is_dead || !io->still(io);
    int error = is_dead ? -E_DEAD : hand_over(q, io);
    if (error == -E_FULL)
        return false;
    q->first = io->next;
    if (!q->first)
        q->last = &q->first;
    q->seen->waiting--;
    if (error) {
        io->r.result = is_dead ? DISK_WITHDRAWN : DISK_FAILED;
        finish_chained(io);
    }
    return true;
}

/* What the disk can be asked, the short way first. */
static inline int check(const struct disk_queue *q, const struct disk_io *io, uint64_t count) {
    bool moves =
        io->r.operation == DISK_READ || (io->r.operation == DISK_WRITE && !q->seen->read_only);
    if (moves && count == io->r.pieces && count && count <= q->seen->pieces)
        return 0;
    return disk_check(q->device, &io->r);
}

/* Now, or later. */
static inline int enqueue(struct disk_queue *q, struct disk_io *io) {
    int error = q->first || !has_room(q) ? -E_FULL : hand_over(q, io);
    if (error != -E_FULL)
        return error;
    append(q, io, false);
    return 0;
}

int disk_io_begin(struct disk_io *io, enum exo_disk_operation operation, uint64_t block,
                  uint64_t count, bool waits) {
    struct disk_queue *q = io->of;
    io->r.operation = (enum disk_operation)operation;
    io->r.pieces = io->next_block ? 1 : io->frames;
    io->r.sector = block * DISK_BLOCK_SECTORS;
    io->r.sectors = (uint32_t)count * DISK_BLOCK_SECTORS;
    *io->seen = (struct exo_disk_entry){.env = io->env,
                                        .order = q->order,
                                        .block = (uint32_t)block,
                                        .blocks = count <= UINT16_MAX ? (uint16_t)count : 0,
                                        .operation = (uint8_t)operation};
    int error = block + count <= q->seen->blocks || !DEFENDED(DISK_RANGE) ? check(q, io, count)
                                                                          : -E_INVALID;
    if (disk_time_exact && !(waits && disk_time_at_once()))
        disk_time_watch(q);
    if (!error)
        error = enqueue(q, io);
    if (error) {
        q->seen->dead = disk_is_dead(q->device);
        io->next_block = NULL;
        disk_io_drop(io);
        return error;
    }
    q->order++;
    if (disk_time_exact && !waits)
        disk_time_settle();
    return 0;
}

int disk_io_reset(uint64_t disk) {
    if (disk >= disk_queue_count)
        return -E_NOT_FOUND;
    struct disk_queue *q = &disk_queues[disk];
    int error = disk_reset(q->device);
    q->seen->dead = disk_is_dead(q->device);
    if (disk_time_exact)
        disk_time_watch(q);
    while (!error && disk_io_start(q))
        continue;
    disk_time_settle();
    return error;
}

/* --- At boot --- */

static void *memory(size_t bytes) {
    paddr_t first;
    size_t frames = page_round_up(bytes) / PAGE_SIZE;
    if (frame_alloc_run(&first, frames))
        panic("exo: no memory for the requests of disks");
    return memset(direct(first), 0, frames * PAGE_SIZE);
}

static void begin_request(struct disk_queue *q, struct disk_io *io, struct exo_disk_entry *seen) {
    io->r = (struct disk_request){.piece = io->piece, .pinned = true, .ended = device_ended};
    io->of = q;
    io->seen = seen;
    for (unsigned i = 0; i < EXO_DISK_BLOCKS; i++)
        io->piece[i].bytes = PAGE_SIZE;
    io->next = q->nobodys;
    q->nobodys = io;
}

static void begin(struct disk_queue *q, struct disk *device, struct exo_disk *seen) {
    const struct disk_facts *f = disk_facts(device);
    uint64_t blocks = f->sectors / DISK_BLOCK_SECTORS;
    struct disk_io *io = memory(EXO_DISK_REQUESTS * sizeof *io);
    *seen = (struct exo_disk){.blocks = blocks <= UINT32_MAX ? blocks : UINT32_MAX,
                              .pieces = f->pieces,
                              .read_only = f->read_only,
                              .flush = f->flush};
    *q = (struct disk_queue){.device = device, .seen = seen};
    q->last = &q->first;
    for (unsigned i = EXO_DISK_REQUESTS; i > 0; i--)
        begin_request(q, &io[i - 1], &seen->queue[i - 1]);
}

void disk_io_init(const struct boot_info *boot) {
    disk_init();
    while (disk_at(disk_queue_count))
        disk_queue_count++;
    if (!disk_queue_count)
        return;
    disk_time_init(boot->command_line);
    struct exo_disk *seen = memory(disk_queue_count * sizeof *seen);
    for (unsigned i = 0; i < disk_queue_count; i++)
        begin(&disk_queues[i], disk_at(i), &seen[i]);
    disk_io_asked = memory(EXO_ENVS);
    info.disks = disk_queue_count;
    view_add(EXO_DISK, physical(seen), disk_queue_count * sizeof *seen);
}
