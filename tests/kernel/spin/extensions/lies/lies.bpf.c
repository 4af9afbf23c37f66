/* SPDX-License-Identifier: MIT */
/* lies.bpf.c -- a file system whose files lie behind its volume's end, and which does not come back
 * when it looks for a name that begins with an e. A file's number is its name's first letter: some
 * are directories whose listings are wrong, one is a link that leads further than a name may. Each
 * second time, the first one too, its volume is larger than any disk. */
#include "lib/error.h"
#include "spin/extend.h"
#include "spin/services/files/file_system.h"

static volatile unsigned long turns, mounts;

/* What their listings are: right, going back, longer than there is room, with a name longer than
 * what is told, and with none. */
enum { LISTED = 'v', BACK = 'w', LONG = 'x', NAME = 'y', NAMELESS = 'z' };

INSTEAD(volume_mount) long mount(struct volume *v, struct file_call *c) {
    (void)v;
    c->file = 1;
    c->number = mounts++ & 1 ? 16 : 1ul << 31;
    c->count = BLOCK_BYTES;
    return 0;
}

INSTEAD(file_facts) long facts(struct volume *v, struct file_call *c) {
    (void)v;
    c->facts.kind = c->file == 's'                      ? FILE_SYMLINK
                    : c->file == 1 || c->file >= LISTED ? FILE_DIRECTORY
                                                        : FILE_PLAIN;
    c->facts.bytes = BLOCK_BYTES;
    return 0;
}

INSTEAD(file_find) long find(struct volume *v, struct file_call *c) {
    (void)v;
    for (unsigned long n = 0; c->name[0] == 'e' && n != 1ul << 60; n++)
        turns++;
    c->other = (unsigned char)c->name[0];
    return 0;
}

INSTEAD(file_map) long map(struct volume *v, struct file_call *c) {
    (void)v;
    c->block = 20;
    c->count = 1;
    return 0;
}

INSTEAD(file_list) long list(struct volume *v, struct file_call *c) {
    (void)v;
    c->listed[0] = c->file == BACK ? c->number : c->number + 1;
    c->listed[1] = 2;
    c->listed[2] = (c->file == NAME ? 8 : c->file == NAMELESS ? 0 : 1) | FILE_PLAIN << 16;
    c->listed[3] = 'f';
    c->count = c->file == LONG ? FILE_LIST_WORDS + 4 : FILE_ENTRY_WORDS(1);
    return 0;
}

INSTEAD(file_target) long target(struct volume *v, struct file_call *c) {
    (void)v;
    c->to_bytes = FILE_NAME_MAX + 1;
    return 0;
}
