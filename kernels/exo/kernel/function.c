/* SPDX-License-Identifier: MIT */
/* function.c -- see function.h. */
#include "exo/kernel/function.h"

#include "common/engine.h"
#include "engine/load.h"
#include "exo/abi.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/env/proof.h"
#include "lib/error.h"
#include "lib/format.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "machine/user/user.h"

static const struct cap functions = {.rights = CAP_READ, .valid = 1, .length = 1, .name = {'f'}};

/* Machine code runs on the kernel's stack, of which this much is spared for it. */
#define FUNCTION_STACK_MAX 4096

/* The result is proven to be no error. */
#define FUNCTION_KIND                                                                              \
    .name = "function",                                                                            \
    .entry = {.parameter = {{.kind = SHAPE_NUMBER}},                                               \
              .result = {.kind = SHAPE_NUMBER, .min = 0, .max = INT32_MAX}},                       \
    .stack_max = FUNCTION_STACK_MAX

enum { BOUNDED_KIND, METERED_KIND, FUNCTION_KINDS };
static const struct kind_description descriptions[FUNCTION_KINDS] = {
    [BOUNDED_KIND] = {.kind = {FUNCTION_KIND, .demands = FUNCTIONAL | DETERMINISTIC | BOUNDED,
                               .budget = 1000000}},
    [METERED_KIND] = {.kind = {FUNCTION_KIND, .demands = FUNCTIONAL | DETERMINISTIC}},
};
static struct typing kinds[FUNCTION_KINDS];
static struct domain *exports; /* what functions may be linked to */

void function_init(void) {
    static struct report why;
    exports = function_exports();
    for (unsigned i = 0; i < FUNCTION_KINDS; i++)
        if (!typing_open(&kinds[i], &engine_hooks, &descriptions[i], &why))
            panic("function_init: %s", why.text);
}

NET_FUNCTION(void, function_give_up, (uint64_t about)) {
    char reason[NET_REASON_MAX];
    format_text(reason, sizeof reason, "it gave up: %lu", about);
    NET_FAIL(engine_nets(), reason);
}

/* A function being run: too large for the stack. */
struct attempt {
    struct load load;
    struct report why; /* or what ended it, in its text */
    struct net_report report;
    uint64_t argument;
    uint64_t fuel;
    bool compiled;
    uint8_t stack[FUNCTION_STACK_MAX];
    uint8_t bytes[EXO_FUNCTION_BYTES]; /* the environment's could change under our eyes */
};
_Static_assert(NET_TEXT_MAX <= REPORT_TEXT_MAX && EXO_FUNCTION_TEXT <= REPORT_TEXT_MAX,
               "a report finds room, and the kernel's text is no shorter than the caller's");

/* Its result, or -E_BAD_IMAGE with the text set. */
static long run(struct attempt *a) {
    struct activation activation = {
        .fuel = a->fuel, .stack = a->stack, .stack_bytes = sizeof a->stack};
    const uint64_t arguments[PARAMETERS] = {a->argument};
    uint64_t result;
    if (net_run(engine_nets(), &engine_guard, &a->load.program->image,
                a->compiled ? NET_COMPILED : NET_INTERPRETED, arguments, &activation, &result,
                &a->report))
        return (long)result;
    a->report.has_registers = false; /* they hold addresses, and what is the kernel's own */
    net_report_text(&a->report, a->why.text);
    return -E_BAD_IMAGE;
}

/* From the object's bytes to the result, and everything given back. */
static long attempt(struct attempt *a, size_t length) {
    static const struct jit_options plain;
    const struct load_request request = {
        .name = "object",
        .file = a->bytes,
        .len = length,
        .as = &kinds[a->fuel ? METERED_KIND : BOUNDED_KIND],
        .only = "function",
        .domain = &exports,
        .domains = 1,
        .jit = a->compiled ? &plain : NULL,
    };
    if (!load_open(&a->load, &engine_hooks, &request, &a->why)) {
        return proof_refused(a->why.rule);
    }
    long result = run(a);
    load_close(&a->load);
    return result;
}

/* What the function `function` of the object, length bytes, gives for the argument; the kernel
 * keeps nothing of it. -E_PERM: the capability in slot is not for functions; -E_TOO_LONG: more than
 * EXO_FUNCTION_BYTES; -E_INVALID: more than EXO_FUNCTION_FUEL_MAX of fuel; -E_FAULT: object or
 * text; -E_NO_MEMORY; -E_BAD_IMAGE: refused or ended early, and why stands at text,
 * EXO_FUNCTION_TEXT bytes. */
long sys_function_run(uint64_t slot, uint64_t object, uint64_t length, uint64_t argument,
                      uint64_t how, uint64_t text) {
    int error = env_may(slot, functions);
    if (error)
        return error;
    if (length > EXO_FUNCTION_BYTES)
        return -E_TOO_LONG;
    if (how >= EXO_FUNCTION_FUEL(EXO_FUNCTION_FUEL_MAX + 1))
        return -E_INVALID;
    struct attempt *a = heap_alloc(sizeof *a);
    long result = a ? copy_from_user(a->bytes, object, length) : -E_NO_MEMORY;
    if (!result) {
        a->argument = argument;
        a->fuel = how / EXO_FUNCTION_FUEL(1);
        a->compiled = how & EXO_FUNCTION_COMPILED;
        result = attempt(a, length);
    }
    if (result == -E_BAD_IMAGE) {
        a->why.text[EXO_FUNCTION_TEXT - 1] = '\0';
        if (copy_to_user(text, a->why.text, EXO_FUNCTION_TEXT))
            result = -E_FAULT;
    }
    heap_free(a, sizeof *a);
    return result;
}
