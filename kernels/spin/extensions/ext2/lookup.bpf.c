/* SPDX-License-Identifier: MIT */
/* lookup.bpf.c -- finds names, and lists them. */
#include "handling.h"

NEEDS("/svc/domains/Blocks");

INSTEAD(file_find) long on_find(struct volume *v, struct file_call *c) {
    long r = name_set(ext2_of(v), c->name, c->name_bytes);
    if (!r)
        r = ext2_find(v, (uint32_t)c->file);
    ext2_of(v)->missing = r == -E_NOT_FOUND ? (uint32_t)c->file : 0;
    if (r < 0)
        return r;
    c->other = (unsigned long)r;
    return 0;
}

INSTEAD(file_list) long on_list(struct volume *v, struct file_call *c) {
    struct ext2_volume *s = ext2_of(v);
    long next = ext2_list(v, (uint32_t)c->file, c->number);
    if (next < 0)
        return next;
    uint32_t *word = (uint32_t *)(void *)c->name;
    for (uint32_t i = 0; i <= s->name.bytes / 4; i++)
        word[masked(i, 63)] = *name_word(s, i);
    c->name[masked(s->name.bytes, FILE_NAME_MAX)] = '\0';
    c->name_bytes = s->name.bytes;
    c->number = (unsigned long)next;
    c->other = s->listed;
    c->facts.kind = s->kind == EXT2_ENTRY_DIRECTORY ? FILE_DIRECTORY
                    : s->kind == EXT2_ENTRY_FILE    ? FILE_PLAIN
                                                    : FILE_OTHER;
    return 0;
}
