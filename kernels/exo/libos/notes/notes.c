/* SPDX-License-Identifier: MIT */
/* notes.c -- see notes.h. */
#include "exo/libos/notes/notes.h"

#include "exo/xn/type/body.h"
#include "lib/error.h"
#include "lib/string.h"

static const char root_name[16] = "notes";

/* --- Making one --- */

static long type_add(struct store *store, const void *object, size_t bytes) {
    static struct {
        struct xn_body head;
        unsigned char object[XN_BODY_BYTES_MAX - sizeof(struct xn_body)];
    } body;
    if (bytes > sizeof body.object)
        return -E_TOO_LONG;
    body.head = (struct xn_body){.magic = XN_BODY_MAGIC,
                                 .bytes = (uint32_t)(sizeof body.head + bytes),
                                 .name = "notes",
                                 .number = NOTES_TYPE,
                                 .class = XN_BASE,
                                 .most = 1, /* extent that a window owns */
                                 .size = XN_BLOCK_BYTES,
                                 .first = NOTES_SLOT,
                                 .stride = NOTES_SLOT,
                                 .count = NOTES_SLOTS,
                                 .key = XN_NO_KEY,
                                 .object = (uint32_t)bytes};
    memcpy(body.object, object, bytes);
    return store->ops->type(store, &body, body.head.bytes);
}

long notes_format(struct store *store, const void *object, size_t bytes) {
    const unsigned magic = NOTES_MAGIC;
    struct xn_changes changes = {.count = 1, .change = {{0, sizeof magic}}};
    struct xn_extent at = {store_find_free(store, store->first, 1), 1, NOTES_TYPE, 0};
    long error = type_add(store, object, bytes);
    if (error < 0)
        return error;
    at.block = store_find_free(store, store->first, 1);
    error = store->ops->root_new(store, root_name, at, false);
    if (error < 0)
        return error;
    memcpy(changes.bytes, &magic, sizeof magic);
    error = store->ops->write(store, (struct store_at){at.block, 0, &changes});
    return error < 0 ? error : store_sync(store, false);
}

/* --- Slots --- */

/* The block of notes, held. */
static long look(struct notes *n, const struct note **slots) {
    unsigned char *bytes;
    long error = store_get(n->store, &n->root, 0, STORE_READ, &bytes);
    if (error == 0)
        *slots = (const struct note *)(bytes + NOTES_SLOT);
    return error;
}

long notes_open(struct notes *n, struct store *store) {
    const struct note *slots = NULL;
    n->store = store;
    long error = store->ops->root(store, root_name, &n->root);
    if (error == 0)
        error = look(n, &slots);
    if (slots == NULL)
        return error;
    bool is = *((const unsigned *)slots - NOTES_SLOT / sizeof(unsigned)) == NOTES_MAGIC;
    store_put(store, n->root.at.block);
    return is && n->root.at.type == NOTES_TYPE ? 0 : -E_DAMAGED;
}

/* The slot of that name ("": the first free one), and what is in it. */
static long find(struct notes *n, const char *name, struct note *note) {
    const struct note *slots = NULL;
    long error = look(n, &slots), slot = name[0] ? -E_NOT_FOUND : -E_FULL;
    if (error < 0)
        return error;
    for (unsigned i = 0; i < NOTES_SLOTS && slot < 0; i++) {
        const struct note *s = &slots[i];
        bool same = s->at.count != 0 && strnlen(s->name, sizeof s->name) < sizeof s->name &&
                    !strcmp(s->name, name);
        if (name[0] ? same : s->at.count == 0) {
            *note = *s;
            slot = i;
        }
    }
    store_put(n->store, n->root.at.block);
    return slot;
}

/* The slot becomes this. */
static struct xn_changes becomes(long slot, const struct note *note) {
    struct xn_changes c = {.count = 1,
                           .change = {{(unsigned short)((slot + 1) * NOTES_SLOT), sizeof *note}}};
    memcpy(c.bytes, note, sizeof *note);
    return c;
}

/* --- Notes --- */

long notes_put(struct notes *n, const char *name, const void *bytes, size_t count) {
    struct store *s = n->store;
    struct note note = {.bytes = (unsigned)count};
    if (find(n, name, &note) >= 0)
        return -E_EXISTS;
    if (!name[0] || strnlen(name, sizeof note.name) == sizeof note.name)
        return -E_TOO_LONG;
    long slot = find(n, "", &note);
    if (slot < 0)
        return slot;
    note = (struct note){.bytes = (unsigned)count};
    memcpy(note.name, name, strlen(name));
    uint32_t blocks = count ? (uint32_t)((count + STORE_BLOCK - 1) / STORE_BLOCK) : 1;
    note.at = (struct xn_extent){0, (unsigned short)blocks, XN_BYTES, 0};
    note.at.block = blocks < 0x10000 ? store_find_free(s, n->root.at.block, blocks) : 0;
    if (note.at.block == 0)
        return -E_FULL;
    struct xn_changes c = becomes(slot, &note);
    long error = s->ops->alloc(s, (struct store_at){n->root.at.block, (uint32_t)slot, &c}, note.at);
    struct store_child child = {n->root.at.block, (uint32_t)slot, note.at};
    for (uint32_t i = 0; i < blocks && error == 0; i++) {
        unsigned char *to;
        size_t at = i * (size_t)STORE_BLOCK, left = count - at;
        error = store_get(s, &child, i, STORE_NEW, &to);
        if (error < 0)
            break;
        memcpy(to, (const char *)bytes + at, left < STORE_BLOCK ? left : STORE_BLOCK);
        store_put(s, note.at.block + i);
        /* On the disk before the name that leads to it. */
        error = s->ops->depend(s, n->root.at.block, note.at.block + i);
    }
    return error < 0 ? error : store_sync(s, false);
}

long notes_get(struct notes *n, const char *name, void *into, size_t room) {
    struct note note;
    long slot = name[0] ? find(n, name, &note) : -E_NOT_FOUND;
    if (slot < 0)
        return slot;
    struct store_child child = {n->root.at.block, (uint32_t)slot, note.at};
    size_t count = note.bytes < room ? note.bytes : room;
    for (size_t at = 0; at < count; at += STORE_BLOCK) {
        unsigned char *from;
        long error = store_get(n->store, &child, (uint32_t)(at / STORE_BLOCK), STORE_READ, &from);
        if (error < 0)
            return error;
        memcpy((char *)into + at, from, count - at < STORE_BLOCK ? count - at : STORE_BLOCK);
        store_put(n->store, note.at.block + (uint32_t)(at / STORE_BLOCK));
    }
    return note.bytes;
}

long notes_remove(struct notes *n, const char *name) {
    struct note note, none = {.bytes = 0};
    long slot = name[0] ? find(n, name, &note) : -E_NOT_FOUND;
    if (slot < 0)
        return slot;
    struct xn_changes c = becomes(slot, &none);
    struct store_at at = {n->root.at.block, (uint32_t)slot, &c};
    long error = n->store->ops->free(n->store, at, note.at);
    return error < 0 ? error : store_sync(n->store, false);
}

const char *notes_name(struct notes *n, unsigned slot) {
    static struct note note;
    const struct note *slots = NULL;
    if (slot >= NOTES_SLOTS || look(n, &slots) < 0)
        return NULL;
    note = slots[slot];
    store_put(n->store, n->root.at.block);
    note.name[sizeof note.name - 1] = '\0';
    return note.at.count ? note.name : NULL;
}
