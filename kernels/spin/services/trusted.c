/* SPDX-License-Identifier: MIT */
/* trusted.c -- see trusted.h. */
#include "spin/services/trusted.h"

#include "common/engine.h"
#include "engine/export.h"
#include "machine/memory/heap.h"
#include "machine/report/exit.h"
#include "machine/report/panic.h"
#include "spin/core/event.h"
#include "spin/services/name_space.h"

#define BYTES_MAX 65536 /* of one piece of memory, for code that is looked through */

static const struct signature heap_alloc_signature = {
    .parameter = {{.kind = SHAPE_NUMBER, .max = BYTES_MAX}}, .result = {.kind = SHAPE_NUMBER}};
static const struct signature heap_free_signature = {
    .parameter = {{.kind = SHAPE_NUMBER}, {.kind = SHAPE_NUMBER, .max = BYTES_MAX}}};

EXPORT(trusted, heap_alloc, EXPORT_FUNCTION, .signature = &heap_alloc_signature);
EXPORT(trusted, heap_free, EXPORT_FUNCTION, .signature = &heap_free_signature);
EXPORT(trusted, machine_exit, EXPORT_FUNCTION);
EXPORTS_DECLARE(trusted);

#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(trusted, "kernels/spin/services/trusted");

MODULE("Trusted");

struct domain_reference *spin_trusted;

/* Modules with events in the image's table are the kernel's own. */
static bool is_of_image(void *closure, const struct link_request *request) {
    (void)closure;
    for (size_t i = 0; i < event_count(); i++)
        if (event_at(i)->module == request->by)
            return true;
    return false;
}

void trusted_init(void) {
    static const struct link_authorizer image_only = {.allows = is_of_image};
    module_add(THIS_MODULE);
    spin_trusted = name_space_attach_domain(NAMED_DOMAINS "SpinTrusted",
                                            engine_domain("SpinTrusted", EXPORTS_TYPES(trusted),
                                                          EXPORTS(trusted), EXPORTS_COUNT(trusted)),
                                            THIS_MODULE);
    assert_that(reference_authorize(spin_trusted, &image_only) == 0);
}
#endif
