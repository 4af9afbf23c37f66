/* SPDX-License-Identifier: MIT */
/* lookup.bpf.c -- finds names, and lists them. */
#include "handling.h"

NEEDS("/svc/domains/Blocks");

INSTEAD(file_find) long on_find(struct volume *v, struct file_call *c) {
    long r = name_known(ext2_of(v), c->name, c->name_bytes);
    if (!r)
        r = ext2_find(v, (uint32_t)c->file);
    ext2_of(v)->missing = r == -E_NOT_FOUND ? (uint32_t)c->file : 0;
    if (r < 0)
        return r;
    c->other = (unsigned long)r;
    return 0;
}

INSTEAD(file_list) long on_list(struct volume *v, struct file_call *c) {
    return ext2_list(v, c);
}

INSTEAD(file_target) long on_target(struct volume *v, struct file_call *c) {
    return ext2_target_tell(v, c);
}
