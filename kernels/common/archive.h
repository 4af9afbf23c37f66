/* SPDX-License-Identifier: MIT */
/* archive.h -- the programs that a boot brings along: the loader's first module, an archive
 * (lib/cpio.h). Its file `boot` lists what is started (lib/boot_list.h). */
#ifndef COMMON_ARCHIVE_H
#define COMMON_ARCHIVE_H

#include "engine/bytes.h"
#include "lib/boot_list.h"
#include "lib/elf.h"
#include "machine/boot/boot.h"

/* Takes the archive, for `system`. A panic where there is none, or what it has cannot be: a broken
 * archive, no file `boot`, a list of nothing or for another system, a line with too long words or
 * the name of neither a file nor a folder. */
void archive_init(const struct boot_info *boot, const char *system);

/* The program of this name; false where there is none. */
bool archive_find(const char *name, struct elf_source *program);

/* The n-th file of the folder of this name, and its path, which stays where it is; false: there are
 * not so many. */
bool archive_folder(const char *name, unsigned n, const char **path, struct bytes *file);

/* Calls start for each component of the list, in order. */
void archive_start(void (*start)(const struct component *component));

#endif
