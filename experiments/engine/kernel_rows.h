/* SPDX-License-Identifier: MIT */
/* kernel_rows.h -- the rows of a kernel that has the engine: each sample program by interpreter, as
 * machine code and as signed native code; what it costs to prove and to compile it, and how large
 * it becomes; and the same of programs of any length. */
#include "common/engine.h"
#include "measure/bench.h"

#include "filters.h"
#include "guards.h"
#include "lengths.h"
#include "lib/string.h"
#include "engine/link/program_image.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "programs/contexts.h"
#include "ways.h"

/* Opened when first asked for; then it stays. */
static struct sample *sample_at(unsigned i) {
    static struct sample samples[SAMPLE_PROGRAM_COUNT];
    struct sample *s = &samples[i];
    if (!s->of) {
        const char *wrong = sample_open(s, i, &engine_hooks);
        if (wrong)
            panic("engine/%s: %s", sample_program[i].name, wrong);
    }
    return s;
}

static void bench_ways(struct bench *b, unsigned i) {
    struct sample *s = sample_at(i);
    char way[8];
    bench_word(b, "way", way, sizeof way);
    if (strcmp(way, "interp") == 0) {
        bench_time(b, sample_interpret(s));
    } else if (strcmp(way, "jit") == 0) {
        bench_time(b, sample_run(s));
    } else {
        bench_time(b, sample_call(s));
    }
}

static const char no_memory_for_proof[] = "the machine has too little memory to prove the program";
static const char no_memory_for_code[] = "the machine has too little memory for the machine code";

/* Is the rule the one that is wanted? Out of memory, the row is skipped; any other is a
 * mistake of ours. */
static bool is_wanted(struct bench *b, enum rule rule, enum rule wanted, const char *text) {
    if (rule == RULE_NO_MEMORY)
        bench_skip(b, no_memory_for_proof);
    else if (rule != wanted)
        panic("%s: %s", b->row, text);
    return rule == wanted;
}

/* From bytes to facts, or to the rule that it breaks. What was decoded is given back outside of the
 * bracket. */
static void bench_verdict(struct bench *b, const void *bytes, size_t len, const struct kind *kind,
                          enum rule wanted) {
    static struct facts facts;
    static struct verdict verdict;
    struct program p = {.insn = NULL};
    static struct report why;
    bench_slow(b);
    while (bench_next(b)) {
        bench_start(b);
        bool decoded = program_decode(&p, &engine_hooks, bytes, len, &why);
        if (decoded)
            verify(&p, kind, &engine_hooks, &facts, &verdict);
        bench_stop(b);
        program_release(&p, &engine_hooks);
        if (!is_wanted(b, decoded ? verdict.rule : why.rule, wanted,
                       decoded ? verdict.text : why.text))
            return;
    }
}

static void bench_verify(struct bench *b, const void *bytes, size_t len, const struct kind *kind) {
    bench_verdict(b, bytes, len, kind, RULE_NONE);
}

/* From a verified program to sealed machine code. */
static void bench_compile(struct bench *b, const struct program *p) {
    const struct jit_options options = {0};
    struct code code;
    bench_slow(b);
    while (bench_next(b)) {
        bench_start(b);
        bool good = jit_compile(p, &engine_hooks, &options, &code);
        bench_stop(b);
        if (!good) {
            bench_skip(b, no_memory_for_code);
            return;
        }
        jit_release(&code, &engine_hooks);
    }
}

static void bench_sizes(struct bench *b, const struct sample *s) {
    char of[16];
    bench_word(b, "size", of, sizeof of);
    if (strcmp(of, "bytecode") == 0)
        bench_size(b, (uint64_t)s->program.slots * INSN_BYTES);
    else
        bench_size(b, strcmp(of, "jit") == 0 ? s->code.bytes : s->native_bytes);
}

#define X(name)                                                                                    \
    BENCH(ways_##name, "engine/" #name "/way:interp,jit,native") {                                 \
        bench_ways(b, SAMPLE_##name);                                                              \
    }                                                                                              \
    BENCH(verify_##name, "engine/" #name "/step:verify") {                                         \
        const struct sample *s = sample_at(SAMPLE_##name);                                         \
        bench_verify(b, s->object.code, (size_t)s->object.slots *INSN_BYTES, &s->of->kind);        \
    }                                                                                              \
    BENCH(compile_##name, "engine/" #name "/step:compile") {                                       \
        bench_compile(b, &sample_at(SAMPLE_##name)->program);                                      \
    }                                                                                              \
    BENCH(sizes_##name, "engine/" #name "/size:bytecode,jit,native") {                             \
        bench_sizes(b, sample_at(SAMPLE_##name));                                                  \
    }
SAMPLE_PROGRAMS(X)
#undef X

/* What the empty program is compared with: a direct call of an empty function of the kernel. */
static __attribute__((noinline, noclone)) uint64_t nothing(void *start, void *end) {
    __asm__ volatile("" : : "r"(start), "r"(end));
    return 0;
}

BENCH(direct_call, "engine/empty/way:call") {
    struct sample *s = sample_at(SAMPLE_empty);
    bench_time(b, nothing(s->context, s->end));
}

/* Ten filters, one program after the other, or merged into one. */
BENCH(filters, "engine/filters/packet:" FILTERS_PACKETS "/way:jit,merged") {
    static struct filters filters;
    struct sample *s = sample_at(SAMPLE_tcp_filter);
    const char *wrong = filters.hooks ? NULL : filters_open(&filters, s);
    struct packet p;
    char name[8], way[8];
    bool merged = strcmp(bench_word(b, "way", way, sizeof way), "merged") == 0;
    filters_packet(&p, bench_word(b, "packet", name, sizeof name), s);
    if (wrong)
        panic("%s: %s", b->row, wrong);
    if (filters_ask(&filters, &p) != p.wanted || filters_ask_merged(&filters, &p) != p.wanted)
        panic("%s: the wrong filters take the packet", b->row);
    if (merged) {
        bench_time(b, filters_ask_merged(&filters, &p));
    } else {
        bench_time(b, filters_ask(&filters, &p));
    }
}

/* Entering verified code: a program that cannot end early is called as the function that it is;
 * another runs in the net that catches what ends it. */
BENCH(enter, "engine/enter/net:0,1") {
    static const struct jit_options options;
    static struct link link;
    static struct image image;
    static struct report why;
    static struct net_report report;
    const struct sample *s = sample_at(SAMPLE_empty);
    const uint64_t argument[PARAMETERS] = {(uintptr_t)s->context, (uintptr_t)s->end};
    struct activation a = {.fuel = 0};
    uint64_t result;
    if (!image.link && (!link_open(&link, "empty", &s->object, &engine_hooks) ||
                        !image_create(&image, &link, "empty", &s->of->kind, &options, &why)))
        panic("%s: %s", b->row, why.text);
    if (bench_arg(b, "net")) {
        bench_time(b, net_run(engine_nets(), &engine_guard, &image, NET_COMPILED, argument, &a,
                              &result, &report));
    } else {
        bench_time(b, image.code.entry(argument[0], argument[1], 0, 0, 0, NULL));
    }
}

/* Guards of which one holds, in one structure. */
static struct guards *guards_at(struct bench *b) {
    static struct guards *guards;
    if (guards)
        return guards;
    guards = heap_alloc(sizeof *guards);
    if (!guards || !guards_open(guards, sample_at(SAMPLE_guard_one)))
        panic("%s: the guards cannot be made", b->row);
    return guards;
}

BENCH(merge_ask, "engine/merge/members:" GUARDS_MEMBERS) {
    const struct guards *g = guards_at(b);
    const uint32_t members = (uint32_t)bench_arg(b, "members"), one = members / 2;
    const struct event_context event = {.target_port = one};
    const uint64_t argument[PARAMETERS] = {(uintptr_t)&event};
    static uint32_t held[GUARDS_MAX];
    struct merge merge;
    if (guards_merge(g, &merge, members) != MERGE_DONE || merge_ask(&merge, argument, held) != 1 ||
        held[0] != one)
        panic("%s: the wrong guards hold", b->row);
    bench_time(b, merge_ask(&merge, argument, held));
    merge_release(&merge, &engine_hooks);
}

BENCH(merge_build, "engine/merge/members:" GUARDS_MEMBERS "/step:build") {
    const struct guards *g = guards_at(b);
    const uint32_t members = (uint32_t)bench_arg(b, "members");
    struct merge merge;
    bench_slow(b);
    while (bench_next(b)) {
        bench_start(b);
        enum merge_outcome outcome = guards_merge(g, &merge, members);
        bench_stop(b);
        if (outcome != MERGE_DONE)
            panic("%s: the guards cannot be merged", b->row);
        merge_release(&merge, &engine_hooks);
    }
}

BENCH(merge_size, "engine/merge/members:" GUARDS_MEMBERS "/size:merged") {
    struct merge merge;
    if (guards_merge(guards_at(b), &merge, (uint32_t)bench_arg(b, "members")) != MERGE_DONE)
        panic("%s: the guards cannot be merged", b->row);
    bench_size(b, merge_bytes(&merge));
    merge_release(&merge, &engine_hooks);
}

static const struct kind length_kind = {
    .name = "length",
    .demands = BOUNDED | DETERMINISTIC,
    .entry = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = LENGTH_CONTEXT}},
              .result = {.kind = SHAPE_NUMBER}}};

/* Null where the row is skipped for want of memory. */
static struct slot *length_of(struct bench *b, uint32_t length, enum length_shape shape) {
    struct slot *slots = heap_alloc(length * sizeof *slots);
    if (slots)
        length_program(slots, length, shape);
    else
        bench_skip(b, "the machine has too little memory for a program of this length");
    return slots;
}

BENCH(length_verify, LENGTH_VERIFY_ROWS) {
    const uint32_t length = (uint32_t)bench_arg(b, "length");
    struct slot *slots = length_of(b, length, length_shape(b));
    if (!slots)
        return;
    bench_verify(b, slots, length * sizeof *slots, &length_kind);
    heap_free(slots, length * sizeof *slots);
}

BENCH(worst_verify, LENGTH_WORST_ROW) {
    struct slot *slots = heap_alloc(LENGTH_MAX * sizeof *slots);
    if (!slots) {
        bench_skip(b, no_memory_for_proof);
        return;
    }
    length_worst(slots);
    bench_verdict(b, slots, LENGTH_MAX * sizeof *slots, &length_kind, RULE_COMPLEXITY);
    heap_free(slots, LENGTH_MAX * sizeof *slots);
}

/* Decoded and verified. False where the row is skipped for want of memory. */
static bool length_open(struct bench *b, struct program *p, enum length_shape shape) {
    static struct facts facts;
    static struct verdict verdict;
    static struct report why;
    const uint32_t length = (uint32_t)bench_arg(b, "length");
    struct slot *slots = length_of(b, length, shape);
    if (!slots)
        return false;
    *p = (struct program){.insn = NULL};
    bool decoded = program_decode(p, &engine_hooks, slots, length * sizeof *slots, &why);
    if (decoded)
        verify(p, &length_kind, &engine_hooks, &facts, &verdict);
    heap_free(slots, length * sizeof *slots);
    if (is_wanted(b, decoded ? verdict.rule : why.rule, RULE_NONE,
                  decoded ? verdict.text : why.text))
        return true;
    program_release(p, &engine_hooks);
    return false;
}

BENCH(length_compile, LENGTH_COMPILE_ROWS) {
    struct program p;
    if (!length_open(b, &p, LENGTH_STRAIGHT))
        return;
    bench_compile(b, &p);
    program_release(&p, &engine_hooks);
}

/* What an instruction costs to run: so many of them that entering and leaving does not show. */
BENCH(length_ways, "engine/length:10000/shape:straight,loopy/way:interp,jit") {
    static const uint8_t context[LENGTH_CONTEXT];
    static uint8_t stack[FRAME_BYTES];
    const uint64_t argument[PARAMETERS] = {(uintptr_t)context};
    const struct jit_options options = {0};
    struct activation a = {.fuel = UINT32_MAX, .stack = stack, .stack_bytes = sizeof stack};
    struct program p;
    struct code code;
    char way[8];
    if (!length_open(b, &p, length_shape(b)))
        return;
    if (!jit_compile(&p, &engine_hooks, &options, &code)) {
        bench_skip(b, no_memory_for_code);
        program_release(&p, &engine_hooks);
        return;
    }
    if (code.entry(argument[0], 0, 0, 0, 0, &a) != interpreter_run(&p, argument, &a))
        panic("%s: interpreter and machine code do not agree", b->row);
    bench_slow(b);
    if (strcmp(bench_word(b, "way", way, sizeof way), "jit") == 0) {
        bench_time(b, code.entry(argument[0], 0, 0, 0, 0, &a));
    } else {
        bench_time(b, interpreter_run(&p, argument, &a));
    }
    jit_release(&code, &engine_hooks);
    program_release(&p, &engine_hooks);
}
