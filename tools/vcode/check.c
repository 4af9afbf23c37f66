/* SPDX-License-Identifier: MIT */
/* check.c -- vcode check: would this object be accepted, and what is proven of its programs? */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "invocation.h"
#include "vcode.h"

#define RANGES_SHOWN 8 /* of a read set */

static void print_facts(const struct facts *f) {
    static const struct {
        uint8_t fact;
        const char *name;
    } names[] = {{FUNCTIONAL, "functional"},
                 {EPHEMERAL, "ephemeral"},
                 {DETERMINISTIC, "deterministic"},
                 {BOUNDED, "bounded"}};
    printf("  proven:");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (f->proven & names[i].fact)
            printf(" %s", names[i].name);
    printf("%s\n", f->proven ? "" : " safe, and no more");
}

static void print_cost(const struct image *image) {
    const struct facts *f = &image->facts;
    printf("  cost: ");
    if (image->program.metered)
        printf("metered by fuel");
    else
        printf("at most %" PRIu64 " instructions", f->cost);
    printf("; %u bytes of stack; %u slots, %u bytes of machine code; verified in %u steps\n",
           f->stack_bytes, image->program.slots, image->code.bytes, f->steps);
}

static void print_ranges(const uint64_t *set) {
    const char *separator = " bytes ";
    unsigned shown = 0;
    for (unsigned from = 0; from < READ_SET_MAX; from++) {
        unsigned to = from;
        while (to < READ_SET_MAX && set[to / 64] >> to % 64 & 1)
            to++;
        if (to == from)
            continue;
        if (shown++ == RANGES_SHOWN) {
            printf(", ...");
            break;
        }
        printf(to == from + 1 ? "%s%u" : "%s%u-%u", separator, from, to - 1);
        separator = ", ";
        from = to;
    }
    printf("%s\n", *separator == ' ' ? " nothing" : "");
}

static void print_read_sets(const struct image *image) {
    for (unsigned i = 0; i < PARAMETERS; i++) {
        uint8_t kind = image->signature.parameter[i].kind;
        if (kind != SHAPE_MEMORY && kind != SHAPE_OBJECT)
            continue;
        printf("  reads of argument %u:", i + 1);
        if (image->facts.whole[i])
            printf(" all, or what it leads to\n");
        else
            print_ranges(image->facts.read[i]);
    }
}

/* A call or an address that was left undefined. */
static bool uses(const struct image *image, uint32_t name) {
    const struct object *o = image->link->object;
    uint32_t number =
        link_is_call(image->link, name) ? name : o->variable_count + name - o->import_count;
    uint8_t op = link_is_call(image->link, name) ? OP_CALL_STATIC : OP_LDDW_VARIABLE;
    for (uint32_t i = 0; i < image->program.slots; i++)
        if (image->program.insn[i].op == op && (uint32_t)image->program.insn[i].imm == number)
            return true;
    return false;
}

static void print_names(const struct image *image) {
    const char *separator = "  uses: ";
    for (uint32_t i = 0; i < image->link->names; i++) {
        if (!uses(image, i))
            continue;
        printf("%s%s", separator, link_name(image->link, i)->name);
        separator = ", ";
    }
    printf("%s", *separator == ',' ? "\n" : "");
}

int command_check(int argc, char **argv) {
    static struct invocation s;
    struct load load;
    void *file;
    invocation_open(
        &s, argc, argv, "kp", 1,
        "Would the programs of this object be accepted, and what is proven of them? Status 0: yes; 1: "
        "refused; 2: the command line or the file is wrong.");
    int status = invocation_load(&s, s.object[0], NULL, 0, &load, &file);
    if (status == STATUS_FINE) {
        for (uint32_t i = 0; i < load.count; i++) {
            const struct image *image = &load.program[i].image;
            printf("%s: %s: accepted as %s\n", s.object[0], image->function->name,
                   load.program[i].kind->kind.name);
            print_facts(&image->facts);
            print_cost(image);
            print_read_sets(image);
            print_names(image);
        }
        load_close(&load);
        free(file);
    }
    invocation_close(&s);
    return status;
}
