/* SPDX-License-Identifier: MIT */
/* program_image.c -- extract, decode, verify, compile; and all of it back. */
#include "engine/link/program_image.h"

#include "engine/assert.h"
#include "engine/run/callback.h"
#include "engine/disassemble.h"
#include "engine/verify/explain.h"
#include "engine/link/extract.h"
#include "engine/lines.h"
#include "lib/format.h"
#include "lib/string.h"

#define PROGRAM_TEXT_MAX (PLACE_TEXT_MAX + 2 * OBJECT_NAME_MAX + 64)

static bool refuse_memory(struct image_making *m) {
    return report_refuse(m->why, RULE_NO_MEMORY, m->image->link->name);
}

/* "PLACE, section SECTION, program NAME:\n" before what the decoder or verifier has said of a slot
 * of the program. */
static bool refuse_program(struct image_making *m, uint32_t slot) {
    const struct image *image = m->image;
    char place[PLACE_TEXT_MAX], words[PROGRAM_TEXT_MAX];
    m->why->slot = image->origin[slot];
    format_text(words, sizeof words, "%s, section %s, program %s:\n",
                image_place_text(image, slot, place),
                object_section_at(image->link->object, m->why->slot)->name, image->function->name);
    report_prefix(m->why, words);
    return false;
}

static bool refuse_proof(struct image_making *m) {
    m->why->rule = m->verdict->rule;
    format_text(m->why->text, sizeof m->why->text, "%s", m->verdict->text);
    return refuse_program(m, m->verdict->slot);
}

static bool find_function(struct image_making *m, const char *name) {
    struct link *l = m->image->link;
    if (!link_resolve(l, NULL, 0, m->why))
        return false;
    m->image->function = object_function_named(l->object, name);
    return m->image->function || report_refuse(m->why, LINK_RULE_NO_FUNCTION, name);
}

static bool extract(struct image_making *m, struct extract *extract) {
    struct image *image = m->image;
    if (!extract_function(image->link->object, image->function, &m->scratch, extract, m->why))
        return false;
    image->origin = arena_allocate(&image->arena, extract->slots, sizeof *image->origin);
    if (!image->origin)
        return refuse_memory(m);
    memcpy(image->origin, extract->origin, extract->slots * sizeof *image->origin);
    return true;
}

static void ask_contracts(struct image *image) {
    const struct link *l = image->link;
    for (uint32_t i = 1; l->contract && i < image->program.function_count; i++) {
        struct function *f = &image->program.function[i];
        const struct object_function *of = object_function_at(l->object, image->origin[f->start]);
        if (of->start == image->origin[f->start])
            f->contract = l->contract(l->contract_owner, of);
    }
}

static bool decode(struct image_making *m) {
    struct image *image = m->image;
    const struct link *l = image->link;
    struct extract code;
    if (!extract(m, &code))
        return false;
    image->program = (struct program){.import = l->import,
                                      .import_count = l->object->import_count,
                                      .variable = l->variable,
                                      .variable_count = l->object->variable_count +
                                                        l->object->extern_variable_count};
    if (!program_decode(&image->program, l->hooks, code.code, (size_t)code.slots * INSN_BYTES,
                        m->why))
        return refuse_program(m, m->why->slot);
    ask_contracts(image);
    return true;
}

static bool begin_proof(struct image_making *m) {
    struct image *image = m->image;
    const struct hooks *hooks = image->link->hooks;
    bool maps = image->collected = m->kind->collected;
    m->verdict = arena_allocate(&m->scratch, 1, sizeof *m->verdict);
    if (!m->verdict || (maps && !maps_begin(&m->maps, &image->program, hooks)))
        return refuse_memory(m);
    m->verifier = verify_start(&image->program, m->kind, hooks, &image->facts, m->verdict,
                               maps ? &m->maps.watcher : NULL);
    if (m->verifier)
        return true;
    if (maps)
        maps_end(&m->maps, NULL);
    return refuse_proof(m);
}

/* There is no proof any more; maps are kept of one that has succeeded. False when out of memory. */
static bool drop_proof(struct image_making *m, struct maps *maps) {
    if (!m->verifier)
        return true;
    verify_end(m->verifier);
    m->verifier = NULL;
    return !m->kind->collected || maps_end(&m->maps, maps);
}

static bool end_proof(struct image_making *m, bool proven) {
    if (!drop_proof(m, proven ? &m->image->maps : NULL))
        return refuse_memory(m);
    if (proven)
        return true;
    explain_verdict(m->image->link->object, m->image->origin, m->verdict);
    return refuse_proof(m);
}

/* Of all that the program may call, what needs most. */
static uint32_t deepest_import(const struct image *image) {
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < image->program.slots; i++) {
        struct insn insn = image->program.insn[i];
        if (insn.op != OP_CALL_STATIC)
            continue;
        ENGINE_ASSERT((uint32_t)insn.imm < image->link->names, "import %d of %u", insn.imm,
                      image->link->names);
        const struct image *other = image->link->binding[insn.imm].export->image;
        if (other && other->stack_bytes > deepest)
            deepest = other->stack_bytes;
    }
    return deepest;
}

static bool measure_stack(struct image_making *m) {
    struct image *image = m->image;
    image->stack_bytes = image->facts.stack_bytes + deepest_import(image);
    if (!m->kind->stack_max || image->stack_bytes <= m->kind->stack_max)
        return true;
    m->why->rule = LINK_RULE_STACK;
    report_say(m->why, "%s: %s: %s: %u bytes, and not %u (%s)", image->link->name,
               image->function->name, rule_sentence(LINK_RULE_STACK), image->stack_bytes,
               m->kind->stack_max, rule_name(LINK_RULE_STACK));
    return report_hint(m->why);
}

static bool compile(struct image_making *m) {
    struct image *image = m->image;
    if (!callbacks_create(&image->program, image->link->hooks))
        return refuse_memory(m);
    if (!m->jit)
        return true;
    struct jit_options options = *m->jit;
    options.points = m->kind->collected;
    image->compiled = jit_compile(&image->program, image->link->hooks, &options, &image->code);
    return image->compiled || refuse_memory(m);
}

/* Nothing here can fail: the program is one. */
static void finish(struct image_making *m) {
    struct image *image = m->image;
    image->signature = m->kind->entry;
    image->signature.facts = image->facts.proven;
    image->signature.cost = (uint32_t)image->facts.cost;
    image->next = image->link->image;
    image->link->image = image;
}

static void give_back(struct image *image) {
    const struct hooks *h = image->link->hooks;
    maps_release(&image->maps, h);
    if (image->compiled)
        jit_release(&image->code, h);
    if (image->program.insn) {
        if (image->program.callbacks)
            callbacks_release(&image->program, h);
        program_release(&image->program, h);
    }
    arena_release(&image->arena);
    *image = (struct image){.link = NULL};
}

bool image_begin(struct image_making *m, struct image *image, struct link *link,
                 const char *function, const struct kind *kind, const struct jit_options *jit,
                 struct report *why) {
    *m = (struct image_making){
        .image = image, .kind = kind, .jit = jit, .why = why, .scratch = {.hooks = link->hooks}};
    *image = (struct image){.link = link, .arena = {.hooks = link->hooks}};
    report_begin(why);
    if (find_function(m, function) && decode(m) && begin_proof(m))
        return true;
    image_give_up(m);
    return false;
}

enum image_progress image_go(struct image_making *m, uint32_t units) {
    ENGINE_ASSERT(m->verifier, "%s is made or given up already", m->image->function->name);
    enum verify_progress progress = verify_go(m->verifier, units);
    if (progress == VERIFY_GOES_ON)
        return IMAGE_GOES_ON;
    if (!end_proof(m, progress == VERIFY_PROVEN) || !measure_stack(m) || !compile(m)) {
        image_give_up(m);
        return IMAGE_REFUSED;
    }
    arena_release(&m->scratch);
    finish(m);
    return IMAGE_MADE;
}

void image_give_up(struct image_making *m) {
    drop_proof(m, NULL);
    arena_release(&m->scratch);
    give_back(m->image);
}

bool image_create(struct image *image, struct link *link, const char *function,
                  const struct kind *kind, const struct jit_options *jit, struct report *why) {
    struct image_making m;
    enum image_progress progress = IMAGE_GOES_ON;
    if (!image_begin(&m, image, link, function, kind, jit, why))
        return false;
    while (progress == IMAGE_GOES_ON)
        progress = image_go(&m, UINT32_MAX);
    return progress == IMAGE_MADE;
}

bool image_release(struct image *image) {
    if (!image_is_runnable(image))
        return true;
    if (!link_withdraw(image->link))
        return false;
    struct image **at = &image->link->image;
    while (*at != image) {
        ENGINE_ASSERT(*at, "the image of %s is not its link's", image->function->name);
        at = &(*at)->next;
    }
    *at = image->next;
    give_back(image);
    return true;
}

void image_stop_all(struct link *link) {
    while (link->image) {
        struct image *image = link->image;
        link->image = image->next;
        give_back(image);
    }
}

char *image_place_text(const struct image *image, uint32_t slot, char into[]) {
    return place_text(image->link->object, image->origin[slot], into);
}
