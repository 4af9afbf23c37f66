/* SPDX-License-Identifier: MIT */
/* exo.c -- a wakeup predicate, asked in the kernel: terms that compare one word with another. */
#include "exo/kernel/env/env.h"
#include "exo/kernel/env/predicate.h"
#include "lib/string.h"
#include "machine/report/panic.h"
#include "measure/bench.h"

#define TERMS_MAX 16

/* r0 = 0 unless each variable is its number. */
static struct predicate *make(uint64_t terms, bool interpreted) {
    static uint64_t insn[2 * TERMS_MAX + 4];
    static struct exo_variable v[TERMS_MAX];
    static struct report why;
    struct env *e = env_current;
    struct predicate *p;
    uint64_t n = 0;
    for (uint64_t i = 0; i < terms; i++) {
        e->uarea->own[i] = i + 1;
        v[i].at = env_uarea_at(e) + offsetof(struct exo_uarea, own) + 8 * i;
        insn[n++] = 8 * i << 16 | 0x1279; /* r2 = variable i */
        insn[n++] =
            (i + 1) << 32 | (2 * (terms - i)) << 16 | 0x0255; /* unless it is its number: the end */
    }
    insn[n++] = 1ul << 32 | 0xb7;
    insn[n++] = 0x95;
    insn[n++] = 0xb7;
    insn[n++] = 0x95;
    const struct reader r = {env_space(e), e->seen, e->cap, env_uarea_at(e)};
    const struct predicate_request q = {(const uint8_t *)insn, n * 8, v, (uint32_t)terms,
                                        interpreted};
    if (predicate_make(&r, &q, &why, &p))
        panic("schedule: %s", why.text);
    return p;
}

static void time_one(struct bench *b, bool interpreted) {
    struct predicate *p = make(bench_arg(b, "terms"), interpreted);
    if (predicate_evaluate(p) != 1)
        panic("schedule: it does not hold");
    bench_time(b, predicate_evaluate(p));
    predicate_free(p, env_current->seen);
}

BENCH(predicate, "schedule/predicate/terms:1,4,16") {
    time_one(b, false);
}

/* What a kernel would do that trusts the code: the same comparisons, in the program that it is. */
static __attribute__((noinline)) uint64_t native(const volatile uint64_t *word) {
    return word[0] == 1 && word[1] == 2 && word[2] == 3 && word[3] == 4;
}

BENCH(predicate_native, "schedule/predicate/terms:4/way:native") {
    for (uint64_t i = 0; i < 4; i++)
        env_current->uarea->own[i] = i + 1;
    if (!native(env_current->uarea->own))
        panic("schedule: it does not hold");
    bench_time(b, native(env_current->uarea->own));
}

BENCH(predicate_ways, "schedule/predicate/terms:4/way:interp,jit") {
    char way[8];
    bench_word(b, "way", way, sizeof way);
    time_one(b, strcmp(way, "interp") == 0);
}
