/* SPDX-License-Identifier: MIT */
/* order.c -- btf-order FILE: rewrites a file of BTF so that equal types are equal bytes. GCC writes
 * types in the order of a table hashed by their addresses in the compiler, which differ from run to
 * run, and the name of its folder beside them. Here types come in the order in which the functions
 * and variables, by linkage and name, and then the sections lead to them; what none of these leads
 * to is left out, as are strings that nobody uses. */
#include <argp.h>
#include <errno.h>
#include <error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/types/btf_record.h"
#include "file.h"
#include "host_hooks.h"

enum { HEADER_BYTES = 24, MAGIC = 0xeb9f };

/* What the words of a type are, beside its head's name and info: N a name, T a type, . a number. */
static const struct {
    char head; /* the third word: a type or a size */
    const char *part;
} words[BTF_KIND_COUNT] = {
    [BTF_INT] = {'.', "."},         [BTF_PTR] = {'T', ""},       [BTF_ARRAY] = {'.', "TT."},
    [BTF_STRUCT] = {'.', "NT."},    [BTF_UNION] = {'.', "NT."},  [BTF_ENUM] = {'.', "N."},
    [BTF_FWD] = {'.', ""},          [BTF_TYPEDEF] = {'T', ""},   [BTF_VOLATILE] = {'T', ""},
    [BTF_CONST] = {'T', ""},        [BTF_RESTRICT] = {'T', ""},  [BTF_FUNC] = {'T', ""},
    [BTF_FUNC_PROTO] = {'T', "NT"}, [BTF_VAR] = {'T', "."},      [BTF_DATASEC] = {'.', "T.."},
    [BTF_FLOAT] = {'.', ""},        [BTF_DECL_TAG] = {'T', "."}, [BTF_TYPE_TAG] = {'T', ""},
    [BTF_ENUM64] = {'.', "N.."},
};

static struct btf btf;
static uint32_t *number;  /* by old number: the new one, or 0 */
static uint32_t *ordered; /* by new number: the old one */
static uint32_t count;

struct output {
    uint8_t *at;
    size_t len;
};
static struct output types, strings;

static void put_word(uint32_t word) {
    for (unsigned i = 0; i < 4; i++)
        types.at[types.len++] = (uint8_t)(word >> 8 * i);
}

/* Where the string is, now. Each is looked for among all so far: there are some hundred. */
static uint32_t put_string(const char *text) {
    size_t at = 0, len = strlen(text) + 1;
    while (at < strings.len && strcmp((char *)strings.at + at, text) != 0)
        at += strlen((char *)strings.at + at) + 1;
    if (at == strings.len) {
        memcpy(strings.at + at, text, len);
        strings.len += len;
    }
    return (uint32_t)at;
}

/* Numbers the type and, behind it, what it leads to. */
static void visit(uint32_t id) {
    struct btf_type t = btf_type(&btf, id);
    uint32_t child;
    if (id == 0 || number[id])
        return;
    number[id] = ++count;
    ordered[count] = id;
    for (uint32_t i = 0; btf_child(&btf, &t, i, &child); i++)
        visit(child);
    if (t.kind == BTF_ARRAY)
        visit(btf_array(&btf, &t).index);
}

/* What is declared and defined may be there twice, as one and the same. */
static uint32_t same_before(uint32_t i, const struct btf_type *t) {
    while (i-- > 0) {
        struct btf_type other = btf_type(&btf, btf.by_name[i]);
        if (other.kind != t->kind || strcmp(other.name, t->name) != 0)
            return 0;
        if (other.type_size == t->type_size && btf_linkage(&btf, &other) == btf_linkage(&btf, t))
            return other.id;
    }
    return 0;
}

/* The functions and variables of one linkage. */
static void visit_linked(uint32_t linkage) {
    for (uint32_t i = 0; i < btf.named; i++) {
        struct btf_type t = btf_type(&btf, btf.by_name[i]);
        if ((t.kind != BTF_FUNC && t.kind != BTF_VAR) || btf_linkage(&btf, &t) != linkage)
            continue;
        uint32_t same = same_before(i, &t);
        if (same)
            number[t.id] = number[same];
        else
            visit(t.id);
    }
}

static void visit_sections(void) {
    for (uint32_t i = 0; i < btf.named; i++)
        if (btf_type(&btf, btf.by_name[i]).kind == BTF_DATASEC)
            visit(btf.by_name[i]);
}

static void put_as(char what, uint32_t word) {
    const char *all = (const char *)btf.section.at + btf.strings_at;
    put_word(what == 'N' ? put_string(all + word) : what == 'T' ? number[word] : word);
}

static int by_place(const void *a, const void *b) {
    const uint32_t *x = a, *y = b; /* type, offset, size; as they are put */
    return x[1] != y[1] ? (x[1] > y[1] ? 1 : -1) : (x[0] > y[0]) - (x[0] < y[0]);
}

static void put_type(uint32_t id) {
    struct btf_type t = btf_type(&btf, id);
    uint32_t at = btf.at[id];
    const struct btf_layout *layout = &btf_layout[t.kind];
    uint32_t part_words = (layout->once + layout->each * (layout->each ? t.len : 0u)) / 4;
    const char *part = words[t.kind].part;
    put_as('N', bytes_u32(btf.section, at));
    put_word(bytes_u32(btf.section, at + 4));
    put_as(words[t.kind].head, bytes_u32(btf.section, at + 8));
    size_t parts_at = types.len;
    for (uint32_t i = 0; i < part_words; i++)
        put_as(part[i % strlen(part)], bytes_u32(btf.section, at + BTF_HEAD + 4 * i));
    if (t.kind == BTF_DATASEC)
        qsort(types.at + parts_at, t.len, 12, by_place);
}

static void put_file(const char *path) {
    const uint32_t header[HEADER_BYTES / 4] = {
        MAGIC | 1 << 16,     HEADER_BYTES,        0,
        (uint32_t)types.len, (uint32_t)types.len, (uint32_t)strings.len};
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(header, sizeof header, 1, f) != 1 ||
        fwrite(types.at, 1, types.len, f) != types.len ||
        fwrite(strings.at, 1, strings.len, f) != strings.len || fclose(f))
        error(1, errno, "%s", path);
}

int main(int argc, char **argv) {
    static const struct argp argp = {
        .args_doc = "FILE", .doc = "Rewrites a file of BTF so that equal types are equal bytes."};
    int first;
    argp_parse(&argp, argc, argv, 0, &first, NULL);
    if (argc - first != 1)
        error(64, 0, "one file of types is wanted; try --help");
    struct host_hooks host;
    static struct report why;
    host_hooks_init(&host);
    struct arena arena = {.hooks = &host.hooks};
    struct bytes file = read_file(argv[first]);
    if (!btf_open(&btf, &arena, file, &why))
        error(1, 0, "%s: %s", argv[first], why.text);
    number = calloc(btf.count + 1, sizeof *number);
    ordered = calloc(btf.count + 1, sizeof *ordered);
    types.at = malloc(file.len);
    strings.at = malloc(file.len / 4 * (BTF_NAME_MAX + 1)); /* each word a name of its own */
    if (!number || !ordered || !types.at || !strings.at)
        error(1, errno, "%s", argv[first]);
    put_string("");
    for (uint32_t linkage = BTF_LINKAGE_STATIC; linkage <= BTF_LINKAGE_EXTERN; linkage++)
        visit_linked(linkage);
    visit_sections();
    for (uint32_t i = 1; i <= count; i++)
        put_type(ordered[i]);
    put_file(argv[first]);
    arena_release(&arena);
    return 0;
}
