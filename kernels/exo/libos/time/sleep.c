/* SPDX-License-Identifier: MIT */
/* sleep.c -- see sleep.h. */
#include "exo/libos/time/sleep.h"

#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"

/* --- From an object (ELF64, ELF-64 Object File Format 1.5) --- */

struct section {
    uint32_t name, type;
    uint64_t flags, at, offset, length;
    uint32_t link, info;
    uint64_t align, entry;
};

#define HEADER_BYTES 64
#define HEADER_SECTIONS                                                                            \
    40 /* where the offset of the sections is; their count and the names' number */
#define HEADER_COUNT 60
#define HEADER_NAMES 62

const void *predicate_of_object(const void *object, size_t length, size_t *bytes) {
    static const char wanted[] = "predicate";
    const char *from = object;
    uint64_t sections;
    uint16_t count, names;
    if (length < HEADER_BYTES)
        return NULL;
    memcpy(&sections, from + HEADER_SECTIONS, sizeof sections);
    memcpy(&count, from + HEADER_COUNT, sizeof count);
    memcpy(&names, from + HEADER_NAMES, sizeof names);
    if (sections > length || count > (length - sections) / sizeof(struct section) || names >= count)
        return NULL;
    struct section s, strings;
    memcpy(&strings, from + sections + names * sizeof s, sizeof strings);
    for (unsigned i = 0; i < count; i++) {
        memcpy(&s, from + sections + i * sizeof s, sizeof s);
        uint64_t name = strings.offset + s.name;
        if (name < length && length - name >= sizeof wanted &&
            memcmp(from + name, wanted, sizeof wanted) == 0 && s.offset <= length &&
            s.length <= length - s.offset) {
            *bytes = s.length;
            return from + s.offset;
        }
    }
    return NULL;
}

/* --- From a sum of products (RFC 9669) --- */

struct insn {
    uint8_t code;
    uint8_t dst : 4, src : 4;
    int16_t off;
    int32_t imm;
};
#define CODE_LOAD   0x79 /* dst = 64 bits at src + off */
#define CODE_CONST  0x18 /* dst = imm, and the next slot's imm above */
#define CODE_EXIT   0x95
#define JUMP_ALWAYS 0x05
#define JUMP_X      0x08 /* compared with src, and not with imm */

/* The jump that is taken when the comparison does not hold. */
static const uint8_t unless[] = {
    [TERM_EQ] = 0x55, [TERM_NE] = 0x15, [TERM_LT] = 0x35,
    [TERM_LE] = 0x25, [TERM_GT] = 0xb5, [TERM_GE] = 0xa5,
};

struct writer {
    uint8_t *code;
    size_t room, at, product; /* bytes; product: where the present one begins */
};

static void write(struct writer *w, struct insn insn) {
    if (w->at + sizeof insn <= w->room)
        memcpy(w->code + w->at, &insn, sizeof insn);
    w->at += sizeof insn;
}

static void write_constant(struct writer *w, unsigned dst, uint64_t value) {
    write(w, (struct insn){.code = CODE_CONST, .dst = dst & 15, .imm = (int32_t)value});
    write(w, (struct insn){.imm = (int32_t)(value >> 32)});
}

static void write_load(struct writer *w, unsigned dst, unsigned variable) {
    write(w, (struct insn){CODE_LOAD, dst & 15, 1, (int16_t)(8 * variable), 0});
}

static void write_term(struct writer *w, const struct term *t) {
    bool is_short = t->right == TERM_CONSTANT && (uint64_t)(int64_t)(int32_t)t->value == t->value;
    write_load(w, 2, t->left);
    if (t->right != TERM_CONSTANT)
        write_load(w, 3, t->right);
    else if (!is_short)
        write_constant(w, 3, t->value);
    if (is_short)
        write(w, (struct insn){unless[t->op], 2, 0, 0, (int32_t)t->value});
    else
        write(w, (struct insn){unless[t->op] | JUMP_X, 2, 3, 0, 0});
}

/* Ends the product; its jumps lead behind it. The second slot of a constant has code 0. */
static void write_end(struct writer *w, uint64_t tag) {
    write_constant(w, 0, tag);
    write(w, (struct insn){.code = CODE_EXIT});
    for (size_t at = w->product; w->at <= w->room && at < w->at; at += sizeof(struct insn)) {
        struct insn insn;
        memcpy(&insn, w->code + at, sizeof insn);
        bool is_jump = (insn.code & 7) == JUMP_ALWAYS && insn.code != CODE_EXIT;
        if (is_jump)
            insn.off = (int16_t)((w->at - at) / sizeof insn - 1);
        memcpy(w->code + at, &insn, sizeof insn);
    }
    w->product = w->at;
}

long predicate_of_terms(const struct term *term, size_t terms, unsigned variables, uint8_t *code,
                        size_t room) {
    struct writer w = {.code = code, .room = room};
    if (!terms || term[terms - 1].op != TERM_OR)
        return -E_INVALID;
    for (const struct term *t = term; t < term + terms; t++) {
        if (t->op == TERM_OR ? !t->value
                             : t->op > TERM_OR || t->left >= variables ||
                                   (t->right != TERM_CONSTANT && t->right >= variables))
            return -E_INVALID;
        if (t->op == TERM_OR)
            write_end(&w, t->value);
        else
            write_term(&w, t);
    }
    write_constant(&w, 0, 0);
    write(&w, (struct insn){.code = CODE_EXIT});
    return w.at <= room ? (long)w.at : -E_TOO_LONG;
}

/* --- Sleeping --- */

long predicate_sleep(const void *code, size_t bytes, const struct exo_variable *variables,
                     size_t count, uint64_t *tag) {
    static char why[EXO_FUNCTION_TEXT];
    long error = exo_predicate_set(code, bytes, variables, count, 0, why);
    while (!error && !(error = exo_env_sleep()) && !uarea->predicate_tag) {
        /* somebody yielded to it */
    }
    *tag = uarea->predicate_tag;
    return error;
}
