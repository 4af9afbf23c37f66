/* SPDX-License-Identifier: MIT */
/* engine_made.h -- for the tests of the loader: objects and type sections made by hand, so that
 * every byte's place is known; objects as the compilers made them; and memory that is counted and
 * can run out. */
#ifndef TESTS_ENGINE_MADE_H
#define TESTS_ENGINE_MADE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/types/btf.h"
#include "engine/object.h"

/* Was this part of the file refused? */
static inline bool report_is_at(const struct report *report, const char *part) {
    size_t len = strlen(part);
    return !strncmp(report->text, part, len) && !strncmp(report->text + len, ", offset 0x", 11);
}

/* Memory. */

struct account {
    size_t live;  /* bytes handed out */
    long allowed; /* allocations before there is no more; -1: no limit */
};

static inline void *account_allocate(void *owner, size_t bytes) {
    struct account *a = owner;
    if (a->allowed == 0)
        return NULL;
    a->allowed -= a->allowed > 0;
    a->live += bytes;
    return calloc(1, bytes ? bytes : 1);
}

static inline void account_release(void *owner, void *memory, size_t bytes) {
    struct account *a = owner;
    a->live -= memory ? bytes : 0;
    free(memory);
}

static inline struct hooks account_hooks(struct account *a) {
    *a = (struct account){.allowed = -1};
    return (struct hooks){.owner = a, .allocate = account_allocate, .release = account_release};
}

/* Bytes. */

static inline void put(uint8_t *at, unsigned width, uint64_t value) {
    for (unsigned i = 0; i < width; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* A whole file in memory of exactly its size, so that a sanitizer sees the first byte read beyond
 * it. */
static inline uint8_t *read_whole(const char *path, size_t *len) {
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "%s: not there; the rules are in tests/engine/build.mk\n", path);
        exit(1);
    }
    fseek(f, 0, SEEK_END);
    *len = (size_t)ftell(f);
    rewind(f);
    uint8_t *bytes = malloc(*len);
    if (fread(bytes, 1, *len, f) != *len)
        exit(1);
    fclose(f);
    return bytes;
}

#define COMPILED_WAYS 8
static const char *const compiled_way[COMPILED_WAYS] = {
    "clang-O0", "clang-O1", "clang-O2", "clang-Os", "gcc-O0", "gcc-O1", "gcc-O2", "gcc-Os"};

/* tests/engine/NAME.bpf.c as compiled in one way. */
static inline uint8_t *read_compiled(const char *name, const char *way, size_t *len) {
    char path[128];
    snprintf(path, sizeof path, "build/tests/engine/%s.%s.o", name, way);
    return read_whole(path, len);
}

/* Objects. */

struct part { /* a section to be */
    const char *name;
    uint32_t type;
    uint64_t flags;
    uint32_t link, info;
    uint64_t align;
    const void *data;
    size_t len;      /* of data */
    uint64_t memory; /* its size, if it has no data */
};

#define MADE_MAX 16384
struct made {
    uint8_t bytes[MADE_MAX];
    size_t len;
    uint64_t table;          /* where the section headers are */
    const struct part *part; /* part[0] is section 1 */
    unsigned count;
    uint64_t at[32]; /* where each part's data are */
};

/* Lays the parts out. The section names are appended to the data of part `names` (counted from 0),
 * which must be a string table; that is what LLVM does. */
static inline void make_object(struct made *m, const struct part *part, unsigned count,
                               unsigned names) {
    *m = (struct made){.len = 64, .part = part, .count = count};
    uint32_t name[32];
    for (unsigned i = 0; i < count; i++) {
        m->len = (m->len + 7) & ~7ul;
        m->at[i] = m->len;
        if (part[i].data)
            memcpy(m->bytes + m->len, part[i].data, part[i].len);
        m->len += part[i].data ? part[i].len : 0;
        for (unsigned j = 0; i == names && j < count; j++) {
            name[j] = (uint32_t)(m->len - m->at[i]);
            memcpy(m->bytes + m->len, part[j].name, strlen(part[j].name) + 1);
            m->len += strlen(part[j].name) + 1;
        }
    }
    uint64_t names_len = part[names].len;
    for (unsigned j = 0; j < count; j++)
        names_len += strlen(part[j].name) + 1;
    m->table = m->len = (m->len + 7) & ~7ul;
    m->len += 64;
    for (unsigned i = 0; i < count; i++, m->len += 64) {
        uint8_t *h = m->bytes + m->len;
        put(h, 4, name[i]);
        put(h + 4, 4, part[i].type);
        put(h + 8, 8, part[i].flags);
        put(h + 24, 8, m->at[i]);
        put(h + 32, 8, i == names ? names_len : part[i].data ? part[i].len : part[i].memory);
        put(h + 40, 4, part[i].link);
        put(h + 44, 4, part[i].info);
        put(h + 48, 8, part[i].align);
    }
    static const uint8_t ident[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    memcpy(m->bytes, ident, sizeof ident);
    put(m->bytes + 16, 2, 1);
    put(m->bytes + 18, 2, 247);
    put(m->bytes + 20, 4, 1);
    put(m->bytes + 40, 8, m->table);
    put(m->bytes + 52, 2, 64);
    put(m->bytes + 58, 2, 64);
    put(m->bytes + 60, 2, count + 1);
    put(m->bytes + 62, 2, names + 1);
}

/* The place in the file of an offset into "file", a section's contents ("NAME"), or its header
 * ("@NAME"). */
static inline uint64_t made_place(const struct made *m, const char *where, uint64_t offset) {
    if (!strcmp(where, "file"))
        return offset;
    for (unsigned i = 0; i < m->count; i++)
        if (!strcmp(m->part[i].name, where + (*where == '@')))
            return *where == '@' ? m->table + 64 * (i + 1) + offset : m->at[i] + offset;
    fprintf(stderr, "no part %s\n", where);
    exit(1);
}

/* Types. */

#define BLOB_MAX 8192
struct blob {
    uint8_t types[BLOB_MAX], strings[BLOB_MAX];
    uint32_t len, strings_len, count;
    uint32_t at[512]; /* where each type's record is, among the types */
};
#define BLOB_HEADER 24u

static inline uint32_t blob_name(struct blob *b, const char *name) {
    if (!b->strings_len)
        b->strings_len = 1; /* the empty one */
    if (!*name)
        return 0;
    uint32_t at = b->strings_len;
    memcpy(b->strings + at, name, strlen(name) + 1);
    b->strings_len += (uint32_t)strlen(name) + 1;
    return at;
}

static inline void blob_word(struct blob *b, uint32_t word) {
    put(b->types + b->len, 4, word);
    b->len += 4;
}

/* Starts a type; gives its number. */
static inline uint32_t blob_type(struct blob *b, const char *name, enum btf_kind kind, bool flag,
                                 uint32_t len, uint32_t type_size) {
    b->at[++b->count] = b->len;
    blob_word(b, blob_name(b, name));
    blob_word(b, (uint32_t)flag << 31 | (uint32_t)kind << 24 | len);
    blob_word(b, type_size);
    return b->count;
}

static inline uint32_t blob_int(struct blob *b, const char *name, uint32_t bytes,
                                uint32_t encoding) {
    uint32_t id = blob_type(b, name, BTF_INT, false, 0, bytes);
    blob_word(b, encoding << 24 | bytes * 8);
    return id;
}

static inline void blob_member(struct blob *b, const char *name, uint32_t type, uint32_t offset) {
    blob_word(b, blob_name(b, name));
    blob_word(b, type);
    blob_word(b, offset);
}

static inline void blob_parameter(struct blob *b, const char *name, uint32_t type) {
    blob_word(b, blob_name(b, name));
    blob_word(b, type);
}

static inline uint32_t blob_array(struct blob *b, uint32_t element, uint32_t index,
                                  uint32_t count) {
    uint32_t id = blob_type(b, "", BTF_ARRAY, false, 0, 0);
    blob_word(b, element);
    blob_word(b, index);
    blob_word(b, count);
    return id;
}

/* The section, in memory of exactly its size. */
static inline uint8_t *blob_section(struct blob *b, size_t *len) {
    blob_name(b, "");
    *len = BLOB_HEADER + b->len + b->strings_len;
    uint8_t *s = calloc(1, *len);
    put(s, 4, 0x1eb9f);
    put(s + 4, 4, BLOB_HEADER);
    put(s + 12, 4, b->len);
    put(s + 16, 4, b->len);
    put(s + 20, 4, b->strings_len);
    memcpy(s + BLOB_HEADER, b->types, b->len);
    memcpy(s + BLOB_HEADER + b->len, b->strings, b->strings_len);
    return s;
}

#endif
