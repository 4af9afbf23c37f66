/* SPDX-License-Identifier: MIT */
/* lies.bpf.c -- a file system whose files lie behind its volume's end, and which does not come back
 * when it looks for a name that begins with an e. */
#include "lib/error.h"
#include "spin/extend.h"
#include "spin/services/files/file_system.h"

static volatile unsigned long turns;

INSTEAD(volume_mount) long mount(struct volume *v, struct file_call *c) {
    (void)v;
    c->file = 1;
    c->number = 16;
    c->count = BLOCK_BYTES;
    return 0;
}

INSTEAD(file_facts) long facts(struct volume *v, struct file_call *c) {
    (void)v;
    c->facts.kind = c->file == 1 ? FILE_DIRECTORY : FILE_PLAIN;
    c->facts.bytes = BLOCK_BYTES;
    return 0;
}

INSTEAD(file_find) long find(struct volume *v, struct file_call *c) {
    (void)v;
    for (unsigned long n = 0; c->name[0] == 'e' && n != 1ul << 60; n++)
        turns++;
    c->other = 2;
    return 0;
}

INSTEAD(file_map) long map(struct volume *v, struct file_call *c) {
    (void)v;
    c->block = 20;
    c->count = 1;
    return 0;
}
