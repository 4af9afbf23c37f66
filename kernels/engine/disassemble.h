/* SPDX-License-Identifier: MIT */
/* disassemble.h -- a decoded instruction as text, in the notation of the compilers'
 * own assemblers. */
#ifndef ENGINE_DISASSEMBLE_H
#define ENGINE_DISASSEMBLE_H

#include "engine/opcode.h"

#define INSN_TEXT_MAX 64 /* bytes that any instruction's text fits, its NUL included */

/* Writes the instruction at insn[slot], whose second slot must be there when it has one. Jumps name
 * the slot they lead to. A HIGH gives empty text. Returns `into`. */
char *insn_text(const struct insn *insn, uint32_t slot, char into[INSN_TEXT_MAX]);

#endif
