/* SPDX-License-Identifier: MIT */
/* system.c -- the table of systems and their files. */
#include "guest/system.h"
#include "base/text.h"
#include "base/tree.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct system systems[] = {
    {"exo", SYSTEM_KERNEL},   {"spin", SYSTEM_KERNEL}, {"linux", SYSTEM_LINUX},
    {"floor", SYSTEM_KERNEL}, {"host", SYSTEM_HOST},
};
enum { SYSTEMS = sizeof systems / sizeof systems[0] };

const struct system *system_list(size_t *count) {
    *count = SYSTEMS;
    return systems;
}

const struct system *system_find(const char *name) {
    for (size_t i = 0; i < SYSTEMS; i++)
        if (!strcmp(systems[i].name, name))
            return &systems[i];
    return NULL;
}

char *system_names(void) {
    struct texts names = {0};
    for (size_t i = 0; i < SYSTEMS; i++)
        texts_add(&names, systems[i].name);
    char *joined = texts_join(&names, ", ");
    texts_free(&names);
    return joined;
}

char *system_image(const struct system *s, unsigned layout) {
    if (s->kind == SYSTEM_LINUX)
        return text_copy("build/guest/linux/vmlinuz");
    if (layout)
        return text_format("build/layout-%u/guest/%s.elf", layout, s->name);
    return text_format("build/guest/%s.elf", s->name);
}

char *system_rows(const struct system *s) {
    return text_format("build/guest/%s.rows", s->name);
}

char *system_initramfs(void) {
    return text_copy("build/guest/linux/initramfs.cpio");
}

void system_elfs(const struct system *s, struct texts *list) {
    char *image =
        s->kind == SYSTEM_LINUX ? text_copy("build/guest/linux/init") : system_image(s, 0);
    char *path = tree_path("%s", image);
    if (!access(path, R_OK))
        texts_add(list, path);
    free(path);
    free(image);
    /* User programs are linked on their own and embedded: build/guest/SYSTEM-NAME.elf. */
    char *pattern = tree_path("build/guest/%s-*.elf", s->name);
    glob_t found;
    if (!glob(pattern, 0, NULL, &found))
        for (size_t i = 0; i < found.gl_pathc; i++)
            texts_add(list, found.gl_pathv[i]);
    globfree(&found);
    free(pattern);
}
