/* SPDX-License-Identifier: MIT */
/* objects.S -- the functions as files in the image: proven ones and signed ones. */
#define FILE(name, file)                                                                           \
    .globl name, name##_end;                                                                       \
    .balign 16;                                                                                    \
    name: .incbin file;                                                                            \
    name##_end: .byte 0;

    .section .rodata
    FILE(metadata_bpf_8, "guest/metadata/pointers_8.bpf.o")
    FILE(metadata_bpf_64, "guest/metadata/pointers_64.bpf.o")
    FILE(metadata_signed_8, "guest/metadata/pointers_8.signed")
    FILE(metadata_signed_64, "guest/metadata/pointers_64.signed")

    .section .note.GNU-stack, "", %progbits
