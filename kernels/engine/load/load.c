/* SPDX-License-Identifier: MIT */
/* load.c -- the pipeline, and its way back. */
#include "engine/load.h"

#include "engine/assert.h"
#include "engine/lines.h"
#include "lib/string.h"

static bool refuse_memory(struct loading *l) {
    return report_refuse(l->why, RULE_NO_MEMORY, l->request->name);
}

static bool open_object(struct loading *l) {
    const struct load_request *r = l->request;
    if (object_open(&l->load->object, l->hooks, r->file, r->len, l->why))
        return true;
    report_prefix(l->why, ": ");
    report_prefix(l->why, r->name);
    return false;
}

static bool resolve(struct loading *l) {
    const struct load_request *r = l->request;
    return !l->load->link.undefined || link_resolve(&l->load->link, r->domain, r->domains, l->why);
}

static bool is_section_of(const char *section, const char *kind) {
    size_t len = strlen(kind);
    return strncmp(section, kind, len) == 0 && (section[len] == '\0' || section[len] == '/');
}

/* The kind that a function is a program of, or null. */
static const struct typing *kind_of(const struct loading *l, const struct object_function *f) {
    const struct load_request *r = l->request;
    const char *section = l->load->object.section[f->section].name;
    if (r->only && strcmp(r->only, f->name) != 0)
        return NULL;
    if (r->as)
        return !r->only && strncmp(section, ".text", 5) == 0 ? NULL : r->as;
    for (uint32_t i = 0; i < r->kinds; i++)
        if (is_section_of(section, r->kind[i]->kind.name))
            return r->kind[i];
    return NULL;
}

/* What the program may call, in the shapes of its kind: the linker's imports get these signatures
 * while the verifier reads them. */
static bool type_imports(struct loading *l, struct typing_scope *scope) {
    struct link *link = &l->load->link;
    for (uint32_t i = 0; i < link->object->import_count; i++) {
        const struct binding *b = &link->binding[i];
        struct signature *s = arena_allocate(&scope->arena, 1, sizeof *s);
        if (!s)
            return refuse_memory(l);
        if (b->export->signature)
            *s = *b->export->signature;
        if (!typing_signature(scope, domain_types(b->part), b->export->type, b->export->name, s,
                              l->why))
            return false;
        link->import[i].signature = s;
    }
    return true;
}

/* And back to what the exports say. */
static void untype_imports(struct loading *l) {
    struct link *link = &l->load->link;
    for (uint32_t i = 0; i < link->object->import_count; i++)
        link->import[i].signature = link->binding[i].export->signature;
}

static bool check_steps(struct loading *l, const struct load_program *p) {
    l->steps += p->image.facts.steps;
    if (l->steps <= VERIFY_STEPS_MAX)
        return true;
    l->why->rule = RULE_COMPLEXITY;
    l->why->slot = p->image.function->start;
    report_say(l->why, "%s: %s: all programs of one object together (%s)", l->request->name,
               rule_sentence(RULE_COMPLEXITY), rule_name(RULE_COMPLEXITY));
    return report_hint(l->why);
}

/* A global function that declares all that its callers must know, and is no program by itself. */
static const struct signature *declared(void *owner, const struct object_function *f) {
    struct typing_scope *scope = owner;
    struct arena scratch = {.hooks = scope->arena.hooks};
    struct report *why = arena_allocate(&scratch, 1, sizeof *why);
    struct signature *s =
        f->global && f->type && why ? arena_allocate(&scope->arena, 1, sizeof *s) : NULL;
    bool good = s && typing_contract(scope, scope->types, f->type, f->name, s, why);
    arena_release(&scratch);
    return good ? s : NULL;
}

/* Nothing is left of what only the making of one program needs; the load keeps the scope's memory,
 * for what the image knows of its signature is there. */
static void end_program(struct loading *l) {
    struct link *link = &l->load->link;
    l->load->arena = l->scope.arena;
    link->contract = NULL;
    untype_imports(l);
    arena_release(&l->scratch);
}

static bool begin_program(struct loading *l, const struct object_function *f,
                          const struct typing *typing) {
    struct load *load = l->load;
    struct load_program *p = &load->program[load->count];
    ENGINE_ASSERT(!load->link.contract && !l->scratch.last, "%s: the last program is not over",
                  f->name);
    l->scope =
        (struct typing_scope){.typing = typing, .types = &load->link.types, .arena = load->arena};
    l->scratch = (struct arena){.hooks = l->hooks};
    p->kind = typing;
    load->link.contract = declared;
    load->link.contract_owner = &l->scope;
    if (typing_program(&l->scope, &load->link.types, f->type, f->name, &l->kind, l->why) &&
        type_imports(l, &l->scope) &&
        image_begin(&l->making, &p->image, &load->link, f->name, &l->kind, l->request->jit,
                    l->why)) {
        l->stage = LOADING_PROOF;
        return true;
    }
    end_program(l);
    return false;
}

static bool go_on_with_proof(struct loading *l, uint32_t units) {
    struct load_program *p = &l->load->program[l->load->count];
    enum image_progress progress = image_go(&l->making, units);
    if (progress == IMAGE_GOES_ON)
        return true;
    ENGINE_ASSERT(l->load->count < l->load->object.function_count, "more programs than functions");
    bool made = progress == IMAGE_MADE;
    l->load->count += made;
    l->stage = LOADING_FUNCTION;
    end_program(l);
    return made && check_steps(l, p);
}

/* The next function, if it is to be a program; behind the last one the load is over. */
static bool next_function(struct loading *l) {
    const struct load_request *r = l->request;
    const struct object *o = &l->load->object;
    if (l->function < o->function_count) {
        const struct object_function *f = &o->function[l->function++];
        const struct typing *kind = kind_of(l, f);
        return !kind || begin_program(l, f, kind);
    }
    l->stage = LOADING_DONE;
    return l->load->count ||
           report_refuse(l->why, LOAD_RULE_NO_PROGRAM, r->only ? r->only : r->name);
}

static void release(struct load *load) {
    arena_release(&load->arena);
    object_close(&load->object);
}

static bool open_names(struct loading *l) {
    struct load *load = l->load;
    const struct object *o = &load->object;
    l->linked = link_open(&load->link, l->request->name, o, l->hooks);
    l->stage = LOADING_FUNCTION;
    if (!l->linked)
        return refuse_memory(l);
    if (!resolve(l))
        return false;
    load->program = arena_allocate(&load->arena, o->function_count, sizeof *load->program);
    return load->program || refuse_memory(l);
}

void load_begin(struct loading *l, struct load *load, const struct hooks *hooks,
                const struct load_request *request, struct report *why) {
    *l = (struct loading){.load = load, .hooks = hooks, .request = request, .why = why};
    *load = (struct load){.arena = {.hooks = hooks}};
    report_begin(why);
}

/* One stage's work, or so many units of a proof. */
static bool work(struct loading *l, uint32_t units) {
    switch (l->stage) {
    case LOADING_OBJECT:
        l->stage = LOADING_NAMES;
        l->opened = open_object(l);
        return l->opened;
    case LOADING_NAMES:
        return open_names(l);
    case LOADING_FUNCTION:
        return next_function(l);
    case LOADING_PROOF:
        return go_on_with_proof(l, units);
    default: /* nothing is left to do, and load_go does not ask */
        ENGINE_ASSERT(false, "%s: a load that is over goes on", l->request->name);
        return false;
    }
}

/* Nobody can be linked to it yet. */
static void give_back(struct loading *l) {
    if (l->linked)
        link_close(&l->load->link);
    if (l->opened)
        release(l->load);
    l->stage = LOADING_REFUSED;
}

static bool is_over(const struct loading *l) {
    return l->stage == LOADING_DONE || l->stage == LOADING_REFUSED;
}

enum load_progress load_go(struct loading *l, uint32_t units) {
    while (units && !is_over(l)) {
        uint32_t most = l->stage == LOADING_PROOF ? units : 1;
        units -= most;
        if (!work(l, most))
            give_back(l);
    }
    if (!is_over(l))
        return LOAD_GOES_ON;
    return l->stage == LOADING_DONE ? LOAD_DONE : LOAD_REFUSED;
}

void load_give_up(struct loading *l) {
    if (l->stage == LOADING_PROOF) {
        image_give_up(&l->making);
        end_program(l);
    }
    if (!is_over(l))
        give_back(l);
}

bool load_open(struct load *load, const struct hooks *hooks, const struct load_request *request,
               struct report *why) {
    struct loading l;
    enum load_progress progress = LOAD_GOES_ON;
    load_begin(&l, load, hooks, request, why);
    while (progress == LOAD_GOES_ON)
        progress = load_go(&l, UINT32_MAX);
    return progress == LOAD_DONE;
}

bool load_close(struct load *load) {
    if (!link_close(&load->link))
        return false;
    release(load);
    return true;
}

bool load_watch(struct load *load, struct load_program *p, const struct verify_watcher *watcher) {
    const struct hooks *hooks = load->link.hooks;
    struct arena arena = {.hooks = hooks};
    struct report *why = arena_allocate(&arena, 1, sizeof *why);
    struct verdict *verdict = arena_allocate(&arena, 1, sizeof *verdict);
    struct load_request request = {.name = load->link.name};
    struct loading l = {.load = load, .hooks = hooks, .request = &request, .why = why};
    struct typing_scope scope = {.typing = p->kind, .arena = arena};
    struct kind kind;
    struct facts facts;
    const struct object_function *f = p->image.function;
    bool good = why && verdict &&
                typing_program(&scope, &load->link.types, f->type, f->name, &kind, why) &&
                type_imports(&l, &scope) &&
                verify_watched(&p->image.program, &kind, hooks, &facts, verdict, watcher);
    untype_imports(&l);
    arena_release(&scope.arena);
    return good;
}

struct load_program *load_program(struct load *load, const char *name) {
    for (uint32_t i = 0; i < load->count; i++)
        if (strcmp(load->program[i].image.function->name, name) == 0)
            return &load->program[i];
    return NULL;
}
