/* SPDX-License-Identifier: MIT */
/* disk_time.c -- when a request ends. Where the clock counts instructions, a request ends at its
 * submission plus a latency that is said (docs/disk.md, "Exact time"): until then the device's
 * messages are masked while others compute; at that moment every timer stops, and the processor
 * halts until the device is done. Elsewhere a request ends when the device says so. */
#include "exo/kernel/disk/disk_io.h"

#include "exo/kernel/memory/info.h"
#include "exo/kernel/time/slice.h"
#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "measure/params.h"

bool disk_time_exact;
uint64_t disk_time_latency;
static bool listening; /* the timer is ours first */
static bool halting;   /* and tells nothing */
static void tick(struct trap_frame *f);

void disk_time_init(const char *command_line) {
    struct params params;
    params_default(&params);
    params_parse(&params, command_line, SIZE_MAX, NULL);
    disk_time_exact = params.clock == CLOCK_ICOUNT;
}

static uint64_t built; /* when the disk with a spindle was */

void disk_time_set(uint64_t ticks) {
    disk_time_latency = ticks;
    built = rdtsc();
    for (unsigned i = 0; i < disk_queue_count; i++)
        disk_queues[i].spindle = (struct spindle){0};
}

/* Ticks are taken for nanoseconds, which they are where the clock counts instructions. */
uint64_t disk_time_due(struct disk_queue *q, const struct disk_io *io) {
    uint64_t now = rdtsc();
    if (disk_time_latency != EXO_DISK_SPINDLE)
        return now + disk_time_latency;
    return built + spindle_serve(&q->spindle, now - built, io->r.sector, io->r.sectors);
}

/* How many ends a tick tells at most. */
#define ENDS_MOST 4

/* The moment has come, and no timer runs: the same instructions whether the device was done long
 * before or is not yet. */
static void meet(struct disk_queue *q) {
    if (q->masked)
        disk_unmask(q->device, 0);
    q->masked = false;
    while (q->seen->in_flight)
        sti_hlt_cli();
}

static uint64_t ns_until(uint64_t moment, uint64_t now) {
    return moment > now ? (moment - now) * 1000000000 / info.tsc_hz + 1 : 1;
}

static inline bool is_due(const struct disk_queue *q) {
    return q->seen->in_flight && (!q->seen->due || rdtsc() >= q->seen->due);
}

bool disk_time_at_once(void) {
    return !disk_time_latency && !listening && !slice_is_timed();
}

/* While others compute the device's messages wait, and the timer is ours first. */
void disk_time_watch(struct disk_queue *q) {
    if (!q->masked)
        disk_mask(q->device, 0);
    q->masked = true;
    if (!listening)
        trap_handle(TRAP_TIMER, tick);
    listening = true;
}

/* The next one that waits goes to the device. */
static void go_on(struct disk_queue *q) {
    if (q->first)
        disk_time_watch(q);
    while (disk_io_start(q))
        continue;
}

/* Where no slice ends the timer comes at the moment of the next end. Without any to come it is the
 * slices' again. */
void disk_time_settle(void) {
    uint64_t first = UINT64_MAX, now = rdtsc();
    for (unsigned i = 0; i < disk_queue_count; i++)
        if (disk_queues[i].seen->in_flight && disk_queues[i].seen->due < first)
            first = disk_queues[i].seen->due;
    if (first == UINT64_MAX && listening) {
        listening = false;
        trap_handle(TRAP_TIMER, slice_tick);
    } else if (first != UINT64_MAX && timer_hz() && !slice_is_timed()) {
        timer_arm_ns(ns_until(first, now));
    }
}

static void tick(struct trap_frame *f) {
    apic_eoi(); /* the device's message is to come now */
    if (halting)
        return;
    for (unsigned i = 0; i < disk_queue_count; i++) {
        struct disk_queue *q = &disk_queues[i];
        for (unsigned n = 0; n < ENDS_MOST && is_due(q); n++) {
            meet(q);
            go_on(q);
        }
    }
    slice_tick(f);
    disk_time_settle();
}

/* Nothing but our timer interrupts until then. */
static void halt_until(uint64_t moment) {
    halting = true;
    for (uint64_t now; timer_hz() && (now = rdtsc()) < moment;) {
        timer_arm_ns(ns_until(moment, now));
        sti_hlt_cli();
    }
    halting = false;
}

/* Timers run: they stop first, and what they said last tells nobody. */
static int wait_watched(struct disk_queue *q) {
    int error = 0;
    disk_time_watch(q);
    slice_stand_still();
    __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory");
    if (slice_is_timed() && !is_due(q)) {
        error = -E_AGAIN;
    } else {
        halt_until(q->seen->due);
        meet(q);
        go_on(q);
    }
    slice_go_on();
    disk_time_settle();
    return error;
}

int disk_queue_wait(struct disk_queue *q) {
    if (!disk_time_exact) {
        slice_stand_still();
        sti_hlt_cli();
        slice_go_on();
        return 0;
    }
    if (q->masked)
        return wait_watched(q);
    meet(q);
    if (q->first) { /* a chained read goes on */
        go_on(q);
        disk_time_settle();
    }
    return 0;
}

int disk_io_wait(uint64_t disk) {
    if (disk >= disk_queue_count || !disk_queues[disk].seen->in_flight)
        return -E_NOT_FOUND;
    return disk_queue_wait(&disk_queues[disk]);
}
