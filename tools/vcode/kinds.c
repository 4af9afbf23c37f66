/* SPDX-License-Identifier: MIT */
/* kinds.c -- the kernel that vcode's kinds of programs live in: what it exports, and the names of
 * their types. The build compiles this file twice, for the tool and for its BTF. */
#include "kinds.h"

#include "engine/export.h"
#include "kinds_kernel.h"
#include "lib/string.h"

struct process kinds_process[KINDS_PROCESSES] = {
    {.id = 1, .name = "init", .priority = 10, .secret = 0x5ec2e7},
    {.id = 2, .name = "shell", .priority = 20, .parent = &kinds_process[0]},
};
char kinds_console[KINDS_CONSOLE_BYTES];
size_t kinds_console_len;
unsigned kinds_references;

guard_program *kinds_guard;
handler_program *kinds_handler;
udf_program *kinds_udf;
packet_program *kinds_packet;

const unsigned int ticks_per_second = 1000;

struct process *process_find(unsigned int id) {
    for (unsigned i = 0; i < KINDS_PROCESSES; i++)
        if (kinds_process[i].id == id) {
            kinds_references++;
            return &kinds_process[i];
        }
    return NULL;
}

void process_release(struct process *process) {
    kinds_references -= process != NULL;
}

struct process *process_exchange(struct process **heir, struct process *process) {
    struct process *old = *heir;
    *heir = process;
    kinds_references += (old != NULL) - (unsigned)(process != NULL);
    return old;
}

long process_each(process_visitor *visit, unsigned long cookie) {
    long found = 0;
    for (unsigned i = 0; i < KINDS_PROCESSES && !found; i++)
        found = visit(&kinds_process[i], cookie);
    return found;
}

void console_write(const char *text, unsigned long len) {
    size_t space = sizeof kinds_console - kinds_console_len;
    size_t n = len < space ? len : space;
    memcpy(kinds_console + kinds_console_len, text, n);
    kinds_console_len += n;
}

unsigned long ticks(void) {
    static unsigned long now;
    return ++now;
}

/* What C does not say. */
static const struct signature find_says = {
    .result = {.may = ACQUIRED | MAY_BE_NULL}, .facts = EPHEMERAL, .cost = 20};
static const struct signature release_says = {
    .parameter = {{.may = RELEASED | MAY_BE_NULL}}, .facts = EPHEMERAL, .cost = 5};
static const struct signature exchange_says = {
    .parameter = {{.kind = SHAPE_FIELD}, {.may = RELEASED | MAY_BE_NULL}},
    .result = {.may = ACQUIRED | MAY_BE_NULL},
    .facts = EPHEMERAL,
    .cost = 5};
static const struct signature visitor_says = {.facts = EPHEMERAL, .cost = 1000};
static const struct signature each_says = {
    .parameter = {{.kind = SHAPE_FUNCTION, .function = &visitor_says, .max = KINDS_PROCESSES}},
    .facts = EPHEMERAL,
    .cost = 20};
static const struct signature write_says = {.parameter = {{.may = MAY_READ | LENGTH_FOLLOWS}},
                                            .cost = 100};
static const struct signature ticks_says = {.facts = EPHEMERAL, .cost = 3};

EXPORT(kinds, process_find, EXPORT_FUNCTION, .signature = &find_says);
EXPORT(kinds, process_release, EXPORT_FUNCTION, .signature = &release_says);
EXPORT(kinds, process_exchange, EXPORT_FUNCTION, .signature = &exchange_says);
EXPORT(kinds, process_each, EXPORT_FUNCTION, .signature = &each_says);
EXPORT(kinds, console_write, EXPORT_FUNCTION, .signature = &write_says);
EXPORT(kinds, ticks, EXPORT_FUNCTION, .signature = &ticks_says);
EXPORT(kinds, ticks_per_second, EXPORT_VARIABLE, .bytes = sizeof ticks_per_second);

/* The kinds. */

static const struct typing_grant guard_grants[] = {{.type = "event", .may = MAY_READ}};
static const struct typing_grant handler_grants[] = {
    {.type = "event", .may = MAY_READ},
    {.type = "event", .field = "argument", .may = MAY_READ_WRITE},
    {.type = "process", .may = MAY_READ},
    {.type = "process", .field = "priority", .may = MAY_READ_WRITE},
    {.type = "process", .field = "secret"},
    {.type = "process", .field = "heir", .may = OWNS},
};
static const struct typing_grant udf_grants[] = {
    {.type = "block", .may = MAY_READ, .shape = {.kind = SHAPE_MEMORY}}};
static const struct typing_grant packet_grants[] = {
    {.type = "packet", .may = MAY_READ},
    {.type = "packet",
     .field = "data",
     .may = MAY_READ,
     .shape = {.kind = SHAPE_PACKET, .may = MAY_READ}},
    {.type = "packet", .field = "end", .may = MAY_READ, .shape = {.kind = SHAPE_PACKET_END}},
};

#define GRANTS(of) .grant = (of), .grants = sizeof(of) / sizeof *(of)

static const struct kind_description descriptions[] = {
    {.kind = {.name = "guard", .demands = FUNCTIONAL | BOUNDED, .budget = 1000},
     .prototype = "kinds_guard",
     GRANTS(guard_grants)},
    {.kind = {.name = "handler"}, .prototype = "kinds_handler", GRANTS(handler_grants)},
    {.kind = {.name = "udf", .demands = DETERMINISTIC | BOUNDED, .budget = 100000},
     .prototype = "kinds_udf",
     GRANTS(udf_grants)},
    {.kind = {.name = "packet", .demands = EPHEMERAL | BOUNDED, .budget = 10000},
     .prototype = "kinds_packet",
     GRANTS(packet_grants)},
    /* A function for other programs. */
    {.kind = {.name = "service", .demands = BOUNDED, .budget = 10000},
     .own = true,
     GRANTS(handler_grants)},
    /* Not typed: the bytes of the context, and how many they are. */
    {.kind =
         {.name = "raw",
          .entry = {.parameter =
                        {{.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = KINDS_RAW_BYTES},
                         {.kind = SHAPE_NUMBER, .min = KINDS_RAW_BYTES, .max = KINDS_RAW_BYTES}},
                    .result = {.kind = SHAPE_NUMBER}}}},
};
_Static_assert(sizeof descriptions / sizeof *descriptions == KINDS, "one a kind");

const struct kind_description *kinds_description(unsigned i) {
    return &descriptions[i];
}
