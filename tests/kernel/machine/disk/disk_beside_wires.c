/* SPDX-License-Identifier: MIT */
/* disk_beside_wires.c -- a disk and two network interfaces in one machine: frames that are on their
 * way do not move the moment at which a disk's end is met. */
#include "requests.h"

#include "drivers/nic.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"

enum { ROUNDS = 64, SENT = 4 };

static struct frame_sent {
    struct nic_request request;
    struct dma_piece piece;
} sent[SENT], buffer;
static unsigned gone, arrived;

static void went(struct nic_request *r) {
    (void)r;
    gone++;
}

static void came(struct nic_request *r) {
    (void)r;
    arrived++;
}

static bool prepare_frame(struct frame_sent *f, void (*ended)(struct nic_request *), bool again) {
    if (frame_alloc_zeroed(&f->piece.at))
        return false;
    f->piece.bytes = again ? NIC_FRAME_MAX : 60;
    f->request = (struct nic_request){
        .piece = &f->piece, .pieces = 1, .pinned = true, .again = again, .ended = ended};
    return true;
}

static bool prepare(struct check *c) {
    bool well = prepare_frame(&buffer, came, true);
    for (unsigned i = 0; i < SENT; i++)
        well &= prepare_frame(&sent[i], went, false);
    if (!well)
        check_skip(c, "the machine has too little memory");
    else if (nic_give(nic_at(1), &buffer.request))
        check_skip(c, "the second interface takes no buffer");
    else
        return true;
    return false;
}

/* How long it takes, by the clock of instructions, while frames go. */
static uint64_t meet(struct disk *d, struct waited *w, void *page, unsigned round) {
    cli();
    disk_mask(d, 0);
    uint64_t from = rdtsc();
    bool well = true;
    for (unsigned i = 0; i < SENT; i++)
        well &= !nic_send(nic_at(0), &sent[i].request);
    well &= !disk_submit(d, 0, request_make(w, DISK_READ, round * 8, page, PAGE_SIZE));
    nics_settle();
    bool settled = !nic_in_flight(nic_at(0), NIC_TRANSMIT) && gone == (round + 1) * SENT;
    disk_meet(d, 0);
    uint64_t took = rdtsc() - from;
    nics_resume();
    disk_unmask(d, 0);
    sti();
    return well && settled && w->ended == 1 ? took : 0;
}

CHECK(disk_beside_wires, "disk/its_moment_is_exact_beside_wires") {
    static struct waited w;
    static uint64_t took[ROUNDS];
    struct disk *d = disk_of(c, PLAIN_SECTORS);
    paddr_t frame;
    nic_init();
    if (!d)
        return;
    if (!nic_at(1)) {
        check_skip(c, "the machine has no two network interfaces");
        return;
    }
    if (!prepare(c) || frame_alloc_zeroed(&frame)) {
        check_skip(c, "the machine has too little memory");
        return;
    }
    for (unsigned i = 0; i < ROUNDS; i++)
        took[i] = meet(d, &w, direct(frame), i);
    CHECK_THAT(c, arrived > 0);
    for (unsigned i = 1; i < ROUNDS; i++)
        if (!took[i] || took[i] != took[1])
            check_fail(c, "round %u took %lu, and round 1 %lu", i, took[i], took[1]);
}
