/* SPDX-License-Identifier: MIT */
/* objects.S -- the formats' functions as files in the tool. */
#define OBJECT(name)                                                                               \
    .globl formats_##name, formats_##name##_end;                                                   \
    .balign 8;                                                                                     \
    formats_##name: .incbin STRING(tools/formats/udf/name.clang-O2.o);                             \
    formats_##name##_end: .byte 0;
#define STRING(text)  STRING_(text)
#define STRING_(text) #text

    .section .rodata
    OBJECT(inode)
    OBJECT(extent)
    OBJECT(embedded)
    OBJECT(head)
    OBJECT(node)
    OBJECT(root)
    OBJECT(delta)
    OBJECT(summed)
    OBJECT(record)
    OBJECT(tagged)
    OBJECT(table)

    .section .note.GNU-stack, "", %progbits
