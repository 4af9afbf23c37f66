/* SPDX-License-Identifier: MIT */
/* exo-user.c -- an environment's own packets: filters of two interfaces, a ring for each, frames
 * sent from its own pages. */
#include "exo/dpf/dpf_atom.h"
#include "exo/libos/disk/disk_await.h"
#include "exo/libos/frames.h"
#include "measure/bench.h"

#define AT      0x540000000000ul /* a page for words and what is sent, then buffers */
#define BUFFERS 8                /* of a ring, two in a page */
#define PAGES   (1 + BUFFERS)
enum { TYPE = 0x88b5 }; /* local experiments' (IEEE 802) */

static volatile uint64_t *const words = (volatile uint64_t *)AT;
static uint8_t *const frame = (uint8_t *)AT + 2048;
static unsigned next[2];
static bool ready;

static uint8_t *buffer_at(unsigned nic, unsigned i) {
    return (uint8_t *)AT + 4096 + (nic * BUFFERS + i) * 2048ul;
}

static uint64_t physical_of(const void *at) {
    return frame_at(at) * 4096 + (uint64_t)at % 4096;
}

static bool begin_ring(unsigned nic) {
    struct exo_packet_buffer b[BUFFERS] = {0};
    const struct dpf_atom atom = {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = TYPE};
    for (unsigned i = 0; i < BUFFERS; i++) {
        b[i].word = physical_of((void *)(words + nic * BUFFERS + i));
        b[i].pieces = 1;
        b[i].piece[0] = (struct exo_piece){physical_of(buffer_at(nic, i)), 1514};
    }
    long id = exo_filter_insert(0, nic, &atom, 1, NULL);
    return id > 0 && !exo_packet_ring(0, nic, b, BUFFERS) &&
           !exo_filter_bind(0, (uint64_t)id, nic) && !exo_packet_template(0, 0, nic, NULL, 0);
}

static bool prepare(struct bench *b) {
    if (env_info()->nics < 2) {
        bench_skip(b, "the machine has no two network interfaces");
        return false;
    }
    if (ready)
        return true;
    if (frames_map(0, 0, 0, AT, PAGES, EXO_WRITE | EXO_NO_EXEC) || !begin_ring(0) ||
        !begin_ring(1)) {
        bench_skip(b, "the machine has too little memory");
        return false;
    }
    frame[12] = TYPE >> 8;
    frame[13] = (uint8_t)TYPE;
    return ready = true;
}

static inline void send(unsigned nic, uint64_t at, uint64_t bytes) {
    const struct exo_piece piece = {at, bytes};
    if (exo_packet_send(nic, 0, &piece, 1, 0))
        __builtin_trap();
}

/* Waits for the next frame of a ring, and gives its length; the buffer is the kernel's again. */
static inline uint64_t receive(unsigned nic) {
    volatile uint64_t *word = words + nic * BUFFERS + next[nic];
    uint64_t said;
    while (!(said = *word))
        continue;
    *word = 0;
    next[nic] = (next[nic] + 1) % BUFFERS;
    return (uint32_t)said;
}

BENCH(packet_raw_rtt, "packet/raw_rtt/bytes:60,1514") {
    uint64_t bytes = bench_arg(b, "bytes");
    if (!prepare(b))
        return;
    uint64_t at = physical_of(frame);
    while (bench_next(b)) {
        bench_start(b);
        send(0, at, bytes);
        uint64_t there = receive(1);
        send(1, at, there);
        uint64_t back = receive(0);
        bench_stop(b);
        if (there != bytes || back != bytes)
            __builtin_trap();
    }
}

BENCH(packet_receive, "packet/receive/bytes:60,1514/to:ring") {
    uint64_t bytes = bench_arg(b, "bytes");
    if (!prepare(b))
        return;
    uint64_t at = physical_of(frame);
    while (bench_next(b)) {
        bench_start(b);
        send(0, at, bytes);
        uint64_t there = receive(1);
        bench_stop(b);
        if (there != bytes)
            __builtin_trap();
    }
}
