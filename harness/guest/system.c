/* SPDX-License-Identifier: MIT */
/* system.c -- the table of systems and their files. */
#include "guest/system.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/text.h"
#include "base/tree.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct system systems[] = {
    {"exo", SYSTEM_KERNEL, false},   {"spin", SYSTEM_KERNEL, false}, {"linux", SYSTEM_LINUX, false},
    {"floor", SYSTEM_KERNEL, false}, {"host", SYSTEM_HOST, false},
};
static const struct system tests[] = {
    {"exo", SYSTEM_KERNEL, true},
    {"spin", SYSTEM_KERNEL, true},
    {"linux", SYSTEM_LINUX, true},
    {"floor", SYSTEM_KERNEL, true},
};
enum { SYSTEMS = sizeof systems / sizeof systems[0], TESTS = sizeof tests / sizeof tests[0] };

const struct system *system_list(size_t *count) {
    *count = SYSTEMS;
    return systems;
}

size_t system_place(const char *name) {
    size_t i = 0;
    while (i < SYSTEMS && strcmp(systems[i].name, name) != 0)
        i++;
    return i;
}

const struct system *system_find(const char *name) {
    size_t i = system_place(name);
    return i < SYSTEMS ? &systems[i] : NULL;
}

const struct system *system_tests(const struct system *s) {
    for (size_t i = 0; i < TESTS; i++)
        if (!strcmp(tests[i].name, s->name))
            return &tests[i];
    return NULL;
}

char *system_names(void) {
    scoped_texts struct texts names = {0};
    for (size_t i = 0; i < SYSTEMS; i++)
        texts_add(&names, systems[i].name);
    return texts_join(&names, ", ");
}

/* The folder of its images. */
static const char *place(const struct system *s) {
    return s->tests ? "guest/test" : "guest";
}

char *system_image(const struct system *s, unsigned layout) {
    assert_that(s->kind != SYSTEM_HOST);
    if (s->kind == SYSTEM_LINUX)
        return text_copy("build/guest/linux/vmlinuz");
    if (layout)
        return text_format("build/layout-%u/%s/%s.elf", layout, place(s), s->name);
    return text_format("build/%s/%s.elf", place(s), s->name);
}

char *system_rows(const struct system *s) {
    assert_that(s->kind != SYSTEM_HOST);
    return text_format("build/%s/%s.rows", place(s), s->name);
}

/* The folder of its initramfs. */
static char *linux_place(const struct system *s, enum system_with with) {
    static const char *const names[] = {
        [WITH_NOTHING] = "", [WITH_DISKS] = "-devices", [WITH_NICS] = "-nics"};
    return tree_path("build/%s/linux%s", place(s), names[s->tests ? WITH_NOTHING : with]);
}

char *system_initrd(const struct system *s, enum system_with with) {
    if (s->kind != SYSTEM_LINUX)
        return tree_path("build/%s/%s.cpio", place(s), s->name);
    scoped_text char *folder = linux_place(s, with);
    return text_format("%s/initramfs.cpio", folder);
}

char *system_init(const struct system *s, enum system_with with) {
    scoped_text char *folder = linux_place(s, with);
    return text_format("%s/init", folder);
}

void system_elfs(const struct system *s, enum system_with with, struct texts *list) {
    scoped_text char *image = system_image(s, 0);
    scoped_text char *path =
        s->kind == SYSTEM_LINUX ? system_init(s, with) : tree_path("%s", image);
    if (!access(path, R_OK))
        texts_add(list, path);
    /* User programs are linked on their own: SYSTEM-NAME.elf beside it. */
    scoped_text char *pattern = tree_path("build/%s/%s-*.elf", place(s), s->name);
    glob_t found;
    if (!glob(pattern, 0, NULL, &found))
        for (size_t i = 0; i < found.gl_pathc; i++)
            texts_add(list, found.gl_pathv[i]);
    globfree(&found);
}
