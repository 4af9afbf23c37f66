/* SPDX-License-Identifier: MIT */
/* engine_load_fuzz.c -- any bytes through the whole way to machine code, as programs of vcode's
 * kinds. A verdict comes soon, names its rule, and leaves nothing behind; what is accepted runs by
 * the interpreter, watched, without touching what is not its own. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/interpreter.h"
#include "kinds_open.h"
#include "../../../tools/vcode/host_hooks.h"

#define FUEL      1000
#define STEPS_MAX 100000 /* watched ones, of one run */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct host_hooks host;
static struct kinds kinds;
static struct report why;

static void open_once(void) {
    static bool opened;
    if (opened)
        return;
    host_hooks_init(&host);
    if (!kinds_open(&kinds, &host.hooks, &why))
        abort();
    opened = true;
}

static bool count_step(void *owner, uint32_t slot, const uint64_t reg[REGISTERS]) {
    (void)slot, (void)reg;
    return ++*(unsigned *)owner < STEPS_MAX;
}

/* The sanitizers watch each access of the interpreter. */
static void run(const struct load_program *p) {
    static uint8_t stack[DEPTH_MAX * FRAME_BYTES];
    unsigned steps = 0;
    unsigned char byte[64];
    struct event event = {.number = 2, .process = 1};
    struct block block = {{1}};
    struct packet packet = {byte, byte + sizeof byte, 7};
    uint8_t raw[KINDS_RAW_BYTES] = {3};
    memset(byte, 8, sizeof byte);
    const char *kind = p->kind->kind.name;
    uint64_t argument[5] = {(uintptr_t)raw, KINDS_RAW_BYTES};
    if (!strcmp(kind, "guard"))
        argument[0] = (uintptr_t)&event;
    else if (!strcmp(kind, "handler"))
        argument[0] = (uintptr_t)&event, argument[1] = (uintptr_t)&kinds_process[1];
    else if (!strcmp(kind, "udf"))
        argument[0] = (uintptr_t)&block;
    else if (!strcmp(kind, "packet"))
        argument[0] = (uintptr_t)&packet;
    else if (strcmp(kind, "raw") != 0)
        return;
    struct watcher watcher = {.owner = &steps, .step = count_step};
    struct activation a = {.fuel = FUEL, .stack = stack, .stack_bytes = sizeof stack};
    kinds_console_len = 0;
    interpreter_watch(&p->image.program, argument, &a, &watcher);
    if (a.fault != FAULT_NONE && a.fault != FAULT_FUEL && a.fault != FAULT_WATCHER)
        abort();
    if (a.fault == FAULT_NONE && kinds_references)
        abort();
    kinds_references = 0;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct jit_options jit;
    struct load load;
    open_once();
    size_t live = host.allocated;
    struct load_request request = {.name = "fuzz.o",
                                   .file = data,
                                   .len = size,
                                   .kind = kinds.list,
                                   .kinds = KINDS,
                                   .domain = &kinds.domain,
                                   .domains = 1,
                                   .jit = &jit};
    double start = now();
    bool loaded = load_open(&load, &host.hooks, &request, &why);
    if (now() - start > 10) /* sanitized: ten times the second that is allowed */
        abort();
    if (loaded) {
        for (uint32_t i = 0; i < load.count; i++)
            run(&load.program[i]);
        if (!load_close(&load))
            abort();
    } else if (!why.rule || !*why.text) {
        abort();
    }
    if (host.allocated != live || host.code_bytes)
        abort();
    return 0;
}
