/* SPDX-License-Identifier: MIT */
/* engine_cases_test.c -- the case files of tests/unit/engine/run through the decoder, the
 * interpreter and machine code. */
#include "engine_cases.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "engine/interpreter.h"
#include "engine/jit.h"
#include "host_hooks.h"
#include "raw.h"

#define MEMORY_MAX 64

struct test_case {
    struct case_head head;
    char refused[40], stopped[120];
    uint8_t memory[MEMORY_MAX], after[MEMORY_MAX];
    size_t memory_len, after_len, cut;
    uint32_t slot;
    uint64_t result;
    bool has_result, interpreter_only;
};

static size_t read_hex(const char *text, uint8_t *bytes, size_t max) {
    size_t n = 0;
    unsigned byte;
    for (int used; n < max && sscanf(text, " %2x%n", &byte, &used) == 1; text += used)
        bytes[n++] = (uint8_t)byte;
    return n;
}

/* Takes one "-- key value" line into the case. False when it is not known. */
static bool read_verdict(void *of, const char *line) {
    struct test_case *c = of;
    if (sscanf(line, "-- result %" SCNx64, &c->result) == 1)
        return c->has_result = true;
    if (sscanf(line, "-- refused %39s %" SCNu32, c->refused, &c->slot) >= 1 ||
        sscanf(line, "-- cut %zu", &c->cut) == 1)
        return true;
    if (!strncmp(line, "-- memory ", 10))
        return (c->memory_len = read_hex(line + 10, c->memory, MEMORY_MAX)) > 0;
    if (!strncmp(line, "-- after ", 9))
        return (c->after_len = read_hex(line + 9, c->after, MEMORY_MAX)) > 0;
    if (!strncmp(line, "-- stopped", 10)) {
        snprintf(c->stopped, sizeof c->stopped, "%.100s", line[10] ? line + 11 : "the program");
        return true;
    }
    if (!strncmp(line, "-- checked ", 11)) {
        snprintf(c->stopped, sizeof c->stopped, "%.100s", line + 11);
        return c->interpreter_only = true;
    }
    return false;
}

static void check_case(const struct test_case *c, enum raw_way way) {
    uint8_t code[BYTES_MAX], memory[MEMORY_MAX];
    char report[RAW_REPORT_MAX], error[128], want[80];
    uint64_t r0 = 0;
    int len = assemble(c->head.text, code, sizeof code, error);
    if (len < 0)
        fail_msg("%s", error);
    memcpy(memory, c->memory, sizeof memory);
    enum raw_outcome outcome =
        raw_run(way, code, (size_t)len - c->cut, memory, c->memory_len, &r0, report);

    if (c->refused[0]) {
        snprintf(want, sizeof want, "instruction %u: ", c->slot);
        if (outcome != RAW_REFUSED || strncmp(report, want, strlen(want)) != 0 ||
            !strstr(report, c->refused))
            fail_msg("wanted '%s' and '%s', got '%s'", want, c->refused, report);
    } else if (c->stopped[0]) {
        if (outcome != RAW_FAILED || (way == RAW_INTERPRETER && !strstr(report, c->stopped)))
            fail_msg("wanted '%s', got '%s'", c->stopped, report);
    } else {
        if (outcome != RAW_DONE)
            fail_msg("%s", report);
        assert_true(c->has_result);
        assert_int_equal(r0, c->result);
        assert_memory_equal(memory, c->after_len ? c->after : c->memory, c->memory_len);
    }
}

static void case_interpreted(void **state) {
    check_case(*state, RAW_INTERPRETER);
}

static void case_compiled(void **state) {
    check_case(*state, RAW_JIT);
}

/* Runs one line of one_instruction.table both ways. */
static void check_line(const char *line, const char *insn, uint64_t r0, uint64_t r1,
                       uint64_t want) {
    char text[256], error[128];
    uint8_t bytes[128], stack[FRAME_BYTES];
    bool jump = !strncmp(insn, "if ", 3);
    snprintf(text, sizeof text, "r0 = 0x%" PRIx64 " ll\nr1 = 0x%" PRIx64 " ll\n%s\n%s", r0, r1,
             insn, jump ? "r0 = 0\nexit\nyes:\nr0 = 1\nexit\n" : "exit\n");
    int len = assemble(text, bytes, sizeof bytes, error);
    if (len < 0)
        fail_msg("%s: %s", line, error);

    struct host_hooks host;
    struct program p = {0};
    struct report why;
    struct code code;
    host_hooks_init(&host);
    if (!program_decode(&p, &host.hooks, bytes, (size_t)len, &why))
        fail_msg("%s: %s", line, rule_name(why.rule));
    struct activation a = {.stack = stack, .stack_bytes = sizeof stack};
    uint64_t got = interpreter_run(&p, (uint64_t[5]){0}, &a);
    if (a.fault || got != want)
        fail_msg("interpreter: %s: got 0x%" PRIx64, line, got);
    for (unsigned variant = 0; variant < 3; variant++) {
        struct jit_options options = {.bmi2 = variant == 0 && __builtin_cpu_supports("bmi2"),
                                      .blind = variant == 2 ? 0x5bd1e995a5a5f00d : 0,
                                      .barriers = variant == 2};
        assert_true(jit_compile(&p, &host.hooks, &options, &code));
        got = code.entry(0, 0, 0, 0, 0, &a);
        if (got != want)
            fail_msg("machine code, variant %u: %s: got 0x%" PRIx64, variant, line, got);
        jit_release(&code, &host.hooks);
    }
    program_release(&p, &host.hooks);
    assert_int_equal(host.allocated + host.code_bytes, 0);
}

static void test_one_instruction_table(void **state) {
    (void)state;
    FILE *f = fopen("tests/unit/engine/run/one_instruction.table", "r");
    char line[160], insn[64];
    uint64_t r0, r1, want;
    unsigned lines = 0;
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        char *values = strstr(line, "0x");
        if (line[0] == '#' || !values)
            continue;
        snprintf(insn, sizeof insn, "%.*s", (int)(values - line), line);
        assert_int_equal(sscanf(values, "%" SCNx64 " %" SCNx64 " -> %" SCNx64, &r0, &r1, &want), 3);
        check_line(line, insn, r0, r1, want);
        lines++;
    }
    fclose(f);
    assert_true(lines > 800);
}

int main(void) {
    static struct test_case cases[CASES_MAX];
    static char names[2 * CASES_MAX][160];
    static struct CMUnitTest tests[2 * CASES_MAX + 1];
    unsigned n = read_cases("tests/unit/engine/run/programs.case", cases, sizeof *cases,
                            read_verdict),
             t = 0;
    tests[t++] = (struct CMUnitTest)cmocka_unit_test(test_one_instruction_table);
    for (unsigned i = 0; i < n; i++) {
        snprintf(names[2 * i], sizeof *names, "interpreter: %.110s", cases[i].head.claim);
        snprintf(names[2 * i + 1], sizeof *names, "machine code: %.110s", cases[i].head.claim);
        tests[t++] = (struct CMUnitTest){
            .name = names[2 * i], .test_func = case_interpreted, .initial_state = &cases[i]};
        if (!cases[i].interpreter_only)
            tests[t++] = (struct CMUnitTest){
                .name = names[2 * i + 1], .test_func = case_compiled, .initial_state = &cases[i]};
    }
    return _cmocka_run_group_tests("engine_cases", tests, t, NULL, NULL);
}
