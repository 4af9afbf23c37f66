/* SPDX-License-Identifier: MIT */
/* engine_refusals_test.c -- every object of the tests, its programs taken for each kind in turn,
 * whole and damaged: what a refusal names, and that nothing is left of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>

#include "engine/lines.h"
#include "engine_made.h"
#include "host_hooks.h"
#include "kinds_open.h"

#define OBJECTS     "build/tests/engine/*.o"
#define OBJECTS_MAX 512

static struct host_hooks host;
static struct kinds kinds;
static struct load_refusal why;

static struct {
    uint8_t *bytes;
    size_t len;
    const char *path;
} object[OBJECTS_MAX];
static size_t objects;
static glob_t found;

static int open_all(void **state) {
    (void)state;
    host_hooks_init(&host);
    if (!kinds_open(&kinds, &host.hooks, &why) || glob(OBJECTS, 0, NULL, &found) != 0)
        return -1;
    for (; objects < found.gl_pathc && objects < OBJECTS_MAX; objects++) {
        object[objects].path = found.gl_pathv[objects];
        object[objects].bytes = read_whole(found.gl_pathv[objects], &object[objects].len);
    }
    return 0;
}

static int close_all(void **state) {
    (void)state;
    while (objects)
        free(object[--objects].bytes);
    globfree(&found);
    kinds_close(&kinds);
    return host.allocated || host.code_bytes ? -1 : 0;
}

static struct load_request request(const void *file, size_t len) {
    return (struct load_request){.name = "tested.o",
                                 .file = file,
                                 .len = len,
                                 .kind = kinds.list,
                                 .kinds = KINDS,
                                 .domain = &kinds.domain,
                                 .domains = 1};
}

/* Does the text have this, `format` filled in, somewhere? */
__attribute__((format(printf, 1, 2))) static bool says(const char *format, ...) {
    char wanted[PLACE_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(wanted, sizeof wanted, format, args);
    va_end(args);
    return strstr(why.text, wanted);
}

/* Place, instruction and rule of a program that is refused. */
static bool names_all(const struct object *o, const char *program) {
    char place[PLACE_TEXT_MAX];
    const struct line *line = line_at(o, why.slot);
    unsigned number;
    const char *instruction = strstr(why.text, "\ninstruction ");
    bool placed = line ? says("%s:%u", line->file, (unsigned)line->number)
                       : says("%s, section ", place_text(o, why.slot, place));
    return placed && says(", program %s:\n", program) && instruction &&
           sscanf(instruction, "\ninstruction %u", &number) == 1 && says("\n%s: ", why.rule) &&
           says("\nhint: ");
}

enum { LINED = STAGE_PROGRAM + 1, COUNTS };

static void check_refusal(const struct object *o, const char *program, unsigned counts[COUNTS]) {
    counts[why.stage]++;
    if (why.stage == STAGE_PROGRAM) {
        counts[LINED] += line_at(o, why.slot) != NULL;
        if (!names_all(o, program))
            fail_msg("%s, %s: something is not named:\n%s", why.rule, program, why.text);
    } else if (!says("(%s)", why.rule) || !says("hint: ") ||
               (why.stage == STAGE_TYPES && !says("%s: ", program))) {
        fail_msg("%s, %s: something is not named:\n%s", why.rule, program, why.text);
    }
}

/* A program taken for a kind that it is not of breaks rules of every sort. */
static void test_each_refusal_names_place_instruction_and_rule(void **state) {
    unsigned counts[COUNTS] = {0};
    (void)state;
    for (size_t i = 0; i < objects; i++) {
        struct object o;
        struct object_refusal damaged;
        if (!object_open(&o, &host.hooks, object[i].bytes, object[i].len, &damaged))
            fail_msg("%s: %s", object[i].path, object_rule_name(damaged.rule));
        for (uint32_t f = 0; f < o.function_count; f++)
            for (uint32_t k = 0; k <= KINDS; k++) {
                struct load load;
                struct load_request r = request(object[i].bytes, object[i].len);
                r.only = o.function[f].name;
                r.as = k < KINDS ? kinds.list[k] : NULL;
                if (load_open(&load, &host.hooks, &r, &why))
                    assert_true(load_close(&load));
                else
                    check_refusal(&o, r.only, counts);
            }
        object_close(&o);
    }
    print_message("refused: %u for types, %u by the linker, %u by the verifier, %u of these with a "
                  "source line\n",
                  counts[STAGE_TYPES], counts[STAGE_LINK], counts[STAGE_PROGRAM], counts[LINED]);
    assert_true(counts[STAGE_TYPES] > 500 && counts[STAGE_LINK] > 100);
    assert_true(counts[STAGE_PROGRAM] > 100 && counts[LINED] > 100);
}

/* Damages up to eight places. */
static void damage(uint8_t *bytes, size_t len) {
    for (int n = rand() % 8; n >= 0; n--)
        bytes[(size_t)rand() % len] ^= (uint8_t)(1u << rand() % 8);
}

#define LOADS         100000
#define MEMORY_FACTOR 64 /* bytes that a load may hold for each of its file... */
/* ...and those that the verifier may take for its states: what it copies counts as a step for each
 * 512 bytes. */
#define MEMORY_LEAST (128u << 20)

/* Whatever the bytes, a load ends, names section, offset and rule of a damaged file, takes memory
 * in proportion to the file, and gives all of it back. The verifier's steps are limited by
 * themselves: `complexity`. */
static void test_nothing_is_left_of_100000_loads(void **state) {
    static const struct jit_options jit;
    static uint8_t file[1 << 16];
    unsigned accepted = 0, by_stage[STAGE_PROGRAM + 1] = {0};
    size_t live = host.allocated;
    (void)state;
    srand(7);
    for (unsigned n = 0; n < LOADS; n++) {
        size_t i = (size_t)rand() % objects, len = object[i].len;
        struct load load;
        if (len > sizeof file)
            continue;
        memcpy(file, object[i].bytes, len);
        if (n % 4)
            damage(file, len);
        struct load_request r = request(file, len);
        r.jit = n % 8 ? NULL : &jit;
        host.limit = live + MEMORY_LEAST + MEMORY_FACTOR * len;
        why.rule = NULL;
        if (load_open(&load, &host.hooks, &r, &why)) {
            accepted++;
            assert_true(load_close(&load));
        } else {
            assert_non_null(why.rule);
            bool placed = says("tested.o: ") && says(", offset 0x") && says("(%s); ", why.rule);
            if (!strcmp(why.rule, "no-memory") || (why.stage == STAGE_OBJECT && !placed))
                fail_msg("%s, damaged: %s", object[i].path, why.text);
            by_stage[why.stage]++;
        }
        assert_int_equal(host.allocated, live);
        assert_int_equal(host.code_bytes + host.data_bytes, 0);
    }
    print_message("accepted %u; refused: %u files, %u for types, %u by the linker, %u programs\n",
                  accepted, by_stage[STAGE_OBJECT], by_stage[STAGE_TYPES], by_stage[STAGE_LINK],
                  by_stage[STAGE_PROGRAM]);
    assert_true(accepted > LOADS / 20 && by_stage[STAGE_OBJECT] > LOADS / 20);
    assert_true(by_stage[STAGE_TYPES] && by_stage[STAGE_LINK] && by_stage[STAGE_PROGRAM]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_refusal_names_place_instruction_and_rule),
        cmocka_unit_test(test_nothing_is_left_of_100000_loads),
    };
    return cmocka_run_group_tests_name("engine_refusals", tests, open_all, close_all);
}
