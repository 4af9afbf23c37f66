/* SPDX-License-Identifier: MIT */
/* relocatable.c -- see relocatable.h. */
#include "engine/object/relocatable.h"

#include "lib/string.h"

enum { TYPE_OBJECT = 1 };

struct symbol symbol_read(struct bytes table, struct bytes names, uint32_t i) {
    uint64_t at = (uint64_t)i * SYMBOL_BYTES;
    return (struct symbol){
        .name = (const char *)names.at + bytes_u32(table, at + IN_SYMBOL_NAME),
        .type = table.at[at + IN_SYMBOL_INFO] & 15,
        .bind = table.at[at + IN_SYMBOL_INFO] >> 4,
        .section = bytes_u16(table, at + IN_SYMBOL_SECTION),
        .value = bytes_u64(table, at + IN_SYMBOL_VALUE),
        .size = bytes_u64(table, at + IN_SYMBOL_SIZE),
    };
}

bool relocatable_check(const struct relocatable *want, struct bytes file, struct report *why) {
    static const uint8_t ident[7] = {0x7f, 'E', 'L', 'F', 2 /* 64 bits */, 1 /* little endian */,
                                     1};
    if (!bytes_has(file, 0, FILE_HEADER_BYTES) || memcmp(file.at, ident, sizeof ident) != 0)
        return report_refuse_at(why, want->not_elf, NULL, 0);
    if (bytes_u16(file, IN_FILE_TYPE) != TYPE_OBJECT)
        return report_refuse_at(why, want->not_object, NULL, IN_FILE_TYPE);
    if (bytes_u16(file, IN_FILE_MACHINE) != want->machine)
        return report_refuse_at(why, want->other_machine, NULL, IN_FILE_MACHINE);
    return true;
}

bool relocatable_section(const struct relocatable *want, struct bytes file, uint64_t at,
                         struct bytes *data, struct report *why) {
    uint64_t offset = bytes_u64(file, at + IN_HEADER_OFFSET);
    uint64_t size = bytes_u64(file, at + IN_HEADER_SIZE);
    uint64_t align = bytes_u64(file, at + IN_HEADER_ALIGN);
    uint32_t type = bytes_u32(file, at + IN_HEADER_TYPE);
    *data = (struct bytes){0};
    if (align > SECTION_ALIGN_MAX || (align & (align - 1)))
        return report_refuse_at(why, want->section_align, NULL, at + IN_HEADER_ALIGN);
    if (type == 0 || type == SECTION_NOBITS)
        return true;
    if (!bytes_has(file, offset, size))
        return report_refuse_at(why, want->section_bounds, NULL, at + IN_HEADER_OFFSET);
    *data = bytes_cut(file, offset, size);
    return true;
}
