/* SPDX-License-Identifier: MIT */
/* sender.h -- who sends the capture in a kernel: the second interface's driver alone, from where
 * the boot's archive lies in memory. With interrupts off. */
#ifndef EXPERIMENTS_REPLAY_SENDER_H
#define EXPERIMENTS_REPLAY_SENDER_H

#include "common/archive.h"
#include "drivers/nic.h"
#include "lib/string.h"
#include "machine/report/panic.h"
#include "measure/bench.h"
#include "replay.h"

struct sender {
    struct nic *nic;
    struct replay traffic;
    struct dma_piece piece[REPLAY_MOST];
    struct nic_request request[REPLAY_MOST];
};

static inline void sender_went(struct nic_request *r) {
    (void)r;
}

/* False: the row is skipped, for the boot brought no capture, or there are no two interfaces. */
static inline bool sender_begin(struct sender *s, struct bench *b) {
    const char *path;
    struct bytes file;
    s->nic = nic_at(1);
    if (!s->nic || !archive_folder("sends", 0, &path, &file) || strcmp(path, REPLAY_NAME) != 0) {
        bench_skip(b, "the boot brought no capture that the second interface sends");
        return false;
    }
    if (!replay_read(&s->traffic, file.at, file.len))
        panic("%s: the capture has no frames", b->row);
    for (unsigned i = 0; i < s->traffic.frames; i++) {
        const struct pcap_frame *f = &s->traffic.frame[i];
        s->piece[i] = (struct dma_piece){physical(f->bytes), (uint32_t)f->stored};
        s->request[i] = (struct nic_request){.piece = &s->piece[i],
                                             .pieces = 1,
                                             .pinned = true,
                                             .quiet = true,
                                             .ended = sender_went};
    }
    return true;
}

static inline void sender_send(struct sender *s, unsigned i) {
    int error = nic_hand_over(s->nic, NIC_TRANSMIT, &s->request[i]);
    assert_that(!error);
}

/* Until all that was sent has gone. */
static inline void sender_settle(struct sender *s) {
    while (nic_in_flight(s->nic, NIC_TRANSMIT))
        nic_collect(s->nic, NIC_TRANSMIT);
}

#endif
