/* SPDX-License-Identifier: MIT */
/* syncer.c -- writes back, every so many milliseconds (the argument; 30,000 if it is 0), what is
 * dirty of all volumes, whoever left it. It needs no capability. Its u-area tells how many rounds
 * are done, and what the last one ended with. */
#include "exo/libos/disk/xn_sync.h"
#include "exo/libos/exposed.h"
#include "exo/libos/time/clock.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "user/program.h"

#define MS 1000000ul

static void sleep_until(uint64_t moment) {
    const struct term over[] = {{TERM_GE, 0, TERM_CONSTANT, moment}, {TERM_OR, 0, 0, 1}};
    const struct exo_variable now = {(uint64_t)&env_info()->now, 0};
    static uint8_t code[128];
    uint64_t tag;
    long bytes = predicate_of_terms(over, 2, 1, code, sizeof code);
    if (bytes < 0 || predicate_sleep(code, (size_t)bytes, &now, 1, &tag))
        exo_env_yield(0);
}

uint64_t program_main(uint64_t period, uint64_t b, const char *words) {
    (void)b, (void)words;
    slice_handle();
    for (;;) {
        const uint64_t moment = clock_now() + clock_ticks((period ? period : 30000) * MS);
        long ended = 0; /* of the first volume that fails; a disk may have none */
        for (unsigned volume = 0; volume < env_info()->disks; volume++) {
            long result = xn_sync(volume, 0);
            ended = ended || result == -E_NOT_FOUND ? ended : result;
        }
        uarea->own[1] = (uint64_t)ended;
        uarea->own[0]++;
        while (clock_now() < moment)
            sleep_until(moment);
    }
}
