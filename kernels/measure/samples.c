/* SPDX-License-Identifier: MIT */
/* samples.c -- samples as text: in order, equal neighbours as one run ("340x63,341"), split over as
 * many records as needed. */
#include "lib/format.h"
#include "lib/string.h"
#include "measure/agent.h"
#include "measure/body.h"
#include "measure/runner.h"

/* The longest run: two numbers, an x and a comma. */
enum { RUN_MAX = 20 + 1 + 10 + 1 };

/* How many samples from the first on are equal to it. */
static uint32_t run_length(const uint64_t *samples, uint32_t count) {
    uint32_t n = 1;
    while (n < count && samples[n] == samples[0])
        n++;
    return n;
}

static size_t run_write(char *into, uint64_t value, uint32_t times) {
    return (size_t)(times > 1 ? format_text(into, RUN_MAX + 1, "%llux%u,",
                                            (unsigned long long)value, times)
                              : format_text(into, RUN_MAX + 1, "%llu,", (unsigned long long)value));
}

/* Fills one record. Gives how many samples went into it. */
static uint32_t record_send(const struct agent *a, const char *row, const char *phase,
                            const uint64_t *samples, uint32_t count) {
    static char buffer[BODY_MAX], list[BODY_MAX];
    struct body b;
    uint32_t done = 0;
    size_t length = 0;
    body_begin(&b, buffer, sizeof buffer, BODY_SAMPLES);
    body_text(&b, "name", row);
    body_text(&b, "phase", phase);
    size_t space = body_space(&b, "v");
    while (done < count && length + RUN_MAX < space) {
        uint32_t times = run_length(samples + done, count - done);
        length += run_write(list + length, samples[done], times);
        done += times;
    }
    body_bytes(&b, "v", list, length - 1); /* without the last comma */
    a->record(buffer, body_end(&b));
    return done;
}

void samples_send(const struct agent *a, const char *row, const char *phase,
                  const uint64_t *samples, uint32_t count) {
    while (count) {
        uint32_t done = record_send(a, row, phase, samples, count);
        samples += done;
        count -= done;
    }
}
