/* SPDX-License-Identifier: MIT */
/* run.c -- vcode run: a verified program on a context from a file. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/interpreter.h"
#include "engine/lines.h"
#include "invocation.h"
#include "vcode.h"

#define CONTEXT_MAX 65536

/* What a program is handed, whichever kind it is. */
struct context {
    unsigned char byte[CONTEXT_MAX];
    size_t len;
    struct packet packet;
};

/* The arguments of each kind. */
static const struct {
    const char *kind;
    size_t bytes; /* of the context; 0: any number */
    bool has_process, is_packet, has_len;
} shapes[] = {
    {"guard", sizeof(struct event), false, false, false},
    {"handler", sizeof(struct event), true, false, false},
    {"udf", sizeof(struct block), false, false, false},
    {"packet", 0, false, true, false},
    {"raw", KINDS_RAW_BYTES, false, false, true},
};

static int read_context(const char *path, size_t wanted, struct context *c) {
    c->len = wanted;
    if (!path)
        return STATUS_FINE;
    FILE *f = fopen(path, "rb");
    if (!f)
        return complain(STATUS_USAGE, "%s: %s", path, strerror(errno));
    size_t len = fread(c->byte, 1, sizeof c->byte, f);
    bool whole = feof(f) && !ferror(f);
    fclose(f);
    if (!whole || (wanted && len > wanted))
        return complain(STATUS_USAGE, "%s: the context of this kind has %zu bytes at most", path,
                        wanted ? wanted : sizeof c->byte);
    if (!wanted)
        c->len = len;
    return STATUS_FINE;
}

/* Fills in the arguments; STATUS_USAGE for a kind that cannot be run alone. */
static int prepare(const char *kind, const char *path, struct context *c, uint64_t argument[5]) {
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (strcmp(shapes[i].kind, kind) != 0)
            continue;
        int status = read_context(path, shapes[i].bytes, c);
        c->packet = (struct packet){c->byte, c->byte + c->len, 1};
        argument[0] = shapes[i].is_packet ? (uintptr_t)&c->packet : (uintptr_t)c->byte;
        if (shapes[i].has_process)
            argument[1] = (uintptr_t)&kinds_process[KINDS_PROCESSES - 1];
        if (shapes[i].has_len)
            argument[1] = c->len;
        return status;
    }
    return complain(STATUS_USAGE, "a %s is for other programs to call", kind);
}

static int report_fault(const struct image *image, const struct activation *a) {
    char place[PLACE_TEXT_MAX];
    complain(STATUS_REFUSED, "%s: the program %s", image_place_text(image, a->slot, place),
             fault_sentence(a->fault));
    for (unsigned r = 0; r < REGISTERS; r++)
        fprintf(stderr, "  r%u = 0x%" PRIx64 "\n", r, a->reg[r]);
    return STATUS_REFUSED;
}

/* What the run has changed. */
static void print_changes(const struct context *before, const struct context *after) {
    for (size_t i = 0; i < after->len; i++)
        if (before->byte[i] != after->byte[i])
            printf("context[%zu]: %02x -> %02x\n", i, before->byte[i], after->byte[i]);
    if (kinds_console_len)
        printf("console: %.*s\n", (int)kinds_console_len, kinds_console);
}

static int run_program(const struct invocation *s, struct load_program *p) {
    static struct context context, before;
    static uint8_t stack[DEPTH_MAX * FRAME_BYTES];
    uint64_t argument[5] = {0};
    struct activation a = {.fuel = s->fuel, .stack = stack, .stack_bytes = sizeof stack};
    int status = prepare(p->kind->kind.name, s->context, &context, argument);
    if (status != STATUS_FINE)
        return status;
    before = context;
    uint64_t r0 = s->interpret ? interpreter_run(&p->image.program, argument, &a)
                               : p->image.code.entry(argument[0], argument[1], argument[2],
                                                     argument[3], argument[4], &a);
    if (a.fault)
        return report_fault(&p->image, &a);
    printf("%s: %" PRId64 " (0x%" PRIx64 ")\n", p->image.function->name, (int64_t)r0, r0);
    print_changes(&before, &context);
    return STATUS_FINE;
}

int command_run(int argc, char **argv) {
    static struct invocation s;
    struct load load;
    void *file;
    invocation_open(
        &s, argc, argv, "kpcif", 1,
        "Verifies and runs a program of this object on the bytes of a file: a struct event for a guard and a "
        "handler, a block for a udf, a packet, or up to 256 bytes for raw.");
    int status = invocation_load(&s, s.object[0], NULL, 0, &load, &file);
    if (status == STATUS_FINE) {
        if (load.count > 1)
            status = complain(STATUS_USAGE, "%s has %u programs: which one? (--program NAME)",
                              s.object[0], load.count);
        else
            status = run_program(&s, &load.program[0]);
        load_close(&load);
        free(file);
    }
    invocation_close(&s);
    return status;
}
