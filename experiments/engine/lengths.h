/* SPDX-License-Identifier: MIT */
/* lengths.h -- programs of any length, for what proving one costs by its length: the same bytes on
 * every system. All of them read a context of LENGTH_CONTEXT bytes through r1 and fold it into one
 * number. Freestanding. */
#ifndef EXPERIMENTS_ENGINE_LENGTHS_H
#define EXPERIMENTS_ENGINE_LENGTHS_H

#include <stdint.h>

#include "lib/string.h"
#include "measure/bench.h"

#define LENGTH_CONTEXT 64 /* bytes that they read */
#define LENGTH_MIN     10
#define LENGTH_MAX     100000

/* One encoded instruction, as RFC 9669 has it. */
struct slot {
    uint8_t code, registers; /* registers: dst in the low half, src in the high */
    int16_t offset;
    int32_t immediate;
};

enum length_shape {
    LENGTH_STRAIGHT, /* no jump */
    LENGTH_LOOPY,    /* loop after loop, of eight instructions and four iterations each */
};

/* The rows are alike everywhere. What a loop adds to compiling is only its jump. */
#define LENGTH_VERIFY_ROWS  "engine/length:10,100,1000,10000,100000/shape:straight,loopy/step:verify"
#define LENGTH_COMPILE_ROWS "engine/length:10,100,1000,10000/shape:straight/step:compile"

/* The longest way to a verdict that is known. */
#define LENGTH_WORST_ROW "engine/worst/step:verify"

/* The shape that a row of LENGTH_VERIFY_ROWS names. */
static inline enum length_shape length_shape(const struct bench *b) {
    char shape[16];
    return strcmp(bench_word(b, "shape", shape, sizeof shape), "loopy") == 0 ? LENGTH_LOOPY
                                                                             : LENGTH_STRAIGHT;
}

/* Writes a program of exactly `length` instructions, from LENGTH_MIN to LENGTH_MAX. */
void length_program(struct slot *into, uint32_t length, enum length_shape shape);

/* Writes the program of LENGTH_MAX instructions on whose refusal the verifier spends most, of all
 * that were tried: each instruction looked at is one of the dearest, and none adds to what is
 * charged beside a step; all steps of paths that are followed together are used up, and then, one
 * by one, all that a verdict may take. */
void length_worst(struct slot *into);

#endif
