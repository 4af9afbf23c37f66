/* SPDX-License-Identifier: MIT */
/* extension.c -- see extension.h. */
#include "spin/core/extension.h"

#include "common/engine.h"
#include "lib/error.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/change.h"
#include "spin/core/dispatch/plan.h"

uint32_t extension_count;

/* A kind without a limit would let an extension run off the kernel's stack. */
static void check_kind(const struct typing *kind) {
    assert_that(kind->kind.stack_max && kind->kind.stack_max <= EXTENSION_STACK_MAX);
}

bool extension_open(struct load *extension, const struct load_request *request,
                    struct report *why) {
    static const struct jit_options plain;
    struct load_request ours = *request;
    for (uint32_t i = 0; i < ours.kinds; i++)
        check_kind(ours.kind[i]);
    if (ours.as)
        check_kind(ours.as);
    ours.jit = &plain;
    if (!load_open(extension, &engine_hooks, &ours, why))
        return false;
    extension_count++;
    return true;
}

bool extension_close(struct load *extension) {
    if (!load_close(extension))
        return false;
    extension_count--;
    return true;
}

static bool is_under_way(const struct load *extension) {
    for (uint32_t i = 0; i < extension->count; i++)
        if (code_is_under_way(&extension->program[i].image.code.memory))
            return true;
    return false;
}

int extension_unload(struct load *extension, struct module *module) {
    int error = change_withdraw_all(module);
    if (error)
        return error;
    plans_reclaim();
    return !is_under_way(extension) && extension_close(extension) ? 0 : -E_EXISTS;
}

bool extension_run(const struct load_program *program, const uint64_t argument[PARAMETERS],
                   uint64_t fuel, uint64_t *result, struct net_report *report) {
    struct activation a = {.fuel = fuel};
    return net_run(engine_nets(), &engine_guard, &program->image, NET_COMPILED, argument, &a,
                   result, report);
}
