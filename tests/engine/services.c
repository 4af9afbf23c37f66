/* SPDX-License-Identifier: MIT */
/* services.c -- a kernel's exports as a kernel writes them. The build compiles this file once more
 * for its types, which the linker's test opens; the test includes it. */
#include "services.h"
#include "engine/export.h"
#include "engine/net.h"

const int service_level = 1000;
long service_count;

enum { SERVICE_ITEMS = 8 };

#ifndef SERVICE_NETS      /* a kernel of several threads says whose */
struct nets service_nets; /* of the one thread that this kernel has */
#define SERVICE_NETS (&service_nets)
#endif
struct item service_item[SERVICE_ITEMS];
bool service_is_taken[SERVICE_ITEMS];
int service_taken; /* a wrong one given back makes it wrong for good */

static void give_back(void *object) {
    long i = (struct item *)object - service_item;
    service_taken -= service_is_taken[i] ? 1 : SERVICE_ITEMS + 1;
    service_is_taken[i] = false;
}

struct item *service_take(long weight) {
    for (int i = 0; i < SERVICE_ITEMS; i++)
        if (!service_is_taken[i]) {
            if (!net_hold(SERVICE_NETS, &service_item[i], give_back))
                return NULL;
            service_item[i].weight = (int)weight;
            service_is_taken[i] = true;
            service_taken++;
            return &service_item[i];
        }
    return NULL;
}

void service_drop(struct item *item) {
    net_let_go(SERVICE_NETS, item);
    give_back(item);
}

NET_FUNCTION(long, service_refuse, (long number)) {
    if (number > 5)
        NET_FAIL(SERVICE_NETS, "no number above 5 is known here");
    return number;
}

static const struct item items[] = {{1, 10, &items[1]}, {2, 20, &items[2]}, {3, 30, NULL}};

NET_FUNCTION(long, service_each,
             (long (*visit)(const struct item *item, long cookie), long cookie)) {
    struct net_wait wait;
    long found = 0;
    NET_WAIT(SERVICE_NETS, &wait);
    for (const struct item *item = items; item && !found; item = item->next)
        found = visit(item, cookie);
    net_go_on(SERVICE_NETS);
    return found;
}

void (*service_collector)(void); /* null: nothing is collected */

NET_FUNCTION(long, service_collect, (long number)) {
    struct net_wait wait;
    NET_WAIT(SERVICE_NETS, &wait);
    if (service_collector)
        service_collector();
    net_go_on(SERVICE_NETS);
    return number;
}

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

static const struct field item_fields[] = {{"weight", 0, 4, MAY_READ, {.kind = SHAPE_NUMBER}}};
static const struct object_type item_type = {"item", sizeof(struct item), item_fields, 1};
static const struct signature take_signature = {.parameter = {{.kind = SHAPE_NUMBER}},
                                                .result = {.kind = SHAPE_OBJECT,
                                                           .may = MAY_READ | MAY_BE_NULL | ACQUIRED,
                                                           .object = &item_type},
                                                .cost = 10};
static const struct signature drop_signature = {
    .parameter = {{.kind = SHAPE_OBJECT, .may = RELEASED, .object = &item_type}}, .cost = 10};
static const struct signature refuse_signature = {
    .parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}, .cost = 10};
static const struct signature collect_signature = {
    .parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}, .cost = 10};
static const struct signature visit_signature = {
    .parameter = {{.kind = SHAPE_OBJECT, .may = MAY_READ, .object = &item_type},
                  {.kind = SHAPE_NUMBER}},
    .result = {.kind = SHAPE_NUMBER},
    .cost = 1000};
static const struct signature each_signature = {
    .parameter = {{.kind = SHAPE_FUNCTION, .function = &visit_signature, .max = 3},
                  {.kind = SHAPE_NUMBER}},
    .result = {.kind = SHAPE_NUMBER},
    .facts = FUNCTIONAL | EPHEMERAL | DETERMINISTIC,
    .cost = 10};

EXPORT(services, service_add, EXPORT_FUNCTION, .signature = &add_signature);
EXPORT(services, service_raise, EXPORT_EVENT, .signature = &raise_signature);
EXPORT(services, service_level, EXPORT_VARIABLE, .bytes = sizeof service_level);
EXPORT(services, service_count, EXPORT_VARIABLE, .bytes = sizeof service_count, .writable = true);
EXPORT(services, service_take, EXPORT_FUNCTION, .signature = &take_signature);
EXPORT(services, service_drop, EXPORT_FUNCTION, .signature = &drop_signature);
EXPORT(services, service_refuse, EXPORT_FUNCTION, .signature = &refuse_signature);
EXPORT(services, service_each, EXPORT_FUNCTION, .signature = &each_signature);
EXPORT(services, service_collect, EXPORT_FUNCTION, .signature = &collect_signature);
