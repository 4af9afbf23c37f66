/* SPDX-License-Identifier: MIT */
/* alfs_functions.S -- the functions of alfs's types, as files in a program (alfs.h). */
    .section .rodata
    .balign 16
log:        .incbin "guest/alfs/alfs_log.bpf.o"
log_end:
    .balign 16
index:      .incbin "guest/alfs/alfs_index.bpf.o"
index_end:
    .balign 16
root:       .incbin "guest/alfs/alfs_root.bpf.o"
root_end:
    .balign 8
    .globl alfs_functions
alfs_functions:
    .quad log, log_end - log
    .quad index, index_end - index
    .quad root, root_end - root

    .section .note.GNU-stack, "", %progbits
