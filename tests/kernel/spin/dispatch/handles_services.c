/* SPDX-License-Identifier: MIT */
/* handles_services.c -- what the programs of handles.bpf.c may call; the build takes from it the
 * types of that, and of their kinds. */
#include "../extension/handles.h"

#include "common/engine.h"
#include "engine/export.h"
#include "handles_services.h"
#include "spin/runtime/proxy.h"
#include "spin/services/verified_raise.h"

extern handles_guard *const handles_guard_type;
handles_guard *const handles_guard_type;
extern handles_handler *const handles_handler_type;
handles_handler *const handles_handler_type;

NET_FUNCTION(long, handles_check, (long number)) {
    if (number > 5)
        NET_FAIL(engine_nets(), "no number above 5 is known here");
    return number;
}

void (*handles_waiting)(void);

long handles_wait(void) {
    if (handles_waiting)
        handles_waiting();
    return 0;
}

struct proxy *handles_proxy;
const struct name_type handles_lamp = {.name = "lamp"};

struct proxy *handles_reference(void) {
    return handles_proxy;
}

NET_FUNCTION(long, handles_reach, (struct proxy * reference)) {
    long *lamp = proxy_enter(reference, &handles_lamp);
    if (!lamp)
        NET_FAIL(engine_nets(), "the reference is revoked");
    long switched = ++*lamp;
    proxy_leave(reference);
    return switched;
}

static const struct signature reference_signature = {.result = {.may = MAY_BE_NULL}, .cost = 50};
static const struct signature reach_signature = {.cost = 50};
long handles_dear(void) {
    return 0;
}

static const struct signature dear_signature = {
    .result = {.kind = SHAPE_NUMBER}, .facts = EPHEMERAL, .cost = DEAR_COST};
static const struct signature wait_signature = {.result = {.kind = SHAPE_NUMBER}, .cost = 50};
static const struct signature check_signature = {
    .parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}, .cost = 50};
EXPORT(handles, handles_check, EXPORT_FUNCTION, .signature = &check_signature);
EXPORT(handles, handles_reference, EXPORT_FUNCTION, .signature = &reference_signature);
EXPORT(handles, handles_reach, EXPORT_FUNCTION, .signature = &reach_signature);
EXPORT(handles, handles_dear, EXPORT_FUNCTION, .signature = &dear_signature);
EXPORT(handles, handles_wait, EXPORT_FUNCTION, .signature = &wait_signature);
RAISABLE(handles, test_inner,
         {.parameter = {{.kind = SHAPE_NUMBER}, {.kind = SHAPE_NUMBER}},
          .result = {.kind = SHAPE_NUMBER},
          .cost = INNER_COST});
EXPORTS_DECLARE(handles);

#ifndef EXPORTS_TYPES_ONLY
MODULE("Handles");

EVENT(test_inner, "Test.Inner", long, (long a, int b)) {
    return a * b;
}

EXPORTS_EMBED(handles, "tests/kernel/spin/dispatch/handles_services");

struct bytes handles_types(void) {
    return EXPORTS_TYPES(handles);
}

struct domain *handles_domain(void) {
    static struct domain *domain;
    if (!domain)
        domain = engine_domain("handles", EXPORTS_TYPES(handles), EXPORTS(handles),
                               EXPORTS_COUNT(handles));
    return domain;
}
#endif
