/* SPDX-License-Identifier: MIT */
#include "spin/services/stream/waiting.h"

#include "spin/services/thread/kthread.h"

struct list waiting_strand = LIST_INIT(waiting_strand);
struct waiting waiting;

void waiting_post(struct arrival *a) {
    if (waiting.posted - waiting.taken == WAITING) {
        a->of->dropped++;
        return;
    }
    arrival_hold(a);
    waiting.queue[waiting.posted++ % WAITING] = a;
    if (!list_empty(&waiting_strand))
        kthread_wake(&waiting_strand);
}
