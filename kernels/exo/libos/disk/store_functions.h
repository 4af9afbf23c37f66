/* SPDX-License-Identifier: MIT */
/* store_functions.h -- for assembly: object files of types' functions in a program, and a table of
 * struct store_function (store.h), by that name, that has them. */
#ifndef EXO_LIBOS_DISK_STORE_FUNCTIONS_H
#define EXO_LIBOS_DISK_STORE_FUNCTIONS_H
/* clang-format off */

    .macro store_functions name, files:vararg
    .section .rodata
    .balign 8
    .globl \name
\name:
    .irp file, \files
    .quad 1f, 2f - 1f
    .pushsection .rodata.functions, "a"
    .balign 16
1:  .incbin "\file"
2:  .popsection
    .endr
    .section .note.GNU-stack, "", %progbits
    .endm

#endif
