/* SPDX-License-Identifier: MIT */
/* exo-user.c -- a capture's frames come to the first interface, where an environment has four
 * filters and a ring: of IP and ARP, for the interface or for all. The same environment sends them
 * by the second. */
#include "exo/dpf/dpf_atom.h"
#include "exo/libos/disk/disk_await.h"
#include "exo/libos/frames.h"
#include "exo/libos/image.h"
#include "measure/bench.h"
#include "lib/string.h"
#include "replay.h"

#define AT      0x543000000000ul /* a page for words, then buffers, then what is sent; two in a page */
#define BUFFERS 8
#define SLOT    2048ul
#define PAGES   (1 + (BUFFERS + REPLAY_MOST) / 2)
enum { OURS = 0, SENDS = 1 }; /* interfaces; the ring has the former's number */

static volatile uint64_t *const words = (volatile uint64_t *)AT;
static struct replay traffic;
static uint64_t physical[REPLAY_MOST]; /* of the frames */
static unsigned next;

static uint64_t physical_of(const void *at) {
    return frame_at(at) * 4096 + (uint64_t)at % 4096;
}

static uint8_t *slot_at(unsigned i) {
    return (uint8_t *)AT + 4096 + i * SLOT;
}

static bool add_filter(const uint8_t station[6], unsigned type) {
    const struct dpf_atom atoms[] = {
        {.op = DPF_EQ,
         .bytes = 4,
         .offset = 0,
         .value = (uint32_t)station[0] << 24 | (uint32_t)station[1] << 16 |
                  (uint32_t)station[2] << 8 | station[3]},
        {.op = DPF_EQ, .bytes = 2, .offset = 4, .value = (uint32_t)station[4] << 8 | station[5]},
        {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = type},
    };
    long id = exo_filter_insert(0, OURS, atoms, sizeof atoms / sizeof atoms[0], NULL);
    return id > 0 && !exo_filter_bind(0, (uint64_t)id, OURS);
}

static bool begin_ring(void) {
    struct exo_packet_buffer b[BUFFERS] = {0};
    for (unsigned i = 0; i < BUFFERS; i++) {
        b[i].word = physical_of((void *)(words + i));
        b[i].pieces = 1;
        b[i].piece[0] = (struct exo_piece){physical_of(slot_at(i)), 1514};
    }
    if (exo_packet_ring(0, OURS, b, BUFFERS) || exo_packet_template(0, 0, SENDS, NULL, 0))
        return false;
    for (unsigned i = 0; i < 2; i++)
        if (!add_filter(replay_station[i], REPLAY_IP) || !add_filter(replay_station[i], REPLAY_ARP))
            return false;
    return true;
}

/* The frames in pages that may be sent from. */
static bool copy_frames(struct bench *b) {
    struct cpio_file file;
    if (!cpio_find(image_archive(), REPLAY_NAME, &file) ||
        !replay_read(&traffic, file.data, file.len)) {
        bench_skip(b, "the boot brought no capture that the second interface sends");
        return false;
    }
    if (frames_map(0, 0, 0, AT, PAGES, EXO_WRITE | EXO_NO_EXEC)) {
        bench_skip(b, "the machine has too little memory");
        return false;
    }
    for (unsigned i = 0; i < traffic.frames; i++) {
        uint8_t *at = slot_at(BUFFERS + i);
        memcpy(at, traffic.frame[i].bytes, traffic.frame[i].stored);
        physical[i] = physical_of(at);
    }
    return true;
}

static bool prepare(struct bench *b) {
    static bool ready;
    if (ready)
        return true;
    if (env_info()->nics < 2) {
        bench_skip(b, "the machine has no two network interfaces");
        return false;
    }
    if (!copy_frames(b))
        return false;
    if (!begin_ring())
        __builtin_trap();
    return ready = true;
}

static inline void send(unsigned i) {
    const struct exo_piece piece = {physical[i], traffic.frame[i].stored};
    if (exo_packet_send(SENDS, 0, &piece, 1, 0))
        __builtin_trap();
}

/* Waits until the frame is ours, and gives its buffer back; false: it was nobody's. */
static inline bool receive(const volatile uint64_t *nobodys, uint64_t before) {
    volatile uint64_t *word = words + next;
    while (!*word)
        if (*nobodys != before)
            return false;
    *word = 0;
    next = (next + 1) % BUFFERS;
    return true;
}

/* Each is sent when the one before is its owner's, or was dropped; how many had an owner. */
static unsigned send_all(void) {
    const volatile uint64_t *nobodys = &((const volatile struct exo_nic *)EXO_NIC)[OURS].nobody;
    unsigned owned = 0;
    for (unsigned i = 0; i < traffic.frames; i++) {
        const uint64_t before = *nobodys;
        send(i);
        owned += receive(nobodys, before);
    }
    return owned;
}

BENCH(replay_all, "replay/all/to:ring") {
    if (!prepare(b))
        return;
    while (bench_next(b)) {
        bench_start(b);
        send_all();
        bench_stop(b);
    }
}

BENCH(replay_count, "replay/count/of:owned,others") {
    char of[16];
    if (!prepare(b))
        return;
    const unsigned owned = send_all();
    if (owned != traffic.owned)
        __builtin_trap();
    bench_count(b, bench_word(b, "of", of, sizeof of)[1] == 'w' ? owned : traffic.frames - owned);
}
