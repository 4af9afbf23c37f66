/* SPDX-License-Identifier: MIT */
/* engine_jit_test.c -- what can be seen of machine code from outside: what is not in it, and what
 * becomes of attacks on it. That it means the right thing is engine_differential_test.c's. */
#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "assemble.h"
#include "engine/interpreter.h"
#include "engine/jit.h"
#include "engine/verify.h"
#include "host_hooks.h"

static struct host_hooks host;

/* r1 is a number from 0 to 10. */
static const struct kind small = {
    .name = "small",
    .entry = {.parameter = {{.kind = SHAPE_NUMBER, .min = 0, .max = 10}},
              .result = {.kind = SHAPE_NUMBER}},
};
static const struct jit_options plain;

static void open_program(struct program *p, const char *text, bool verified) {
    static struct facts facts;
    static struct verdict verdict;
    struct report why;
    uint8_t bytes[1024];
    char error[128];
    int len = assemble(text, bytes, sizeof bytes, error);
    if (len < 0)
        fail_msg("%s", error);
    *p = (struct program){0};
    assert_true(program_decode(p, &host.hooks, bytes, (size_t)len, &why));
    if (verified && !verify(p, &small, &host.hooks, &facts, &verdict))
        fail_msg("%s", verdict.text);
    p->metered = false;
}

static void compile(struct code *code, const char *text, bool verified,
                    const struct jit_options *options) {
    struct program p;
    open_program(&p, text, verified);
    assert_true(jit_compile(&p, &host.hooks, options, code));
    program_release(&p, &host.hooks);
}

static bool holds(const struct code *code, uint32_t number) {
    for (uint32_t i = 0; i + sizeof number <= code->bytes; i++)
        if (memcmp(code->memory.run + i, &number, sizeof number) == 0)
            return true;
    return false;
}

static uint64_t run(const struct code *code, uint64_t r1) {
    return code->entry(r1, 0, 0, 0, 0, NULL);
}

/* Compiles a program with and without what the verifier knows of it. */
static void expect_dead(const char *text, uint32_t number, bool loops) {
    struct code proven, raw;
    compile(&proven, text, true, &plain);
    compile(&raw, text, false, &plain);
    assert_true(holds(&raw, number));
    assert_false(holds(&proven, number));
    assert_true(proven.bytes < raw.bytes);
    for (uint64_t r1 = loops; r1 <= 10; r1++)
        assert_int_equal(run(&proven, r1), run(&raw, r1));
    jit_release(&proven, &host.hooks);
    jit_release(&raw, &host.hooks);
}

static void test_what_no_run_reaches_has_no_code(void **state) {
    (void)state;
    expect_dead("r0 = r1\nif r1 > 10 goto dead\nexit\ndead:\nr0 = 0x1234567\nexit\n", 0x1234567,
                false);
    expect_dead("r0 = r1\nif r1 < 11 goto out\nr0 = 0x1234567\nout:\nr0 += 1\nexit\n", 0x1234567,
                false);
    /* Reached from behind only, and from a jump that nothing reaches. */
    expect_dead(
        "r0 = 0\ngoto check\nagain:\nr0 += 0x7654321\nr1 -= 1\ncheck:\nif r1 != 0 goto again\n"
        "if r0 == 3 goto dead\nexit\ndead:\nr0 = 0x1234567\nif r1 == 9 goto again\nexit\n",
        0x1234567, false);
}

static void test_a_refused_program_keeps_all_its_code(void **state) {
    (void)state;
    static struct facts facts;
    static struct verdict verdict;
    struct program p;
    struct code code;
    open_program(&p, "if r1 > 10 goto dead\nr0 = r9\nexit\ndead:\nr0 = 0x1234567\nexit\n", false);
    assert_false(verify(&p, &small, &host.hooks, &facts, &verdict));
    assert_true(jit_compile(&p, &host.hooks, &plain, &code));
    assert_true(holds(&code, 0x1234567));
    program_release(&p, &host.hooks);
    jit_release(&code, &host.hooks);
}

static void test_blinded_code_holds_no_constant(void **state) {
    (void)state;
    static const char text[] =
        "r0 = 0x1234567\nr0 += 0x2345678\nr2 = 0x3456789045678901 ll\n"
        "r0 ^= r2\nif r0 == 0x5678901 goto out\nr0 *= 0x6789012\nout:\nexit\n";
    static const uint32_t constant[] = {0x1234567,  0x2345678, 0x34567890,
                                        0x45678901, 0x5678901, 0x6789012};
    const struct jit_options blind = {.blind = 0x9e3779b97f4a7c15};
    struct code open, blinded;
    compile(&open, text, false, &plain);
    compile(&blinded, text, false, &blind);
    for (unsigned i = 0; i < sizeof constant / sizeof *constant; i++) {
        assert_true(holds(&open, constant[i]));
        assert_false(holds(&blinded, constant[i]));
    }
    assert_int_equal(run(&open, 3), run(&blinded, 3));
    jit_release(&open, &host.hooks);
    jit_release(&blinded, &host.hooks);
}

/* Code that enters a function again by a jump pushes what it saves once more, and returns wherever
 * the first push says. */
static void test_a_verified_loop_back_to_the_first_slot_enters_once(void **state) {
    (void)state;
    const struct jit_options hard = {.blind = 0x9e3779b97f4a7c15, .barriers = true};
    static const char text[] =
        "again:\nr6 = r1\nr9 = r6\n*(u64 *)(r10 - 8) = r9\nr1 = r6\nr1 >>= 1\n"
        "if r1 != 0 goto again\nr0 = r9\nexit\n";
    struct code code, hardened;
    compile(&code, text, true, &plain);
    compile(&hardened, text, true, &hard);
    for (uint64_t r1 = 1; r1 <= 10; r1++) {
        assert_int_equal(run(&code, r1), 1);
        assert_int_equal(run(&hardened, r1), 1);
    }
    jit_release(&code, &host.hooks);
    jit_release(&hardened, &host.hooks);
}

static void test_constant_functions_are_entries(void **state) {
    (void)state;
    struct program p;
    struct code code;
    open_program(&p, "r0 = code f\nexit\nr0 = 1\nexit\nf:\nr0 = 7\nexit\n", false);
    assert_true(jit_compile(&p, &host.hooks, &plain, &code));
    assert_int_equal(run(&code, 0), (uintptr_t)code.memory.run + code.offset[p.function[1].start]);
    program_release(&p, &host.hooks);
    jit_release(&code, &host.hooks);
}

/* Sequences that become fewer instructions, with r1 a number and r2 the address of bytes; and the
 * same with a jump into their middle, which keeps them apart. */
static const struct {
    const char *text, *apart;
} joined[] = {
    {"r0 = r1\nr0 &= 7\nif r0 != 0 goto out\nr0 = 9\nout:\nexit\n",
     "r0 = r1\nr0 &= 7\ngoto +0\nif r0 != 0 goto out\nr0 = 9\nout:\nexit\n"},
    {"w0 = w1\nw0 += -5\nif w0 == 0 goto out\nr0 = 9\nout:\nexit\n",
     "w0 = w1\nw0 += -5\ngoto +0\nif w0 == 0 goto out\nr0 = 9\nout:\nexit\n"},
    {"r0 = r1\nr3 = 5\nr0 -= r3\nif r0 == 0 goto out\nr0 ^= 3\nif r0 != 0 goto out\nr0 = 77\nout:\nexit\n",
     "r0 = r1\nr3 = 5\nr0 -= r3\ngoto +0\nif r0 == 0 goto out\nr0 ^= 3\ngoto +0\nif r0 != 0 goto out\n"
     "r0 = 77\nout:\nexit\n"},
    {"r1 &= 7\nr1 <<= 3\nr3 = r2\nr3 += r1\nr0 = *(u64 *)(r3 + 0)\nexit\n",
     "r1 &= 7\nr1 <<= 3\ngoto +0\nr3 = r2\nr3 += r1\nr0 = *(u64 *)(r3 + 0)\nexit\n"},
    {"r6 = r1\nr6 &= 7\nr6 <<= 2\nr8 = r2\nr8 += r6\nr8 = *(s16 *)(r8 + 4)\nr0 = r8\nexit\n",
     "r6 = r1\nr6 &= 7\nr6 <<= 2\ngoto +0\nr8 = r2\nr8 += r6\nr8 = *(s16 *)(r8 + 4)\nr0 = r8\nexit\n"},
    {"r7 = r2\nr1 &= 15\nr1 <<= 1\nr3 = r7\nr3 += r1\nr1 = *(u8 *)(r3 + 0)\nr0 = r1\nexit\n",
     "r7 = r2\nr1 &= 15\nr1 <<= 1\ngoto +0\nr3 = r7\nr3 += r1\nr1 = *(u8 *)(r3 + 0)\nr0 = r1\nexit\n"},
    {"r0 = r1\nr0 <<= 32\nr0 >>= 32\nexit\n", "r0 = r1\ngoto +0\nr0 <<= 32\nr0 >>= 32\nexit\n"},
    {"r0 = r1\nr0 <<= 56\nr0 s>>= 56\nexit\n", "r0 = r1\ngoto +0\nr0 <<= 56\nr0 s>>= 56\nexit\n"},
    {"r0 = 3\nr0 += 14\nr0 += r1\nexit\n", "r0 = 3\nr0 += 14\ngoto +0\nr0 += r1\nexit\n"},
    {"r0 = 3\nr0 += r1\nr0 += -70000\nexit\n", "r0 = 3\nr0 += r1\ngoto +0\nr0 += -70000\nexit\n"},
};

/* What must not be joined: the value in between is used, or it is another register. */
static const char *const apart[] = {
    "r1 &= 7\nr1 <<= 3\nr3 = r2\nr3 += r1\nr0 = *(u64 *)(r3 + 0)\nr0 += r1\nexit\n",
    "r1 &= 7\nr1 <<= 3\nr3 = r2\nr3 += r1\nr0 = *(u64 *)(r3 + 0)\nr3 -= r2\nr0 += r3\nexit\n",
    "r0 = r1\nr0 &= 1\nif r1 != 0 goto out\nr0 = 5\nout:\nexit\n",
    "r0 = r1\nw0 &= 255\nif r0 != 0 goto out\nr0 = 5\nout:\nexit\n",
    "r0 = r1\nr3 = 0x7fffffff\nr0 += r3\nif w0 == 0 goto out\nr0 = 5\nout:\nexit\n",
    "r0 = r1\nr0 &= 6\nif r0 > 0 goto out\nr0 = 5\nout:\nexit\n",
    "r0 = r1\nr0 *= 2\nif r0 != 0 goto out\nr0 = 5\nout:\nexit\n",
    "r0 = r1\nr0 += r0\nr0 += 3\nexit\n",
};

static void compare_with_interpreter(const char *text, const struct jit_options *options) {
    static const uint64_t number[] = {
        0, 1, 2, 3, 5, 7, 8, 255, 256, 0x7fffffff, 0x80000001, 0xffffffff, 1ull << 32, UINT64_MAX};
    static uint8_t memory[128], stack[FRAME_BYTES];
    struct program p;
    struct code code;
    for (unsigned i = 0; i < sizeof memory; i++)
        memory[i] = (uint8_t)(i * 73 + 150);
    open_program(&p, text, false);
    assert_true(jit_compile(&p, &host.hooks, options, &code));
    for (unsigned i = 0; i < sizeof number / sizeof *number; i++) {
        struct activation a = {.fuel = 10, .stack = stack, .stack_bytes = sizeof stack};
        uint64_t wanted = interpreter_run(&p, (uint64_t[5]){number[i], (uintptr_t)memory}, &a);
        uint64_t found = code.entry(number[i], (uintptr_t)memory, 0, 0, 0, NULL);
        if (found != wanted)
            fail_msg("%s: %llx gives %llx instead of %llx", text, (unsigned long long)number[i],
                     (unsigned long long)found, (unsigned long long)wanted);
    }
    program_release(&p, &host.hooks);
    jit_release(&code, &host.hooks);
}

static uint32_t bytes_of(const char *text) {
    struct code code;
    compile(&code, text, false, &plain);
    uint32_t bytes = code.bytes;
    jit_release(&code, &host.hooks);
    return bytes;
}

static void test_joined_instructions_mean_the_same(void **state) {
    (void)state;
    const struct jit_options blind = {.blind = 0x9e3779b97f4a7c15, .barriers = true};
    for (unsigned i = 0; i < sizeof joined / sizeof *joined; i++) {
        compare_with_interpreter(joined[i].text, &plain);
        compare_with_interpreter(joined[i].text, &blind);
        compare_with_interpreter(joined[i].apart, &plain);
        if (bytes_of(joined[i].text) >= bytes_of(joined[i].apart))
            fail_msg("not joined:\n%s", joined[i].text);
    }
    for (unsigned i = 0; i < sizeof apart / sizeof *apart; i++)
        compare_with_interpreter(apart[i], &plain);
}

/* --- Attacks, each in a process of its own --- */

static int signal_of(void (*attack)(uint8_t *at), uint8_t *at) {
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        signal(SIGTRAP, SIG_DFL);
        attack(at);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void attack_write(uint8_t *at) {
    *(volatile uint8_t *)at = 0xc3;
}

static void attack_call(uint8_t *at) {
    ((void (*)(void))(uintptr_t)at)();
}

static const char one[] = "r0 = 1\nexit\n", two[] = "r0 = 2\nexit\n";

static void test_code_cannot_be_written(void **state) {
    (void)state;
    struct code code;
    struct code_memory next;
    compile(&code, one, true, &plain);
    assert_int_equal(signal_of(attack_write, code.memory.run), SIGSEGV);
    assert_true(host.hooks.code_map(&host, 10, &next));
    assert_ptr_equal((void *)((uintptr_t)next.run & -4096ul),
                     (void *)((uintptr_t)code.memory.run & -4096ul));
    next.write[0] = 0xc3;
    assert_int_equal(next.run[0], 0xcc);
    assert_int_equal(signal_of(attack_call, next.run), SIGTRAP);
    assert_int_equal(signal_of(attack_write, code.memory.run), SIGSEGV);
    host.hooks.code_seal(&host, &next);
    assert_int_equal(signal_of(attack_call, next.run), 0);
    assert_int_equal(signal_of(attack_write, next.run), SIGSEGV);
    host.hooks.code_unmap(&host, &next);
    assert_int_equal(run(&code, 0), 1);
    jit_release(&code, &host.hooks);
}

/* No line of this process's map is writable and executable, or writable and of a code file. */
static void test_code_is_mapped_writable_nowhere(void **state) {
    (void)state;
    char line[512];
    struct code code;
    unsigned pages = 0;
    compile(&code, one, true, &plain);
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        const char *rights = strchr(line, ' ') + 1;
        assert_false(rights[1] == 'w' && rights[2] == 'x');
        if (!strstr(line, "memfd:vcode"))
            continue;
        assert_true(rights[1] == '-' && rights[2] == 'x');
        pages++;
    }
    fclose(maps);
    assert_int_equal(pages, 1);
    jit_release(&code, &host.hooks);
}

static void test_released_code_traps_or_is_gone(void **state) {
    (void)state;
    struct code first, second;
    compile(&first, one, true, &plain);
    compile(&second, two, true, &plain);
    uint8_t *at = first.memory.run, *other = second.memory.run;
    jit_release(&first, &host.hooks);
    assert_int_equal(signal_of(attack_call, at), SIGTRAP);
    assert_int_equal(run(&second, 0), 2);
    compile(&first, one, true, &plain);
    assert_ptr_equal(first.memory.run, at);
    assert_int_equal(run(&first, 0) + run(&second, 0), 3);
    jit_release(&first, &host.hooks);
    jit_release(&second, &host.hooks);
    assert_int_equal(signal_of(attack_call, at), SIGSEGV);
    assert_int_equal(signal_of(attack_call, other), SIGSEGV);
}

/* The child compiles after its parent has, whose free pieces it believes to know. */
static void test_a_child_writes_pages_of_its_own(void **state) {
    (void)state;
    struct code code, mine;
    int ready[2];
    char byte = 0;
    compile(&code, one, true, &plain);
    assert_int_equal(pipe(ready), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (read(ready[0], &byte, 1) != 1)
            _exit(1);
        compile(&mine, two, true, &plain);
        jit_release(&code, &host.hooks);
        _exit(run(&mine, 0) == 2 ? 0 : 1);
    }
    compile(&mine, "r0 = 3\nexit\n", true, &plain);
    assert_int_equal(write(ready[1], &byte, 1), 1);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ready[0]);
    close(ready[1]);
    assert_int_equal(status, 0);
    assert_int_equal(run(&code, 0), 1);
    assert_int_equal(run(&mine, 0), 3);
    jit_release(&mine, &host.hooks);
    jit_release(&code, &host.hooks);
}

/* More than a page's pieces, and pieces longer than pages. */
static void test_pages_come_back(void **state) {
    (void)state;
    static struct code codes[200];
    struct code_memory large;
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 200; i++)
            compile(&codes[i], i % 2 ? one : two, true, &plain);
        assert_true(host.hooks.code_map(&host, 3 * 4096, &large));
        assert_int_equal((uintptr_t)large.run % CODE_PAGE, 0);
        host.hooks.code_seal(&host, &large);
        for (unsigned i = 0; i < 200; i++)
            assert_int_equal(run(&codes[i], 0), i % 2 ? 1 : 2);
        for (unsigned i = 0; i < 200; i++)
            jit_release(&codes[i], &host.hooks);
        host.hooks.code_unmap(&host, &large);
        assert_int_equal(host.code_bytes, 0);
        assert_null(host.pages);
    }
    assert_false(host.hooks.code_map(&host, 0, &large));
    assert_false(host.hooks.code_map(&host, (size_t)1 << 40, &large));
}

static int setup(void **state) {
    (void)state;
    host_hooks_init(&host);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    return host.allocated + host.code_bytes ? 1 : 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_no_run_reaches_has_no_code),
        cmocka_unit_test(test_a_refused_program_keeps_all_its_code),
        cmocka_unit_test(test_blinded_code_holds_no_constant),
        cmocka_unit_test(test_constant_functions_are_entries),
        cmocka_unit_test(test_a_verified_loop_back_to_the_first_slot_enters_once),
        cmocka_unit_test(test_joined_instructions_mean_the_same),
        cmocka_unit_test(test_code_cannot_be_written),
        cmocka_unit_test(test_code_is_mapped_writable_nowhere),
        cmocka_unit_test(test_released_code_traps_or_is_gone),
        cmocka_unit_test(test_a_child_writes_pages_of_its_own),
        cmocka_unit_test(test_pages_come_back),
    };
    return cmocka_run_group_tests_name("engine_jit", tests, setup, teardown);
}
