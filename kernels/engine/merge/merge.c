/* SPDX-License-Identifier: MIT */
/* merge.c -- see merge.h: what the members ask, and which of it is decided first. A set is parted
 * by the number that most of its members look at, the rest by the next such number, and so on; what
 * each value leads to is a smaller set, of whose members one conjunct less is left to be decided. A
 * member stands in one place of each set that it comes to, so memory is linear in the conjuncts. */
#include "engine/assert.h"
#include "engine/merge/merge_internal.h"
#include "lib/string.h"

#define KEYS_MAX     8 /* numbers that are counted exactly... */
#define SEARCHES_MAX 8 /* ...and searched one after the other; what is left then is asked */
#define PREFIXES_MAX 3 /* masks of one source that are looked up one by one */

/* --- Rows and lists --- */

uint32_t merge_row_add(struct merge_build *b, struct merge_row *row, size_t element,
                       uint32_t more) {
    const struct hooks *h = b->hooks;
    uint32_t first = row->used;
    if (more > row->capacity - row->used) {
        uint32_t capacity =
            row->used + more > 2 * row->capacity ? row->used + more : 2 * row->capacity;
        void *at = h->allocate(h->owner, capacity * element);
        if (!at) {
            b->no_memory = true;
            return first;
        }
        if (row->at)
            memcpy(at, row->at, row->used * element);
        h->release(h->owner, row->at, row->capacity * element);
        row->at = at;
        row->capacity = capacity;
    }
    row->used += more;
    return first;
}

void merge_list_add(struct merge_build *b, struct merge_list *list, uint32_t member) {
    if (list->count++)
        b->link[list->tail] = member;
    else
        list->head = member;
    list->tail = member;
}

uint32_t merge_list_take(struct merge_build *b, struct merge_list *list) {
    ENGINE_ASSERT(list->count && list->head < b->count, "%u members from %u on", list->count,
                  list->head);
    uint32_t member = list->head;
    list->head = b->link[member];
    list->count--;
    return member;
}

/* --- What can be decided --- */

/* A conjunct that waits comes after all that stand before it in its member. Numbers outside of a
 * range are not searched for: nearly everything would be found. */
static bool is_searched(const struct merge_build *b, uint32_t member, unsigned i) {
    const struct merge_form *form = &b->form[member];
    const struct conjunct *c = merge_conjunct(b, member, i);
    unsigned before = (1u << i) - 1;
    return !(form->done >> i & 1) && c->low <= c->high &&
           (!(form->waits >> i & 1) || (form->done & before) == before);
}

/* Finds the conjunct by which the member is found under this key. False: none that is not decided
 * yet. */
static bool find_under(struct merge_build *b, const struct merge_key *key, uint32_t member) {
    for (unsigned i = 0; i < b->form[member].conjuncts; i++) {
        const struct conjunct *c = merge_conjunct(b, member, i);
        bool fits = c->mask == key->mask || (key->prefixes && is_prefix(&c->source, c->mask));
        if (!fits || !guard_source_equal(&c->source, &key->source) || !is_searched(b, member, i))
            continue;
        ENGINE_ASSERT(!(b->form[member].done >> i & 1), "conjunct %u is decided already", i);
        b->form[member].found = (uint8_t)i;
        return true;
    }
    return false;
}

struct keys {
    struct merge_key key[KEYS_MAX];
    uint32_t members[KEYS_MAX];
    unsigned count;
    bool crowded; /* there are more */
};

static bool is_key(const struct merge_key *key, const struct conjunct *c) {
    return key->mask == c->mask && guard_source_equal(&key->source, &c->source);
}

/* While there are more numbers than places, each that finds none takes one from all others, and has
 * the place of one that is down to 0: what is looked at more than once in KEYS_MAX + 1 times stays,
 * in whatever order the members come (Misra and Gries, Finding Repeated Elements, 1982). */
static void count_key(struct keys *k, const struct conjunct *c) {
    unsigned i = 0, free = k->count;
    for (; i < k->count && !is_key(&k->key[i], c); i++)
        if (!k->members[i])
            free = i;
    if (i == k->count) {
        i = free;
        k->crowded |= k->count == KEYS_MAX;
        if (i == KEYS_MAX) {
            for (unsigned n = 0; n < KEYS_MAX; n++)
                k->members[n]--;
            return;
        }
        k->count += i == k->count;
        k->key[i] = (struct merge_key){.source = c->source, .mask = c->mask};
    }
    k->members[i]++;
}

/* Counts a number again that has kept its place. */
static void recount_key(struct keys *k, const struct conjunct *c) {
    for (unsigned i = 0; i < k->count; i++)
        if (is_key(&k->key[i], c)) {
            k->members[i]++;
            return;
        }
}

static void count_keys(const struct merge_build *b, const struct merge_list *list, struct keys *k,
                       void (*count)(struct keys *, const struct conjunct *)) {
    uint32_t member = list->head;
    for (uint32_t n = 0; n < list->count; n++, member = b->link[member])
        for (unsigned i = 0; i < b->form[member].conjuncts; i++)
            if (is_searched(b, member, i))
                count(k, merge_conjunct(b, member, i));
}

/* The number that most members look at. Few masks that are prefixes have a table each; many are one
 * search for ranges. False: nothing can be searched. Not part of its caller, whose frame is there
 * once for each conjunct of a member. */
static __attribute__((noinline)) bool
choose_key(const struct merge_build *b, const struct merge_list *list, struct merge_key *key) {
    struct keys k = {.count = 0};
    unsigned best = 0, prefixes = 0;
    count_keys(b, list, &k, count_key);
    if (!k.count)
        return false;
    if (k.crowded) {
        memset(k.members, 0, sizeof k.members);
        count_keys(b, list, &k, recount_key);
    }
    for (unsigned i = 1; i < k.count; i++)
        if (k.members[i] > k.members[best])
            best = i;
    ENGINE_ASSERT(k.members[best], "a number that nobody looks at, of %u", k.count);
    *key = k.key[best];
    for (unsigned i = 0; i < k.count; i++)
        prefixes += guard_source_equal(&k.key[i].source, &key->source) &&
                    is_prefix(&key->source, k.key[i].mask);
    if (prefixes > PREFIXES_MAX && is_prefix(&key->source, key->mask)) {
        key->prefixes = true;
        key->mask = source_bits(&key->source);
    }
    return true;
}

/* --- Sets --- */

static bool is_decided(const struct merge_build *b, uint32_t member) {
    const struct merge_form *form = &b->form[member];
    return form->kind == GUARD_CONJUNCTION && form->done == (1u << form->conjuncts) - 1;
}

/* Moves the members that hold from the list to the set. */
static void take_held(struct merge_build *b, uint32_t set, struct merge_list *list) {
    struct merge_list rest = {.count = 0};
    uint32_t first = b->merge->number.used;
    while (list->count && !b->no_memory) {
        uint32_t member = merge_list_take(b, list);
        if (!is_decided(b, member)) {
            merge_list_add(b, &rest, member);
            continue;
        }
        uint32_t at = ROW_ADD(b, &b->merge->number, uint32_t, 1);
        if (!b->no_memory)
            *ROW_AT(b->merge->number, uint32_t, at) = member;
    }
    struct merge_set *s = ROW_AT(b->merge->set, struct merge_set, set);
    s->number = first;
    s->numbers = b->merge->number.used - first;
    *list = rest;
}

/* Moves the members that are found under the key to a search; gives it. */
static uint32_t take_search(struct merge_build *b, const struct merge_key *key,
                            struct merge_list *list) {
    struct merge_list under = {.count = 0}, rest = {.count = 0};
    while (list->count) {
        uint32_t member = merge_list_take(b, list);
        merge_list_add(b, find_under(b, key, member) ? &under : &rest, member);
    }
    *list = rest;
    return merge_make_search(b, key, under);
}

/* What is left of a member: its machine code, or the conjuncts that have not been decided. */
static void ask_member(struct merge_build *b, uint32_t member) {
    struct merge *m = b->merge;
    const struct merge_form *form = &b->form[member];
    struct merge_asked asked = {.member = member, .conjunct = m->conjunct.used};
    if (form->kind == GUARD_OPAQUE)
        asked.entry = b->member[member].entry;
    for (unsigned i = 0; i < form->conjuncts && !b->no_memory; i++) {
        if (form->done >> i & 1)
            continue;
        uint32_t at = ROW_ADD(b, &m->conjunct, struct conjunct, 1);
        if (!b->no_memory)
            *ROW_AT(m->conjunct, struct conjunct, at) = *merge_conjunct(b, member, i);
    }
    asked.conjuncts = m->conjunct.used - asked.conjunct;
    ENGINE_ASSERT(b->no_memory || asked.entry || asked.conjuncts, "member %u has nothing to ask",
                  member);
    uint32_t at = ROW_ADD(b, &m->asked, struct merge_asked, 1);
    if (!b->no_memory)
        *ROW_AT(m->asked, struct merge_asked, at) = asked;
}

/* Calls itself by way of merge_make_search, once for each conjunct of a member at most. */
uint32_t merge_make_set(struct merge_build *b, struct merge_list list) {
    struct merge *m = b->merge;
    struct merge_key key;
    if (list.count == 0)
        return MERGE_NOBODY;
    if (list.count == 1 && is_decided(b, list.head))
        return list.head | LEADS_TO_MEMBER;
    uint32_t set = ROW_ADD(b, &m->set, struct merge_set, 1), last = MERGE_NOBODY;
    if (b->no_memory)
        return MERGE_NOBODY;
    ROW_AT(m->set, struct merge_set, set)->search = MERGE_NOBODY;
    take_held(b, set, &list);
    for (unsigned n = 0; n < SEARCHES_MAX && !b->no_memory && choose_key(b, &list, &key); n++) {
        uint32_t search = take_search(b, &key, &list);
        if (b->no_memory)
            return MERGE_NOBODY;
        if (last == MERGE_NOBODY)
            ROW_AT(m->set, struct merge_set, set)->search = search;
        else
            ROW_AT(m->search, struct merge_search, last)->next = search;
        last = search;
    }
    uint32_t first = m->asked.used;
    while (list.count && !b->no_memory)
        ask_member(b, merge_list_take(b, &list));
    struct merge_set *s = ROW_AT(m->set, struct merge_set, set);
    s->asked = first;
    s->askeds = m->asked.used - first;
    return set;
}

/* --- All members --- */

/* Where the mask is a prefix, brings the lower end to what the mask leaves of numbers, so that the
 * conjunct is a range of all the source's bits, too. False: it takes no number. */
static bool round_low(struct conjunct *c) {
    uint64_t rest = source_bits(&c->source) & ~c->mask;
    if (c->low > c->high || !is_prefix(&c->source, c->mask))
        return true;
    if (c->low <= c->mask && c->low & rest)
        c->low = (c->low | rest) + 1;
    return c->low <= c->mask && c->low <= c->high;
}

/* Must what stands before in the member be asked first? A packet's field is there only if it is
 * long enough, an object's if it is not null. And what the verifier found that no run comes to may
 * be a path of the form all the same, whose earlier conjuncts never hold together: it may read
 * beyond what the argument points to, or from a number. */
static bool must_wait(const struct merge_build *b, const struct guard_source *s) {
    const struct shape *shape = &b->entry->parameter[s->argument];
    uint32_t bytes = shape->kind == SHAPE_MEMORY   ? shape->bytes
                     : shape->kind == SHAPE_OBJECT ? shape->object->bytes
                                                   : 0;
    bool is_there =
        !(shape->may & MAY_BE_NULL) && s->offset >= 0 && (uint64_t)s->offset + s->bytes <= bytes;
    return s->kind == GUARD_FIELD && !is_there;
}

/* Forms that never hold are in no set. */
static enum merge_outcome read_member(struct merge_build *b, uint32_t i, struct merge_list *all) {
    const struct merge_member *of = &b->member[i];
    struct guard_form form;
    if (!(of->facts->proven & FUNCTIONAL) || of->program->metered)
        return MERGE_NOT_FUNCTIONAL;
    guard_paths_follow(b->paths, &form, of->program, of->facts, b->entry, NULL);
    if (form.kind == GUARD_OPAQUE && !of->entry)
        return MERGE_NO_ENTRY;
    uint32_t first = ROW_ADD(b, &b->conjunct, struct conjunct, form.count);
    if (b->no_memory)
        return MERGE_NO_MEMORY;
    unsigned waits = 0;
    for (uint32_t n = 0; n < form.count; n++) {
        struct conjunct *c = ROW_AT(b->conjunct, struct conjunct, first + n);
        *c = form.conjunct[n];
        waits |= (unsigned)must_wait(b, &c->source) << n;
        if (!round_low(c))
            form.kind = GUARD_NEVER;
    }
    b->form[i] = (struct merge_form){.kind = form.kind,
                                     .conjunct = first,
                                     .conjuncts = (uint8_t)form.count,
                                     .waits = (uint16_t)waits};
    if (form.kind != GUARD_NEVER)
        merge_list_add(b, all, i);
    return MERGE_DONE;
}

static enum merge_outcome build(struct merge_build *b) {
    struct merge_list all = {.count = 0};
    if (!b->link || !b->form || !b->paths)
        return MERGE_NO_MEMORY;
    for (uint32_t i = 0; i < b->count; i++) {
        enum merge_outcome read = read_member(b, i, &all);
        if (read != MERGE_DONE)
            return read;
    }
    b->merge->all = merge_make_set(b, all);
    return b->no_memory ? MERGE_NO_MEMORY : MERGE_DONE;
}

static void row_release(const struct hooks *h, struct merge_row *row, size_t element) {
    h->release(h->owner, row->at, row->capacity * element);
    *row = (struct merge_row){.at = NULL};
}

enum merge_outcome merge_create(struct merge *merge, const struct hooks *h,
                                const struct signature *entry, const struct merge_member *member,
                                uint32_t count) {
    *merge = (struct merge){.members = count, .all = MERGE_NOBODY};
    if (count > MERGE_MEMBERS_MAX)
        return MERGE_TOO_MANY;
    struct merge_build b = {.hooks = h,
                            .entry = entry,
                            .member = member,
                            .merge = merge,
                            .count = count,
                            .link = h->allocate(h->owner, count * sizeof *b.link),
                            .form = h->allocate(h->owner, count * sizeof *b.form),
                            .paths = guard_paths_open(h)};
    enum merge_outcome outcome = build(&b);
    guard_paths_close(b.paths, h);
    row_release(h, &b.conjunct, sizeof(struct conjunct));
    h->release(h->owner, b.link, count * sizeof *b.link);
    h->release(h->owner, b.form, count * sizeof *b.form);
    if (outcome != MERGE_DONE)
        merge_release(merge, h);
    return outcome;
}

void merge_release(struct merge *m, const struct hooks *h) {
    row_release(h, &m->set, sizeof(struct merge_set));
    row_release(h, &m->search, sizeof(struct merge_search));
    row_release(h, &m->slot, sizeof(struct merge_slot));
    row_release(h, &m->range, sizeof(struct merge_range));
    row_release(h, &m->number, sizeof(uint32_t));
    row_release(h, &m->asked, sizeof(struct merge_asked));
    row_release(h, &m->conjunct, sizeof(struct conjunct));
    *m = (struct merge){.all = MERGE_NOBODY};
}

size_t merge_bytes(const struct merge *m) {
    return m->set.capacity * sizeof(struct merge_set) +
           m->search.capacity * sizeof(struct merge_search) +
           m->slot.capacity * sizeof(struct merge_slot) +
           m->range.capacity * sizeof(struct merge_range) + m->number.capacity * sizeof(uint32_t) +
           m->asked.capacity * sizeof(struct merge_asked) +
           m->conjunct.capacity * sizeof(struct conjunct);
}
