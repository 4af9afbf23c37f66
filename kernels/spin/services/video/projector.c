/* SPDX-License-Identifier: MIT */
/* projector.c -- see projector.h: each frame has its moment, and the strand waits for it by the
 * alarm of packets (net.h), which others may have set for themselves. */
#include "spin/services/video/projector.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "spin/services/net/clock.h"
#include "spin/services/net/plexus.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/video/film.h"

#define FRAME_NS (1000000000ul / PROJECTOR_FRAMES)

static struct kthread *strand; /* null: none was begun, or its end is known */
static struct list idle = LIST_INIT(idle);
static unsigned long due; /* when the next frame is */
static volatile bool ends;
static long shown; /* frames, or an error */

static void (*before)(unsigned long now);

static void on_time(unsigned long now) {
    if (before)
        before(now);
    if (list_empty(&idle))
        return;
    if (now >= due)
        kthread_wake(&idle);
    else
        net_alarm(due);
}

static void wait(void) {
    bool on = interrupts_off();
    while (!ends && net_clock() < due) {
        net_alarm(due);
        kthread_wait_always(&idle);
    }
    interrupts_restore(on);
}

static void *show(void *unused) {
    const unsigned frames = film_frames();
    (void)unused;
    due = net_clock();
    for (unsigned i = 0; i < frames && !ends; i++, due += FRAME_NS) {
        wait();
        const long sent = film_show(i);
        shown = sent < 0 ? sent : shown + 1;
        if (sent < 0)
            break;
    }
    film_close();
    return NULL;
}

int projector_begin(const char *path) {
    if (strand && !strand->ended)
        return -E_BUSY;
    projector_end();
    int error = nic_objects[0].nic ? film_open(path) : -E_NOT_FOUND;
    if (error)
        return error;
    ends = false;
    shown = 0;
    strand = kthread_fork(show, NULL);
    if (strand)
        return 0;
    film_close();
    return -E_NO_MEMORY;
}

long projector_end(void) {
    void *unused;
    if (!strand)
        return -E_NOT_FOUND;
    bool on = interrupts_off();
    ends = true;
    kthread_wake(&idle);
    interrupts_restore(on);
    while (!kthread_join(strand, &unused)) /* it was alerted: that is for later */
        ;
    strand = NULL;
    return shown;
}

void projector_init(void) {
    before = net_kernel_time;
    net_kernel_time = on_time;
}
