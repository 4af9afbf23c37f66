/* SPDX-License-Identifier: MIT */
/* spawn.c -- see spawn.h. A page is filled while it is mapped here, at WINDOW, and then mapped
 * where the program wants it. */
#include "exo/libos/spawn.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/cpio.h"
#include "lib/elf.h"
#include "lib/error.h"
#include "lib/string.h"

#define WINDOW      0x7e0000000000 /* a page of ours that nothing else is mapped at */
#define PAGE        4096ul
#define STACK_TOP   (EXO_UAREAS - 16 * PAGE)
#define STACK_PAGES 16

struct making {
    unsigned slot;
    uint64_t env;
    struct elf_source image;
};

/* Maps the page at WINDOW at `at` in the new environment, with these bits, and nowhere else any
 * more. */
static long hand_over(const struct making *m, uint64_t at, uint64_t bits) {
    const struct exo_pages one = {at, (exposed_entry(WINDOW) & EXO_FRAME_OF) | EXO_PRESENT | bits,
                                  1};
    long done = exo_page_update(m->slot, m->env, m->slot, &one, 1, 0);
    const struct exo_pages none = {WINDOW, 0, 1};
    exo_page_update(0, 0, 0, &none, 1, 0);
    return done < 0 ? done : 0;
}

/* A frame that came back from a program with the same capability holds what that left there. */
static long fill(const struct making *m, const struct elf_segment *s, uint64_t page) {
    uint64_t from = page > s->at ? page : s->at, end = s->at + s->data_len;
    uint64_t until = page + PAGE < end ? page + PAGE : end;
    if (from > page || until < page + PAGE)
        memset((void *)WINDOW, 0, PAGE);
    if (from >= until)
        return 0;
    return m->image.read(m->image.arg, s->data + (from - s->at), (char *)WINDOW + (from - page),
                         until - from);
}

static long load_segment(const struct making *m, const struct elf_segment *s) {
    uint64_t bits = (s->write ? EXO_WRITE : 0) | (s->execute ? 0 : EXO_NO_EXEC);
    long error = 0;
    for (uint64_t page = s->at & -PAGE; !error && page < s->at + s->memory_len; page += PAGE) {
        error = frames_map(0, 0, m->slot, WINDOW, 1, EXO_WRITE | EXO_NO_EXEC);
        if (!error)
            error = fill(m, s, page);
        if (!error)
            error = hand_over(m, page, bits);
    }
    return error;
}

/* The stack, at whose top lies what the program begins with. */
static long make_stack(const struct making *m, uint64_t uarea, uint64_t argument) {
    const uint64_t bits = EXO_WRITE | EXO_NO_EXEC;
    long error =
        frames_map(m->slot, m->env, m->slot, STACK_TOP - STACK_PAGES * PAGE, STACK_PAGES - 1, bits);
    if (!error)
        error = frames_map(0, 0, m->slot, WINDOW, 1, bits);
    if (error)
        return error;
    struct exo_start *start = (struct exo_start *)(WINDOW + PAGE) - 1;
    *start = (struct exo_start){.argument[0] = argument, .uarea = uarea};
    return hand_over(m, STACK_TOP - PAGE, bits);
}

static long begin_at(const struct making *m, uint64_t entry) {
    const uint64_t prologue[2] = {entry, STACK_TOP - sizeof(struct exo_start)};
    return exo_env_write(m->slot, m->env, UAREA_PROLOGUE_ENTRY, prologue, sizeof prologue);
}

static long build(const struct making *m, uint64_t argument, unsigned grant) {
    struct elf elf;
    const char *why;
    long error = elf_open(&elf, &m->image, PAGE, EXO_TOP, &why);
    for (unsigned i = 0; !error && i < elf.count; i++)
        error = load_segment(m, &elf.segment[i]);
    if (!error)
        error = make_stack(m, EXO_UAREAS + m->env % EXO_ENVS * PAGE, argument);
    if (!error)
        error = begin_at(m, elf.entry);
    if (!error && grant != SPAWN_NO_GRANT)
        error = exo_cap_give(m->slot, m->env, grant, 0);
    return error ? error : exo_env_start(m->slot, m->env);
}

long spawn_sized(unsigned slot, const char *program, uint64_t argument, unsigned grant,
                 unsigned flags, uint64_t frames) {
    static const struct cap anybody = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};
    struct cpio archive;
    struct cpio_file file;
    const char *why;
    if (cpio_open(&archive, (const void *)env_info()->boot_at, env_info()->boot_bytes, &why))
        return -E_BAD_IMAGE;
    if (!cpio_find(&archive, program, &file))
        return -E_NOT_FOUND;
    long id = exo_env_create(slot, anybody, program, frames, flags);
    if (id < 0)
        return id;
    const struct making m = {slot, (uint64_t)id, elf_in_memory(file.data, file.len)};
    long error = build(&m, argument, grant);
    if (error)
        exo_env_destroy(slot, (uint64_t)id);
    return error ? error : id;
}

long spawn(unsigned slot, const char *program, uint64_t argument, unsigned grant, unsigned flags) {
    const volatile struct exo_env *self = exposed_env((uint64_t)exo_env_self());
    uint64_t half = (self->kernel_most - self->kernel) / 2;
    return spawn_sized(slot, program, argument, grant, flags,
                       half < SPAWN_KERNEL_FRAMES ? half : SPAWN_KERNEL_FRAMES);
}
