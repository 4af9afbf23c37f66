/* SPDX-License-Identifier: MIT */
/* archive.c -- see archive.h. The archive stays where the loader put it: its frames are nobody
 * else's (boot_init), and the direct map shows them. */
#include "common/archive.h"

#include "lib/cpio.h"
#include "lib/string.h"
#include "machine/report/panic.h"

static struct cpio archive;
static const char *for_system; /* the one that runs */

bool archive_find(const char *name, struct elf_source *program) {
    struct cpio_file file;
    if (!cpio_find(&archive, name, &file))
        return false;
    *program = elf_in_memory(file.data, file.len);
    return true;
}

bool archive_folder(const char *name, unsigned n, const char **path, struct bytes *bytes) {
    size_t length = strlen(name);
    struct cpio_file file;
    for (unsigned i = 0; i < archive.count; i++) {
        cpio_at(&archive, i, &file);
        if (strncmp(file.name, name, length) != 0 || file.name[length] != '/' || n--)
            continue;
        *path = file.name;
        *bytes = (struct bytes){file.data, file.len};
        return true;
    }
    return false;
}

static bool archive_has(const char *name) {
    struct elf_source program;
    struct bytes file;
    const char *path;
    return archive_find(name, &program) || archive_folder(name, 0, &path, &file);
}

static struct boot_list list_open(void) {
    struct cpio_file file;
    if (!cpio_find(&archive, "boot", &file))
        panic("boot: the archive of programs has no file `boot`");
    return (struct boot_list){.text = (const char *)file.data, .len = file.len};
}

/* A line "for SYSTEM": another's programs would speak to this one by calls that it has not. */
static void check_system(const struct boot_list *list, const char *system) {
    if (strcmp(system, for_system) != 0)
        panic("boot: line %u: this archive's programs are for %s, and this is %s", list->line,
              system, for_system);
}

/* The next component, which the archive has. False: that was all. */
static bool list_next(struct boot_list *list, struct component *component) {
    enum boot_list_step step;
    while ((step = boot_list_next(list, component)) == BOOT_LIST_COMPONENT &&
           strcmp(component->name, "for") == 0)
        check_system(list, component->arguments);
    switch (step) {
    case BOOT_LIST_END:
        return false;
    case BOOT_LIST_TOO_LONG:
        panic("boot: line %u: its name or arguments are too long", list->line);
    case BOOT_LIST_COMPONENT:
        if (!archive_has(component->name))
            panic("boot: line %u: there is no program '%s'", list->line, component->name);
    }
    return true;
}

void archive_init(const struct boot_info *boot, const char *system) {
    const char *why;
    for_system = system;
    if (!boot->archive.len_bytes)
        panic("boot: no archive of programs was loaded (-initrd, module2)");
    if (cpio_open(&archive, direct(boot->archive.start), boot->archive.len_bytes, &why))
        panic("boot: the archive of programs: %s", why);
    struct component component;
    struct boot_list list = list_open();
    bool any = false;
    while (list_next(&list, &component)) /* before any is started */
        any = true;
    if (!any)
        panic("boot: the archive's file `boot` lists nothing");
}

void archive_start(void (*start)(const struct component *component)) {
    struct component component;
    struct boot_list list = list_open();
    while (list_next(&list, &component))
        start(&component);
}
