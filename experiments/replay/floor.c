/* SPDX-License-Identifier: MIT */
/* floor.c -- a capture from one driver to the other: nobody asks whose a frame is. */
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "sender.h"

#define BUFFERS 8

static struct sender sender;
static unsigned arrived;

static void came(struct nic_request *r) {
    (void)r;
    arrived++;
}

static bool give_buffers(void) {
    static struct dma_piece piece[BUFFERS];
    static struct nic_request request[BUFFERS];
    for (unsigned i = 0; i < BUFFERS; i++) {
        if (frame_alloc_zeroed(&piece[i].at))
            return false;
        piece[i].bytes = NIC_FRAME_MAX;
        request[i] = (struct nic_request){
            .piece = &piece[i], .pieces = 1, .pinned = true, .again = true, .ended = came};
        if (nic_give(nic_at(0), &request[i]))
            return false;
    }
    return true;
}

BENCH(replay_all, "replay/all/to:driver") {
    static bool ready;
    nic_init();
    if (!sender_begin(&sender, b))
        return;
    if (!ready && !give_buffers()) {
        bench_skip(b, "the machine has too little memory");
        return;
    }
    ready = true;
    while (bench_next(b)) {
        bench_start(b);
        for (unsigned i = 0; i < sender.traffic.frames; i++) {
            const unsigned before = arrived;
            sender_send(&sender, i);
            while (*(const volatile unsigned *)&arrived == before)
                sti_hlt_cli();
        }
        bench_stop(b);
        sender_settle(&sender);
    }
}
