/* SPDX-License-Identifier: MIT */
/* task.c -- a task that must be done in each period, of 5 ms, and takes half a slice: so often
 * as the argument's lower half says. Ends with how often it was late, or with an error above that.
 * Its u-area tells how many rounds are done. As the first environment (report.h) it has the number
 * in its words, and all positions. */
#include "exo/apps/report.h"
#include "exo/libos/rt/periodic.h"

#include "exo/libos/exposed.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "user/program.h"

#define PERIOD  5000000
#define COST    50000
#define REFUSED 100000

/* So long of its own time: what others take in between is a jump of the clock. */
static void work(struct periodic *p) {
    const uint64_t per_us = env_info()->tsc_hz / 1000000, cost = p->cost / 1000 * per_us;
    uint64_t last = __builtin_ia32_rdtsc(), done = 0;
    while (done < cost) {
        uint64_t now = __builtin_ia32_rdtsc();
        done += now - last < 4 * per_us ? now - last : 0;
        last = now;
    }
    uarea->own[0]++;
}

uint64_t program_main(uint64_t rounds, uint64_t b, const char *words) {
    struct periodic task = {.period = PERIOD, .cost = COST, .job = work, .rounds = rounds};
    (void)b;
    slice_handle();
    if (words[0])
        task.rounds = report_number(words);
    while (!words[0] && !uarea->own[1]) /* until its positions are given to it */
        exo_env_yield(0);
    if (periodic_run(&task))
        return REFUSED;
    uarea->own[2] = task.worst;
    if (words[0])
        report("periodic", "periods missed:", task.missed);
    return task.missed;
}
