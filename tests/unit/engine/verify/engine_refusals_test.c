/* SPDX-License-Identifier: MIT */
/* engine_refusals_test.c -- every object of the tests, its programs taken for kinds that they are
 * not of: what a refusal names. */
#include "engine_objects.h"

/* Place, instruction and rule of a program that is refused. */
static bool names_all(const struct object *o, const char *program) {
    char place[PLACE_TEXT_MAX];
    const struct line *line = line_at(o, why.slot);
    unsigned number;
    const char *instruction = strstr(why.text, "\ninstruction ");
    bool placed = line ? says("%s:%u", line->file, (unsigned)line->number)
                       : says("%s, section ", place_text(o, why.slot, place));
    return placed && says(", program %s:\n", program) && instruction &&
           sscanf(instruction, "\ninstruction %u", &number) == 1 &&
           says("\n%s: ", rule_name(why.rule)) && says("\nhint: ");
}

enum { LINED = STAGES, COUNTS };

static void check_refusal(const struct object *o, const char *program, unsigned counts[COUNTS]) {
    counts[stage_of(why.rule)]++;
    if (stage_of(why.rule) == STAGE_PROGRAM) {
        counts[LINED] += line_at(o, why.slot) != NULL;
        if (!names_all(o, program))
            fail_msg("%s, %s: something is not named:\n%s", rule_name(why.rule), program, why.text);
    } else if (!says("(%s)", rule_name(why.rule)) || !says("hint: ") ||
               (stage_of(why.rule) == STAGE_TYPES && !says("%s: ", program))) {
        fail_msg("%s, %s: something is not named:\n%s", rule_name(why.rule), program, why.text);
    }
}

/* A program taken for a kind that it is not of breaks rules of every sort. As one compiler makes it
 * at one level it is tried as each third kind, at the next level as the others. */
static void test_each_refusal_names_place_instruction_and_rule(void **state) {
    unsigned counts[COUNTS] = {0};
    (void)state;
    for (size_t i = 0; i < objects; i++) {
        struct object o;
        struct report damaged;
        if (!object_open(&o, &host.hooks, object[i].bytes, object[i].len, &damaged))
            fail_msg("%s: %s", object[i].path, rule_name(damaged.rule));
        for (uint32_t f = 0; f < o.function_count; f++)
            for (size_t k = (i + f) % 3; k <= KINDS; k += 3) {
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_refusal_names_place_instruction_and_rule),
    };
    return cmocka_run_group_tests_name("engine_refusals", tests, open_all, close_all);
}
