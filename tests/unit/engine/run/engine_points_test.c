/* SPDX-License-Identifier: MIT */
/* engine_points_test.c -- machine code that is interrupted anywhere, and then goes on step by
 * step to the next point: it comes to one soon, and there its registers and its stack are what
 * the map says. A kernel does the same with the trap flag of the frame that its timer
 * interrupted (docs/engine.md). */
#include "unit.h"

#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "assemble.h"
#include "engine/jit.h"
#include "engine/maps.h"
#include "host_hooks.h"

#define ITEMS 12

struct item {
    struct item *next;
    uint64_t weight;
};
static struct item list[ITEMS];

static const struct object_type item;
static const struct field item_fields[] = {
    {"next",
     0,
     8,
     MAY_READ,
     {.kind = SHAPE_OBJECT, .may = MAY_READ | MAY_BE_NULL, .object = &item}},
    {"weight", 8, 8, MAY_READ, {.kind = SHAPE_NUMBER}},
};
static const struct object_type item = {"item", sizeof(struct item), item_fields, 2};

/* r1 an item, r2 a number; call 0 takes nothing and gives a number. */
static const struct kind kind = {
    .name = "walk",
    .entry = {.parameter = {{.kind = SHAPE_OBJECT, .may = MAY_READ, .object = &item},
                            {.kind = SHAPE_NUMBER}},
              .result = {.kind = SHAPE_NUMBER}}};
static const struct signature tick = {.result = {.kind = SHAPE_NUMBER}};

static uint64_t one(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    (void)a, (void)b, (void)c, (void)d, (void)e;
    return 1;
}

/* Sums the weights of a list, each by a function, keeping the first item on the stack. */
static const char walk[] = "r6 = r1\n"
                           "*(u64 *)(r10 - 16) = r1\n"
                           "r7 = 0\n"
                           "r8 = 10\n"
                           "again:\n"
                           "r1 = r6\n"
                           "call local f\n"
                           "r7 += r0\n"
                           "r6 = *(u64 *)(r6 + 0)\n"
                           "if r6 == 0 goto out\n"
                           "r8 += -1\n"
                           "if r8 != 0 goto again\n"
                           "out:\n"
                           "r1 = *(u64 *)(r10 - 16)\n"
                           "r0 = *(u64 *)(r1 + 8)\n"
                           "r0 += r7\n"
                           "exit\n"
                           "f:\n"
                           "r6 = r1\n"
                           "call 0\n"
                           "r1 = *(u64 *)(r6 + 8)\n"
                           "r0 *= r1\n"
                           "exit\n";

/* Calls entry(list, 0) with the trap flag set: a signal after each instruction. */
uint64_t walk_stepped(const void *entry, const void *argument);
__asm__(".pushsection .text\nwalk_stepped:\n"
        "push %rbx\n mov %rdi, %rbx\n mov %rsi, %rdi\n xor %esi, %esi\n"
        "pushfq\n orq $0x100, (%rsp)\n popfq\n"
        "call *%rbx\n"
        "pushfq\n andq $~0x100, (%rsp)\n popfq\n"
        "pop %rbx\n ret\n.popsection");

/* The run under way. */
static struct {
    const struct program *program;
    const struct code *code;
    const struct maps *maps;
    unsigned steps, asked; /* so far, and after which a point is wanted */
    unsigned waited;       /* steps since then */
    unsigned points;       /* found */
    const char *wrong;
} run;

static bool is_item(uint64_t word) {
    return !word || (word - (uintptr_t)list < sizeof list &&
                     (word - (uintptr_t)list) % sizeof(struct item) == 0);
}

static void check_map(uint32_t slot, const greg_t *r) {
    static const int in[MAP_REGISTERS] = {REG_RAX, REG_RDI, REG_RSI, REG_RDX, REG_RCX,
                                          REG_R8,  REG_RBX, REG_R13, REG_R14, REG_R15};
    struct map map;
    maps_at(run.maps, slot, MAP_BEFORE, &map);
    for (unsigned i = 0; i < MAP_REGISTERS; i++)
        if (map.reg[i] == CELL_OBJECT && !is_item((uint64_t)r[in[i]]))
            run.wrong = "a register that the map calls an object";
    for (unsigned cell = 0; cell < MAP_STACK_CELLS; cell++) {
        uint64_t word;
        if (!map.stack[cell])
            continue;
        memcpy(&word, (const uint8_t *)r[REG_RBP] - 8 * (cell + 1), sizeof word); /* NOLINT */
        if (map.stack[cell] != CELL_OBJECT || word != (uintptr_t)list)
            run.wrong = "a part of the stack that the map calls an object";
    }
}

/* The point whose code begins here, or UINT32_MAX. */
static uint32_t point_at(uint64_t pc) {
    uint64_t offset = pc - (uintptr_t)run.code->memory.run;
    for (uint32_t slot = 0; slot < run.code->slots; slot++)
        if (run.code->offset[slot] == offset && run.code->offset[slot + 1] > offset &&
            maps_is_point(run.program, slot))
            return slot;
    return UINT32_MAX;
}

static void on_step(int number, siginfo_t *info, void *context) {
    const greg_t *r = ((const ucontext_t *)context)->uc_mcontext.gregs;
    (void)number, (void)info;
    uint64_t pc = (uint64_t)r[REG_RIP];
    if (++run.steps <= run.asked || run.points)
        return;
    run.waited++;
    uint32_t slot = point_at(pc);
    if (slot == UINT32_MAX)
        return;
    run.points = 1;
    check_map(slot, r);
}

static uint64_t run_asked(const struct program *p, const struct code *code, const struct maps *maps,
                          unsigned asked) {
    struct sigaction act = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO}, old;
    memset(&run, 0, sizeof run);
    run.program = p;
    run.code = code;
    run.maps = maps;
    run.asked = asked;
    sigaction(SIGTRAP, &act, &old);
    uint64_t result = walk_stepped(code->memory.run, list);
    sigaction(SIGTRAP, &old, NULL);
    return result;
}

static void test_a_program_that_is_interrupted_comes_to_a_point(void **state) {
    static const struct import imports[] = {{.name = "tick", .signature = &tick, .address = one}};
    static struct facts facts;
    static struct verdict verdict;
    const struct jit_options options = {.points = true};
    struct program p = {.import = imports, .import_count = 1};
    struct host_hooks host;
    struct maps_making making;
    struct maps maps;
    struct code code;
    struct report why;
    uint8_t bytes[1024];
    char error[128];
    unsigned steps = 0, points = 0, longest = 0;
    (void)state;
    for (unsigned i = 0; i < ITEMS; i++)
        list[i] = (struct item){i + 1 < ITEMS ? &list[i + 1] : NULL, i + 1};
    host_hooks_init(&host);
    int len = assemble(walk, bytes, sizeof bytes, error);
    assert_true(len > 0 && program_decode(&p, &host.hooks, bytes, (size_t)len, &why));
    assert_true(maps_begin(&making, &p, &host.hooks));
    if (!verify_watched(&p, &kind, &host.hooks, &facts, &verdict, &making.watcher))
        fail_msg("%s", verdict.text);
    assert_true(maps_end(&making, &maps));
    assert_true(jit_compile(&p, &host.hooks, &options, &code));
    for (uint32_t slot = 0; slot < p.slots; slot++)
        if (maps_is_point(&p, slot) && code.offset[slot] == code.offset[slot + 1])
            fail_msg("nobody sees that the point %u begins", slot);
    for (unsigned asked = 0; asked == 0 || asked < steps; asked++) {
        assert_int_equal(run_asked(&p, &code, &maps, asked), 56);
        if (run.wrong)
            fail_msg("%s is none, after %u instructions", run.wrong, asked + run.waited);
        steps = run.steps;
        points += run.points;
        if (run.points && longest < run.waited)
            longest = run.waited;
    }
    print_message("%u instructions, from %u of which a point was found, at most %u further\n",
                  steps, points, longest);
    assert_true(points > steps / 2 && longest <= 4 * p.slots);
    jit_release(&code, &host.hooks);
    maps_release(&maps, &host.hooks);
    program_release(&p, &host.hooks);
    assert_int_equal(host.allocated, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_program_that_is_interrupted_comes_to_a_point),
    };
    return cmocka_run_group_tests_name("engine_points", tests, NULL, NULL);
}
