/* SPDX-License-Identifier: MIT */
/* exo.c -- what XN's types cost within the kernel: a run of owns, a change of metadata on the
 * shadow, an import; and how many bytes of metadata a block costs in each design. */
#include "common/engine.h"
#include "exo/xn/store/order.h"
#include "exo/xn/store/record.h"
#include "exo/xn/store/registry.h"
#include "exo/xn/type/change.h"
#include "exo/xn/type/functions.h"
#include "exo/xn/type/meta.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "measure/bench.h"

#define BLOCKS 4096
enum { TYPE = XN_IMPORTED };

extern const uint8_t metadata_bpf_8[], metadata_bpf_8_end[], metadata_bpf_64[],
    metadata_bpf_64_end[], metadata_signed_8[], metadata_signed_8_end[], metadata_signed_64[],
    metadata_signed_64_end[];

/* A volume's types with one imported, and a block of it: opened for a row, and then given back. */
struct bed {
    struct xn_types types;
    struct xn_importing importing;
    struct report why;
    struct xn_changes changes;
    size_t bytes;
    uint64_t block[XN_BLOCK_BYTES / 8];
    union {
        struct xn_body head;
        uint8_t body[XN_BODY_BYTES_MAX];
    };
};

static uint64_t *no_word(void *owner, uint32_t block, bool changes) {
    static uint64_t word[BLOCKS];
    (void)owner, (void)changes;
    return &word[block];
}

static struct bed *bed_open(enum xn_design design, bool compiled) {
    struct bed *bed = heap_alloc(sizeof *bed);
    if (!bed)
        return NULL;
    memset(bed, 0, sizeof *bed);
    bed->types = (struct xn_types){.hooks = &engine_hooks,
                                   .meta = xn_meta_of[design],
                                   .way = compiled ? XN_COMPILED : XN_INTERPRETED,
                                   .key = signing_key,
                                   .atom = 512,
                                   .blocks = BLOCKS,
                                   .word = no_word};
    if (xn_types_open(&bed->types)) {
        heap_free(bed, sizeof *bed);
        return NULL;
    }
    return bed;
}

static void bed_close(struct bed *bed) {
    xn_types_close(&bed->types);
    heap_free(bed, sizeof *bed);
}

/* Windows of so many extents, one behind the other, and the object with their function. */
static void make_body(struct bed *bed, unsigned pointers, const uint8_t *object,
                      const uint8_t *end) {
    bed->head = (struct xn_body){.magic = XN_BODY_MAGIC,
                                 .name = "pointers",
                                 .number = TYPE,
                                 .class = XN_BASE,
                                 .most = (uint8_t)pointers,
                                 .size = XN_BLOCK_BYTES,
                                 .stride = (uint16_t)(8 * pointers),
                                 .count = (uint16_t)(XN_BLOCK_BYTES / 8 / pointers),
                                 .key = XN_NO_KEY,
                                 .object = (uint32_t)(end - object)};
    bed->bytes = sizeof bed->head + bed->head.object;
    bed->head.bytes = (uint32_t)bed->bytes;
    memcpy(bed->body + sizeof bed->head, object, bed->head.object);
}

static const struct xn_type *import(struct bed *bed) {
    int number = xn_import(&bed->importing, &bed->types, bed->body, bed->bytes, &bed->why);
    if (number < 0 && number != -E_NO_MEMORY)
        panic("metadata: %s", bed->why.text);
    return number > 0 ? bed->types.type[number] : NULL;
}

static struct bed *bed_of_way(struct bench *b) {
    char way[8];
    unsigned pointers = (unsigned)bench_arg(b, "pointers");
    bench_word(b, "way", way, sizeof way);
    bool native = !strcmp(way, "native"), small = pointers == 8;
    struct bed *bed = bed_open(XN_UDF, strcmp(way, "interp") != 0);
    if (!bed) {
        bench_skip(b, "the machine has too little memory for a type");
        return NULL;
    }
    make_body(bed, pointers,
              native  ? small ? metadata_signed_8 : metadata_signed_64
              : small ? metadata_bpf_8
                      : metadata_bpf_64,
              native  ? small ? metadata_signed_8_end : metadata_signed_64_end
              : small ? metadata_bpf_8_end
                      : metadata_bpf_64_end);
    if (import(bed))
        return bed;
    bench_skip(b, "the machine has too little memory for a type");
    bed_close(bed);
    return NULL;
}

/* All pointers of a window but the last one. */
static void fill(struct bed *bed, unsigned pointers) {
    for (unsigned i = 0; i < pointers; i++) {
        struct xn_extent e = {1000 + 3 * i, 1, XN_BYTES, 0};
        memcpy(&bed->block[i], &e, sizeof e);
    }
}

BENCH(metadata_owns, "metadata/owns/pointers:8,64/way:interp,jit,native") {
    struct bed *bed = bed_of_way(b);
    if (!bed)
        return;
    const struct xn_type *t = bed->types.type[TYPE];
    struct xn_site site = {t, (unsigned char *)bed->block, 77};
    struct xn_window w;
    static struct xn_extent out[XN_OWNED_MAX];
    fill(bed, t->most);
    bed->types.meta->window(&bed->types, &site, 0, &w);
    memset(out, 0, sizeof out);
    bench_time(b, bed->types.meta->owned(&bed->types, &site, &w, out));
    bed_close(bed);
}

static int permits(void *owner, const struct xn_request *request, struct xn_site *site) {
    (void)owner, (void)request, (void)site;
    return 1;
}

/* The last pointer comes, or goes. */
static int change(struct bed *bed, enum xn_operation operation, struct xn_extent child) {
    static const struct xn_above above = {.parent = permits};
    const struct xn_type *t = bed->types.type[TYPE];
    const struct xn_extent nil = {0};
    bool comes = operation == XN_ALLOC;
    bed->changes.count = 1;
    bed->changes.change[0].at = (uint16_t)(8 * (t->most - 1));
    bed->changes.change[0].bytes = sizeof child;
    memcpy(bed->changes.bytes, comes ? &child : &nil, sizeof child);
    const struct xn_change c = {.operation = operation,
                                .sides = 1,
                                .side = {{.at = {t, (unsigned char *)bed->block, 77},
                                          .take = comes ? nil : child,
                                          .add = comes ? child : nil,
                                          .changes = &bed->changes}}};
    int error = xn_change_check(&bed->types, &c);
    if (!error)
        error = xn_change_may(&bed->types, &c, &above);
    if (!error)
        xn_change_apply(&bed->types, &c);
    return error;
}

BENCH(metadata_change, "metadata/change/pointers:8,64/way:interp,jit,native") {
    struct bed *bed = bed_of_way(b);
    if (!bed)
        return;
    const struct xn_extent child = {BLOCKS - 1, 1, XN_BYTES, 0};
    fill(bed, bed->types.type[TYPE]->most - 1u);
    while (bench_next(b)) {
        bench_start(b);
        int error = change(bed, XN_ALLOC, child);
        bench_stop(b);
        if (error || change(bed, XN_FREE, child))
            panic("metadata/change: %d", error);
    }
    bed_close(bed);
}

/* From a body's bytes to a type that can be used, proven and compiled. */
BENCH(metadata_import, "metadata/import/pointers:8,64") {
    bool small = bench_arg(b, "pointers") == 8;
    while (bench_next(b)) {
        struct bed *bed = bed_open(XN_UDF, true);
        if (!bed) {
            bench_skip(b, "the machine has too little memory for a type");
            return;
        }
        make_body(bed, small ? 8 : 64, small ? metadata_bpf_8 : metadata_bpf_64,
                  small ? metadata_bpf_8_end : metadata_bpf_64_end);
        bench_start(b);
        const struct xn_type *t = import(bed);
        bench_stop(b);
        bed_close(bed);
        if (!t) {
            bench_skip(b, "the machine has too little memory for a type");
            return;
        }
    }
}

/* --- Space --- */

/* A type of the design for as many children as a block holds. */
static bool import_full(struct bed *bed, enum xn_design design) {
    static const struct xn_member field = {.width = 8, .count = 64, .type = XN_BYTES};
    make_body(bed, 64, metadata_bpf_64, metadata_bpf_64_end);
    if (design == XN_TEMPLATE)
        bed->head.members = 1;
    if (design != XN_UDF) {
        bed->bytes = sizeof bed->head + bed->head.members * sizeof field;
        bed->head.bytes = (uint32_t)bed->bytes;
        bed->head.object = 0;
        memcpy(bed->body + sizeof bed->head, &field, sizeof field);
    }
    return import(bed);
}

/* Pointer `i` of a block, in the design's form, at the place where its form has it; false: there is
 * no place for it any more. */
static bool point(struct bed *bed, enum xn_design design, unsigned i, struct xn_change *c) {
    unsigned first = design == XN_SELF ? 512 : 0, bytes = xn_meta_of[design]->pointer_bytes;
    unsigned at = first + i * bytes;
    struct xn_self_pointer p = {{1000 + i, 1, XN_BYTES, 0}, 77, XN_SELF_MAGIC};
    if (at + bytes > XN_BLOCK_BYTES)
        return false;
    bed->changes.count = 1;
    bed->changes.change[0].at = (uint16_t)at;
    bed->changes.change[0].bytes = (uint16_t)bytes;
    memcpy(bed->changes.bytes, &p, bytes);
    c->side[0].partition = (at - first) / 512;
    c->side[0].add = p.child;
    return true;
}

/* Bytes of metadata, and of the kernel's words on the disk, that a block costs that is owned: a
 * full block of the design's pointers, put there by its transactions. */
BENCH(metadata_space, "metadata/space/by:capability,self,template,udf") {
    char by[16];
    enum xn_design design = XN_CAPABILITY;
    bench_word(b, "by", by, sizeof by);
    while (strcmp(xn_meta_of[design]->name, by) != 0)
        design++;
    struct bed *bed = bed_open(design, true);
    if (!bed || !import_full(bed, design)) {
        bench_skip(b, "the machine has too little memory for a type");
        if (bed)
            bed_close(bed);
        return;
    }
    struct xn_self_header h = {XN_SELF_MAGIC, 77, TYPE, 32, 512, 512, 7};
    if (design == XN_SELF)
        memcpy(bed->block, &h, sizeof h);
    struct xn_change c = {.operation = XN_ALLOC, .credential = 7, .sides = 1};
    c.side[0].at = (struct xn_site){bed->types.type[TYPE], (unsigned char *)bed->block, 77};
    c.side[0].changes = &bed->changes;
    unsigned owned = 0, words = design == XN_CAPABILITY ? sizeof(uint64_t) : 0;
    for (; point(bed, design, owned, &c) && !xn_change_check(&bed->types, &c); owned++)
        xn_change_apply(&bed->types, &c);
    for (unsigned i = 0; i < owned && words; i++)
        *no_word(NULL, 1000 + i, true) = 0;
    bed_close(bed);
    if (!owned)
        panic("metadata/space: %s owns nothing", by);
    bench_size(b, (XN_BLOCK_BYTES + owned - 1) / owned + words);
}

/* --- Memory --- */

/* A registry for so many blocks, with a record for each, and which bytes of the heap that took. */
#define ENTRIES 512

struct registry {
    struct xn xn;
    size_t entry, cached, record;
};

static void *table(size_t bytes, size_t *took) {
    const size_t before = heap_used();
    void *memory = heap_alloc(bytes);
    if (memory)
        memset(memory, 0, bytes);
    *took += heap_used() - before;
    return memory;
}

static bool registry_open(struct registry *r) {
    struct xn *x = &r->xn;
    x->entries = x->buckets = x->records = ENTRIES;
    x->entry = table((ENTRIES + 1) * sizeof *x->entry, &r->entry);
    r->cached = r->entry;
    x->bucket = table(ENTRIES * sizeof *x->bucket, &r->cached);
    x->list = table((ENTRIES + 1) * sizeof *x->list, &r->cached);
    x->queue = table((ENTRIES + 1) * sizeof *x->queue, &r->cached);
    x->record = table((ENTRIES + 1) * sizeof *x->record, &r->record);
    if (!x->entry || !x->bucket || !x->list || !x->queue || !x->record)
        return false;
    xn_start(x);
    return true;
}

static void registry_close(struct registry *r) {
    const struct xn *x = &r->xn;
    heap_free(x->entry, (ENTRIES + 1) * sizeof *x->entry);
    heap_free(x->bucket, ENTRIES * sizeof *x->bucket);
    heap_free(x->list, (ENTRIES + 1) * sizeof *x->list);
    heap_free(x->queue, (ENTRIES + 1) * sizeof *x->queue);
    heap_free(x->record, (ENTRIES + 1) * sizeof *x->record);
    heap_free(r, sizeof *r);
}

/* Blocks that wait for each other, or extents that are free when one is on the disk: how many
 * records they take. */
static uint64_t records(struct xn *x, bool edges) {
    struct xn_entry *first = entry_new(x, 0, 0, 1);
    for (uint32_t i = 0; i < ENTRIES / 2; i++) {
        struct xn_entry *later = entry_new(x, 0, 0, 2 + i);
        if (edges)
            order_wait(x, 0, later, first);
        else
            record_add(x, 0, first, RECORD_FREE, (struct xn_extent){2 + i, 1, XN_BYTES, 0});
    }
    return x->used_records;
}

static size_t memory_of(struct registry *r, const char *of) {
    if (!strcmp(of, "entry"))
        return r->entry / ENTRIES;
    if (!strcmp(of, "cached"))
        return r->cached / ENTRIES;
    return r->record / ENTRIES * records(&r->xn, !strcmp(of, "edge")) / (ENTRIES / 2);
}

BENCH(metadata_memory, "metadata/memory/of:entry,cached,edge,will_free") {
    char of[16];
    struct registry *r = heap_alloc(sizeof *r);
    bench_word(b, "of", of, sizeof of);
    if (!r) {
        bench_skip(b, "the machine has too little memory");
        return;
    }
    memset(r, 0, sizeof *r);
    if (registry_open(r))
        bench_size(b, memory_of(r, of));
    else
        bench_skip(b, "the machine has too little memory");
    registry_close(r);
}

BENCH(metadata_template, "metadata/memory/of:type/by:self,template,udf") {
    char by[16];
    enum xn_design design = XN_CAPABILITY;
    bench_word(b, "by", by, sizeof by);
    while (strcmp(xn_meta_of[design]->name, by) != 0)
        design++;
    struct bed *bed = bed_open(design, true);
    const size_t before = heap_used();
    if (bed && import_full(bed, design))
        bench_size(b, heap_used() - before);
    else
        bench_skip(b, "the machine has too little memory for a type");
    if (bed)
        bed_close(bed);
}
