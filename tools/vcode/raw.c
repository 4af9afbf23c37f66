/* SPDX-License-Identifier: MIT */
/* raw.c -- see raw.h. */
#include "raw.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/disassemble.h"
#include "engine/interpreter.h"
#include "engine/jit.h"
#include "host_hooks.h"

struct region {
    uint64_t base, len;
};

/* What a raw program may touch. */
struct bounds {
    struct region stack, memory;
};

static bool inside(struct region r, uint64_t address, uint32_t bytes) {
    return address >= r.base && bytes <= r.len && address - r.base <= r.len - bytes;
}

static bool raw_access(void *owner, uint64_t address, uint32_t bytes, bool write) {
    const struct bounds *b = owner;
    (void)write;
    return inside(b->stack, address, bytes) || inside(b->memory, address, bytes);
}

static enum raw_outcome report_fault(const struct program *p, const struct activation *a,
                                     char report[RAW_REPORT_MAX]) {
    char text[INSN_TEXT_MAX];
    snprintf(report, RAW_REPORT_MAX, "instruction %u (%s): the program %s", a->slot,
             insn_text(p->insn, a->slot, text), fault_sentence(a->fault));
    return RAW_FAILED;
}

static enum raw_outcome run_interpreted(const struct program *p, const uint64_t argument[5],
                                        struct region memory, uint64_t *r0,
                                        char report[RAW_REPORT_MAX]) {
    static uint8_t stack[DEPTH_MAX * FRAME_BYTES] __attribute__((aligned(16)));
    memset(stack, 0, sizeof stack);
    struct bounds bounds = {.stack = {(uintptr_t)stack, sizeof stack}, .memory = memory};
    struct watcher watcher = {.owner = &bounds, .access = raw_access};
    struct activation a = {.fuel = RAW_FUEL, .stack = stack, .stack_bytes = sizeof stack};
    *r0 = interpreter_watch(p, argument, &a, &watcher);
    return a.fault ? report_fault(p, &a, report) : RAW_DONE;
}

/* What the child leaves for its parent, in shared memory. */
struct child_result {
    uint64_t r0;
    struct activation activation;
    uint8_t memory[];
};

/* Runs machine code in a child. The memory is copied into the shared result, for the child's writes
 * to come back. */
static enum raw_outcome run_machine_code(const struct program *p, const struct code *code,
                                         uint8_t *memory, size_t memory_len, uint64_t *r0,
                                         char report[RAW_REPORT_MAX]) {
    size_t bytes = sizeof(struct child_result) + memory_len;
    struct child_result *result =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (result == MAP_FAILED) {
        snprintf(report, RAW_REPORT_MAX, "no memory for the child: %s", strerror(errno));
        return RAW_FAILED;
    }
    result->activation.fuel = RAW_FUEL;
    if (memory_len)
        memcpy(result->memory, memory, memory_len);
    static const int ending[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE}; /* our caller may handle them */
    pid_t child = fork();
    if (child == 0) {
        for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
            signal(ending[i], SIG_DFL);
        uint64_t r1 = memory_len ? (uintptr_t)result->memory : 0;
        result->r0 = code->entry(r1, memory_len, 0, 0, 0, &result->activation);
        _exit(0);
    }
    int status = 0;
    enum raw_outcome outcome = RAW_DONE;
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        snprintf(report, RAW_REPORT_MAX, "no child process: %s", strerror(errno));
        outcome = RAW_FAILED;
    } else if (WIFSIGNALED(status)) {
        snprintf(report, RAW_REPORT_MAX, "the program was ended by signal %d (%s)",
                 WTERMSIG(status), strsignal(WTERMSIG(status)));
        outcome = RAW_FAILED;
    } else if (result->activation.fault) {
        outcome = report_fault(p, &result->activation, report);
    }
    *r0 = result->r0;
    if (memory_len)
        memcpy(memory, result->memory, memory_len);
    munmap(result, bytes);
    return outcome;
}

static enum raw_outcome run_decoded(enum raw_way way, const struct program *p,
                                    const struct hooks *hooks, uint8_t *memory, size_t memory_len,
                                    uint64_t *r0, char report[RAW_REPORT_MAX]) {
    if (way == RAW_INTERPRETER) {
        struct region region = {(uintptr_t)memory, memory_len};
        uint64_t argument[5] = {memory_len ? (uintptr_t)memory : 0, memory_len};
        return run_interpreted(p, argument, region, r0, report);
    }
    struct code code;
    if (!jit_compile(p, hooks, &(struct jit_options){.bmi2 = __builtin_cpu_supports("bmi2")},
                     &code)) {
        snprintf(report, RAW_REPORT_MAX, "no memory for machine code");
        return RAW_FAILED;
    }
    enum raw_outcome outcome = run_machine_code(p, &code, memory, memory_len, r0, report);
    jit_release(&code, hooks);
    return outcome;
}

enum raw_outcome raw_run(enum raw_way way, const uint8_t *bytes, size_t len, uint8_t *memory,
                         size_t memory_len, uint64_t *r0, char report[RAW_REPORT_MAX]) {
    struct host_hooks host;
    host_hooks_init(&host);
    struct program p = {0};
    struct report why;
    report[0] = '\0';
    if (!program_decode(&p, &host.hooks, bytes, len, &why)) {
        snprintf(report, RAW_REPORT_MAX, "%.*s", RAW_REPORT_MAX - 1, why.text);
        return RAW_REFUSED;
    }
    enum raw_outcome outcome = run_decoded(way, &p, &host.hooks, memory, memory_len, r0, report);
    program_release(&p, &host.hooks);
    return outcome;
}
