/* SPDX-License-Identifier: MIT */
/* objects.S -- the sample programs as files in an image: `sample_object` of ways.h, in list.h's
 * order. The build says where the files are (build.mk). */
#include "programs/list.h"

#define FILES(name)                                                                                \
    .balign 16;                                                                                    \
    bpf_##name: .incbin STRING(guest/engine/name.bpf.o);                                           \
    bpf_end_##name: .balign 16;                                                                    \
    signed_##name: .incbin STRING(guest/engine/name.signed);                                       \
    signed_end_##name: ;
#define ENTRY(name)                                                                                \
    .quad bpf_##name, bpf_end_##name - bpf_##name, signed_##name, signed_end_##name - signed_##name;
#define STRING(text)  STRING_(text)
#define STRING_(text) #text

    .section .rodata
    SAMPLE_PROGRAMS(FILES)
    .balign 8
    .globl sample_object
sample_object:
    SAMPLE_PROGRAMS(ENTRY)

    .section .note.GNU-stack, "", %progbits
