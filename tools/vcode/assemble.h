/* SPDX-License-Identifier: MIT */
/* assemble.h -- text to bytecode: the inverse of engine/disassemble.h, made from the same table.
 * For test cases and for examples in the documentation; programs are written in C. */
#ifndef VCODE_ASSEMBLE_H
#define VCODE_ASSEMBLE_H

#include <stddef.h>
#include <stdint.h>

/* Assembles lines of text:
 *
 *     r0 = 0              an instruction, as the disassembler prints it
 *     loop:               a label, for goto, call and code constants; a slot number or +N, -N serve
 * as well .bytes 07 00 ...    bytes as they are, in multiples of eight ; comment           also
 * behind an instruction
 *
 * Gives the number of bytes, at most `max`, or -1 with `error` set to "line N: what". */
int assemble(const char *text, uint8_t *bytes, size_t max, char error[128]);

#endif
