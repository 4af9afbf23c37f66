/* SPDX-License-Identifier: MIT */
/* input_line.h -- bytes that somebody types become lines. Pure, tested on the host. */
#ifndef MACHINE_INPUT_LINE_H
#define MACHINE_INPUT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INPUT_LINE_MAX 255 /* characters */

struct input_line {
    char text[INPUT_LINE_MAX + 1];
    size_t length;
    uint64_t dropped; /* characters that found no room, ever */
    bool over;        /* the next byte begins a new line */
    bool after_cr;    /* but a LF, which belongs to that line's end */
};

/* Takes a byte: a printable character is added; backspace and delete take the last one away, ^U all
 * of them; CR, LF or both end the line; nothing else is taken. Gives what a terminal is to show of
 * it, good until the next call. *ended: it ended the line, which text holds, NUL-terminated, until
 * the next call. */
const char *input_line_take(struct input_line *l, uint8_t byte, bool *ended);

#endif
