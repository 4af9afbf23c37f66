/* SPDX-License-Identifier: MIT */
/* services.c -- a kernel's exports as a kernel writes them. The build compiles this file once more
 * for its types, which the linker's test opens; the test includes it. */
#include "services.h"
#include "engine/export.h"

const int service_level = 1000;
long service_count;

int service_add(const struct item *item, long amount) {
    return item->weight + (int)amount;
}

void service_raise(long number) {
    service_count += number;
}

static const struct signature add_signature = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = sizeof(struct item)},
                  {.kind = SHAPE_NUMBER}},
    .result = {.kind = SHAPE_NUMBER},
    .facts = FUNCTIONAL | EPHEMERAL | DETERMINISTIC,
    .cost = 3};
static const struct signature raise_signature = {
    .parameter = {{.kind = SHAPE_NUMBER}}, .facts = EPHEMERAL, .cost = 10};

EXPORT(services, service_add, EXPORT_FUNCTION, .signature = &add_signature);
EXPORT(services, service_raise, EXPORT_EVENT, .signature = &raise_signature);
EXPORT(services, service_level, EXPORT_VARIABLE, .bytes = sizeof service_level);
EXPORT(services, service_count, EXPORT_VARIABLE, .bytes = sizeof service_count, .writable = true);
