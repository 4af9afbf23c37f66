/* SPDX-License-Identifier: MIT */
/* dump.c -- vcode dump: an object's code with names and source lines; with --states what the
 * verifier knew, with --bytes the machine code. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/btf_print.h"
#include "engine/disassemble.h"
#include "engine/lines.h"
#include "engine/verify/state_text.h"
#include "invocation.h"
#include "vcode.h"

/* What is shown of one program. */
struct listing {
    struct load_program *program;
    char **state; /* one a slot: what was known the first time, or null */
    uint32_t *visits;
};

static void note_state(void *owner, uint32_t slot, const struct state *state) {
    struct listing *l = owner;
    const struct stack_frame *frame = state->frame[state->depth - 1];
    char value[VALUE_TEXT_MAX];
    size_t len;
    if (l->visits[slot]++)
        return;
    FILE *f = open_memstream(&l->state[slot], &len);
    for (unsigned r = 0; f && r < REGISTERS - 1; r++)
        if (frame->reg[r].kind != VALUE_NOTHING)
            fprintf(f, "        r%u: %s\n", r,
                    value_text(&l->program->image.program, state, &frame->reg[r], value));
    if (f)
        fclose(f);
}

/* The source line of a slot if it is not that of the slot before. */
static void print_line(const struct object *o, uint32_t slot, const struct line **last) {
    const struct line *line = line_at(o, slot);
    bool same =
        line && *last && line->number == (*last)->number && strcmp(line->file, (*last)->file) == 0;
    *last = line;
    if (line && !same)
        printf("; %s:%u %s\n", line->file, line->number, line->text ? line->text : "");
}

/* What an instruction names. */
static void print_name(const struct image *image, uint32_t slot) {
    const struct program *p = &image->program;
    struct insn insn = p->insn[slot];
    if (insn.op == OP_CALL_STATIC)
        printf("  # %s", p->import[insn.imm].name);
    else if (insn.op == OP_LDDW_VARIABLE)
        printf("  # %s", p->variable[insn.imm].name);
    else if (insn.op == OP_CALL_LOCAL || insn.op == OP_LDDW_CODE)
        printf("  # %s",
               object_function_at(image->link->object, image->origin[slot + 1 + (uint32_t)insn.imm])
                   ->name);
}

/* Another attempt begins: what the last one saw is not what was proven. */
static void forget_states(void *owner) {
    struct listing *l = owner;
    for (uint32_t i = 0; i < l->program->image.program.slots; i++) {
        free(l->state[i]);
        l->state[i] = NULL;
        l->visits[i] = 0;
    }
}

static void print_bytes(const struct code *code, uint32_t slot) {
    printf("       ");
    for (uint32_t i = code->offset[slot]; i < code->offset[slot + 1]; i++)
        printf(" %02x", code->memory.run[i]);
    printf("\n");
}

static void print_function_head(const struct image *image, uint32_t slot) {
    const struct object *o = image->link->object;
    const struct object_function *f = object_function_at(o, image->origin[slot]);
    char text[512];
    if (image->origin[slot] != f->start)
        return;
    if (f->type)
        btf_print_declaration(&o->btf, btf_type(&o->btf, f->type).type_size, f->name, text,
                              sizeof text);
    printf("%s:\n", f->type ? text : f->name);
}

static void print_listing(const struct invocation *s, const struct listing *l) {
    const struct image *image = &l->program->image;
    const struct line *last = NULL;
    char text[INSN_TEXT_MAX];
    printf("%s, a %s\n", image->function->name, l->program->kind->kind.name);
    for (uint32_t i = 0; i < image->program.slots; i++) {
        print_function_head(image, i);
        if (image->program.insn[i].op == OP_HIGH)
            continue;
        print_line(image->link->object, image->origin[i], &last);
        if (s->states && !l->visits[i])
            printf("        never reached\n");
        if (s->states && l->state[i])
            printf("%s", l->state[i]);
        printf("%6u: %s", i, insn_text(image->program.insn, i, text));
        print_name(image, i);
        if (s->states && l->visits[i] > 1)
            printf("  # looked at %u times", l->visits[i]);
        printf("\n");
        if (s->bytes)
            print_bytes(&image->code, i);
    }
}

static int dump_program(struct invocation *s, struct load *load, struct load_program *p) {
    uint32_t slots = p->image.program.slots;
    struct listing l = {p, calloc(slots, sizeof(char *)), calloc(slots, sizeof(uint32_t))};
    struct verify_watcher watcher = {.owner = &l, .step = note_state, .restart = forget_states};
    int status = STATUS_FINE;
    if (!l.state || !l.visits || (s->states && !load_watch(load, p, &watcher)))
        status = complain(STATUS_USAGE, "no memory for the states");
    else
        print_listing(s, &l);
    for (uint32_t i = 0; l.state && i < slots; i++)
        free(l.state[i]);
    free(l.state);
    free(l.visits);
    return status;
}

int command_dump(int argc, char **argv) {
    static struct invocation s;
    struct load load;
    void *file;
    invocation_open(&s, argc, argv, "kpsbj", 1,
                    "Prints the code of an object's programs with names and source lines.");
    int status = invocation_load(&s, s.object[0], NULL, 0, &load, &file);
    if (status == STATUS_FINE) {
        for (uint32_t i = 0; status == STATUS_FINE && i < load.count; i++)
            status = dump_program(&s, &load, &load.program[i]);
        load_close(&load);
        free(file);
    }
    invocation_close(&s);
    return status;
}
