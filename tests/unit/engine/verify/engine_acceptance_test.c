/* SPDX-License-Identifier: MIT */
/* engine_acceptance_test.c -- each sample program of experiment `engine`, as each compiler makes it
 * at each level, as a program of its kind: accepted, and then it gives the right result; but for
 * those that a table in docs/engine.md lists, which are refused by the rule that it names. Prints
 * the table of what was proven: the cost of each, or the rule. */
#include "unit.h"
#include "../../../../experiments/engine/programs.h"
#include "engine/interpreter.h"
#include "engine/link/program_image.h"
#include "engine_made.h"
#include "host_hooks.h"

#define DOCUMENT "docs/engine.md"

struct cell {
    enum rule rule;
    uint64_t cost;
};
static struct cell table[SAMPLE_PROGRAM_COUNT][COMPILED_WAYS];

static void check_result(const struct sample_program *p, const char *way,
                         const struct image *image) {
    static _Alignas(8) uint8_t context[SAMPLE_CONTEXT_MAX], stack[DEPTH_MAX * FRAME_BYTES];
    struct activation a = {.fuel = 1u << 20, .stack = stack, .stack_bytes = sizeof stack};
    size_t len = p->build(context, 0);
    uint64_t argument[5] = {(uintptr_t)context, (uintptr_t)context + len};
    uint64_t interpreted = interpreter_run(&image->program, argument, &a);
    assert_int_equal(a.fault, FAULT_NONE);
    p->build(context, 0);
    uint64_t compiled = image->code.entry(argument[0], argument[1], 0, 0, 0, &a);
    if (interpreted != p->result || compiled != p->result)
        fail_msg("%s %s: %llu, %llu", p->name, way, (unsigned long long)interpreted,
                 (unsigned long long)compiled);
}

static struct cell try_one(const struct sample_program *p, const char *way) {
    static struct report why;
    static const struct jit_options plain;
    char path[128];
    struct host_hooks host;
    struct object object;
    struct report unreadable;
    struct link link;
    struct image image;
    size_t len;
    snprintf(path, sizeof path, "build/tests/samples/%s.%s.o", p->name, way);
    uint8_t *file = read_whole(path, &len);
    host_hooks_init(&host);
    if (!object_open(&object, &host.hooks, file, len, &unreadable))
        fail_msg("%s: %s", path, rule_name(unreadable.rule));
    assert_true(link_open(&link, p->name, &object, &host.hooks));
    struct cell cell = {RULE_NONE, 0};
    if (image_create(&image, &link, p->name, &p->kind, &plain, &why)) {
        cell.cost = image.facts.cost;
        check_result(p, way, &image);
    } else {
        assert_true(why.rule < RULE_COUNT);
        cell.rule = why.rule;
    }
    assert_true(link_close(&link));
    object_close(&object);
    free(file);
    assert_int_equal(host.allocated, 0);
    return cell;
}

static void test_every_program_of_every_compiler(void **state) {
    (void)state;
    printf("# %-16s", "");
    for (unsigned w = 0; w < COMPILED_WAYS; w++)
        printf("%12s", compiled_way[w]);
    for (unsigned p = 0; p < SAMPLE_PROGRAM_COUNT; p++) {
        printf("\n# %-16s", sample_program[p].name);
        for (unsigned w = 0; w < COMPILED_WAYS; w++) {
            struct cell *c = &table[p][w];
            *c = try_one(&sample_program[p], compiled_way[w]);
            if (c->rule)
                printf("%12s", rule_name(c->rule));
            else
                printf("%12llu", (unsigned long long)c->cost);
        }
    }
    printf("\n");
}

/* What the document says of a program of a compiler: "| `PROGRAM` | `WAY` | `RULE` | why |". */
static void documented(const char *program, const char *way, char rule[40]) {
    char line[512], key[128];
    FILE *f = fopen(DOCUMENT, "r");
    assert_non_null(f);
    snprintf(key, sizeof key, "| `%s` | `%s` | `", program, way);
    strcpy(rule, "none");
    while (fgets(line, sizeof line, f))
        if (!strncmp(line, key, strlen(key)))
            sscanf(line + strlen(key), "%39[^`]", rule);
    fclose(f);
}

static void test_what_is_refused_is_explained(void **state) {
    (void)state;
    for (unsigned p = 0; p < SAMPLE_PROGRAM_COUNT; p++)
        for (unsigned w = 0; w < COMPILED_WAYS; w++) {
            char rule[40];
            documented(sample_program[p].name, compiled_way[w], rule);
            if (strcmp(rule, rule_name(table[p][w].rule)) != 0)
                fail_msg("%s by %s: " DOCUMENT " says %s, and it is %s", sample_program[p].name,
                         compiled_way[w], rule, rule_name(table[p][w].rule));
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_program_of_every_compiler),
        cmocka_unit_test(test_what_is_refused_is_explained),
    };
    return cmocka_run_group_tests_name("engine_acceptance", tests, NULL, NULL);
}
