/* SPDX-License-Identifier: MIT */
/* decode.h -- of one x86-64 instruction, what the plugins want to know. */
#ifndef PLUGIN_DECODE_H
#define PLUGIN_DECODE_H

#include <stddef.h>
#include <stdint.h>

enum insn_kind {
    INSN_OTHER,
    INSN_MARK_BEGIN, /* the marks of a bracket (kernels/measure/bracket.h) */
    INSN_MARK_END,
    INSN_MARK_DATA,    /* the next instruction accesses a page of data */
    INSN_MARK_NO_DATA, /* none is data any more */
    INSN_BATCH_NOTE,   /* the two that begin a batch there: it is noted that there is one, */
    INSN_BATCH_LOAD,   /* and its length is loaded */
    INSN_CR3_WRITE,
    INSN_TRANSLATION,    /* drops translations without that: invlpg, invpcid, other registers */
    INSN_RETURN,         /* from a trap or a system call: iret, sysret, sysexit */
    INSN_INDIRECT,       /* a call or a jump to where a register or memory says */
    INSN_STRING_LOAD,    /* lods, scas, outs: a load an iteration */
    INSN_STRING_STORE,   /* stos, movs, ins: a store an iteration */
    INSN_STRING_COMPARE, /* cmps: two loads an iteration */
};

/* The kind of the SIZE bytes of one whole instruction of 64-bit code. */
enum insn_kind insn_decode(const uint8_t *bytes, size_t size);

#endif
