/* SPDX-License-Identifier: MIT */
/* floor.c -- two drivers and a wire, nothing else: a frame goes from one interface to the other of
 * the same machine, which answers from its interrupt. */
#include "drivers/nic.h"
#include "measure/bench.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "machine/report/panic.h"

#define BUFFERS 8

/* An end of the wire: buffers that arrive, and one frame that goes. */
static struct end {
    struct nic *nic;
    struct buffer {
        struct dma_piece piece;
        struct nic_request request;
    } in[BUFFERS], out;
    struct bench *timed; /* its bracket ends where a frame arrives; null: none does */
    bool answers;
    unsigned arrived;
    uint32_t bytes;
} ends[2];

static void went(struct nic_request *r) {
    (void)r;
}

static void send(struct end *e, uint32_t bytes) {
    e->out.piece.bytes = bytes;
    int error = nic_hand_over(e->nic, NIC_TRANSMIT, &e->out.request);
    assert_that(!error);
}

static void came(struct nic_request *r) {
    struct end *e = r->arg;
    if (e->timed)
        bench_stop(e->timed);
    e->arrived++;
    e->bytes = r->bytes;
    if (e->answers)
        send(e, r->bytes);
}

/* Buffers are given again by the driver, and who sends looks by himself whether a frame went. */
static bool prepare_buffer(struct end *e, struct buffer *b, void (*ended)(struct nic_request *)) {
    if (frame_alloc_zeroed(&b->piece.at))
        return false;
    b->piece.bytes = NIC_FRAME_MAX;
    b->request = (struct nic_request){.piece = &b->piece,
                                      .pieces = 1,
                                      .pinned = true,
                                      .again = true,
                                      .quiet = true,
                                      .ended = ended,
                                      .arg = e};
    return true;
}

static bool prepare_end(struct end *e, struct nic *nic) {
    if (!prepare_buffer(e, &e->out, went))
        return false;
    for (struct buffer *b = e->in; b < e->in + BUFFERS; b++)
        if (!prepare_buffer(e, b, came) || nic_give(nic, &b->request))
            return false;
    e->nic = nic;
    return true;
}

/* Both ends, once for all rows. */
static bool prepare(struct bench *b) {
    nic_init();
    if (!nic_at(1)) {
        bench_skip(b, "the machine has no two network interfaces");
        return false;
    }
    for (unsigned i = 0; i < 2; i++)
        if (!ends[i].nic && !prepare_end(&ends[i], nic_at(i))) {
            bench_skip(b, "the machine has too little memory");
            return false;
        }
    ends[1].answers = true;
    return true;
}

static void wait_for(const struct end *e, unsigned arrived) {
    while (*(const volatile unsigned *)&e->arrived != arrived)
        sti_hlt_cli();
}

static void settle(void) {
    for (unsigned i = 0; i < 2; i++)
        while (ends[i].nic && nic_in_flight(ends[i].nic, NIC_TRANSMIT))
            nic_collect(ends[i].nic, NIC_TRANSMIT);
}

BENCH(packet_raw_rtt, "packet/raw_rtt/bytes:60,1514") {
    uint32_t bytes = (uint32_t)bench_arg(b, "bytes");
    if (!prepare(b))
        return;
    while (bench_next(b)) {
        bench_start(b);
        send(&ends[0], bytes);
        wait_for(&ends[0], ends[0].arrived + 1);
        bench_stop(b);
        assert_that(ends[0].bytes == bytes && ends[1].bytes == bytes);
        settle();
    }
}

BENCH(packet_receive, "packet/receive/bytes:60,1514/to:handler") {
    uint32_t bytes = (uint32_t)bench_arg(b, "bytes");
    if (!prepare(b))
        return;
    ends[1].answers = false;
    ends[1].timed = b;
    while (bench_next(b)) {
        bench_start(b);
        send(&ends[0], bytes);
        wait_for(&ends[1], ends[1].arrived + 1);
        settle();
    }
    ends[1].timed = NULL;
    ends[1].answers = true;
}
