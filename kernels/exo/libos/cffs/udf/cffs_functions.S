/* SPDX-License-Identifier: MIT */
/* cffs_functions.S -- the functions of C-FFS's types, as files in a program (cffs_declared.h). */
    .section .rodata
    .balign 16
index:      .incbin "guest/cffs/cffs_index.bpf.o"
index_end:
    .balign 16
index2:     .incbin "guest/cffs/cffs_index2.bpf.o"
index2_end:
    .balign 16
directory:  .incbin "guest/cffs/cffs_directory.bpf.o"
directory_end:
    .balign 8
    .globl cffs_functions
cffs_functions:
    .quad index, index_end - index
    .quad index2, index2_end - index2
    .quad directory, directory_end - directory

    .section .note.GNU-stack, "", %progbits
