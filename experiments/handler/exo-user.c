/* SPDX-License-Identifier: MIT */
/* exo-user.c -- how soon an answer comes from one that does not have the processor, while another
 * has it (busy:1) or nobody wants it (busy:0); and what arrives, copied and summed. */
#include "exo-handler.h"

#include "exo/ash.h"
#include "exo/libos/ash/ash_answers.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/net/link.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/yield.h"
#include "lib/string.h"
#include "measure/bench.h"
#include "protocol/checksum.h"

#define AT     ((void *)0x580000000000)
#define REGION 0x590000000000ul
enum { RING = 3 };

static struct link link;
static long comes;

/* This end, by interface 0. False: the row is skipped. */
static bool begin(struct bench *b) {
    const struct dpf_atom atom = {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = FRAME_TYPE};
    static bool mapped;
    if (env_info()->nics < 2) {
        bench_skip(b, "the machine has no two network interfaces");
        return false;
    }
    if (!mapped && (frames_map(0, 0, 0, (uint64_t)AT, LINK_PAGES, EXO_WRITE | EXO_NO_EXEC) ||
                    frames_map(0, 0, 0, REGION, 1, EXO_WRITE | EXO_NO_EXEC))) {
        bench_skip(b, "the machine has too little memory");
        return false;
    }
    mapped = true;
    memset((void *)REGION, 0, 64);
    if (link_begin(&link, 0, RING, 0, AT) || exo_packet_template(0, 0, 0, NULL, 0))
        __builtin_trap();
    comes = link_filter(&link, 0, &atom, 1);
    return comes > 0;
}

static void end(void) {
    exo_filter_drop(0, (uint64_t)comes);
    exo_packet_ring(0, RING, NULL, 0);
}

static void frame(void) {
    static const struct ether_address all = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    ether_put(link_head(&link), &all, &link.ether, FRAME_TYPE);
}

/* It goes; nobody needs to be told when, for what comes back comes later. */
static inline long send(uint32_t bytes) {
    const struct exo_piece piece = {link_physical(link_head(&link)), bytes};
    return exo_packet_send(0, 0, &piece, 1, 0);
}

/* --- Answers --- */

static long serve(enum answers_by by) {
    long id = spawn(0, SERVER, (uint64_t)exo_env_self() << 32 | by, 0, 0);
    for (unsigned i = 0; id > 0 && i < 4; i++) /* it is ready, and waits */
        exo_env_yield((uint64_t)id);
    return id;
}

/* Every second slice is the other one's. */
static void share(uint64_t id) {
    for (unsigned i = 1; i < EXO_SLOTS; i += 2)
        exo_slot_set(0, i, id, 0);
}

/* In this one's slice until it is over; or the processor is whose it wants. */
static void wait_busy(void) {
    uint32_t bytes;
    while (!link_next(&link, &bytes))
        continue;
}
static void wait_idle(uint64_t server, bool sleeps) {
    uint32_t bytes;
    while (!link_next(&link, &bytes))
        exo_env_yield(sleeps ? 0 : server);
}

BENCH(handler_reply, "handler/reply/to:ash,upcall,process/busy:0,1") {
    char to[16];
    bench_word(b, "to", to, sizeof to);
    enum answers_by by = !strcmp(to, "ash")      ? BY_ASH
                         : !strcmp(to, "upcall") ? BY_UPCALL
                                                 : BY_PROCESS;
    bool busy = bench_arg(b, "busy");
    if (!begin(b))
        return;
    long id = serve(by);
    if (id <= 0) {
        bench_skip(b, "the machine has too little memory");
        return;
    }
    slice_handle();
    share((uint64_t)id);
    while (bench_next(b)) {
        exo_env_yield(0); /* a slice begins */
        frame();
        bench_start(b);
        long error = send(FRAME_BYTES);
        if (busy)
            wait_busy();
        else
            wait_idle((uint64_t)id, by == BY_UPCALL);
        bench_stop(b);
        if (error)
            __builtin_trap();
        link_done(&link);
    }
    share((uint64_t)exo_env_self());
    exo_env_destroy(0, (uint64_t)id);
    end();
}

/* --- Copies --- */

static long handler(void) {
    const struct exo_ash_stage_of sum = {.kind = EXO_ASH_SUM}, store = {.kind = EXO_ASH_STORE},
                                  both[] = {sum, store};
    long id = exo_ash_set(EXO_ASH_HOW(0, link_physical((void *)REGION) >> 12, 1), ash_copies,
                          (uint64_t)(ash_copies_end - ash_copies), (struct cap){0}, NULL);
    return id <= 0 || exo_ash_pipe_set((uint64_t)id, 0, both, 2, NULL) ||
                   exo_ash_pipe_set((uint64_t)id, 1, &sum, 1, NULL) ||
                   exo_ash_pipe_set((uint64_t)id, 2, &store, 1, NULL)
               ? 0
               : id;
}

BENCH(handler_copy, "handler/copy/bytes:1500/passes:one,separate") {
    const struct dpf_atom atom = {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = FRAME_TYPE};
    volatile uint64_t *word = (volatile uint64_t *)REGION;
    uint32_t bytes = (uint32_t)bench_arg(b, "bytes");
    static uint8_t data[ETHER_MTU];
    char passes[16];
    if (!begin(b))
        return;
    long filter = exo_filter_insert(0, 1, &atom, 1, NULL), id = handler();
    if (filter <= 0 || !id || exo_ash_bind(0, (uint64_t)filter, (uint64_t)id))
        __builtin_trap();
    word[1] = strcmp(bench_word(b, "passes", passes, sizeof passes), "one") != 0;
    for (uint32_t i = 0; i < bytes; i++)
        data[i] = (uint8_t)(i * 7);
    while (bench_next(b)) {
        uint64_t before = *word;
        frame();
        memcpy(link_head(&link) + ETHER_HEADER, data, bytes);
        bench_start(b);
        long error = send(ETHER_HEADER + bytes);
        while (*word == before)
            continue;
        bench_stop(b);
        if (error || memcmp((void *)(REGION + 2048), data, bytes) != 0 ||
            sum_fold(word[2]) != sum_fold(sum_bytes(data, bytes)))
            __builtin_trap();
    }
    exo_ash_drop((uint64_t)id);
    exo_filter_drop(0, (uint64_t)filter);
    end();
}
