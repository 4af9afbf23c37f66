/* SPDX-License-Identifier: MIT */
/* keep_vectors.h -- for assembly: floating point and vector registers, put on the stack and taken
 * from it. */
#ifndef EXO_LIBOS_KEEP_VECTORS_H
#define EXO_LIBOS_KEEP_VECTORS_H

/* Bytes that xsave writes, in multiples of 64. */
#define VECTORS 832

#define VECTORS_ALL 7 /* x87, SSE, AVX */

/* What follows is assembly. */
/* clang-format off */

/* At rsp, a multiple of 64; both lose rax and rdx. */
.macro SAVE_VECTORS
    .irp word, 0, 8, 16, 24, 32, 40, 48, 56
    movq $0, (512 + \word)(%rsp)    /* xsave leaves the header's reserved bytes as they are */
    .endr
    mov $VECTORS_ALL, %eax
    xor %edx, %edx
    xsave64 (%rsp)
.endm
.macro RESTORE_VECTORS
    mov $VECTORS_ALL, %eax
    xor %edx, %edx
    xrstor64 (%rsp)
.endm

#endif
