/* SPDX-License-Identifier: MIT */
/* clock.c -- the time of the day, and numbers that nobody can guess. */
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/cpu.h"
#include "machine/cpu/entropy.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/device/wall_clock.h"
#include "machine/report/log.h"
#include "measure/bench.h"

#define SECOND_NS 1000000000ul
/* What the harness tells the machine, 2020-01-01 (harness/guest/qemu_machine.c). */
#define YEAR_2020 1577836800ul

CHECK(clock_day, "clock/it_is_the_day_that_the_machine_was_told") {
    uint64_t now = wall_clock_ns();
    if (!now || !cpu_features.hypervisor) {
        check_skip(c, "the machine has no clock that tells a time, or nobody told it the day");
        return;
    }
    if (now / SECOND_NS - YEAR_2020 > 3600)
        check_fail(c, "%lu seconds since 1970", now / SECOND_NS);
}

CHECK(clock_goes, "clock/it_goes_with_the_TSC") {
    uint64_t before = wall_clock_ns(), hz = timer_tsc_hz(), tsc = rdtsc();
    if (!before) {
        check_skip(c, "the machine has no clock that tells a time, or none of a known rate");
        return;
    }
    while (rdtsc() - tsc < hz / 1000)
        pause();
    uint64_t passed = wall_clock_ns() - before;
    CHECK_THAT(c, passed >= SECOND_NS / 1000 - 1 && passed < SECOND_NS);
}

/* The line in the log is what tests/end/run/clock_test.sh compares. */
CHECK(entropy_words, "entropy/all_bytes_are_filled_and_no_two_words_are_alike") {
    uint64_t w[9] = {0};
    uint8_t *bytes = (uint8_t *)w;
    int error = entropy_bytes(bytes, sizeof w - 3);
    if (error) {
        CHECK_THAT(c, error == -E_NOT_FOUND && memchr(w, 0, sizeof w) == w);
        check_skip(c, "the CPU has no RDRAND");
        return;
    }
    CHECK_THAT(c, cpu_features.rdrand);
    const struct cpu_features features = cpu_features;
    uint8_t none[9];
    memset(none, 0xff, sizeof none);
    cpu_features.rdrand = false;
    error = entropy_bytes(none, sizeof none - 1);
    cpu_features = features;
    CHECK_THAT(c, error == -E_NOT_FOUND && !memcmp(none, "\0\0\0\0\0\0\0\0\xff", 9));
    for (unsigned i = 0; i < 8; i++)
        for (unsigned k = 0; k < i; k++)
            CHECK_THAT(c, w[i] != w[k]);
    CHECK_THAT(c, w[8] != 0 && w[8] >> 40 == 0); /* and none behind them */
    log_line("entropy: %016lx", w[0]);
}
