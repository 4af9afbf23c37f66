/* SPDX-License-Identifier: MIT */
/* take_all.c -- see take_all.h. */
#include "take_all.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"

#define PAGE 4096ul
#define AREA 0x600000000000ul
#define DATA (EXO_WRITE | EXO_NO_EXEC)

long exhaust_frames(void) {
    uint64_t at = AREA;
    const uint64_t frames = env_info()->frame_count;
    for (uint64_t n = 0; n < frames; n++) {
        if (!(((const volatile uint64_t *)EXO_FREE)[n / 64] >> n % 64 & 1))
            continue;
        uint64_t run = 1;
        while (n + run < frames && run < 256 &&
               ((const volatile uint64_t *)EXO_FREE)[(n + run) / 64] >> (n + run) % 64 & 1)
            run++;
        const struct exo_pages p = {at | EXO_FRESH, n * PAGE | EXO_PRESENT | DATA, run};
        for (uint64_t done = 0; done < run;) {
            long some = exo_page_update(0, 0, 0, &p, 1, done);
            if (some == -E_EXISTS) /* a table took it */
                break;
            if (some <= 0)
                return some;
            done += (uint64_t)some;
        }
        at += run * PAGE;
        n += run - 1;
    }
    return 0;
}

long exhaust_kernel(void) {
    for (uint64_t at = AREA;; at += 1ul << 30) {
        long error = frames_map(0, 0, 0, at, 1, DATA);
        if (error)
            return error;
    }
}

long exhaust_pins(void) {
    long error = frames_map(0, 0, 0, AREA, 1, DATA);
    while (!error)
        error = exo_frame_pin(0, (exposed_entry(AREA) & EXO_FRAME_OF) / PAGE);
    return error;
}

long exhaust_mappings(void) {
    static struct exo_pages p[64];
    long error = frames_map(0, 0, 0, AREA, 1, DATA);
    const uint64_t entry = (exposed_entry(AREA) & EXO_FRAME_OF) | EXO_PRESENT | EXO_NO_EXEC;
    for (uint64_t n = 1; !error && n < EXHAUST_MAPPINGS;) {
        for (unsigned i = 0; i < 64; i++)
            p[i] = (struct exo_pages){AREA + (n + i) * PAGE, entry, 1};
        for (uint64_t done = 0; !error && done < 64;) {
            long some = exo_page_update(0, 0, 0, p, 64, done);
            error = some < 0 ? some : 0;
            done += (uint64_t)some;
        }
        n += 64;
    }
    return error;
}
