/* SPDX-License-Identifier: MIT */
/* object_dialect.c -- what does a place to be relocated hold? LLVM's assembler (and the document
 * that it follows, docs.kernel.org/bpf/llvm_reloc.html) leaves there what the source adds to the
 * symbol; for a call, an instruction count less one. The GNU assembler up to 2.41 adds the symbol's
 * own value, in bytes, on top. Where that value is 0, as for extern symbols and for sections, both
 * are the same.
 *
 * The value cannot tell the two apart: a compiler may fold an index into it, also a negative one.
 * Other traits can: LLVM keeps the names of symbols and of sections in one table; the old GNU
 * assembler numbers relocations of data in its own way; and GCC says its version, which Debian
 * pairs with an assembler: 12 with 2.40, 14 with 2.44. */
#include "engine/object/internal.h"

#include "lib/string.h"

enum { FIRST_NEW_GCC = 14 };

static bool has_old_numbers(const struct object_section *relocations) {
    for (uint32_t i = 0; i < relocations->data.len / RELOCATION_BYTES; i++) {
        uint32_t type = object_relocation(relocations, i).type;
        if (type == RELOC_GNU_DATA_32 || type == RELOC_GNU_DATA_64)
            return true;
    }
    return false;
}

/* Skips to what follows the next occurrence of `text`; false when there is none. */
static bool skip_past(struct bytes *b, const char *text) {
    size_t n = strlen(text);
    for (; b->len >= n; b->at++, b->len--)
        if (memcmp(b->at, text, n) == 0) {
            b->at += n;
            b->len -= n;
            return true;
        }
    return false;
}

/* The number before the first dot of "GCC: (somebody) 12.2.0", or 0. */
static uint32_t gcc_version(struct bytes comment) {
    uint32_t version = 0;
    if (!skip_past(&comment, "GCC: (") || !skip_past(&comment, ") "))
        return 0;
    for (size_t i = 0; i < comment.len && i < 4 && comment.at[i] >= '0' && comment.at[i] <= '9';
         i++)
        version = 10 * version + comment.at[i] - '0';
    return version;
}

enum dialect object_dialect(const struct load *load) {
    const struct object *o = load->object;
    if (!load->symbols || o->section[load->symbols].link == load->names)
        return ADDEND_ALONE;
    for (uint32_t i = 0; i < o->section_count; i++)
        if (o->section[i].type == SECTION_REL && has_old_numbers(&o->section[i]))
            return ADDEND_AND_VALUE;
    const struct object_section *comment = object_section_named(o, ".comment");
    uint32_t version = comment ? gcc_version(comment->data) : 0;
    return !version ? DIALECT_UNKNOWN : version < FIRST_NEW_GCC ? ADDEND_AND_VALUE : ADDEND_ALONE;
}
