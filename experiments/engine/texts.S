/* SPDX-License-Identifier: MIT */
/* texts.S -- the instructions of the sample programs, for a system that reads no objects:
 * `sample_text` of linux.c, in list.h's order. */
#include "programs/list.h"

#define TEXT(name) text_##name: .incbin STRING(guest/engine/name.text); text_end_##name: ;
#define ENTRY(name) .quad text_##name, text_end_##name - text_##name;
#define STRING(text)  STRING_(text)
#define STRING_(text) #text

    .section .rodata
    .balign 8
    SAMPLE_PROGRAMS(TEXT)

    .globl sample_text
    .balign 8
sample_text:
    SAMPLE_PROGRAMS(ENTRY)

    .section .note.GNU-stack, "", @progbits
