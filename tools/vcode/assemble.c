/* SPDX-License-Identifier: MIT */
/* assemble.c -- matches each line against the texts of opcode.h, first come first served. */
#include "assemble.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/opcode.h"

#define LABELS_MAX 256
#define TEXT_MAX   160

struct label {
    char name[32];
    uint32_t slot;
};

struct assembler {
    struct label label[LABELS_MAX];
    unsigned labels;
    uint8_t *bytes;
    size_t len, max;
    uint32_t slot; /* of the line at hand */
    bool sizing;   /* the first pass: labels are not known yet */
};

static void skip_space(const char **at) {
    while (isspace((unsigned char)**at))
        ++*at;
}

static bool read_number(const char **at, int64_t *value) {
    char *end;
    if (!isdigit((unsigned char)**at) && **at != '-' && **at != '+')
        return false;
    *value = **at == '-' ? strtoll(*at, &end, 0) : (int64_t)strtoull(*at, &end, 0);
    if (end == *at)
        return false;
    *at = end;
    return true;
}

static bool read_register(const char **at, char bank, unsigned *number) {
    int64_t n;
    const char *t = *at + 1;
    if (**at != bank || !isdigit((unsigned char)*t) || !read_number(&t, &n) || n > 15)
        return false;
    *number = (unsigned)n;
    *at = t;
    return true;
}

/* A label, a slot number, or +N / -N counted from the next slot. Gives the distance from the next
 * slot. */
static bool read_target(const struct assembler *a, const char **at, int64_t *distance) {
    bool relative = **at == '+' || **at == '-';
    if (read_number(at, distance)) {
        if (!relative)
            *distance -= (int64_t)a->slot + 1;
        return true;
    }
    size_t n = strspn(*at, "abcdefghijklmnopqrstuvwxyz_0123456789");
    if (n == 0)
        return false;
    *distance = 0;
    const char *name = *at;
    *at += n;
    for (unsigned i = 0; i < a->labels; i++) {
        if (strlen(a->label[i].name) == n && !memcmp(a->label[i].name, name, n)) {
            *distance = (int64_t)a->label[i].slot - a->slot - 1;
            return true;
        }
    }
    return a->sizing;
}

/* Reads the operand that `letter` stands for into insn; `once` has a bit for each register letter
 * already seen, which must name the same register again. */
static bool read_operand(const struct assembler *a, const char **at, char letter,
                         struct insn insn[2], unsigned *once) {
    unsigned number;
    int64_t value;
    switch (letter) {
    case 'D':
    case 'd':
        if (!read_register(at, letter == 'D' ? 'r' : 'w', &number) ||
            ((*once & 1) && insn->dst != number))
            return false;
        insn->dst = (uint8_t)(number & 15);
        *once |= 1;
        return true;
    case 'S':
    case 's':
        if (!read_register(at, letter == 'S' ? 'r' : 'w', &number) ||
            ((*once & 2) && insn->src != number))
            return false;
        insn->src = (uint8_t)(number & 15);
        *once |= 2;
        return true;
    case 'i':
    case 'n':
        if (**at == '+' || !read_number(at, &value) || value < INT32_MIN || value > UINT32_MAX)
            return false;
        insn[letter == 'n'].imm = (int32_t)value;
        return true;
    case 'q':
        if (!read_number(at, &value))
            return false;
        insn[0].imm = (int32_t)value;
        insn[1].imm = (int32_t)(value >> 32);
        return true;
    case 'o': {
        bool minus = **at == '-';
        if (**at != '+' && !minus)
            return false;
        ++*at;
        skip_space(at);
        if (!read_number(at, &value) || value > 32768)
            return false;
        insn->off = (int16_t)(minus ? -value : value);
        return true;
    }
    case 't':
        if (!read_target(a, at, &value))
            return false;
        if (insn->op == OP_JA32 || insn->op == OP_CALL_LOCAL || insn->op == OP_LDDW_CODE)
            insn->imm = (int32_t)value;
        else
            insn->off = (int16_t)value;
        return true;
    default:
        return false;
    }
}

/* Does the whole of `line` read as this template? White space in a template stands for any amount
 * of it. */
static bool match(const struct assembler *a, const char *line, const char *template,
                  struct insn insn[2]) {
    unsigned once = 0;
    for (const char *t = template; *t; t++) {
        if (*t == ' ') {
            skip_space(&line);
        } else if (*t == '%' && t[1] != '%') {
            if (!read_operand(a, &line, *++t, insn, &once))
                return false;
        } else {
            t += *t == '%';
            if (*line++ != *t)
                return false;
        }
    }
    skip_space(&line);
    return *line == '\0';
}

static bool emit(struct assembler *a, struct insn insn) {
    if (a->len + INSN_BYTES > a->max)
        return false;
    insn_encode(insn, a->bytes + a->len);
    a->len += INSN_BYTES;
    return true;
}

static bool assemble_bytes(struct assembler *a, const char *at) {
    unsigned byte;
    int n;
    while (sscanf(at, " %2x%n", &byte, &n) == 1) {
        if (a->len == a->max)
            return false;
        a->bytes[a->len++] = (uint8_t)byte;
        at += n;
    }
    skip_space(&at);
    return *at == '\0' && a->len % INSN_BYTES == 0;
}

static bool assemble_insn(struct assembler *a, const char *line) {
    for (unsigned op = 0; op < OPCODE_COUNT; op++) {
        struct insn insn[2] = {{.op = (uint8_t)op}, {.op = OP_HIGH}};
        if (op == OP_HIGH || !match(a, line, opcode_text[op], insn))
            continue;
        return emit(a, insn[0]) && (opcode_info[op].kind != KIND_CONST || emit(a, insn[1]));
    }
    return false;
}

static bool add_label(struct assembler *a, const char *line, size_t n) {
    if (a->labels == LABELS_MAX || n >= sizeof a->label[0].name)
        return false;
    struct label *l = &a->label[a->labels++];
    memcpy(l->name, line, n);
    l->name[n] = '\0';
    l->slot = a->slot;
    return true;
}

/* One line, white space and comment removed. */
static bool assemble_line(struct assembler *a, const char *line) {
    size_t n = strlen(line);
    a->slot = (uint32_t)(a->len / INSN_BYTES);
    if (n == 0)
        return true;
    if (line[n - 1] == ':')
        return !a->sizing || add_label(a, line, n - 1);
    if (!strncmp(line, ".bytes ", 7))
        return assemble_bytes(a, line + 7);
    return assemble_insn(a, line);
}

/* Copies the line at text, without its comment and the white space around it. Gives the text after
 * it. */
static const char *copy_line(const char *text, char line[TEXT_MAX]) {
    const char *next = text + strcspn(text, "\n");
    size_t n = strcspn(text, ";\n");
    while (n && isspace((unsigned char)*text))
        text++, n--;
    while (n && isspace((unsigned char)text[n - 1]))
        n--;
    snprintf(line, TEXT_MAX, "%.*s", (int)n, text);
    return next + (*next == '\n');
}

/* One pass over the text. Gives 0, or the number of the line that is wrong, which is then in
 * `line`. */
static unsigned assemble_text(struct assembler *a, const char *text, char line[TEXT_MAX]) {
    a->len = 0;
    for (unsigned number = 1; *text; number++) {
        text = copy_line(text, line);
        if (!assemble_line(a, line))
            return number;
    }
    return 0;
}

int assemble(const char *text, uint8_t *bytes, size_t max, char error[128]) {
    struct assembler a = {.bytes = bytes, .max = max};
    char line[TEXT_MAX];
    for (int pass = 0; pass < 2; pass++) {
        a.sizing = pass == 0;
        unsigned wrong = assemble_text(&a, text, line);
        if (wrong) {
            snprintf(error, 128, "line %u: cannot read '%.90s'", wrong, line);
            return -1;
        }
    }
    return (int)a.len;
}
