/* SPDX-License-Identifier: MIT */
/* exo_xn_programs_test.c -- random functions, most of them nearly right: what is imported ends
 * within the cost that was proven, reads nothing but what was proven, and gives the same twice,
 * whatever is on the stack or in registers, interpreted and compiled. 3,000 programs;
 * XN_PROGRAMS=1000000 for more, XN_SEED for others. */
#include "xn_bodies.h"

#include "engine/interpreter.h"
#include "exo/xn/type/functions.h"

#include <elf.h>

enum { WINDOW = 64, MOST = 8, CODE_MAX = 80 };

static uint64_t state;

static unsigned draw(unsigned below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 11) % below);
}

/* --- A program: r6 window, r7 index, r8 out; the others are numbers --- */

struct insn_bytes {
    uint8_t code, registers;
    int16_t offset;
    int32_t immediate;
};
static struct insn_bytes code[CODE_MAX];
static unsigned length;

static void emit(unsigned op, unsigned dst, unsigned src, int offset, int immediate) {
    code[length++] =
        (struct insn_bytes){(uint8_t)op, (uint8_t)(src << 4 | dst), (int16_t)offset, immediate};
}

static unsigned number_register(void) {
    static const uint8_t numbers[] = {0, 2, 3, 4, 5, 9};
    return numbers[draw(sizeof numbers)];
}

/* Now and then a number that is wrong. */
static int within(int limit) {
    return draw(40) ? (int)draw((unsigned)limit) : (int)draw(4 * (unsigned)limit) - limit;
}

static void calculate(void) {
    static const uint8_t operations[] = {0x07, 0x0f, 0x17, 0x1f, 0x27, 0x2f, 0x47, 0x4f, 0x57,
                                         0x5f, 0x67, 0x77, 0x87, 0xa7, 0xaf, 0xb7, 0xbf, 0xc7,
                                         0x04, 0x0c, 0x14, 0x54, 0x5c, 0x64, 0xa4, 0xac, 0xb4,
                                         0xbc, 0xcc, 0x37, 0x3f, 0x97, 0x9f};
    unsigned op = operations[draw(sizeof operations)];
    bool immediate = !(op & 8) && op != 0x87;
    bool shift = (op & 0xf7) == 0x67 || (op & 0xf7) == 0x77 || (op & 0xf7) == 0xc7 || op == 0x64;
    emit(op, number_register(), op & 8 ? number_register() : 0, 0,
         !immediate ? 0
         : shift    ? (int)draw(32)
                    : (int)draw(2000) - 1000);
}

static void load_from_window(void) {
    static const uint8_t load[] = {0x71, 0x69, 0x61, 0x79};
    unsigned size = draw(4), to = number_register();
    if (draw(3)) {
        emit(load[size], to, 6, within(WINDOW - (1 << size) + 1), 0);
        return;
    }
    unsigned at = number_register(); /* at a place that is calculated */
    emit(0x57, at, 0, 0, draw(20) ? WINDOW - 1 : 127);
    emit(0x0f, at, 6, 0, 0);
    emit(0x71, to, at, 0, 0);
    emit(0xb7, at, 0, 0, 0);
}

static void jump(void) {
    static const uint8_t jumps[] = {0x15, 0x1d, 0x25, 0x2d, 0x35, 0x45, 0x55, 0x5d, 0x65, 0xa5,
                                    0xad, 0xb5, 0xc5, 0xd5, 0x16, 0x26, 0x56, 0x66, 0xa6};
    unsigned op = jumps[draw(sizeof jumps)];
    emit(op, number_register(), op & 8 ? number_register() : 0, (int)draw(6),
         op & 8 ? 0 : (int)draw(300));
}

/* So many rounds over what comes before. */
static void loop(void) {
    unsigned counter = number_register();
    emit(0xb7, counter, 0, 0, (int)draw(12));
    unsigned body = length;
    calculate();
    load_from_window();
    emit(0x17, counter, 0, 0, 1);
    emit(0x65, counter, 0, (int)body - (int)length - 1, 0);
}

static void statement(void) {
    unsigned kind = draw(20);
    if (kind < 7)
        calculate();
    else if (kind < 12)
        load_from_window();
    else if (kind < 15)
        emit(0x7b, 8, number_register(), 8 * within(MOST), 0);
    else if (kind < 17)
        jump();
    else if (kind == 17)
        loop();
    else if (kind == 18) {
        emit(0x7b, 10, number_register(), -8, 0);
        emit(0x79, number_register(), 10, draw(8) ? -8 : -16, 0);
    } else if (!draw(6)) /* anything */
        emit(draw(256), draw(11), draw(11), (int)draw(20) - 4, (int)draw(100));
    else
        emit(0x0f, number_register(), 7, 0, 0);
}

static void make_program(void) {
    length = 0;
    emit(0xbf, 6, 1, 0, 0);
    emit(0xbf, 7, 2, 0, 0);
    emit(0xbf, 8, 3, 0, 0);
    static const uint8_t numbers[] = {0, 2, 3, 4, 5, 9};
    for (unsigned i = 0; i < sizeof numbers; i++)
        emit(0xb7, numbers[i], 0, 0, 0);
    for (unsigned n = 2 + draw(14); n && length < CODE_MAX - 12; n--)
        statement();
    for (unsigned i = 0; i < 6; i++) /* for the last jumps */
        emit(0xb7, 2, 0, 0, 0);
    emit(0x57, 0, 0, 0, MOST - 1);
    emit(0x95, 0, 0, 0, 0);
}

/* --- The object that holds it --- */

static const char strings[] = "\0owns/udf\0owns\0.symtab\0.strtab";
static const Elf64_Ehdr header = {.e_ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
                                  .e_type = ET_REL,
                                  .e_machine = EM_BPF,
                                  .e_version = 1,
                                  .e_ehsize = sizeof(Elf64_Ehdr),
                                  .e_shentsize = sizeof(Elf64_Shdr),
                                  .e_shnum = 4,
                                  .e_shstrndx = 3};

static void make_body(struct made_body *b) {
    size_t code_bytes = length * sizeof *code, at = sizeof header;
    Elf64_Sym symbol[2] = {{0},
                           {.st_name = 10, .st_info = STB_GLOBAL << 4 | STT_FUNC, .st_shndx = 1}};
    symbol[1].st_size = code_bytes;
    Elf64_Shdr section[4] = {
        {0},
        {1, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0, at, code_bytes, 0, 0, 8, 0},
        {15, SHT_SYMTAB, 0, 0, at + code_bytes, sizeof symbol, 3, 1, 8, sizeof *symbol},
        {23, SHT_STRTAB, 0, 0, at + code_bytes + sizeof symbol, sizeof strings, 0, 0, 1, 0}};
    Elf64_Ehdr head = header;
    head.e_shoff = at + code_bytes + sizeof symbol + 32;
    body_begin(b, "random", 8, XN_BASE);
    body_windows(b, 0, WINDOW, 4, MOST);
    size_t before = b->bytes;
    body_append(b, &head, sizeof head);
    body_append(b, code, code_bytes);
    body_append(b, symbol, sizeof symbol);
    char padded[32] = {0};
    memcpy(padded, strings, sizeof strings);
    body_append(b, padded, sizeof padded);
    body_append(b, section, sizeof section);
    b->head.object = (uint32_t)(b->bytes - before);
}

/* --- What was imported is run --- */

struct run {
    const struct xn_program *program;
    const unsigned char *window;
    const uint64_t *out;
    const uint8_t *stack;
    unsigned steps;
};

static bool is_in(uint64_t address, unsigned bytes, const void *from, size_t size) {
    return address >= (uintptr_t)from && address + bytes <= (uintptr_t)from + size;
}

static bool count_step(void *owner, uint32_t slot, const uint64_t reg[REGISTERS]) {
    struct run *r = owner;
    (void)slot, (void)reg;
    assert_true(++r->steps <= r->program->cost);
    return true;
}

static bool check_access(void *owner, uint64_t address, uint32_t bytes, bool write) {
    struct run *r = owner;
    if (is_in(address, bytes, r->stack, XN_STACK_MAX))
        return true;
    if (write) {
        assert_true(is_in(address, bytes, r->out, MOST * sizeof *r->out));
        return true;
    }
    assert_true(is_in(address, bytes, r->window, WINDOW));
    for (uint64_t i = address - (uintptr_t)r->window; bytes--; i++)
        assert_true(function_reads(r->program, (uint32_t)i));
    return true;
}

struct answer {
    uint64_t result, out[MOST];
};

static struct answer watched(const struct xn_program *p, const unsigned char *window,
                             unsigned index) {
    static uint8_t stack[XN_STACK_MAX];
    struct answer a = {0};
    struct run r = {.program = p, .window = window, .out = a.out, .stack = stack};
    const struct watcher watcher = {.owner = &r, .step = count_step, .access = check_access};
    const uint64_t argument[5] = {(uintptr_t)window, index, (uintptr_t)a.out};
    struct activation activation = {.fuel = p->cost, .stack = stack, .stack_bytes = sizeof stack};
    a.result = interpreter_watch(p->program, argument, &activation, &watcher);
    assert_int_equal(activation.fault, FAULT_NONE);
    return a;
}

/* Where the next call's frame will be. */
static __attribute__((noinline)) void poison(uint8_t *stack, int with) {
    volatile uint8_t below[4096];
    for (unsigned i = 0; i < sizeof below; i++)
        below[i] = (uint8_t)with;
    memset(stack, with, XN_STACK_MAX);
    __asm__ volatile("mov %0, %%r8; mov %0, %%r9; mov %0, %%r10; mov %0, %%r11; mov %0, %%rbx;"
                     "mov %0, %%r13; mov %0, %%r14; mov %0, %%r15"
                     :
                     : "r"((uint64_t)(unsigned)with * 0x0101010101010101u)
                     : "r8", "r9", "r10", "r11", "rbx", "r13", "r14", "r15");
}

static struct answer plain(const struct xn_program *p, const unsigned char *window, unsigned index,
                           int with) {
    static uint8_t stack[XN_STACK_MAX];
    struct answer a = {0};
    poison(stack, with);
    a.result = function_run(p, (uintptr_t)window, index, (uintptr_t)a.out, 0, stack);
    return a;
}

static void same(struct answer a, struct answer b) {
    assert_int_equal(a.result, b.result);
    assert_memory_equal(a.out, b.out, sizeof a.out);
}

static void try_program(const struct xn_program *p) {
    unsigned char *window = malloc(WINDOW);
    assert_non_null(window);
    for (unsigned i = 0; i < WINDOW; i++)
        window[i] = (unsigned char)(draw(3) ? draw(256) : 0);
    unsigned index = draw(4);
    struct answer first = watched(p, window, index);
    same(first, plain(p, window, index, 0xaa));
    same(first, plain(p, window, index, 0x55));
    for (unsigned i = 0; i < WINDOW; i++) /* what it does not read is no input */
        if (!function_reads(p, i))
            window[i] = (unsigned char)draw(256);
    same(first, plain(p, window, index, 0x11));
    free(window);
}

static unsigned long setting(const char *name, unsigned long otherwise) {
    const char *text = getenv(name);
    return text ? strtoul(text, NULL, 10) : otherwise;
}

static void random_functions_are_deterministic_within_their_bounds(void **unused) {
    (void)unused;
    static struct made_body b;
    unsigned long programs = setting("XN_PROGRAMS", 3000), imported = 0, reading = 0;
    state = setting("XN_SEED", 1) * 0x9e3779b97f4a7c15u + 1;
    for (unsigned long i = 0; i < programs; i++) {
        struct world *w = world_open(XN_UDF, i % 4 ? XN_INTERPRETED : XN_COMPILED, 512);
        make_program();
        make_body(&b);
        int result = world_import(w, &b);
        assert_true(result == 8 || (result == -E_INVALID && *w->why.text));
        if (result == 8) {
            imported++;
            reading += w->types.type[8]->owns->reads[0][0] != 0;
            for (unsigned run = 0; run < 3; run++)
                try_program(w->types.type[8]->owns);
        }
        world_close(w);
    }
    printf("# %lu of %lu were imported, %lu of them read\n", imported, programs, reading);
    assert_true(imported > programs / 10 && reading > imported / 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_functions_are_deterministic_within_their_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
