/* SPDX-License-Identifier: MIT */
/* trial.c -- a format tried on a design: a type imported, then operations, each with the bytes that
 * the format would have afterwards. After each the kernel must say that the block owns what the
 * format says that it owns. */
#include "formats.h"

#include "exo/xn/type/change.h"
#include "host_hooks.h"
#include "lib/error.h"

#include <stdlib.h>
#include <string.h>

#define BLOCKS 1000
enum { TYPE = XN_IMPORTED };

struct trial {
    const struct format *format;
    struct host_hooks host;
    struct xn_types types;
    struct xn_importing importing;
    struct report why;
    uint64_t block[2][XN_BLOCK_BYTES / 8]; /* the second one for formats of two */
    bool used[BLOCKS];                     /* the kernel's free map */
    uint64_t word[BLOCKS];                 /* design "capability" */
    struct xn_extent child[FORMAT_OWNED];
    unsigned children;
    char *text;
    size_t size;
};

static uint64_t *word(void *owner, uint32_t block, bool changes) {
    (void)changes;
    struct trial *t = owner;
    return block < BLOCKS ? &t->word[block] : NULL;
}

static int permits(void *owner, const struct xn_request *request, struct xn_site *site) {
    (void)owner, (void)request, (void)site;
    return 1;
}

static const char *step_name(enum step step) {
    static const char *const name[STEPS] = {"empty",   "first child", "second child",
                                            "rewrite", "free",        "attack"};
    return name[step];
}

static bool refuse(struct trial *t, enum step step, const char *why) {
    snprintf(t->text, t->size, "%s: %s", step_name(step), why);
    return false;
}

static bool import(struct trial *t) {
    static unsigned char body[XN_BODY_BYTES_MAX];
    const struct format *f = t->format;
    enum xn_design design = t->types.meta->design;
    size_t fields = design == XN_TEMPLATE ? f->fields : 0,
           object = design == XN_UDF ? (size_t)(f->object_end - f->object) : 0;
    struct xn_body b = {.magic = XN_BODY_MAGIC,
                        .name = "format",
                        .number = TYPE,
                        .class = XN_BASE,
                        .members = (uint8_t)fields,
                        .most = 16,
                        .size = XN_BLOCK_BYTES,
                        .stride = FORMAT_WINDOW,
                        .count = 2,
                        .key = XN_NO_KEY,
                        .object = (uint32_t)object};
    if (design == XN_TEMPLATE)
        b.most = XN_OWNED_MAX;
    b.bytes = (uint32_t)(sizeof b + fields * sizeof *f->field + object);
    memcpy(body, &b, sizeof b);
    memcpy(body + sizeof b, f->field, fields * sizeof *f->field);
    memcpy(body + sizeof b + fields * sizeof *f->field, f->object, object);
    int result = xn_import(&t->importing, &t->types, body, b.bytes, &t->why);
    for (char *c = t->why.text; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
    const char *said = strstr(t->why.text, "format: ");
    if (result < 0)
        snprintf(t->text, t->size, "import: %s", said ? said + 8 : t->why.text);
    return result > 0;
}

/* Which block's partition 0 a step is about. */
static unsigned place(const struct trial *t, enum step step) {
    return step == STEP_SECOND && (t->format->ordinal || t->format->listed);
}

static struct xn_side side(struct trial *t, unsigned block, const struct xn_changes *changes) {
    return (struct xn_side){.at = {t->types.type[TYPE], (unsigned char *)t->block[block],
                                   block ? t->child[0].block : 100},
                            .changes = changes};
}

/* All of a window, as the format writes it. */
static void make_changes(struct trial *t, unsigned block, const struct xn_extent *child,
                         unsigned children, enum step step, struct xn_changes *c) {
    memset(c, 0, sizeof *c);
    memcpy(c->bytes, t->block[block], FORMAT_WINDOW);
    t->format->write(c->bytes, child, children, step);
    c->count = 1;
    c->change[0].bytes = FORMAT_WINDOW;
}

static int attempt(struct trial *t, const struct xn_change *c) {
    static const struct xn_above above = {.parent = permits};
    for (unsigned i = 0; i < c->side[0].add.count && c->operation == XN_ALLOC; i++)
        if (t->used[c->side[0].add.block + i])
            return -E_EXISTS;
    int error = xn_change_check(&t->types, c);
    if (!error)
        error = xn_change_may(&t->types, c, &above);
    if (!error)
        xn_change_apply(&t->types, c);
    return error;
}

static bool same_set(const struct xn_extent *a, const struct xn_extent *b, unsigned n) {
    unsigned found = 0;
    for (unsigned i = 0; i < n; i++)
        for (unsigned k = 0; k < n; k++)
            found += !memcmp(&a[i], &b[k], sizeof *a);
    return found == n;
}

/* Does the kernel know what the format owns? */
static bool agrees(struct trial *t, enum step step) {
    unsigned at = place(t, step);
    struct xn_extent out[XN_OWNED_MAX];
    struct xn_site site = side(t, at, NULL).at;
    if (!t->types.meta->knows)
        return true;
    int owned = xn_owns(&t->types, &site, 0, out);
    const struct xn_extent *child = at ? &t->child[1] : t->child;
    unsigned children = at ? 1 : t->children;
    return owned == (int)children && same_set(out, child, children);
}

static bool do_step(struct trial *t, enum step step) {
    const struct format *f = t->format;
    unsigned at = place(t, step);
    struct xn_changes changes;
    struct xn_change c = {.operation = XN_WRITE, .credential = 7, .sides = 1};
    c.side[0] = side(t, at, &changes);
    if (step == STEP_FIRST || step == STEP_SECOND) {
        struct xn_extent *new = &t->child[t->children++];
        unsigned number = t->children - 1;
        *new = (struct xn_extent){200 + 20 * number, f->lengths[number],
                                  f->listed ? TYPE : XN_BYTES, 0};
        if (f->at)
            new->block = f->at + 256 * (at ? f->ordinal : 0);
        if (f->shared && number)
            *new = t->child[0];
        bool silent = f->shared && number && !t->types.meta->knows; /* bytes, and no more */
        c.operation = silent ? XN_WRITE : XN_ALLOC;
        if (!silent)
            c.side[0].add = *new;
    } else if (step == STEP_FREE) {
        c.operation = XN_FREE;
        c.side[0].take = t->child[0];
        memmove(t->child, t->child + 1, --t->children * sizeof *t->child);
    }
    make_changes(t, at, at ? &t->child[1] : t->child, at ? 1 : t->children, step, &changes);
    int error = attempt(t, &c);
    if (error)
        return refuse(t, step,
                      error == -E_EXISTS ? "the block is owned already" : error_sentence(error));
    for (unsigned i = 0; i < c.side[0].add.count; i++)
        t->used[c.side[0].add.block + i] = true;
    return agrees(t, step) || refuse(t, step, "the kernel sees other blocks than the format");
}

/* The first block of the list is taken off: its head becomes the second one. In one operation, for
 * a crash may follow: by each one of two blocks that could be meant. */
static bool take_off(struct trial *t) {
    struct xn_changes head, list;
    make_changes(t, 0, &t->child[1], 1, STEP_REWRITE, &head);
    make_changes(t, 1, NULL, 0, STEP_REWRITE, &list);
    struct xn_change c = {.operation = XN_MOVE_OUT, .credential = 7, .sides = 2};
    c.side[0] = side(t, 1, &list);
    c.side[1] = side(t, 0, &head);
    c.side[0].take = c.side[1].add = t->child[1];
    if (!attempt(t, &c))
        return true;
    c.operation = XN_SWAP;
    c.side[0].add = c.side[1].take = t->child[0];
    return !attempt(t, &c) ||
           refuse(t, STEP_REWRITE, "two blocks own the list's second one, or none its first one");
}

/* Bytes that point to somebody else's block, or lose what is pointed to. */
static bool withstands(struct trial *t) {
    struct xn_changes changes;
    struct xn_change c = {.operation = XN_WRITE, .credential = 7, .sides = 1};
    struct xn_extent child[FORMAT_OWNED];
    memcpy(child, t->child, sizeof child);
    child[t->children] = (struct xn_extent){FORMAT_FOREIGN, 1, XN_BYTES, 0};
    make_changes(t, 0, child, t->children + 1, STEP_FOREIGN, &changes);
    c.side[0] = side(t, 0, &changes);
    return attempt(t, &c) ||
           refuse(t, STEP_FOREIGN, "other pointers than were named, and nothing is refused");
}

static bool run(struct trial *t) {
    t->word[100] = 7;
    if (!import(t))
        return false;
    for (enum step step = STEP_EMPTY; step <= STEP_SECOND; step++)
        if (!do_step(t, step))
            return false;
    if (t->types.meta->knows && t->format->listed)
        return take_off(t);
    if (!t->format->listed && (!do_step(t, STEP_REWRITE) || !do_step(t, STEP_FREE)))
        return false;
    return withstands(t);
}

bool format_try(const struct format *format, enum xn_design design, char *text, size_t size) {
    struct trial *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    t->format = format;
    t->text = text;
    t->size = size;
    host_hooks_init(&t->host);
    t->types = (struct xn_types){.hooks = &t->host.hooks,
                                 .meta = xn_meta_of[design],
                                 .way = XN_COMPILED,
                                 .atom = 512,
                                 .blocks = BLOCKS,
                                 .word = word,
                                 .owner = t};
    if (xn_types_open(&t->types))
        abort();
    bool taken = run(t);
    xn_types_close(&t->types);
    free(t);
    return taken;
}
