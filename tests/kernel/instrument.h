/* SPDX-License-Identifier: MIT */
/* instrument.h -- the instrument's compiled form, looked at in the very image that measures:
 * between the marks of the empty bracket stands nothing, and between those of the empty batch its
 * own four instructions. What the compiler slips into one of them (a padding NOP, a register move)
 * would be subtracted from every figure. Included once in each system. */
#include "lib/string.h"
#include "measure/bench.h"

enum { MARK_BYTES = 8, SEARCH_BYTES = 256 };

static const uint8_t mark_begin[MARK_BYTES] = {0x0f, 0x1f, 0x84, 0x00, 0x01, 0x00, 0x5e, 0xed};
static const uint8_t mark_end[MARK_BYTES] = {0x0f, 0x1f, 0x84, 0x00, 0x02, 0x00, 0x5e, 0xed};

/* The mark's place in a function's code; null where it is not in the first SEARCH_BYTES. */
static const uint8_t *mark_find(void (*function)(struct bench *b), const uint8_t mark[MARK_BYTES]) {
    const uint8_t *code = (const uint8_t *)(uintptr_t)function;
    for (unsigned i = 0; i < SEARCH_BYTES; i++)
        if (!memcmp(code + i, mark, MARK_BYTES))
            return code + i;
    return 0;
}

CHECK(empty_bracket, "measure/empty_bracket_is_empty") {
    const uint8_t *begin = mark_find(bench_empty, mark_begin);
    const uint8_t *end = mark_find(bench_empty, mark_end);
    CHECK_THAT(c, begin && end);
    CHECK_THAT(c, end == begin + MARK_BYTES);
}

/* movb $1, batched; mov batch, %rbx: eight bytes, or ten where the base register needs longer
 * forms; then dec %rbx; jnz back to the dec. */
CHECK(empty_batch, "measure/empty_batch_counts_and_no_more") {
    static const uint8_t turn[] = {0x48, 0xff, 0xcb, 0x75, 0xfb};
    const uint8_t *begin = mark_find(bench_empty_batch, mark_begin);
    const uint8_t *end = mark_find(bench_empty_batch, mark_end);
    CHECK_THAT(c, begin && end && begin < end);
    const uint8_t *set = begin + MARK_BYTES, *loop = end - sizeof turn;
    CHECK_THAT(c, !memcmp(loop, turn, sizeof turn));
    CHECK_THAT(c, loop - set >= 8 && loop - set <= 10);
    CHECK_THAT(c,
               set[0] == 0xc6 || set[1] == 0xc6); /* movb, with or without a prefix for r8 to r15 */
}

/* One sample more or less leaves the others alone, and a body that wants none takes none. */
CHECK(bracket_count, "measure/bracket_keeps_each_sample") {
    uint64_t samples[4] = {0, 0, 0, ~0ull};
    struct bench b = {.batch = 1, .samples = samples, .wanted = 3, .row = c->row};
    bench_empty(&b);
    CHECK_THAT(c, b.taken == 3);
    CHECK_THAT(c, samples[0] && samples[1] && samples[2]);
    CHECK_THAT(c, samples[3] == ~0ull);
}
