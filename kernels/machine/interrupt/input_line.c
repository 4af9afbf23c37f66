/* SPDX-License-Identifier: MIT */
/* input_line.c -- see input_line.h. */
#include "machine/interrupt/input_line.h"

enum { BACKSPACE = 8, CTRL_U = 21, DELETE = 127 };
#define BELL "\a"

static const char *add(struct input_line *l, char c) {
    if (l->length == INPUT_LINE_MAX) {
        l->dropped++;
        return BELL;
    }
    l->text[l->length++] = c;
    l->text[l->length] = '\0';
    return l->text + l->length - 1;
}

static const char *erase(struct input_line *l) {
    if (!l->length)
        return "";
    l->text[--l->length] = '\0';
    return "\b \b";
}

static const char *erase_all(struct input_line *l) {
    l->length = 0;
    l->text[0] = '\0';
    return "\n";
}

const char *input_line_take(struct input_line *l, uint8_t byte, bool *ended) {
    bool second_half = byte == '\n' && l->after_cr;
    *ended = !second_half && (byte == '\r' || byte == '\n');
    l->after_cr = byte == '\r';
    if (second_half)
        return "";
    if (l->over)
        erase_all(l);
    l->over = *ended;
    if (*ended)
        return "\n";
    if (byte == BACKSPACE || byte == DELETE)
        return erase(l);
    if (byte == CTRL_U)
        return erase_all(l);
    return byte >= ' ' && byte < DELETE ? add(l, (char)byte) : "";
}
