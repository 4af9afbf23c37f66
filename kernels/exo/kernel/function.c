/* SPDX-License-Identifier: MIT */
/* function.c -- see function.h. */
#include "exo/kernel/function.h"

#include "exo/abi.h"
#include "common/engine.h"
#include "exo/kernel/env.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
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
static const struct kind bounded = {FUNCTION_KIND, .demands = FUNCTIONAL | DETERMINISTIC | BOUNDED,
                                    .budget = 1000000};
static const struct kind metered = {FUNCTION_KIND, .demands = FUNCTIONAL | DETERMINISTIC};

NET_FUNCTION(void, function_give_up, (uint64_t about)) {
    char reason[NET_REASON_MAX];
    format_text(reason, sizeof reason, "it gave up: %lu", about);
    NET_FAIL(&engine_nets, reason);
}

/* A function being run: too large for the stack. */
struct attempt {
    struct object object;
    struct object_refusal object_why;
    struct link link;
    struct link_report link_why;
    struct image image;
    struct image_refusal image_why;
    struct net_report report;
    char text[EXO_FUNCTION_TEXT];
    uint64_t argument;
    uint64_t turns;
    bool compiled;
    uint8_t stack[FUNCTION_STACK_MAX];
    uint8_t bytes[EXO_FUNCTION_BYTES]; /* the environment's could change under our eyes */
};
_Static_assert(LINK_TEXT_MAX <= EXO_FUNCTION_TEXT, "a report fits");

/* Runs the image. Its result, or -E_BAD_IMAGE with the text set. */
static long run(struct attempt *a) {
    struct activation activation = {
        .fuel = a->turns, .stack = a->stack, .stack_bytes = sizeof a->stack};
    const uint64_t arguments[PARAMETERS] = {a->argument};
    uint64_t result;
    if (net_run(&engine_nets, &engine_guard, &a->image,
                a->compiled ? NET_COMPILED : NET_INTERPRETED, arguments, &activation, &result,
                &a->report))
        return (long)result;
    a->report.has_registers = false; /* they hold addresses, and what is the kernel's own */
    net_report_text(&a->report, a->text);
    return -E_BAD_IMAGE;
}

static long link_and_run(struct attempt *a) {
    static const struct jit_options plain;
    if (!link_resolve(&a->link, &function_domain, 1, &a->link_why)) {
        memcpy(a->text, a->link_why.text, sizeof a->link_why.text);
        return -E_BAD_IMAGE;
    }
    if (!image_create(&a->image, &a->link, "function", a->turns ? &metered : &bounded,
                      a->compiled ? &plain : NULL, &a->image_why)) {
        memcpy(a->text, a->image_why.text, sizeof a->image_why.text);
        return a->image_why.link == LINK_RULE_NO_MEMORY ? -E_NO_MEMORY : -E_BAD_IMAGE;
    }
    return run(a);
}

/* From the object's bytes to the result, and everything given back. */
static long attempt(struct attempt *a, size_t length) {
    if (!object_open(&a->object, &engine_hooks, a->bytes, length, &a->object_why)) {
        object_refusal_text(&a->object_why, a->text, sizeof a->text);
        return a->object_why.rule == OBJECT_RULE_NO_MEMORY ? -E_NO_MEMORY : -E_BAD_IMAGE;
    }
    long result = -E_NO_MEMORY;
    if (link_open(&a->link, "object", &a->object, &engine_hooks)) {
        result = link_and_run(a);
        link_close(&a->link);
    }
    object_close(&a->object);
    return result;
}

/* What the function `function` of the object, length bytes, gives for the argument; the kernel
 * keeps nothing of it. -E_PERM: the capability in slot is not for functions; -E_TOO_LONG: more than
 * EXO_FUNCTION_BYTES; -E_INVALID: more than EXO_FUNCTION_TURNS_MAX turns; -E_FAULT: object or text;
 * -E_NO_MEMORY; -E_BAD_IMAGE: refused or ended early, and why stands at text, EXO_FUNCTION_TEXT
 * bytes. */
long sys_function_run(uint64_t slot, uint64_t object, uint64_t length, uint64_t argument,
                      uint64_t how, uint64_t text) {
    int error = env_may(slot, functions);
    if (error)
        return error;
    if (length > EXO_FUNCTION_BYTES)
        return -E_TOO_LONG;
    if (how >= EXO_FUNCTION_TURNS(EXO_FUNCTION_TURNS_MAX + 1))
        return -E_INVALID;
    struct attempt *a = heap_alloc(sizeof *a);
    long result = a ? copy_from_user(a->bytes, object, length) : -E_NO_MEMORY;
    if (!result) {
        a->argument = argument;
        a->turns = how / EXO_FUNCTION_TURNS(1);
        a->compiled = how & EXO_FUNCTION_COMPILED;
        result = attempt(a, length);
    }
    if (result == -E_BAD_IMAGE && copy_to_user(text, a->text, sizeof a->text))
        result = -E_FAULT;
    heap_free(a, sizeof *a);
    return result;
}
