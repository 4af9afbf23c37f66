/* SPDX-License-Identifier: MIT */
/* cover.c -- see cover.h. Each instruction is a row of forms, and each import another; a form is a
 * bit that is noted at the slot where it is met. Which ways a jump went is in the program's marks
 * when all of it has been followed. */
#include "cover.h"

#include <stdio.h>
#include <string.h>

#include "typed.h"
#include "world.h"

#define ROWS  (OPCODE_COUNT + WORLD_IMPORTS)
#define FORMS 32

static uint32_t met[TYPED_SLOTS];
static uint16_t number_of[ROWS][FORMS]; /* and 1 more */
static struct { uint8_t row, form; } item[COVER_MAX];
static unsigned items;

/* What a register holds, to arithmetic and comparisons. */
enum operand { KNOWN, UNKNOWN, POINTER_TO };

static enum operand operand_of(const struct value *v) {
    if (v->kind != VALUE_NUMBER)
        return POINTER_TO;
    return scalar_is_constant(&v->number) ? KNOWN : UNKNOWN;
}

static enum operand source_of(const struct stack_frame *f, struct insn insn) {
    return insn_info(insn)->source == SOURCE_X ? operand_of(&f->reg[insn.src]) : KNOWN;
}

/* Where an address leads to. */
#define PLACES(X)                                                                                  \
    X(STACK, "the stack")                                                                          \
    X(STACK_VARIES, "a place of the stack that varies")                                            \
    X(MEMORY, "memory")                                                                            \
    X(MEMORY_VARIES, "a place of memory that varies")                                              \
    X(OBJECT, "an object")                                                                         \
    X(PACKET, "a packet")                                                                          \
    X(PACKET_VARIES, "a place of a packet that varies")                                            \
    X(NONE, "null")
enum leads_to {
#define X(id, text) PLACE_##id,
    PLACES(X)
#undef X
        PLACE_COUNT
};
static const char *const leads_to_text[] = {
#define X(id, text) [PLACE_##id] = text,
    PLACES(X)
#undef X
};

static enum leads_to place_of(const struct value *v) {
    bool varies = !scalar_is_constant(&v->number);
    switch (v->kind) {
    case VALUE_STACK:
        return varies ? PLACE_STACK_VARIES : PLACE_STACK;
    case VALUE_MEMORY:
        return varies ? PLACE_MEMORY_VARIES : PLACE_MEMORY;
    case VALUE_PACKET:
        return varies ? PLACE_PACKET_VARIES : PLACE_PACKET;
    case VALUE_OBJECT:
        return PLACE_OBJECT;
    default:
        return PLACE_NONE;
    }
}

/* Jumps. Each of the first FORM_SURE forms has the outcomes taken and passed, the form itself and
 * the one after it. */
enum jump_form {
    FORM_UNKNOWN = 0,
    FORM_KNOWN_UNKNOWN = 2,
    FORM_UNKNOWN_BOTH = 4,
    FORM_NULL = 6,
    FORM_STACK = 8,
    FORM_MEMORY = 10,
    FORM_PACKET = 12,
    FORM_END = 14,
    FORM_END_MIRRORED = 16,
    FORM_SURE = 18, /* two constants */
    FORM_NOT_NULL   /* an address that cannot be null, and 0 */
};
static const char *const jump_text[] = {
    [FORM_UNKNOWN] = "an unknown number with a constant",
    [FORM_KNOWN_UNKNOWN] = "a constant with an unknown number",
    [FORM_UNKNOWN_BOTH] = "two unknown numbers",
    [FORM_NULL] = "an address that may be null with 0",
    [FORM_STACK] = "two places of the stack",
    [FORM_MEMORY] = "two places of memory",
    [FORM_PACKET] = "two places of a packet",
    [FORM_END] = "a place with its packet's end",
    [FORM_END_MIRRORED] = "a packet's end with a place of it",
    [FORM_SURE] = "two constants",
    [FORM_NOT_NULL] = "an address with 0",
};

static unsigned jump_form(const struct stack_frame *f, struct insn insn) {
    static const struct value constant = {.kind = VALUE_NUMBER};
    const struct value *a = &f->reg[insn.dst],
                       *b = insn_info(insn)->source == SOURCE_X ? &f->reg[insn.src] : &constant;
    enum operand x = operand_of(a), y = source_of(f, insn);
    if (x != POINTER_TO && y != POINTER_TO)
        return x == UNKNOWN ? (y == UNKNOWN ? FORM_UNKNOWN_BOTH : FORM_UNKNOWN)
                            : (y == UNKNOWN ? FORM_KNOWN_UNKNOWN : FORM_SURE);
    if (x != POINTER_TO || y != POINTER_TO)
        return (x == POINTER_TO ? a : b)->may & MAY_BE_NULL ? FORM_NULL : FORM_NOT_NULL;
    if (a->kind == VALUE_PACKET_END)
        return FORM_END_MIRRORED;
    return b->kind == VALUE_PACKET_END ? FORM_END
           : a->kind == VALUE_PACKET   ? FORM_PACKET
           : a->kind == VALUE_MEMORY   ? FORM_MEMORY
                                       : FORM_STACK;
}

static bool jump_can(const struct opcode_info *info, unsigned form) {
    bool registers = info->source == SOURCE_X, whole = info->bits == 64;
    bool equality = info->operation == DO_EQ || info->operation == DO_NE;
    switch (form & (form < FORM_SURE ? ~1u : ~0u)) {
    case FORM_UNKNOWN:
    case FORM_SURE:
        return true;
    case FORM_KNOWN_UNKNOWN:
    case FORM_UNKNOWN_BOTH:
        return registers;
    case FORM_NULL:
    case FORM_NOT_NULL:
        return whole && equality;
    case FORM_STACK:
    case FORM_MEMORY:
    case FORM_PACKET:
    case FORM_END:
    case FORM_END_MIRRORED:
        return registers && whole && info->operation != DO_SET;
    default:
        return false;
    }
}

/* Arithmetic: form 3 x + y of operands x and y. */
static bool alu_can(const struct opcode_info *info, unsigned form) {
    unsigned x = form / 3, y = form % 3;
    bool copies =
        info->operation == DO_MOV || (info->operation >= DO_MOVS8 && info->operation <= DO_MOVS32);
    bool moves = info->bits == 64 && (info->operation == DO_ADD || info->operation == DO_SUB);
    if (form >= 9 || (info->source != SOURCE_X && y != KNOWN) || (copies && x != KNOWN))
        return false;
    if (copies)
        return y != POINTER_TO || (info->operation == DO_MOV && info->bits == 64);
    if (x == POINTER_TO && y == POINTER_TO)
        return moves && info->operation == DO_SUB;
    if (x == POINTER_TO)
        return moves;
    return y != POINTER_TO || (moves && info->operation == DO_ADD);
}

/* Loads and stores: a form for each place, and behind them those of addresses, by their kind. */
static bool access_can(unsigned op, unsigned form) {
    const struct opcode_info *info = &opcode_info[op];
    if (info->kind == KIND_ATOMIC)
        return form <= PLACE_OBJECT; /* never a packet's */
    if (form < PLACE_NONE)
        return true;
    unsigned kind = form - PLACE_COUNT;
    if (op == OP_LDX_DW || op == OP_STX_DW)
        return form >= PLACE_COUNT && kind >= VALUE_STACK && kind <= VALUE_FUNCTION;
    return false;
}

static unsigned load_form(const struct state *s, const struct value *from, struct insn insn) {
    struct value loaded = {.kind = VALUE_NUMBER};
    enum leads_to place = place_of(from);
    if (insn.op == OP_LDX_DW && place == PLACE_STACK &&
        stack_load(s, from->frame, from->offset + (int32_t)from->number.smin + insn.off, 8,
                   &loaded) == STACK_READ_FINE &&
        loaded.kind > VALUE_NUMBER)
        return PLACE_COUNT + loaded.kind;
    return place;
}

/* Imports: of memory a form for each place, and for its length being known or not; of others what
 * their pointer is. */
static unsigned import_form(const struct state *s, const struct stack_frame *f, int32_t number) {
    const struct signature *sig = world_imports[number].signature;
    const struct value *first = &f->reg[1];
    if (number == IMPORT_EXCHANGE)
        return f->reg[2].kind == VALUE_NUMBER;
    if (sig->result.may & ACQUIRED)
        return s->references > 0;
    if (sig->parameter[0].kind == SHAPE_MEMORY)
        return 2 * place_of(first) +
               (sig->parameter[0].may & LENGTH_FOLLOWS && operand_of(&f->reg[2]) == UNKNOWN);
    if (sig->parameter[0].kind == SHAPE_OBJECT)
        return first->kind == VALUE_NUMBER ? 1 : first->may & MAY_BE_NULL ? 2 : 0;
    return 0;
}

static bool import_can(int32_t number, unsigned form) {
    const struct signature *sig = world_imports[number].signature;
    const struct shape *first = &sig->parameter[0];
    if (number == IMPORT_OFTEN)
        return false; /* costs more than any program may */
    if (number == IMPORT_EXCHANGE || sig->result.may & ACQUIRED)
        return form < 2;
    if (number == IMPORT_GIVE)
        return form == 2 * PLACE_MEMORY;
    if (first->kind == SHAPE_MEMORY)
        return form < 2 * PLACE_NONE && (first->may & LENGTH_FOLLOWS || form % 2 == 0) &&
               form / 2 != PLACE_STACK_VARIES && form / 2 != PLACE_OBJECT;
    if (first->kind == SHAPE_OBJECT)
        return form < (first->may & MAY_BE_NULL ? 3u : 1u);
    return form == 0;
}

/* Calls among functions: what r1 is. */
static bool can(unsigned row, unsigned form) {
    if (row >= OPCODE_COUNT)
        return import_can((int32_t)(row - OPCODE_COUNT), form);
    const struct opcode_info *info = &opcode_info[row];
    switch (info->kind) {
    case KIND_ALU:
        return alu_can(info, form);
    case KIND_LOAD:
    case KIND_STORE:
    case KIND_ATOMIC:
        return access_can(row, form);
    case KIND_JUMP:
        return info->operation == DO_ALWAYS ? form == 0 : jump_can(info, form);
    case KIND_CALL:
        return (row == OP_CALL_LOCAL || row == OP_CALL_X) &&
               (form == PLACE_STACK || form == PLACE_MEMORY || form == PLACE_MEMORY_VARIES);
    case KIND_CONST:
        return form == 0 && (row == OP_LDDW_IMM || row == OP_LDDW_VARIABLE || row == OP_LDDW_CODE);
    case KIND_EXIT:
        return form < 2;
    default:
        return false;
    }
}

static unsigned form_of(const struct state *s, struct insn insn) {
    const struct stack_frame *f = s->frame[s->depth - 1];
    const struct opcode_info *info = insn_info(insn);
    bool copies =
        info->operation == DO_MOV || (info->operation >= DO_MOVS8 && info->operation <= DO_MOVS32);
    switch (info->kind) {
    case KIND_ALU:
        return 3 * (copies ? KNOWN : operand_of(&f->reg[insn.dst])) + source_of(f, insn);
    case KIND_LOAD:
        return load_form(s, &f->reg[insn.src], insn);
    case KIND_STORE:
        if (info->source == SOURCE_X && f->reg[insn.src].kind > VALUE_NUMBER)
            return PLACE_COUNT + f->reg[insn.src].kind;
        return place_of(&f->reg[insn.dst]);
    case KIND_ATOMIC:
        return place_of(&f->reg[insn.dst]);
    case KIND_JUMP:
        return info->operation == DO_ALWAYS ? 0 : jump_form(f, insn);
    case KIND_CALL:
        return insn.op == OP_CALL_STATIC ? import_form(s, f, insn.imm) : place_of(&f->reg[1]);
    case KIND_EXIT:
        return s->depth > 1;
    default:
        return 0;
    }
}

unsigned cover_count(void) {
    if (items)
        return items;
    for (unsigned row = 0; row < ROWS; row++)
        for (unsigned form = 0; form < FORMS; form++)
            if (can(row, form)) {
                item[items].row = (uint8_t)row;
                item[items].form = (uint8_t)form;
                number_of[row][form] = (uint16_t)++items;
            }
    return items;
}
_Static_assert(ROWS <= UINT8_MAX, "a row is a byte");

void cover_begin(const struct program *p) {
    cover_count();
    memset(met, 0, p->slots * sizeof *met);
}

void cover_look(const struct program *p, uint32_t slot, const struct state *state) {
    met[slot] |= 1u << form_of(state, p->insn[slot]);
}

static void cover(struct covered *c, unsigned row, unsigned form) {
    unsigned number = number_of[row][form];
    if (number)
        c->bit[(number - 1) / 64] |= (uint64_t)1 << (number - 1) % 64;
}

void cover_end(const struct program *p, struct covered *c) {
    memset(c, 0, sizeof *c);
    for (uint32_t slot = 0; slot < p->slots; slot++) {
        struct insn insn = p->insn[slot];
        bool fork = insn_info(insn)->kind == KIND_JUMP && insn_info(insn)->operation != DO_ALWAYS;
        unsigned row =
            insn.op == OP_CALL_STATIC ? OPCODE_COUNT + (unsigned)insn.imm : (unsigned)insn.op;
        for (uint32_t left = met[slot]; left; left &= left - 1) {
            unsigned form = (unsigned)__builtin_ctz(left);
            bool ways = fork && form < FORM_SURE;
            if (!ways || p->mark[slot] & MARK_TAKEN)
                cover(c, row, form);
            if (ways && p->mark[slot] & MARK_PASSED)
                cover(c, row, form + 1);
        }
    }
}

static void import_text(int32_t number, unsigned form, char *text, size_t bytes) {
    static const char *const object[] = {"an object", "null", "an object that may be null"};
    const struct signature *sig = world_imports[number].signature;
    if (number == IMPORT_EXCHANGE)
        snprintf(text, bytes, "%s", form ? "null" : "a reference");
    else if (sig->result.may & ACQUIRED)
        snprintf(text, bytes, "%s", form ? "beside another reference" : "no other reference held");
    else if (sig->parameter[0].kind == SHAPE_MEMORY)
        snprintf(text, bytes, "%s%s", leads_to_text[form / 2], form % 2 ? ", any length" : "");
    else if (sig->parameter[0].kind == SHAPE_OBJECT)
        snprintf(text, bytes, "%s", object[form]);
    else
        snprintf(text, bytes, "always");
}

static void form_text(unsigned row, unsigned form, char *text, size_t bytes) {
    static const char *const operand[] = {"a constant", "an unknown number", "an address"};
    static const char *const kind[] = {
        [VALUE_STACK] = "of the stack",           [VALUE_MEMORY] = "of memory",
        [VALUE_OBJECT] = "of an object",          [VALUE_PACKET] = "of a packet",
        [VALUE_PACKET_END] = "of a packet's end", [VALUE_FUNCTION] = "of a function",
    };
    if (row >= OPCODE_COUNT) {
        import_text((int32_t)(row - OPCODE_COUNT), form, text, bytes);
        return;
    }
    const struct opcode_info *info = &opcode_info[row];
    if (info->kind == KIND_EXIT)
        snprintf(text, bytes, "%s", form ? "from a function that was called" : "of the program");
    else if (info->kind == KIND_ALU && info->source == SOURCE_X)
        snprintf(text, bytes, "%s, %s", operand[form / 3], operand[form % 3]);
    else if (info->kind == KIND_ALU)
        snprintf(text, bytes, "%s", operand[form / 3]);
    else if (info->kind == KIND_JUMP && info->operation != DO_ALWAYS)
        snprintf(text, bytes, "%s%s", jump_text[form < FORM_SURE ? form & ~1u : form],
                 form >= FORM_SURE ? ""
                 : form & 1        ? ", passed"
                                   : ", taken");
    else if (info->kind == KIND_JUMP || info->kind == KIND_CONST)
        snprintf(text, bytes, "always");
    else if (form < PLACE_COUNT)
        snprintf(text, bytes, "%s", leads_to_text[form]);
    else
        snprintf(text, bytes, "an address %s", kind[form - PLACE_COUNT]);
}

const char *cover_text(unsigned number, char text[COVER_TEXT_MAX]) {
    static const char *const opcode[] = {
#define X(name, ...) #name,
        OPCODES(X)
#undef X
    };
    unsigned row = item[number].row;
    char form[COVER_TEXT_MAX / 2 + 16];
    form_text(row, item[number].form, form, sizeof form);
    if (row < OPCODE_COUNT)
        snprintf(text, COVER_TEXT_MAX, "%s: %s", opcode[row], form);
    else
        snprintf(text, COVER_TEXT_MAX, "call %s: %s", world_imports[row - OPCODE_COUNT].name, form);
    return text;
}

const char *cover_never_refused(enum rule rule) {
    switch (rule) {
    case RULE_NO_MEMORY:
        return "the pool does not run out";
    default:
        return NULL;
    }
}
