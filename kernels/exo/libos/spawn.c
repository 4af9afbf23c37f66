/* SPDX-License-Identifier: MIT */
/* spawn.c -- see spawn.h. */
#include "exo/libos/spawn.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/image.h"
#include "exo/libos/stubs.h"
#include "lib/string.h"

#define WINDOW      0x7e0000000000 /* pages of ours that nothing else is mapped at */
#define PAGE        4096ul
#define STACK_TOP   (EXO_UAREAS - 16 * PAGE)
#define STACK_PAGES 16

/* The stack, at whose top lies what the program begins with. */
static long make_stack(const struct image_to *to, uint64_t argument) {
    const uint64_t bits = EXO_WRITE | EXO_NO_EXEC;
    long error = frames_map(to->slot, to->env, to->slot, STACK_TOP - STACK_PAGES * PAGE,
                            STACK_PAGES - 1, bits);
    if (!error)
        error = image_open(to, 1);
    if (error)
        return error;
    memset((void *)WINDOW, 0, PAGE);
    struct exo_start *start = (struct exo_start *)(WINDOW + PAGE) - 1;
    start->argument[0] = argument;
    start->uarea = EXO_UAREAS + to->env % EXO_ENVS * PAGE;
    return image_give(to, STACK_TOP - PAGE, 1, bits);
}

static long build(const struct image_to *to, const struct elf_source *image, uint64_t argument,
                  unsigned grant) {
    uint64_t prologue[2] = {0, STACK_TOP - sizeof(struct exo_start)};
    long error = image_load(to, image, &prologue[0]);
    if (!error)
        error = make_stack(to, argument);
    if (!error)
        error = exo_env_write(to->slot, to->env, UAREA_PROLOGUE_ENTRY, prologue, sizeof prologue);
    if (!error && grant != SPAWN_NO_GRANT)
        error = exo_cap_give(to->slot, to->env, grant, 0);
    return error ? error : exo_env_start(to->slot, to->env);
}

long spawn_sized(unsigned slot, const char *program, uint64_t argument, unsigned grant,
                 unsigned flags, uint64_t frames) {
    static const struct cap anybody = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};
    return spawn_controlled(slot, anybody, program, argument, grant, flags, frames);
}

long spawn_controlled(unsigned slot, struct cap control, const char *program, uint64_t argument,
                      unsigned grant, unsigned flags, uint64_t frames) {
    struct elf_source image;
    long error = image_find(program, &image);
    if (error)
        return error;
    long id = exo_env_create(slot, control, program, frames, flags);
    if (id < 0)
        return id;
    const struct image_to to = {slot, (uint64_t)id, WINDOW, NULL};
    error = build(&to, &image, argument, grant);
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
