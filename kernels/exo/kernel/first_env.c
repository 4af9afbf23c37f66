/* SPDX-License-Identifier: MIT */
/* first_env.c -- see first_env.h. Its program is loaded as its segments say, each page into the
 * lowest free frame; at the top of its stack lies its struct exo_start. */
#include "exo/kernel/first_env.h"

#include "common/archive.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/pages.h"
#include "exo/kernel/time/slice.h"
#include "lib/elf.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/report/panic.h"
#include "machine/user/user.h"

#define STACK_PAGES 16
/* Decides address: where the first environment has its stack; its program says the rest. */
#define STACK_TOP (EXO_UAREAS - 16 * PAGE_SIZE)

static const struct cap everything = {.rights = CAP_ALL, .valid = 1};

static _Noreturn void cannot(const char *what, int error) {
    panic("boot: the first environment: %s: %s", what, error_sentence(error));
}

/* A zeroed page of its own at `at`; where the kernel reaches it. */
static char *new_page(struct env *e, vaddr_t at, uint64_t rights) {
    struct entries l;
    paddr_t frame;
    long work = INT64_MAX;
    int error = space_make_entries(&e->space, at, at + PAGE_SIZE, &l);
    if (!error)
        error = frame_alloc(&frame);
    if (error)
        cannot("a page", error);
    frame_free(frame); /* the lowest free one: nobody else asks before it is claimed */
    const struct exo_pages p = {at | EXO_FRESH, frame.at | EXO_PRESENT | rights, 1};
    long done = pages_update(&e->space, everything, &p, 0, &work);
    if (done != 1)
        cannot("a page", (int)done);
    return direct(frame);
}

static void load_segment(struct env *e, const struct elf_source *image,
                         const struct elf_segment *s) {
    uint64_t rights = (s->write ? EXO_WRITE : 0) | (s->execute ? 0 : EXO_NO_EXEC);
    vaddr_t end = page_round_up(s->at + s->memory_len), data_end = s->at + s->data_len;
    for (vaddr_t page = page_round_down(s->at); page < end; page += PAGE_SIZE) {
        char *to = new_page(e, page, rights);
        vaddr_t from = page > s->at ? page : s->at;
        vaddr_t until = page + PAGE_SIZE < data_end ? page + PAGE_SIZE : data_end;
        int error = from < until ? image->read(image->arg, s->data + (from - s->at),
                                               to + (from - page), until - from)
                                 : 0;
        if (error)
            cannot("its program", error);
    }
}

static vaddr_t load(struct env *e, const char *program) {
    struct elf_source image;
    struct elf elf;
    const char *why;
    if (!archive_find(program, &image))
        cannot(program, -E_NOT_FOUND);
    if (elf_open(&elf, &image, PAGE_SIZE, EXO_TOP, &why))
        panic("boot: the first environment: %s: %s", program, why ? why : "cannot be read");
    for (unsigned i = 0; i < elf.count; i++)
        load_segment(e, &image, &elf.segment[i]);
    return elf.entry;
}

/* The stack, with the start-up words and the arguments; where it begins. */
static vaddr_t stack(struct env *e, const char *words) {
    char *top = NULL;
    for (unsigned i = STACK_PAGES; i > 0; i--) {
        char *page = new_page(e, STACK_TOP - i * PAGE_SIZE, EXO_WRITE | EXO_NO_EXEC);
        top = page + PAGE_SIZE;
    }
    struct exo_start *start = (struct exo_start *)(top - sizeof *start);
    start->uarea = env_uarea_at(e);
    memcpy(start->words, words, strlen(words) + 1);
    return STACK_TOP - sizeof *start;
}

static void start_component(const struct component *component) {
    struct env *e;
    if (env_current)
        panic("boot: '%s': the kernel starts one environment, and that all others",
              component->name);
    if (strlen(component->arguments) >= EXO_WORDS_MAX)
        cannot(component->arguments, -E_TOO_LONG);
    int error = env_create(NULL, info.frames_total, everything, NULL, &e);
    if (error)
        cannot(component->name, error);
    e->cap[0] = everything;
    format_text(e->seen->name, EXO_NAME_MAX, "%s", component->name);
    e->uarea->prologue_entry = load(e, component->name);
    e->uarea->prologue_stack = stack(e, component->arguments);
    env_ready(e);
    slice_give_all(e, everything);
    env_current = e;
}

_Noreturn void first_env_start(void) {
    struct trap_frame f;
    archive_start(start_component);
    env_switch(&f, env_current);
    user_enter(&f);
}
