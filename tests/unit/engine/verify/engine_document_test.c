/* SPDX-License-Identifier: MIT */
/* engine_document_test.c -- the examples of docs/engine/rules.md: each is refused by the rule under
 * whose name it stands, at the instruction it says, or accepted; and no rule is without one of
 * each. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "engine/load.h"
#include "host_hooks.h"
#include "kinds_open.h"

#define DOCUMENT     "docs/engine/rules.md"
#define EXAMPLES_MAX 256
#define TEXT_MAX     8192
#define BYTES_MAX    8192
#define IMPORTS      6

struct example {
    char rule[40], kind[16], name[80], text[TEXT_MAX];
    bool refused;
    unsigned at, cut, line;
};

/* Reading. */

static void add_line(char *text, const char *line) {
    size_t used = strlen(text);
    if ((size_t)snprintf(text + used, TEXT_MAX - used, "%s\n", line) >= TEXT_MAX - used)
        fail_msg(DOCUMENT ": the program is too long: %s", line);
}

/* Copies a line, with {i} and {i+1} as numbers. */
static void add_numbered(char *text, const char *line, unsigned i) {
    char numbered[256] = "";
    for (const char *at = line; *at;) {
        char one[16] = {*at};
        size_t len = 1;
        if (!strncmp(at, "{i}", 3) || !strncmp(at, "{i+1}", 5)) {
            len = at[2] == '}' ? 3 : 5;
            snprintf(one, sizeof one, "%u", len == 3 ? i : i + 1);
        }
        strncat(numbered, one, sizeof numbered - strlen(numbered) - 1);
        at += len;
    }
    add_line(text, numbered);
}

static bool next_line(FILE *f, char line[256], unsigned *number) {
    if (!fgets(line, 256, f))
        return false;
    line[strcspn(line, "\n")] = '\0';
    ++*number;
    return true;
}

static void read_repeated(FILE *f, struct example *e, unsigned *number, unsigned from,
                          unsigned to) {
    static char body[16][256];
    unsigned lines = 0;
    while (lines < 16 && next_line(f, body[lines], number) && strcmp(body[lines], ".end") != 0)
        lines++;
    for (unsigned i = from; i <= to; i++)
        for (unsigned l = 0; l < lines; l++)
            add_numbered(e->text, body[l], i);
}

/* "```bpf refused at 3 cut 4 as guard" */
static void read_fence(const char *line, struct example *e) {
    const char *as = strstr(line, " as "), *at = strstr(line, " at "), *cut = strstr(line, " cut ");
    snprintf(e->kind, sizeof e->kind, "%.15s", as ? as + 4 : "raw");
    e->refused = strstr(line, "refused");
    e->at = at ? (unsigned)strtoul(at + 4, NULL, 10) : 0;
    e->cut = cut ? (unsigned)strtoul(cut + 5, NULL, 10) : 0;
}

static void read_program(FILE *f, struct example *e, unsigned *number) {
    static const char repeat[] = ".repeat ";
    char line[256], *end;
    while (next_line(f, line, number) && strcmp(line, "```") != 0) {
        if (strncmp(line, repeat, strlen(repeat)) != 0) {
            add_line(e->text, line);
            continue;
        }
        unsigned from = (unsigned)strtoul(line + strlen(repeat), &end, 10);
        read_repeated(f, e, number, from, (unsigned)strtoul(end, NULL, 10));
    }
}

static unsigned read_document(struct example *examples) {
    FILE *f = fopen(DOCUMENT, "r");
    char line[256], rule[40] = "";
    unsigned n = 0, number = 0;
    if (!f) {
        fprintf(stderr, DOCUMENT " cannot be read\n");
        exit(1);
    }
    while (next_line(f, line, &number)) {
        sscanf(line, "#### `%39[^`]`", rule);
        if (strncmp(line, "```bpf ", 7) != 0 || n == EXAMPLES_MAX)
            continue;
        struct example *e = &examples[n++];
        memcpy(e->rule, rule, sizeof e->rule);
        e->line = number;
        read_fence(line, e);
        snprintf(e->name, sizeof e->name, "%s: %s, line %u", rule,
                 e->refused ? "refused" : "accepted", number);
        read_program(f, e, &number);
    }
    fclose(f);
    return n;
}

/* Running. */

static uint64_t changing, fixed = 7;
static const struct variable variables[] = {{"changing", &changing, sizeof changing, true},
                                            {"fixed", &fixed, sizeof fixed, false},
                                            {"last", (void *)-DISTANCE, 8, false}};

/* What programs of the kind may call, typed as load.c types it. */
static void make_imports(const struct kinds *kinds, struct typing_scope *scope,
                         struct signature signature[IMPORTS], struct import import[IMPORTS]) {
    static const char *const names[] = {"process_find", "process_release",  "console_write",
                                        "ticks",        "process_exchange", "process_each"};
    static struct report why;
    for (unsigned i = 0; i < IMPORTS; i++) {
        const struct export *e = domain_find(kinds->domain, names[i]);
        signature[i] = *e->signature;
        if (!typing_signature(scope, &kinds->types, e->type, e->name, &signature[i], &why))
            fail_msg("%s", why.text);
        import[i] = (struct import){.name = names[i], .signature = &signature[i]};
    }
}

static void check_verdict(const struct example *e, bool accepted, enum rule rule, uint32_t slot,
                          const char *text) {
    if (accepted == e->refused)
        fail_msg(DOCUMENT ":%u: %s\n%s", e->line, accepted ? "accepted" : "refused", text);
    if (!e->refused)
        return;
    if (strcmp(rule_name(rule), e->rule) != 0 || slot != e->at)
        fail_msg(DOCUMENT ":%u: refused by %s at %u\n%s", e->line, rule_name(rule), slot, text);
}

static void check_program(const struct example *e, const struct kinds *kinds,
                          const struct hooks *hooks) {
    static struct verdict verdict;
    static uint8_t code[BYTES_MAX];
    const struct typing *typing = kinds_named(kinds, e->kind);
    struct typing_scope scope = {.typing = typing, .arena = {.hooks = hooks}};
    struct signature signature[IMPORTS];
    struct import import[IMPORTS];
    char error[128];
    int len = assemble(e->text, code, sizeof code, error);
    if (len < 0 || !typing)
        fail_msg(DOCUMENT ":%u: %s", e->line, typing ? error : "no such kind");
    make_imports(kinds, &scope, signature, import);
    struct program p = {
        .import = import, .import_count = IMPORTS, .variable = variables, .variable_count = 3};
    struct report why;
    struct facts facts;
    if (!program_decode(&p, hooks, code, (size_t)len - e->cut, &why)) {
        arena_release(&scope.arena);
        check_verdict(e, false, why.rule, why.slot, rule_sentence(why.rule));
        return;
    }
    verdict.text[0] = '\0';
    bool accepted = verify(&p, &typing->kind, hooks, &facts, &verdict);
    program_release(&p, hooks);
    arena_release(&scope.arena);
    check_verdict(e, accepted, verdict.rule, verdict.slot, verdict.text);
}

static void check_example(void **state) {
    struct host_hooks host;
    static struct report why;
    static struct kinds kinds;
    host_hooks_init(&host);
    if (!kinds_open(&kinds, &host.hooks, &why))
        fail_msg("%s", why.text);
    check_program(*state, &kinds, &host.hooks);
    kinds_close(&kinds);
    assert_int_equal(host.allocated, 0);
}

/* Completeness. */

static struct example examples[EXAMPLES_MAX];
static unsigned example_count;

static void test_each_rule_has_both_and_its_sentence(void **state) {
    (void)state;
    static char document[1 << 17];
    FILE *f = fopen(DOCUMENT, "r");
    assert_non_null(f);
    size_t len = fread(document, 1, sizeof document - 1, f);
    fclose(f);
    document[len] = '\0';
    for (char *at = document; (at = strchr(at, '\n'));) /* sentences go over lines */
        *at = ' ';
    for (enum rule rule = RULE_NONE + 1; rule < RULE_COUNT; rule++) {
        unsigned refused = 0, accepted = 0;
        for (unsigned i = 0; i < example_count; i++)
            if (!strcmp(examples[i].rule, rule_name(rule)))
                *(examples[i].refused ? &refused : &accepted) += 1;
        bool said = strstr(document, rule_sentence(rule) + 1) && strstr(document, rule_hint(rule));
        if (!said || (rule != RULE_NO_MEMORY && (!refused || !accepted)))
            fail_msg(DOCUMENT ": %s: %u refused, %u accepted, sentence and hint %s",
                     rule_name(rule), refused, accepted, said ? "there" : "missing");
    }
}

int main(void) {
    static struct CMUnitTest tests[EXAMPLES_MAX + 1];
    example_count = read_document(examples);
    for (unsigned i = 0; i < example_count; i++)
        tests[i] = (struct CMUnitTest){
            .name = examples[i].name, .test_func = check_example, .initial_state = &examples[i]};
    tests[example_count] =
        (struct CMUnitTest)cmocka_unit_test(test_each_rule_has_both_and_its_sentence);
    return _cmocka_run_group_tests("engine_document", tests, example_count + 1, NULL, NULL);
}
