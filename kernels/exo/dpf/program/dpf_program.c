/* SPDX-License-Identifier: MIT */
/* dpf_program.c -- see dpf_program.h. Merging takes time and memory for each member; without that
 * memory programs are asked one by one. */
#include "exo/dpf/program/dpf_program.h"

#include "engine/merge.h"
#include "exo/dpf/dpf_own.h"

#define STACK_BYTES 512

static const struct kind_description description = {
    .kind = {.name = "filter",
             .entry = {.parameter = {{.kind = SHAPE_PACKET, .may = MAY_READ},
                                     {.kind = SHAPE_PACKET_END}},
                       .result = {.kind = SHAPE_NUMBER}},
             .demands = FUNCTIONAL | DETERMINISTIC | BOUNDED,
             .budget = DPF_PROGRAM_COST,
             .stack_max = STACK_BYTES}};

bool dpf_program_load(struct dpf_program *p, uint32_t length, const struct hooks *hooks,
                      struct report *why) {
    static const struct jit_options plain;
    struct typing filter;
    const struct typing *kinds = &filter;
    const struct load_request request = {.name = "filter",
                                         .file = p->bytes,
                                         .len = length,
                                         .kind = &kinds,
                                         .kinds = 1,
                                         .jit = &plain};
    if (!typing_open(&filter, hooks, &description, why))
        return false;
    bool loaded = load_open(&p->load, hooks, &request, why);
    typing_close(&filter);
    return loaded;
}

void dpf_program_close(struct dpf_program *p) {
    load_close(&p->load);
}

/* --- Those of the same atoms --- */

struct programs {
    struct dpf_group group; /* first */
    bool merged;            /* those that were there when it was made: */
    struct merge merge;
    uint32_t count, room;
    struct member {
        const struct dpf_filter *filter;
        const struct image *image;
    } * member; /* in the order of the group's */
};

static const struct dpf_filter *choose(struct dpf_group *g, const uint8_t *place, uint32_t left) {
    const struct programs *p = (const struct programs *)g;
    const uint64_t argument[PARAMETERS] = {(uintptr_t)place, (uintptr_t)place + left};
    if (p->merged) {
        uint32_t first = merge_first(&p->merge, argument);
        return first == MERGE_NOBODY ? &dpf_nobody : p->member[first].filter;
    }
    for (uint32_t i = 0; i < p->count; i++)
        if (p->member[i].image->code.entry(argument[0], argument[1], 0, 0, 0, NULL))
            return p->member[i].filter;
    return &dpf_nobody;
}

static struct dpf_group *make(struct dpf_set *s, const void *what) {
    struct programs *p = dpf_allocate(s, sizeof *p);
    (void)what;
    return p ? &p->group : NULL;
}

static bool is(const struct dpf_group *g, const void *what) {
    (void)g;
    (void)what;
    return true;
}

static void unmerge(struct dpf_set *s, struct programs *p) {
    if (p->merged)
        merge_release(&p->merge, &s->hooks);
    p->merged = false;
}

static void merge(struct dpf_set *s, struct programs *p) {
    struct merge_member *member = dpf_allocate(s, p->count * sizeof *member);
    unmerge(s, p);
    for (uint32_t i = 0; member && i < p->count; i++) {
        const struct image *image = p->member[i].image;
        member[i] = (struct merge_member){&image->program, &image->facts, image->code.entry};
    }
    p->merged = member && merge_create(&p->merge, &s->hooks, &description.kind.entry, member,
                                       p->count) == MERGE_DONE;
    dpf_free(s, member, p->count * sizeof *member);
}

static bool grow(struct dpf_set *s, struct programs *p) {
    uint32_t room = p->room ? 2 * p->room : 4;
    struct member *member = dpf_allocate(s, room * sizeof *member);
    if (!member)
        return false;
    for (uint32_t i = 0; i < p->count; i++)
        member[i] = p->member[i];
    dpf_free(s, p->member, p->room * sizeof *member);
    p->member = member;
    p->room = room;
    return true;
}

static int add(struct dpf_set *s, struct dpf_group *g, struct dpf_filter *f, const void *what) {
    const struct dpf_programmed *w = what;
    struct programs *p = (struct programs *)g;
    if (p->count == p->room && !grow(s, p))
        return -E_NO_MEMORY;
    p->member[p->count++] = (struct member){f, &w->program->load.program->image};
    if (w->more)
        unmerge(s, p);
    else
        merge(s, p);
    return 0;
}

static void leave(struct dpf_set *s, struct dpf_group *g, struct dpf_filter *f) {
    struct programs *p = (struct programs *)g;
    uint32_t i = 0;
    while (i < p->count && p->member[i].filter != f)
        i++;
    if (i == p->count) /* add has refused it */
        return;
    for (p->count--; i < p->count; i++)
        p->member[i] = p->member[i + 1];
    unmerge(s, p); /* until the next one comes: an environment that ends has many to give back */
}

static void end(struct dpf_set *s, struct dpf_group *g) {
    struct programs *p = (struct programs *)g;
    unmerge(s, p);
    dpf_free(s, p->member, p->room * sizeof *p->member);
    dpf_free(s, p, sizeof *p);
}

const struct dpf_choice dpf_programs = {choose, make, is, add, leave, end};
