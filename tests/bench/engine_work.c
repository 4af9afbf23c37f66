/* SPDX-License-Identifier: MIT */
/* engine_work.c -- see engine_work.h. */
#include "engine_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../experiments/engine/lengths.h"
#include "engine/base/activation.h"
#include "host_hooks.h"
#include "kinds_open.h"

struct work {
    struct host_hooks host;
    struct program program;
};

static const struct kind kind = {
    .name = "work",
    .entry = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = 256},
                            {.kind = SHAPE_NUMBER}},
              .result = {.kind = SHAPE_NUMBER}},
    .demands = BOUNDED,
};

/* What C compiles to when it calculates: arithmetic of both widths, loads, a spill. */
static const struct insn block[] = {
    {.op = OP_LDX_DW, .dst = 3, .src = 1, .off = 8},
    {.op = OP_ADD64_X, .dst = 0, .src = 3},
    {.op = OP_MUL32_K, .dst = 0, .imm = 31},
    {.op = OP_STX_DW, .dst = 10, .src = 0, .off = -8},
    {.op = OP_LDX_B, .dst = 4, .src = 1, .off = 40},
    {.op = OP_XOR64_X, .dst = 0, .src = 4},
    {.op = OP_LDX_DW, .dst = 5, .src = 10, .off = -8},
    {.op = OP_RSH64_K, .dst = 5, .imm = 3},
};
enum { BLOCK = sizeof block / sizeof *block, ITERATIONS = 4 };

static void die(const char *what) {
    fprintf(stderr, "engine_work: %s\n", what);
    exit(1);
}

static struct work *work_decode(const void *bytes, uint32_t slots) {
    struct work *w = calloc(1, sizeof *w);
    struct report why;
    if (!w)
        die("no memory");
    host_hooks_init(&w->host);
    if (!program_decode(&w->program, &w->host.hooks, bytes, (size_t)slots * INSN_BYTES, &why))
        die(rule_name(why.rule));
    return w;
}

static struct work *work_create(const struct insn *insn, uint32_t slots) {
    uint8_t *bytes = malloc((size_t)slots * INSN_BYTES);
    if (!bytes)
        die("no memory");
    for (uint32_t i = 0; i < slots; i++)
        insn_encode(insn[i], bytes + (size_t)i * INSN_BYTES);
    struct work *w = work_decode(bytes, slots);
    free(bytes);
    return w;
}

static struct work *make(uint32_t slots, bool loops) {
    struct insn *insn = calloc(slots + BLOCK + 8, sizeof *insn);
    uint32_t n = 0;
    if (!insn)
        die("no memory");
    insn[n++] = (struct insn){.op = OP_MOV64_K, .dst = 0, .imm = 1};
    while (n + BLOCK + 3 < slots) {
        if (loops)
            insn[n++] = (struct insn){.op = OP_MOV64_K, .dst = 6, .imm = ITERATIONS};
        for (unsigned i = 0; i < BLOCK; i++)
            insn[n++] = block[i];
        if (!loops)
            continue;
        insn[n++] = (struct insn){.op = OP_SUB64_K, .dst = 6, .imm = 1};
        insn[n++] = (struct insn){.op = OP_JNE64_K, .dst = 6, .off = -(BLOCK + 2)};
    }
    insn[n++] = (struct insn){.op = OP_EXIT};
    struct work *w = work_create(insn, n);
    free(insn);
    return w;
}

struct work *work_straight(uint32_t slots) {
    return make(slots, false);
}

struct work *work_loopy(uint32_t slots) {
    return make(slots, true);
}

/* `again: if (data[0]) r6++; if (++r7 != iterations) goto again;` */
static uint32_t put_deciding(struct insn *insn, uint32_t iterations) {
    const struct insn loop[] = {
        {.op = OP_MOV64_K, .dst = 6},
        {.op = OP_MOV64_K, .dst = 7},
        {.op = OP_LDX_B, .dst = 3, .src = 1},
        {.op = OP_JEQ64_K, .dst = 3, .off = 1},
        {.op = OP_ADD64_K, .dst = 6, .imm = 1},
        {.op = OP_ADD64_K, .dst = 7, .imm = 1},
        {.op = OP_JNE64_K, .dst = 7, .off = -5, .imm = (int32_t)iterations},
        {.op = OP_MOV64_X, .dst = 0, .src = 6},
        {.op = OP_EXIT},
    };
    memcpy(insn, loop, sizeof loop);
    return sizeof loop / sizeof *loop;
}

struct work *work_deciding(uint32_t iterations) {
    struct insn insn[16];
    return work_create(insn, put_deciding(insn, iterations));
}

struct work *work_hopeless(void) {
    enum { FUNCTIONS = DEPTH_MAX - 1, WORDS = FRAME_BYTES / 8 };
    static struct insn insn[FUNCTIONS * (WORDS + 2) + 16];
    uint32_t n = 0;
    for (int f = 0; f < FUNCTIONS; f++) {
        for (int i = 1; i <= WORDS; i++)
            insn[n++] =
                (struct insn){.op = OP_STX_DW, .dst = 10, .src = 10, .off = (int16_t)(-8 * i)};
        insn[n++] = (struct insn){.op = OP_CALL_LOCAL, .src = 1, .imm = 1};
        insn[n++] = (struct insn){.op = OP_EXIT};
    }
    n += put_deciding(insn + n, 10000000);
    return work_create(insn, n);
}

struct work *work_worst(void) {
    static struct slot slots[LENGTH_MAX];
    length_worst(slots);
    return work_decode(slots, LENGTH_MAX);
}

void work_end(struct work *w) {
    program_release(&w->program, &w->host.hooks);
    free(w);
}

uint32_t work_verify(struct work *w) {
    static struct verdict verdict;
    struct facts facts;
    if (verify(&w->program, &kind, &w->host.hooks, &facts, &verdict))
        return facts.steps;
    fprintf(stderr, "%s", verdict.text);
    return 0;
}

uint32_t work_give_up(struct work *w) {
    static struct verdict verdict;
    struct facts facts;
    return verify(&w->program, &kind, &w->host.hooks, &facts, &verdict) ? 0 : facts.steps;
}

uint32_t work_compile(struct work *w) {
    static const struct jit_options jit;
    struct code code;
    if (!jit_compile(&w->program, &w->host.hooks, &jit, &code))
        die("no memory for machine code");
    uint32_t bytes = code.bytes;
    jit_release(&code, &w->host.hooks);
    return bytes;
}

bool work_load(const void *file, size_t len) {
    static const struct jit_options jit;
    static struct host_hooks host;
    static struct kinds kinds;
    static struct report why;
    static bool opened;
    struct load load;
    if (!opened) {
        host_hooks_init(&host);
        opened = kinds_open(&kinds, &host.hooks, &why);
    }
    size_t live = host.allocated;
    struct load_request request = {.name = "object",
                                   .file = file,
                                   .len = len,
                                   .kind = kinds.list,
                                   .kinds = KINDS,
                                   .domain = &kinds.domain,
                                   .domains = 1,
                                   .jit = &jit};
    bool loaded = opened && load_open(&load, &host.hooks, &request, &why);
    if (loaded)
        load_close(&load);
    if (host.allocated != live || host.code_bytes)
        die("memory has not come back");
    return loaded;
}
