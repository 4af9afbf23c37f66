/* SPDX-License-Identifier: MIT */
/* engine_emit_body_test.c -- a program placed into other code does what it does by the interpreter,
 * with its arguments in any registers or constant, and leaves all other registers alone; and it
 * takes no instruction more than it has to. ENGINE_PROGRAMS and ENGINE_SEED in the environment make
 * a campaign of it. */
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../../soundness/generate.h"
#include "../../../soundness/typed.h"
#include "../../../soundness/world.h"
#include "assemble.h"
#include "engine/disassemble.h"
#include "engine/interpreter.h"
#include "engine/verify.h"
#include "engine/x86/emit_body.h"
#include "host_hooks.h"

#define FUEL          40
#define ROOM          65536
#define REGISTERS_X86 16
#define BIT(r)        (1u << (r))

static struct host_hooks host;

/* --- A body in the middle of code that sets all registers and looks at them afterwards --- */

enum { END, IF_ZERO, ENDED, LEFT }; /* where it went on */

struct around {
    uint64_t reg[REGISTERS_X86]; /* before and, in another one, after */
    uint64_t exit;               /* enum above */
};

typedef void around_fn(const struct around *before, struct around *after);

static const uint8_t kept[] = {X86_RBX, X86_RBP, X86_R12, X86_R13, X86_R14, X86_R15};

static void put_exit(struct emitter *e, uint32_t label, unsigned exit, uint32_t left) {
    emit_bind(e, label);
    for (unsigned r = 0; r < REGISTERS_X86; r++)
        if (r != X86_RSP)
            emit_push(e, r);
    emit_mov_imm(e, X86_RDX, exit);
    emit_jump(e, left);
}

/* All that is around the body; `after` is on the stack meanwhile. */
static void put_code(struct emitter *e, struct body *b, uint32_t first, uint16_t *lost) {
    for (unsigned i = 0; i < sizeof kept; i++)
        emit_push(e, kept[i]);
    emit_push(e, X86_RSI);
    if (b->unaligned) /* the call pushed 8 bytes, and we 56 */
        emit_push(e, X86_RSI);
    for (unsigned r = 0; r < REGISTERS_X86; r++)
        if (r != X86_RSP && r != X86_RDI)
            emit_load(e, 64, false, r, X86_RDI, 8 * (int32_t)r);
    emit_load(e, 64, false, X86_RDI, X86_RDI, 8 * X86_RDI);
    b->if_zero = first + IF_ZERO;
    b->ended = first + ENDED;
    assert_true(emit_body(e, b, lost));
    emit_jump(e, first + END);
    put_exit(e, first + END, END, first + LEFT);
    put_exit(e, first + IF_ZERO, IF_ZERO, first + LEFT);
    put_exit(e, first + ENDED, ENDED, first + LEFT);
    emit_bind(e, first + LEFT);
    emit_load(e, 64, false, X86_RAX, X86_RSP, 8 * (REGISTERS_X86 - 1));
    for (unsigned r = REGISTERS_X86; r-- > 0;)
        if (r != X86_RSP) {
            emit_pop(e, X86_RCX);
            emit_store(e, 64, X86_RAX, 8 * (int32_t)r, X86_RCX);
        }
    emit_store(e, 64, X86_RAX, offsetof(struct around, exit), X86_RDX);
    emit_pop(e, X86_RSI);
    if (b->unaligned)
        emit_pop(e, X86_RSI);
    for (unsigned i = sizeof kept; i-- > 0;)
        emit_pop(e, kept[i]);
    emit_ret(e);
}

static void run_body(struct body *b, const struct around *before, struct around *after,
                     uint16_t *lost) {
    struct emitter e;
    struct code_memory memory;
    uint32_t labels = emit_body_labels(b->program);
    assert_true(emit_init(&e, &host.hooks, ROOM, labels + LEFT + 1));
    b->label = 0;
    put_code(&e, b, labels, lost);
    assert_false(e.full);
    assert_true(host.hooks.code_map(&host, emit_link(&e), &memory));
    emit_place(&e, memory.write, memory.run);
    host.hooks.code_seal(&host, &memory);
    ((around_fn *)(uintptr_t)memory.run)(before, after);
    host.hooks.code_unmap(&host, &memory);
    emit_release(&e);
}

/* --- Placements --- */

static const uint8_t places[] = {X86_RDI, X86_RSI, X86_RDX, X86_RCX, X86_R8, X86_RBX,
                                 X86_RBP, X86_R12, X86_R13, X86_R14, X86_R15};

/* Registers of their own, the same register for equal values now and then, and constants. */
static void some_placement(struct body *b, const uint64_t argument[PARAMETERS],
                           struct around *before, struct random *random) {
    uint32_t used = b->program->metered ? BIT(X86_R12) : 0;
    for (unsigned r = 0; r < REGISTERS_X86; r++)
        before->reg[r] = 0x1111111111111111u * r;
    for (unsigned i = 0; i < PARAMETERS; i++) {
        struct body_argument *a = &b->argument[i];
        if (random_below(random, 4) == 0) {
            *a = (struct body_argument){.kind = BODY_CONSTANT, .constant = argument[i]};
            continue;
        }
        *a = (struct body_argument){.kind = BODY_REGISTER};
        for (unsigned k = 0; k < i && !a->reg; k++)
            if (argument[k] == argument[i] && b->argument[k].kind == BODY_REGISTER)
                a->reg = b->argument[k].reg;
        while (!a->reg) {
            uint8_t reg = places[random_below(random, sizeof places)];
            if (!(used >> reg & 1))
                a->reg = reg;
        }
        used |= BIT(a->reg);
        before->reg[a->reg] = argument[i];
    }
    b->free = (uint16_t)(random_below(random, 3) ? random_next(random) : 0);
    b->free &= (uint16_t) ~(BIT(X86_RSP) | (b->program->metered ? BIT(X86_R12) : 0));
    b->unaligned = random_below(random, 2);
    b->has_if_zero = random_below(random, 2);
    b->result =
        random_below(random, 3) ? places[random_below(random, sizeof places)] : EMIT_BODY_NOWHERE;
    if (b->program->metered && b->result == X86_R12)
        b->result = X86_RAX;
}

static struct jit_options some_options(struct random *random) {
    return (struct jit_options){.bmi2 = __builtin_cpu_supports("bmi2") && random_below(random, 2),
                                .barriers = random_below(random, 3) == 0,
                                .blind = random_below(random, 3) ? 0 : random_next(random)};
}

static void print_program(const struct program *p, const struct body *b) {
    char text[INSN_TEXT_MAX];
    for (uint32_t i = 0; i < p->slots; i++)
        print_message("%4u: %s\n", i, insn_text(p->insn, i, text));
    for (unsigned i = 0; i < PARAMETERS; i++)
        print_message("r%u: kind %u, register %u\n", i + 1, b->argument[i].kind,
                      b->argument[i].reg);
    print_message("free %x, %s, if zero %d\n", b->free, p->metered ? "metered" : "bounded",
                  b->has_if_zero);
}

/* Registers that the body may not have changed. */
static const char *check_registers(const struct body *b, const struct around *before,
                                   const struct around *after, uint16_t lost) {
    unsigned result = b->result == EMIT_BODY_NOWHERE ? 0 : BIT(b->result);
    if (lost & ~(b->free | EMIT_BODY_SCRATCH | result))
        return "it says that it loses what is not free";
    for (unsigned r = 0; r < REGISTERS_X86; r++)
        if (r != X86_RSP && !(lost >> r & 1) && before->reg[r] != after->reg[r])
            return "a register was lost";
    return NULL;
}

static uint64_t result_of(const struct body *b, const struct around *after) {
    return after->reg[b->result == EMIT_BODY_NOWHERE ? X86_RAX : b->result];
}

/* --- Random programs --- */

static uint8_t stack[DEPTH_MAX * FRAME_BYTES];

static bool anywhere(uint64_t address, uint32_t bytes) {
    (void)address, (void)bytes;
    return true;
}

static void unseen(uint64_t address, uint32_t bytes) {
    (void)address, (void)bytes;
}

static void compare_typed(const struct program *p, struct random *random, uint64_t seed) {
    for (uint64_t input = 0; input < 4; input++) {
        const struct jit_options options = some_options(random);
        struct activation a = {.fuel = FUEL, .stack = stack, .stack_bytes = sizeof stack},
                          b = {.fuel = FUEL};
        struct body body = {.program = p, .options = &options};
        struct around before, after;
        uint16_t lost;
        world_build(seed + input);
        uint64_t r0 = interpreter_run(p, world.argument, &a), sum = world_sum();
        unsigned held = world_held();
        world_build(seed + input);
        some_placement(&body, world.argument, &before, random);
        if (p->metered)
            before.reg[X86_R12] = (uintptr_t)&b;
        run_body(&body, &before, &after, &lost);
        const char *wrong = check_registers(&body, &before, &after, lost);
        unsigned exit = a.fault ? ENDED : body.has_if_zero && r0 == 0 ? IF_ZERO : END;
        if (wrong || after.exit != exit || a.fault != b.fault || sum != world_sum() ||
            held != world_held() || (a.fault ? a.slot != b.slot : r0 != result_of(&body, &after))) {
            print_program(p, &body);
            fail_msg("seed %" PRIu64 ": %s; exit %u and %u, r0 %" PRIx64 " and %" PRIx64, seed,
                     wrong ? wrong : "not alike", exit, (unsigned)after.exit, r0,
                     result_of(&body, &after));
        }
    }
}

static uint64_t number_of(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static bool make_typed(struct program *p, uint64_t seed) {
    static struct verdict verdict;
    static struct facts facts;
    *p = typed_decoded(&host.hooks, seed);
    if (emit_body_can(p) && verify(p, &world_kinds[0], &host.hooks, &facts, &verdict))
        return true;
    program_release(p, &host.hooks);
    return false;
}

static void test_placed_programs_do_what_they_do_alone(void **state) {
    (void)state;
    uint64_t seed = number_of("ENGINE_SEED", 1), last = seed + number_of("ENGINE_PROGRAMS", 3000);
    unsigned placed = 0, metered = 0;
    host_hooks_init(&host);
    world_on_stack = anywhere;
    world_reads = unseen;
    for (; seed < last; seed++) {
        struct program p;
        struct random random;
        random_seed(&random, ~seed);
        if (!make_typed(&p, seed))
            continue;
        compare_typed(&p, &random, seed);
        placed++;
        metered += p.metered;
        program_release(&p, &host.hooks);
    }
    print_message("%u programs, %u of them on fuel\n", placed, metered);
    assert_true(placed > 100 && metered > 10 && metered < placed);
    assert_int_equal(host.allocated + host.code_bytes, 0);
}

/* Every instruction, unverified, with and without fuel. */
static void test_every_instruction_can_be_placed(void **state) {
    (void)state;
    static struct insn insn[GENERATE_SLOTS];
    static uint8_t bytes[GENERATE_SLOTS * INSN_BYTES];
    uint64_t seed = number_of("ENGINE_SEED", 1), last = seed + number_of("ENGINE_PROGRAMS", 3000);
    unsigned placed = 0;
    host_hooks_init(&host);
    for (; seed < last; seed++) {
        struct random random;
        struct report why;
        struct program p = {.insn = NULL};
        random_seed(&random, seed);
        uint32_t slots = generate_program(&random, 30, insn);
        for (uint32_t i = 0; i < slots; i++)
            insn_encode(insn[i], bytes + (size_t)i * INSN_BYTES);
        assert_true(program_decode(&p, &host.hooks, bytes, slots * INSN_BYTES, &why));
        uint8_t memory[2][GENERATE_MEMORY];
        memset(memory, 37, sizeof memory);
        struct activation a = {.fuel = FUEL, .stack = stack, .stack_bytes = sizeof stack},
                          b = {.fuel = FUEL};
        if (emit_body_can(&p)) {
            uint64_t r0 = interpreter_run(&p, (uint64_t[5]){(uintptr_t)memory[0]}, &a);
            const struct jit_options options = some_options(&random);
            struct body body = {.program = &p, .options = &options};
            struct around before, after;
            uint16_t lost;
            p.metered = a.fault || random_below(&random, 2);
            some_placement(&body, (uint64_t[5]){(uintptr_t)memory[1], 1, 2, 3, 4}, &before,
                           &random);
            if (p.metered)
                before.reg[X86_R12] = (uintptr_t)&b;
            run_body(&body, &before, &after, &lost);
            const char *wrong = check_registers(&body, &before, &after, lost);
            if (wrong || a.fault != b.fault || memcmp(memory[0], memory[1], GENERATE_MEMORY) != 0 ||
                (a.fault ? a.slot != b.slot : r0 != result_of(&body, &after))) {
                print_program(&p, &body);
                fail_msg("seed %" PRIu64 ": %s; r0 %" PRIx64 " and %" PRIx64, seed,
                         wrong ? wrong : "not alike", r0, result_of(&body, &after));
            }
            placed++;
        }
        program_release(&p, &host.hooks);
    }
    print_message("%u programs\n", placed);
    assert_true(placed > 100);
    assert_int_equal(host.allocated + host.code_bytes, 0);
}

/* --- Programs of one purpose each, in many places --- */

#define NUMBER                                                                                     \
    { .kind = SHAPE_NUMBER }

/* Leaves other values where C may, and says where the stack was not as it must be. */
static uint64_t spoil(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    uint64_t sum = a + 3 * b + 5 * c + 7 * d + 11 * e;
    bool aligned = (uintptr_t)__builtin_frame_address(0) % 16 == 0;
    __asm__ volatile("mov %%rsp, %%rdi\n mov %%rdi, %%rsi\n mov %%rdi, %%rdx\n mov %%rdi, %%rcx\n"
                     "mov %%rdi, %%r8\n mov %%rdi, %%r9\n mov %%rdi, %%r10\n mov %%rdi, %%r11"
                     :
                     :
                     : "rdi", "rsi", "rdx", "rcx", "r8", "r9", "r10", "r11");
    return aligned ? sum : ~sum;
}
static const struct signature spoil_is = {
    .parameter = {NUMBER, NUMBER, NUMBER, NUMBER, NUMBER}, .result = NUMBER, .facts = FUNCTIONAL};
static const struct import spoils[] = {{"spoil", &spoil_is, spoil}};
static const struct kind five = {
    .name = "five",
    .entry = {.parameter = {NUMBER, NUMBER, NUMBER, NUMBER, NUMBER}, .result = NUMBER},
    .demands = FUNCTIONAL | BOUNDED};

static const char *const purposes[] = {
    /* all arguments are read; some are written over; each by another's value */
    "r0 = r1\nr0 += r2\nr0 += r3\nr0 += r4\nr0 += r5\nexit\n",
    "r1 += r2\nr3 += r1\nr0 = r3\nr0 += r4\nr0 *= r5\nexit\n",
    "r1 += r2\nr2 += r3\nr3 += r4\nr4 += r5\nr5 += r1\nr0 = r1\nr0 ^= r2\nr0 ^= r3\nr0 ^= r4\n"
    "r0 ^= r5\nexit\n",
    /* all registers there are */
    "r6 = r1\nr7 = r2\nr8 = r3\nr9 = r4\nr6 *= r7\nr8 *= r9\nr0 = r6\nr0 += r8\nr0 += r5\nexit\n",
    /* calls, with a stack and without, and with values that outlive them */
    "call 0\nexit\n",
    "r6 = r1\nr7 = r5\ncall 0\nr0 += r6\nr0 ^= r7\nexit\n",
    "*(u64 *)(r10 - 8) = r1\n*(u64 *)(r10 - 24) = r2\nr6 = r10\nr6 += -24\ncall 0\n"
    "r1 = *(u64 *)(r6 + 0)\nr0 += r1\nr1 = *(u64 *)(r10 - 8)\nr0 ^= r1\nexit\n",
};

static void place(struct program *p, struct random *random) {
    const struct jit_options options = some_options(random);
    struct body body = {.program = p, .options = &options};
    struct activation a = {.fuel = FUEL, .stack = stack, .stack_bytes = sizeof stack};
    struct around before, after;
    uint64_t argument[PARAMETERS];
    uint16_t lost;
    for (unsigned i = 0; i < PARAMETERS; i++)
        argument[i] = random_below(random, 4);
    uint64_t r0 = interpreter_run(p, argument, &a);
    some_placement(&body, argument, &before, random);
    run_body(&body, &before, &after, &lost);
    const char *wrong = check_registers(&body, &before, &after, lost);
    if (!wrong && r0 != result_of(&body, &after))
        wrong = "another result";
    if (wrong) {
        print_program(p, &body);
        fail_msg("%s", wrong);
    }
}

static void test_each_purpose_is_met_wherever_arguments_lie(void **state) {
    (void)state;
    static struct facts facts;
    static struct verdict verdict;
    struct random random;
    random_seed(&random, 13);
    host_hooks_init(&host);
    for (unsigned i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        uint8_t bytes[256];
        char error[128];
        struct report why;
        struct program p = {.import = spoils, .import_count = 1};
        int size = assemble(purposes[i], bytes, sizeof bytes, error);
        assert_true(program_decode(&p, &host.hooks, bytes, (size_t)size, &why));
        if (!verify(&p, &five, &host.hooks, &facts, &verdict))
            fail_msg("%s", verdict.text);
        for (unsigned round = 0; round < 400; round++)
            place(&p, &random);
        program_release(&p, &host.hooks);
    }
    assert_int_equal(host.allocated + host.code_bytes, 0);
}

/* --- What the code is --- */

static const struct kind number = {
    .name = "number",
    .entry = {.parameter = {{.kind = SHAPE_NUMBER}, {.kind = SHAPE_NUMBER}}, .result = NUMBER},
    .demands = FUNCTIONAL | BOUNDED};

static void expect_code(const char *text, struct body *b, const uint8_t *want, size_t len) {
    static struct facts facts;
    static struct verdict verdict;
    static const struct jit_options plain;
    uint8_t bytes[256], got[256];
    char error[128];
    struct report why;
    struct program p = {.insn = NULL};
    struct emitter e;
    uint16_t lost;
    int size = assemble(text, bytes, sizeof bytes, error);
    assert_true(size > 0);
    assert_true(program_decode(&p, &host.hooks, bytes, (size_t)size, &why));
    if (!verify(&p, &number, &host.hooks, &facts, &verdict))
        fail_msg("%s", verdict.text);
    b->program = &p;
    if (!b->options)
        b->options = &plain;
    assert_true(emit_init(&e, &host.hooks, 512, emit_body_labels(&p) + 1));
    b->if_zero = emit_body_labels(&p);
    assert_true(emit_body(&e, b, &lost));
    emit_bind(&e, b->if_zero);
    assert_int_equal(emit_link(&e), len);
    emit_place(&e, got, got);
    assert_memory_equal(got, want, len);
    emit_release(&e);
    program_release(&p, &host.hooks);
}

/* r13 and r14 are used where they are: no move, no push, no call. */
static void test_arguments_are_used_where_they_are(void **state) {
    (void)state;
    host_hooks_init(&host);
    struct body b = {.argument = {{.kind = BODY_REGISTER, .reg = X86_R13},
                                  {.kind = BODY_REGISTER, .reg = X86_R14}},
                     .result = EMIT_BODY_NOWHERE};
    /* lea rax, [r14 + r13] */
    expect_code("r0 = r1\nr0 += r2\nexit\n", &b, (const uint8_t[]){0x4b, 0x8d, 0x04, 0x2e}, 4);
}

/* Register r8 is free, so what the program needs for itself is there; rbx is not, and is saved. */
static void test_a_register_is_saved_only_if_it_is_not_free(void **state) {
    (void)state;
    host_hooks_init(&host);
    static const char text[] = "r6 = r1\nr6 *= r6\nr0 = r6\nexit\n";
    struct body b = {.argument = {{.kind = BODY_REGISTER, .reg = X86_RSI}},
                     .free = BIT(X86_R8),
                     .result = EMIT_BODY_NOWHERE};
    /* mov r8, rsi; imul r8, r8; mov rax, r8 */
    expect_code(text, &b,
                (const uint8_t[]){0x49, 0x89, 0xf0, 0x4d, 0x0f, 0xaf, 0xc0, 0x4c, 0x89, 0xc0}, 10);
    b.free = 0;
    /* push rbx; mov rbx, rsi; imul rbx, rbx; mov rax, rbx; pop rbx */
    expect_code(
        text, &b,
        (const uint8_t[]){0x53, 0x48, 0x89, 0xf3, 0x48, 0x0f, 0xaf, 0xdb, 0x48, 0x89, 0xd8, 0x5b},
        12);
}

/* Where no register is free, one that is scratch serves; not so where a division needs it. */
static void test_what_no_instruction_needs_is_not_saved(void **state) {
    (void)state;
    host_hooks_init(&host);
    struct body b = {.argument = {{.kind = BODY_REGISTER, .reg = X86_RSI}},
                     .result = EMIT_BODY_NOWHERE};
    /* mov r9, rsi; shl r9, 3; mov rax, r9 */
    expect_code("r6 = r1\nr6 <<= 3\nr0 = r6\nexit\n", &b,
                (const uint8_t[]){0x49, 0x89, 0xf1, 0x49, 0xc1, 0xe1, 0x03, 0x4c, 0x89, 0xc8}, 10);
    /* push rbx; mov rbx, rsi; shr rbx, 3; mov rax, rbx; pop rbx */
    expect_code(
        "r6 = r1\nr6 /= 8\nr0 = r6\nexit\n", &b,
        (const uint8_t[]){0x53, 0x48, 0x89, 0xf3, 0x48, 0xc1, 0xeb, 0x03, 0x48, 0x89, 0xd8, 0x5b},
        12);
}

/* r13 has what is asked for, and r2, a constant, nobody reads. */
static void test_what_nobody_reads_is_not_moved(void **state) {
    (void)state;
    host_hooks_init(&host);
    struct body b = {.argument = {{.kind = BODY_REGISTER, .reg = X86_R13},
                                  {.kind = BODY_CONSTANT, .constant = 7}},
                     .result = EMIT_BODY_NOWHERE};
    /* mov rax, r13 */
    expect_code("r0 = r1\nexit\n", &b, (const uint8_t[]){0x4c, 0x89, 0xe8}, 3);
    b.argument[1] = (struct body_argument){.kind = BODY_REGISTER, .reg = X86_R14};
    expect_code("r0 = r1\nexit\n", &b, (const uint8_t[]){0x4c, 0x89, 0xe8}, 3);
}

/* rbx gets the result, so that its old value need not be saved. */
static void test_the_result_s_register_is_not_saved(void **state) {
    (void)state;
    host_hooks_init(&host);
    struct body b = {.argument = {{.kind = BODY_REGISTER, .reg = X86_RSI}}, .result = X86_RBX};
    /* mov rbx, rsi; imul rbx, rbx; mov rax, rbx; mov rbx, rax */
    expect_code("r6 = r1\nr6 *= r6\nr0 = r6\nexit\n", &b,
                (const uint8_t[]){0x48, 0x89, 0xf3, 0x48, 0x0f, 0xaf, 0xdb, 0x48, 0x89, 0xd8, 0x48,
                                  0x89, 0xc3},
                13);
}

/* Nothing is done behind the branch before it is decided. */
static void test_a_barrier_stands_behind_the_branch_of_a_zero(void **state) {
    (void)state;
    static const struct jit_options barriers = {.barriers = true};
    host_hooks_init(&host);
    struct body b = {.options = &barriers,
                     .argument = {{.kind = BODY_REGISTER, .reg = X86_RSI}},
                     .has_if_zero = true,
                     .result = EMIT_BODY_NOWHERE};
    /* mov rax, rsi; test rax, rax; je behind; lfence */
    expect_code("r0 = r1\nexit\n", &b,
                (const uint8_t[]){0x48, 0x89, 0xf0, 0x48, 0x85, 0xc0, 0x74, 0x03, 0x0f, 0xae, 0xe8},
                11);
}

/* With less and less memory either the whole is there, or it says so. */
static void test_without_memory_nothing_is_placed(void **state) {
    (void)state;
    static const struct jit_options plain;
    uint8_t bytes[64];
    char error[128];
    struct report why;
    struct program p = {.insn = NULL};
    struct emitter e;
    uint16_t lost;
    host_hooks_init(&host);
    int size = assemble("r0 = 0\nexit\n", bytes, sizeof bytes, error);
    assert_true(program_decode(&p, &host.hooks, bytes, (size_t)size, &why));
    const struct body b = {.program = &p, .options = &plain, .result = EMIT_BODY_NOWHERE};
    assert_true(emit_init(&e, &host.hooks, 512, emit_body_labels(&p)));
    size_t limit = host.limit;
    host.limit = host.allocated;
    assert_false(emit_body(&e, &b, &lost));
    host.limit = limit;
    emit_release(&e);
    program_release(&p, &host.hooks);
    assert_int_equal(host.allocated, 0);
}

static void test_programs_of_several_functions_are_not_placed(void **state) {
    (void)state;
    uint8_t bytes[256];
    char error[128];
    struct report why;
    struct program p = {.insn = NULL};
    host_hooks_init(&host);
    int size = assemble("call local f\nexit\nf:\nr0 = 0\nexit\n", bytes, sizeof bytes, error);
    assert_true(program_decode(&p, &host.hooks, bytes, (size_t)size, &why));
    assert_false(emit_body_can(&p));
    program_release(&p, &host.hooks);
}

/* Of a program of one function each sign alone that somebody calls it, or that it calls code by
 * address. */
static void test_called_and_calling_programs_are_not_placed(void **state) {
    (void)state;
    uint8_t bytes[64];
    char error[128];
    struct report why;
    struct program p = {.insn = NULL};
    host_hooks_init(&host);
    int size = assemble("r0 = 0\nexit\n", bytes, sizeof bytes, error);
    assert_true(program_decode(&p, &host.hooks, bytes, (size_t)size, &why));
    assert_true(emit_body_can(&p));
    p.mark[0] |= MARK_CALLED;
    assert_false(emit_body_can(&p));
    p.mark[0] &= (uint8_t)~MARK_CALLED;
    p.function[0].called_back = true;
    assert_false(emit_body_can(&p));
    p.function[0].called_back = false;
    static const uint8_t by_address[] = {OP_CALL_X, OP_LDDW_CODE};
    for (unsigned i = 0; i < sizeof by_address; i++) {
        uint8_t op = p.insn[0].op;
        p.insn[0].op = by_address[i];
        assert_false(emit_body_can(&p));
        p.insn[0].op = op;
    }
    assert_true(emit_body_can(&p));
    program_release(&p, &host.hooks);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_placed_programs_do_what_they_do_alone),
        cmocka_unit_test(test_every_instruction_can_be_placed),
        cmocka_unit_test(test_arguments_are_used_where_they_are),
        cmocka_unit_test(test_a_register_is_saved_only_if_it_is_not_free),
        cmocka_unit_test(test_what_no_instruction_needs_is_not_saved),
        cmocka_unit_test(test_each_purpose_is_met_wherever_arguments_lie),
        cmocka_unit_test(test_what_nobody_reads_is_not_moved),
        cmocka_unit_test(test_the_result_s_register_is_not_saved),
        cmocka_unit_test(test_a_barrier_stands_behind_the_branch_of_a_zero),
        cmocka_unit_test(test_without_memory_nothing_is_placed),
        cmocka_unit_test(test_programs_of_several_functions_are_not_placed),
        cmocka_unit_test(test_called_and_calling_programs_are_not_placed),
    };
    return cmocka_run_group_tests_name("engine_emit_body", tests, NULL, NULL);
}
