/* SPDX-License-Identifier: MIT */
/* volume_text.c -- programs on a volume: what of them nobody writes is mapped from the registry, so
 * that all processes of a program have one frame for each page of it. The pages pass to a child by
 * XN only, and before it begins, since its handler of faults is in them; who has no volumes gives
 * its child copies (EXOS_WATCHED). */
#include "exo/libos/volume/volume_own.h"

#include "exo/defence.h"
#include "exo/libos/exos/files/program_file.h"
#include "exo/libos/exos/files/shared.h"
#include "exo/libos/exos/process/exec.h"
#include "exo/libos/exos/process/fork.h"
#include "exo/libos/exposed.h"
#include "lib/string.h"

/* Of all that were ever used. */
#define TEXT_END (volumes->text + volumes->texts % (VOLUME_TEXTS + 1))

static bool lives(const struct volume_text *t) {
    const volatile struct exo_env *e = t->env ? exposed_env(t->env) : NULL;
    return e && e->state < EXO_ENV_EXITED;
}

static const struct volume_text *text_of(uint64_t env, uint64_t at) {
    for (const struct volume_text *t = volumes->text; t < TEXT_END; t++)
        if (t->env == env && at - t->at < t->pages * PAGE)
            return t;
    return NULL;
}

static bool note(struct volume_text new) {
    struct volume_text *t = volumes->text;
    while (t < TEXT_END && lives(t))
        t++;
    if (t == volumes->text + VOLUME_TEXTS)
        return false;
    *t = new;
    if (t == TEXT_END)
        volumes->texts++;
    return true;
}

bool volume_is_text(unsigned v, const struct cffs_id *id) {
    for (const struct volume_text *t = volumes->text; t < TEXT_END; t++)
        if (t->volume == v && (!id || !memcmp(&t->id, id, sizeof *id)) && lives(t) &&
            DEFENDED(VOLUME_TEXT))
            return true;
    return false;
}

void volume_text_moved(unsigned v, struct cffs_id old, struct cffs_id now) {
    for (struct volume_text *t = volumes->text; t < TEXT_END; t++)
        if (t->volume == v && !memcmp(&t->id, &old, sizeof old))
            t->id = now;
}

/* Up to so many of the text's pages from `at` on, with these bits. How many. */
static uint64_t show(const struct volume_text *t, struct exo_pages there) {
    uint64_t shown = 0;
    if (volume_open(t->volume))
        return 0;
    for (; shown < there.count; shown++, there.at += PAGE)
        if (volume_show(t->volume, t->id, t->index + (there.at - t->at) / PAGE, t->env, there.at,
                        there.entry | EXOS_WATCHED))
            break;
    return shown;
}

/* Of a program that is a file of a volume, from exos_exec. */
static uint64_t show_program(uint64_t env, const struct elf_source *program, uint64_t offset,
                             struct exo_pages there) {
    const struct open_file *f = open_file_of(program_file(program));
    if (!f || f->at.tree != TREE_OTHER)
        return 0;
    volumes_enter();
    const struct volume_node *n = node_at(f->at.node);
    uint64_t shown = 0;
    if (n) {
        const struct volume_text text = {(uint32_t)env, n->volume,   n->id,
                                         there.at,      there.count, offset / PAGE};
        shown = note(text) ? show(&text, there) : 0;
    }
    volumes_leave();
    return shown;
}

/* The child has a page of this process's, too. */
static bool show_child(uint64_t env, uint64_t at) {
    volumes_enter();
    const struct volume_text *own = text_of((uint64_t)exo_env_self(), at);
    bool done = false;
    if (own) {
        struct volume_text text = *own;
        text.env = (uint32_t)env;
        const struct exo_pages one = {at, exposed_entry(at) & EXO_NO_EXEC, 1};
        done = (text_of(env, at) || note(text)) && show(&text, one);
    }
    volumes_leave();
    return done;
}

void volume_text_begin(void) {
    exec_show = show_program;
    fork_show = show_child;
}
