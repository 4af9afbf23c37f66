/* SPDX-License-Identifier: MIT */
/* system.h -- the systems there are, and where the build leaves what each consists of. The one
 * list. */
#ifndef HARNESS_SYSTEM_H
#define HARNESS_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

struct texts;

/* What a boot has beside the machine that all have. */
enum system_with {
    WITH_NOTHING,
    WITH_DISKS,
    WITH_NICS /* and perhaps disks */
};

enum system_kind {
    SYSTEM_KERNEL, /* our own image: one ELF, booted by every route */
    SYSTEM_LINUX,  /* the distribution's kernel and our init: kernel and initramfs */
    SYSTEM_HOST    /* the host itself: Google Benchmark programs; runs only when named */
};

struct system {
    const char *name;
    enum system_kind kind;
    bool tests; /* not what measures, but its image with the kernel's own checks: system_tests() */
};

/* All of them in the order in which a report names them, *count entries. */
const struct system *system_list(size_t *count);

/* Where that list has the system of that name; its length where it has none. */
size_t system_place(const char *name);

/* The system of that name, or null. */
const struct system *system_find(const char *name);

/* The same system with its own checks in the place of experiments. Null for the host. */
const struct system *system_tests(const struct system *s);

/* Their names: "exo, spin, linux, floor, host". A new string. */
char *system_names(void);

/* Paths relative to the tree, as new strings. LAYOUT 0 is the ordinary image, others are laid out
 * by that seed. */
char *system_image(const struct system *s, unsigned layout);
char *system_rows(const struct system *s); /* the .rows file; not for host */
/* The whole paths of what is booted beside the image, an archive of programs or Linux's initramfs,
 * and of the ELF in the latter; new strings. Linux has another one for each kind of devices. */
char *system_initrd(const struct system *s, enum system_with with);
char *system_init(const struct system *s, enum system_with with);
/* The ELFs with symbols that one image consists of, the kernel's first; added to *list, those that
 * are not there left out. */
void system_elfs(const struct system *s, enum system_with with, struct texts *list);

#endif
