/* SPDX-License-Identifier: MIT */
/* dpf_state.c -- the later pieces of a message, of which only the first says whose it is: a filter
 * with state atoms notes, of what it takes, the bytes that these name, and takes what has the same
 * there. It is two filters in the trie: one of all atoms; and one of those before the state atoms,
 * which a table of notes decides about, and which is no stronger than these atoms by themselves.
 *
 * The table has room for DPF_NOTES notes for each of its filters; the oldest of those whose hashes
 * are alike make room. */
#include "exo/dpf/dpf_own.h"

#include "lib/string.h"

struct note {
    struct dpf_filter *whose; /* null: none */
    uint32_t value[DPF_FIELDS];
};

struct notes {
    struct dpf_group group; /* first */
    struct dpf_fields fields;
    struct note *note; /* DPF_NOTES for each hash, the newest first */
    uint32_t last;     /* hash */
};

#define NOTE_BYTES(last) (((last) + 1) * DPF_NOTES * sizeof(struct note))

/* What a message has in the fields; false: it does not have them all. */
static bool load(const struct dpf_fields *f, const uint8_t *message, uint32_t bytes,
                 uint32_t *value) {
    for (uint32_t i = 0; i < f->count; i++) {
        uint32_t end = f->at[i] + (uint32_t)f->bytes[i];
        if (end > bytes)
            return false;
        for (uint32_t at = f->at[i]; at < end; at++)
            value[i] = value[i] << 8 | message[at];
    }
    return true;
}

/* Where the notes with such a hash are. */
static struct note *place(struct note *note, uint32_t last, const uint32_t *value) {
    uint64_t h = 0;
    for (uint32_t i = 0; i < DPF_FIELDS; i++) {
        h = (h ^ value[i]) * DPF_HASH;
        h ^= h >> 32;
    }
    return &note[(h & last) * DPF_NOTES];
}

static struct note *search(struct note *first, const struct note *wanted) {
    for (uint32_t i = 0; i < DPF_NOTES; i++)
        if (first[i].whose && !memcmp(first[i].value, wanted->value, sizeof wanted->value))
            return &first[i];
    return NULL;
}

static const struct dpf_filter *choose(struct dpf_group *g, const uint8_t *message,
                                       uint32_t bytes) {
    struct notes *t = (struct notes *)g;
    struct note wanted = {.whose = NULL}, *found = NULL;
    if (load(&t->fields, message, bytes, wanted.value))
        found = search(place(t->note, t->last, wanted.value), &wanted);
    return found ? found->whose : &dpf_nobody;
}

/* As the newest; it takes the place of what said the same, or of the oldest. */
static void put(struct note *note, uint32_t last, const struct note *new) {
    struct note *first = place(note, last, new->value), *old = search(first, new);
    if (!old)
        old = first + DPF_NOTES - 1;
    memmove(first + 1, first, (size_t)(old - first) * sizeof *first);
    *first = *new;
}

const struct dpf_filter *dpf_find_and_note(const struct dpf_set *s, const uint8_t *message,
                                           uint32_t bytes) {
    const struct dpf_filter *f = s->find(s, message, bytes);
    if (f->later) {
        struct notes *t = (struct notes *)f->later->group;
        struct note new = {.whose = f->later};
        if (load(&t->fields, message, bytes, new.value))
            put(t->note, t->last, &new);
    }
    return f;
}

/* --- Filters come and go --- */

static struct dpf_group *make(struct dpf_set *s, const void *fields) {
    struct notes *t = dpf_allocate(s, sizeof *t);
    if (!t)
        return NULL;
    t->fields = *(const struct dpf_fields *)fields;
    t->note = dpf_allocate(s, NOTE_BYTES(0));
    if (t->note)
        return &t->group;
    dpf_free(s, t, sizeof *t);
    return NULL;
}

static bool is(const struct dpf_group *g, const void *fields) {
    return !memcmp(&((const struct notes *)g)->fields, fields, sizeof(struct dpf_fields));
}

/* Room for one more's notes. */
static int add(struct dpf_set *s, struct dpf_group *g, struct dpf_filter *f, const void *fields) {
    struct notes *t = (struct notes *)g;
    uint32_t last = 2 * t->last + 1;
    (void)f;
    (void)fields;
    if (g->members <= t->last + 1)
        return 0;
    struct note *note = dpf_allocate(s, NOTE_BYTES(last));
    if (!note)
        return -E_NO_MEMORY;
    for (uint32_t i = (t->last + 1) * DPF_NOTES; i--;) /* the oldest first */
        if (t->note[i].whose)
            put(note, last, &t->note[i]);
    dpf_free(s, t->note, NOTE_BYTES(t->last));
    t->note = note;
    t->last = last;
    return 0;
}

static void leave(struct dpf_set *s, struct dpf_group *g, struct dpf_filter *f) {
    struct notes *t = (struct notes *)g;
    (void)s;
    for (uint32_t i = 0; i < (t->last + 1) * DPF_NOTES; i++)
        if (t->note[i].whose == f)
            t->note[i].whose = NULL;
}

static void end(struct dpf_set *s, struct dpf_group *g) {
    struct notes *t = (struct notes *)g;
    dpf_free(s, t->note, NOTE_BYTES(t->last));
    dpf_free(s, t, sizeof *t);
}

const struct dpf_choice dpf_state = {choose, make, is, add, leave, end};
