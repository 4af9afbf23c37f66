/* SPDX-License-Identifier: MIT */
/* document.c -- hold a YAML tree against a table of keys. */
#include "experiment/document.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int document_line(const yaml_node_t *node) {
    return (int)node->start_mark.line + 1;
}

static void error_at(struct document *d, int line, const char *format, va_list arguments) {
    if (*d->error)
        return;
    int used = snprintf(d->error, sizeof d->error, "%s:%d: %s%s", d->file, line, d->path,
                        *d->path ? ": " : "");
    if (used >= 0 && (size_t)used < sizeof d->error)
        vsnprintf(d->error + used, sizeof d->error - (size_t)used, format, arguments);
    for (char *c = d->error; *c; c++) /* one line, whatever was quoted */
        if ((unsigned char)*c < ' ')
            *c = ' ';
}

void document_error(struct document *d, const yaml_node_t *node, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    error_at(d, document_line(node), format, arguments);
    va_end(arguments);
}

static void error_line(struct document *d, size_t line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    error_at(d, (int)line + 1, format, arguments);
    va_end(arguments);
}

/* Where PARSER stumbled, from 0: at a byte that is no text it has no mark, only an offset. */
static size_t problem_line(const yaml_parser_t *parser) {
    if (parser->error != YAML_READER_ERROR)
        return parser->problem_mark.line;
    size_t line = 0;
    const unsigned char *text = parser->input.string.start;
    for (size_t i = 0; i < parser->problem_offset && text + i < parser->input.string.end; i++)
        line += text[i] == '\n';
    return line;
}

/* Loads the next document of PARSER into TREE; false with the error recorded. */
static bool load(struct document *d, yaml_parser_t *parser, yaml_document_t *tree) {
    if (yaml_parser_load(parser, tree))
        return true;
    error_line(d, problem_line(parser), "not YAML: %s%s%s",
               parser->problem ? parser->problem : "out of memory", parser->context ? ", " : "",
               parser->context ? parser->context : "");
    return false;
}

static void parser_begin(yaml_parser_t *parser, const char *text, size_t size) {
    if (!yaml_parser_initialize(parser))
        memory_exhausted();
    yaml_parser_set_input_string(parser, (const unsigned char *)text, size);
}

/* Holds TEXT against the limits before a tree is made of it: libyaml takes time with the square of
 * the nesting, and so do we with that of a mapping's keys. What is no YAML is left to `load`. */
static void check_limits(struct document *d, const char *text, size_t size) {
    yaml_parser_t parser;
    yaml_event_t event;
    size_t depth = 0, nodes = 0;
    if (size > DOCUMENT_BYTES_MAX)
        error_line(d, 0, "has %zu bytes; allowed: %d", size, DOCUMENT_BYTES_MAX);
    parser_begin(&parser, text, size);
    for (bool more = true; more && !*d->error && yaml_parser_parse(&parser, &event);) {
        yaml_event_type_t type = event.type;
        size_t line = event.start_mark.line;
        yaml_event_delete(&event);
        more = type != YAML_STREAM_END_EVENT;
        depth += type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT;
        depth -= type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT;
        nodes += type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT ||
                 type == YAML_SCALAR_EVENT || type == YAML_ALIAS_EVENT;
        if (depth > DOCUMENT_DEPTH_MAX)
            error_line(d, line, "lists and mappings are nested deeper than %d levels",
                       DOCUMENT_DEPTH_MAX);
        else if (nodes > DOCUMENT_NODES_MAX)
            error_line(d, line, "more than %d keys and values", DOCUMENT_NODES_MAX);
    }
    yaml_parser_delete(&parser);
}

yaml_node_t *document_open(struct document *d, const char *file, const char *text, size_t size,
                           struct obstack *store) {
    *d = (struct document){.file = file, .store = store};
    check_limits(d, text, size);
    if (*d->error)
        return NULL;
    yaml_parser_t parser;
    parser_begin(&parser, text, size);
    yaml_node_t *root = NULL;
    if (load(d, &parser, &d->tree)) {
        root = yaml_document_get_root_node(&d->tree);
        yaml_document_t rest;
        if (!root)
            error_line(d, 0, "the file is empty");
        else if (load(d, &parser, &rest)) {
            yaml_node_t *second = yaml_document_get_root_node(&rest);
            if (second)
                document_error(d, second, "a second document; one is allowed");
            yaml_document_delete(&rest);
        }
    }
    yaml_parser_delete(&parser);
    return *d->error ? NULL : root;
}

void document_close(struct document *d) {
    yaml_document_delete(&d->tree);
}

/* Appends to the path; gives its length before, for path_leave. */
static size_t path_enter(struct document *d, const char *format, ...) {
    size_t length = strlen(d->path);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(d->path + length, sizeof d->path - length, format, arguments);
    va_end(arguments);
    return length;
}

static void path_leave(struct document *d, size_t length) {
    assert_that(length <= strlen(d->path));
    d->path[length] = '\0';
}

static const char *kind_name(const yaml_node_t *node) {
    switch (node->type) {
    case YAML_SCALAR_NODE:
        return "a single value";
    case YAML_SEQUENCE_NODE:
        return "a list";
    case YAML_MAPPING_NODE:
        return "a mapping";
    default:
        return "nothing";
    }
}

/* True if NODE is of KIND and nothing was wrong before. */
static bool expect(struct document *d, const yaml_node_t *node, yaml_node_type_t kind,
                   const char *wanted) {
    if (*d->error)
        return false;
    if (++d->reads > DOCUMENT_READS_MAX) {
        document_error(d, node, "aliases have keys and values read more than %d times",
                       DOCUMENT_READS_MAX);
        return false;
    }
    if (node->type == kind)
        return true;
    document_error(d, node, "%s stands here; %s belongs here", kind_name(node), wanted);
    return false;
}

static const char *key_of(struct document *d, yaml_node_pair_t *pair) {
    yaml_node_t *key = yaml_document_get_node(&d->tree, pair->key);
    if (!expect(d, key, YAML_SCALAR_NODE, "a key"))
        return NULL;
    return (const char *)key->data.scalar.value;
}

/* Records an error if the key of PAIR stands in the mapping before PAIR already. */
static void check_repeated(struct document *d, yaml_node_t *map, yaml_node_pair_t *pair) {
    yaml_node_t *key = yaml_document_get_node(&d->tree, pair->key);
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < pair; p++) {
        yaml_node_t *other = yaml_document_get_node(&d->tree, p->key);
        if (!strcmp((char *)key->data.scalar.value, (char *)other->data.scalar.value))
            document_error(d, key, "key '%s' stands here again; first in line %d",
                           (char *)key->data.scalar.value, document_line(other));
    }
}

static const char *key_names(const struct document_key *keys, size_t count, char *into,
                             size_t size) {
    size_t used = 0;
    *into = '\0';
    for (size_t i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(into + used, size - used, "%s%s", i ? " " : "", keys[i].name);
    return into;
}

void document_map(struct document *d, yaml_node_t *node, const struct document_key *keys,
                  size_t count, void *into) {
    char names[256];
    unsigned long seen = 0; /* a bit a key */
    assert_that(count <= 8 * sizeof seen);
    if (!expect(d, node, YAML_MAPPING_NODE, "a mapping"))
        return;
    for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
         p < node->data.mapping.pairs.top && !*d->error; p++) {
        const char *key = key_of(d, p);
        if (!key)
            return;
        check_repeated(d, node, p);
        size_t i = 0;
        while (i < count && strcmp(keys[i].name, key) != 0)
            i++;
        if (i == count) {
            document_error(d, yaml_document_get_node(&d->tree, p->key),
                           "no key is called '%s'; allowed: %s", key,
                           key_names(keys, count, names, sizeof names));
            return;
        }
        seen |= 1ul << i;
        size_t before = path_enter(d, "%s%s", *d->path ? "." : "", key);
        keys[i].read(d, yaml_document_get_node(&d->tree, p->value), (char *)into + keys[i].offset);
        path_leave(d, before);
    }
    for (size_t i = 0; i < count; i++)
        if (keys[i].needed && !(seen >> i & 1))
            document_error(d, node, "key '%s' is missing; allowed: %s", keys[i].name,
                           key_names(keys, count, names, sizeof names));
}

/* An array of COUNT zeroed things in the store. glibc's macro aligns by an offset from a null
 * pointer, which a sanitizer would name a mistake of ours. */
__attribute__((no_sanitize("pointer-overflow"))) static void *
store_array(struct document *d, size_t count, size_t size) {
    assert_that(size > 0);
    void *items = obstack_alloc(d->store, count * size + 1);
    memset(items, 0, count * size + 1);
    return items;
}

void document_sequence(struct document *d, yaml_node_t *node, struct document_list *list,
                       size_t size, document_reader *read) {
    if (!expect(d, node, YAML_SEQUENCE_NODE, "a list"))
        return;
    size_t count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    char *items = store_array(d, count, size);
    for (size_t i = 0; i < count; i++) {
        size_t before = path_enter(d, "[%zu]", i);
        read(d, yaml_document_get_node(&d->tree, node->data.sequence.items.start[i]),
             items + i * size);
        path_leave(d, before);
    }
    *list = (struct document_list){items, count};
}

void document_sequence_or_one(struct document *d, yaml_node_t *node, struct document_list *list,
                              size_t size, document_reader *read) {
    if (*d->error || node->type == YAML_SEQUENCE_NODE) {
        document_sequence(d, node, list, size, read);
        return;
    }
    char *item = store_array(d, 1, size);
    read(d, node, item);
    *list = (struct document_list){item, 1};
}

void document_text(struct document *d, yaml_node_t *node, void *into) {
    if (!expect(d, node, YAML_SCALAR_NODE, "a text"))
        return;
    const char *text = (const char *)node->data.scalar.value;
    size_t length = node->data.scalar.length;
    if (!length || strlen(text) != length)
        document_error(d, node, length ? "a NUL byte in a text" : "is empty; a text belongs here");
    else if (text_has_control(text))
        document_error(d, node, "a control character in a text");
    else
        *(const char **)into = memcpy(store_array(d, 1, length + 1), text, length + 1);
}

void document_number(struct document *d, yaml_node_t *node, void *into) {
    const char *text = NULL;
    document_text(d, node, &text);
    if (!text)
        return;
    double number;
    if (!text_number(text, &number))
        document_error(d, node, "'%s' is no number; allowed: a decimal number from 0", text);
    else
        *(double *)into = number;
}

void document_pairs(struct document *d, yaml_node_t *node, void *into) {
    if (!expect(d, node, YAML_MAPPING_NODE, "a mapping"))
        return;
    yaml_node_pair_t *first = node->data.mapping.pairs.start;
    size_t count = (size_t)(node->data.mapping.pairs.top - first);
    struct document_pair *pairs = store_array(d, count, sizeof *pairs);
    for (size_t i = 0; i < count && !*d->error; i++) {
        if (!key_of(d, &first[i]))
            return;
        yaml_node_t *key = yaml_document_get_node(&d->tree, first[i].key);
        document_text(d, key, &pairs[i].key);
        check_repeated(d, node, &first[i]);
        pairs[i].line = document_line(key);
        size_t before =
            path_enter(d, "%s%s", *d->path ? "." : "", pairs[i].key ? pairs[i].key : "");
        document_text(d, yaml_document_get_node(&d->tree, first[i].value), &pairs[i].value);
        path_leave(d, before);
    }
    *(struct document_list *)into = (struct document_list){pairs, count};
}

const char *document_word(struct document *d, yaml_node_t *node, const char *const *words) {
    const char *text = NULL;
    char all[256] = "";
    document_text(d, node, &text);
    if (!text)
        return NULL;
    for (size_t i = 0; words[i]; i++) {
        if (!strcmp(words[i], text))
            return words[i];
        strncat(all, " ", sizeof all - strlen(all) - 1);
        strncat(all, words[i], sizeof all - strlen(all) - 1);
    }
    document_error(d, node, "'%s' is none of these:%s", text, all);
    return NULL;
}
