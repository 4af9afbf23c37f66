/* SPDX-License-Identifier: MIT */
/* engine_link_report_test.c -- every refusal of the linker, by its exact words. */
#include "unit.h"
#include "engine/lines.h"
#include "engine/link/program_image.h"
#include "engine_made.h"

/* One set of types for all: what is wanted and what there is. */
static struct account account;
static struct hooks hooks;
static uint8_t *section;
static struct types types;
enum { T_INT, T_LONG, T_F_INT, T_F_LONG, T_WEIGH, T_WEIGH_OTHER, T_ALIKE, T_ALIKE_OTHER, T_COUNT };
static uint32_t type[T_COUNT];

static uint32_t make_function(struct blob *b, uint32_t parameter, const char *name) {
    uint32_t id = blob_type(b, "", BTF_FUNC_PROTO, false, 1, type[T_INT]);
    blob_parameter(b, name, parameter);
    return id;
}

static uint32_t make_weigh(struct blob *b, uint32_t member) {
    uint32_t item = blob_type(b, "item", BTF_STRUCT, false, 1, 8);
    blob_member(b, "weight", member, 0);
    return make_function(b, blob_type(b, "", BTF_PTR, false, 0, item), "item");
}

static uint32_t make_pointer(struct blob *b) {
    uint32_t part = blob_type(b, "part", BTF_STRUCT, false, 1, 4);
    blob_member(b, "n", type[T_INT], 0);
    return blob_type(b, "", BTF_PTR, false, 0, part);
}

/* A structure of many pointers, in turn to one copy and another of the same type. */
static uint32_t make_alike(struct blob *b, const uint32_t pointer[2]) {
    enum { MEMBERS = 200 };
    char name[8];
    uint32_t id = blob_type(b, "alike", BTF_STRUCT, false, MEMBERS, MEMBERS * 8);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        snprintf(name, sizeof name, "m%u", i);
        blob_member(b, name, pointer[i % 2], i * 64);
    }
    return id;
}

static int open_types(void **state) {
    static struct blob b;
    struct report why;
    size_t len;
    (void)state;
    hooks = account_hooks(&account);
    type[T_INT] = blob_int(&b, "int", 4, BTF_INT_SIGNED);
    type[T_LONG] = blob_int(&b, "long", 8, BTF_INT_SIGNED);
    type[T_F_INT] = make_function(&b, type[T_INT], "n");
    type[T_F_LONG] = make_function(&b, type[T_LONG], "n");
    type[T_WEIGH] = make_weigh(&b, type[T_INT]);
    type[T_WEIGH_OTHER] = make_weigh(&b, type[T_LONG]);
    uint32_t pointer[] = {make_pointer(&b), 0, make_pointer(&b)};
    pointer[1] = pointer[0];
    type[T_ALIKE] = make_alike(&b, pointer);
    type[T_ALIKE_OTHER] = make_alike(&b, pointer + 1);
    section = blob_section(&b, &len);
    return !types_open(&types, &hooks, (struct bytes){section, len}, &why);
}

static int close_types(void **state) {
    (void)state;
    types_close(&types);
    free(section);
    return account.live != 0;
}

static uint8_t somewhere[2];

static struct domain *make_domain(const char *name, const struct export *exports, uint32_t count) {
    struct report why;
    struct domain *d = domain_create(&hooks, name, &types, exports, count, &why);
    if (!d)
        fail_msg("%s", why.text);
    return d;
}

/* An object that wants the functions and variables named, against domains: what is said? */
struct wants {
    struct object_extern import[3], variable[2];
    uint32_t imports, variables;
};

static void check_text(const struct wants *w, struct domain *const *domains, uint32_t count,
                       enum rule rule, const char *text) {
    static struct report report;
    struct link l;
    struct object o = {.import = (struct object_extern *)w->import,
                       .import_count = w->imports,
                       .extern_variable = (struct object_extern *)w->variable,
                       .extern_variable_count = w->variables,
                       .has_types = true,
                       .btf = types.btf};
    assert_true(link_open(&l, "guard.o", &o, &hooks));
    assert_false(link_resolve(&l, domains, count, &report));
    assert_string_equal(report.text, text);
    assert_int_equal(report.rule, rule);
    assert_true(link_close(&l));
    for (uint32_t i = 0; i < count; i++)
        domain_release(domains[i]);
}

static void unknown_name(void **state) {
    struct wants w = {.import = {{.name = "weigh", .type = type[T_WEIGH]}}, .imports = 1};
    (void)state;
    struct domain *d[] = {make_domain("spin.public", NULL, 0), make_domain("files", NULL, 0)};
    check_text(&w, d, 2, LINK_RULE_UNKNOWN_NAME,
               "guard.o: weigh: no domain in the list exports this name (unknown-name)\n"
               "  wanted: int weigh(struct item *item)\n"
               "  looked for in:\n"
               "    spin.public\n"
               "    files\n"
               "  hint: link against a domain that exports it: a name that no domain exports does "
               "not exist\n");
    check_text(&w, NULL, 0, LINK_RULE_UNKNOWN_NAME,
               "guard.o: weigh: no domain in the list exports this name (unknown-name)\n"
               "  wanted: int weigh(struct item *item)\n"
               "  no domains were given\n"
               "  hint: link against a domain that exports it: a name that no domain exports does "
               "not exist\n");
}

static void wrong_type(void **state) {
    struct wants w = {.import = {{.name = "step", .type = type[T_F_LONG]}}, .imports = 1};
    struct export e = {.name = "step", .address = somewhere, .type = type[T_F_INT]};
    (void)state;
    struct domain *d[] = {make_domain("spin.public", &e, 1)};
    check_text(&w, d, 1, LINK_RULE_WRONG_TYPE,
               "guard.o: step: it is exported with another type (wrong-type)\n"
               "  wanted: int step(long n)\n"
               "  domain spin.public exports the function:\n"
               "  found: int step(int n)\n"
               "  hint: compile against the declarations of the domain as it is now\n");
}

static void wrong_type_behind_a_pointer(void **state) {
    struct wants w = {.import = {{.name = "weigh", .type = type[T_WEIGH]}}, .imports = 1};
    struct export e = {
        .name = "weigh", .address = somewhere, .kind = EXPORT_EVENT, .type = type[T_WEIGH_OTHER]};
    (void)state;
    struct domain *d[] = {make_domain("spin.public", &e, 1)};
    check_text(&w, d, 1, LINK_RULE_WRONG_TYPE,
               "guard.o: weigh: it is exported with another type (wrong-type)\n"
               "  wanted: int weigh(struct item *item)\n"
               "  domain spin.public exports the event:\n"
               "  found: int weigh(struct item *item)\n"
               "  they differ in what they lead to:\n"
               "  wanted: struct item {\n"
               "    int weight;\n"
               "};\n"
               "  found: struct item {\n"
               "    long weight;\n"
               "};\n"
               "  hint: compile against the declarations of the domain as it is now\n");
}

static void wrong_kind(void **state) {
    struct wants w = {.variable = {{.name = "step", .type = type[T_INT]}}, .variables = 1};
    struct export e = {.name = "step", .address = somewhere, .type = type[T_F_INT]};
    (void)state;
    struct domain *d[] = {make_domain("spin.public", &e, 1)};
    check_text(&w, d, 1, LINK_RULE_WRONG_KIND,
               "guard.o: step: functions are called and variables are addressed, and this is the "
               "other of the two (wrong-kind)\n"
               "  wanted: int step\n"
               "  domain spin.public exports the function:\n"
               "  found: int step(int n)\n"
               "  hint: declare it as the domain does\n");
}

static void ambiguous(void **state) {
    struct wants w = {.variable = {{.name = "level", .type = type[T_INT]}}, .variables = 1};
    struct export e = {
        .name = "level", .address = somewhere, .kind = EXPORT_VARIABLE, .type = type[T_INT]};
    (void)state;
    struct domain *first = make_domain("spin.public", &e, 1);
    e.address = somewhere + 1;
    struct domain *d[] = {first, make_domain("files", &e, 1)};
    check_text(&w, d, 2, LINK_RULE_AMBIGUOUS,
               "guard.o: level: several domains in the list export it, and each time it is "
               "something else (ambiguous)\n"
               "  wanted: int level\n"
               "  domain spin.public exports the variable:\n"
               "  found: int level\n"
               "  domain files exports the variable:\n"
               "  found: int level\n"
               "  hint: link against one of them first, or leave the other out of the list\n");
}

static void no_type(void **state) {
    struct wants w = {.import = {{.name = "step"}}, .imports = 1};
    struct export e = {.name = "step", .address = somewhere, .type = type[T_F_INT]};
    (void)state;
    struct domain *d[] = {make_domain("spin.public", &e, 1)};
    check_text(&w, d, 1, LINK_RULE_NO_TYPE,
               "guard.o: step: the object does not describe what type it has (no-type)\n"
               "  domain spin.public exports the function:\n"
               "  found: int step(int n)\n"
               "  hint: compile with -g (clang, -O1 or more) or -gbtf (GCC)\n");
}

static void too_alike(void **state) {
    struct wants w = {.variable = {{.name = "table", .type = type[T_ALIKE]}}, .variables = 1};
    struct export e = {.name = "table",
                       .address = somewhere,
                       .kind = EXPORT_VARIABLE,
                       .type = type[T_ALIKE_OTHER]};
    (void)state;
    struct domain *d[] = {make_domain("spin.public", &e, 1)};
    check_text(&w, d, 1, LINK_RULE_TOO_ALIKE,
               "guard.o: table: its type has too many copies to be compared (too-alike)\n"
               "  wanted: struct alike table\n"
               "  domain spin.public exports the variable:\n"
               "  found: struct alike table\n"
               "  hint: build the object again: no compiler writes one type this often\n");
}

static void several_are_listed(void **state) {
    struct wants w = {.import = {{.name = "step", .type = type[T_F_INT]},
                                 {.name = "stop", .type = type[T_F_LONG]}},
                      .imports = 2,
                      .variable = {{.name = "level", .type = type[T_INT]}},
                      .variables = 1};
    struct export e[] = {
        {.name = "step", .address = somewhere, .type = type[T_F_INT]},
        {.name = "level", .address = somewhere, .kind = EXPORT_VARIABLE, .type = type[T_LONG]}};
    (void)state;
    struct domain *d[] = {make_domain("spin.public", e, 2)};
    check_text(&w, d, 1, LINK_RULE_UNRESOLVED,
               "guard.o: 2 names are undefined (unresolved)\n"
               "guard.o: stop: no domain in the list exports this name (unknown-name)\n"
               "  wanted: int stop(long n)\n"
               "  looked for in:\n"
               "    spin.public\n"
               "  hint: link against a domain that exports it: a name that no domain exports does "
               "not exist\n"
               "guard.o: level: it is exported with another type (wrong-type)\n"
               "  wanted: int level\n"
               "  domain spin.public exports the variable:\n"
               "  found: long level\n"
               "  hint: compile against the declarations of the domain as it is now\n");
}

/* Domains and programs. */

static void check_domain(const struct export *exports, uint32_t count, enum rule rule,
                         const char *text) {
    struct report why;
    assert_null(domain_create(&hooks, "spin.public", &types, exports, count, &why));
    assert_string_equal(why.text, text);
    assert_int_equal(why.rule, rule);
}

static void exported_twice(void **state) {
    struct export e[] = {{.name = "step", .address = somewhere, .type = type[T_F_INT]},
                         {.name = "back", .address = somewhere, .type = type[T_F_INT]},
                         {.name = "step", .address = somewhere, .type = type[T_F_LONG]}};
    (void)state;
    check_domain(e, 3, LINK_RULE_EXPORT_TWICE,
                 "step: the domain exports one name twice (export-twice)\n"
                 "hint: rename one of them, or make two domains\n");
}

static void exported_without_type(void **state) {
    static const char *const text =
        "step: nothing describes the type of this export (export-type)\n"
        "hint: compile the exporting code with -g (clang) or -gbtf (GCC)\n";
    struct export e = {.name = "step", .address = somewhere};
    (void)state;
    check_domain(&e, 1, LINK_RULE_EXPORT_TYPE, text);
    e.type = type[T_INT]; /* a function has a function's type */
    check_domain(&e, 1, LINK_RULE_EXPORT_TYPE, text);
}

static void check_program(struct object *o, const char *function, enum rule rule,
                          const char *text) {
    static const struct kind kind = {.name = "any"};
    static struct report why;
    struct image image;
    struct link l;
    assert_true(link_open(&l, "guard.o", o, &hooks));
    assert_false(image_create(&image, &l, function, &kind, NULL, &why));
    assert_int_equal(why.rule, rule);
    assert_string_equal(why.text, text);
    assert_true(link_close(&l));
}

static void no_function(void **state) {
    struct object o = {0};
    (void)state;
    check_program(&o, "guard", LINK_RULE_NO_FUNCTION,
                  "guard: the object has no function of this name (no-function)\n"
                  "hint: `vcode dump` lists its functions\n");
}

static void code_that_leads_nowhere(void **state) {
    uint8_t code[] = {0x85, 0x10, 0, 0, 1,    0, 0, 0, 0x95, 0, 0, 0,
                      0,    0,    0, 0, 0x95, 0, 0, 0, 0,    0, 0, 0};
    struct object_function f = {.name = "guard", .start = 0, .end = 2};
    struct object o = {.code = code, .slots = 3, .function = &f, .function_count = 1};
    static const char *const text =
        "guard: a call or an address leads to code that belongs to no function (no-target)\n"
        "hint: build the object again: every function has a symbol\n";
    (void)state;
    check_program(&o, "guard", LINK_RULE_NO_TARGET, text);
    put(code + 4, 4, 2); /* out of the object */
    check_program(&o, "guard", LINK_RULE_NO_TARGET, text);
    put(code + 4, 4, 0xfffffff0u);
    check_program(&o, "guard", LINK_RULE_NO_TARGET, text);
}

static void addresses_in_data(void **state) {
    uint8_t code[] = {0x18, 0x31, 0, 0, 1,    0, 0, 0, 0, 0, 0, 0,
                      0,    0,    0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0};
    struct object_function f = {.name = "guard", .start = 0, .end = 3};
    struct object_variable v[] = {{".bss", NULL, 8, 8, true}, {".data", NULL, 8, 8, true}};
    struct object_pointer p = {.variable = 1};
    struct object o = {.code = code,
                       .slots = 3,
                       .function = &f,
                       .function_count = 1,
                       .variable = v,
                       .variable_count = 2,
                       .pointer = &p,
                       .pointer_count = 1};
    (void)state;
    check_program(&o, "guard", LINK_RULE_DATA_ADDRESS,
                  ".data: the program uses a section of variables that holds an address "
                  "(data-address)\n"
                  "hint: take addresses in the code: as initial values they would be numbers to "
                  "the program\n");
}

static void no_memory(void **state) {
    static const struct kind kind = {.name = "any"};
    static struct report why;
    struct report report;
    struct image image;
    struct link l;
    struct object_function f = {.name = "guard", .start = 0, .end = 1};
    struct object o = {.code = (uint8_t[8]){0x95}, .slots = 1, .function = &f, .function_count = 1};
    (void)state;
    assert_true(link_open(&l, "guard.o", &o, &hooks));
    account.allowed = 0;
    assert_null(domain_create(&hooks, "spin.public", &types, NULL, 0, &report));
    assert_false(image_create(&image, &l, "guard", &kind, NULL, &why));
    account.allowed = -1;
    assert_string_equal(report.text, "spin.public: there is no memory left (no-memory)\n"
                                     "hint: unload something first\n");
    assert_string_equal(why.text, "guard: there is no memory left (no-memory)\n"
                                  "hint: unload something first\n");
    assert_int_equal(why.rule, RULE_NO_MEMORY);
    assert_true(link_close(&l));
}

static void a_program_s_own_rule(void **state) {
    uint8_t code[] = {0xbf, 0x10, 0, 0, 0, 0, 0, 0, 0x05, 0, 9, 0, 0, 0, 0, 0};
    struct object_function f = {.name = "guard", .start = 0, .end = 2};
    struct object_section s = {
        .name = "prog/guard", .role = ROLE_CODE, .data = {code, sizeof code}};
    struct line no_lines[2] = {0};
    struct object o = {.code = code,
                       .slots = 2,
                       .function = &f,
                       .function_count = 1,
                       .section = &s,
                       .section_count = 1,
                       .line = no_lines};
    (void)state;
    check_program(&o, "guard", RULE_JUMP_OUTSIDE,
                  "guard+1, section prog/guard, program guard:\n"
                  "instruction 1: the jump leads out of its function (jump-outside)\n"
                  "hint: jumps stay in their function; use a call to leave it\n");
}

static void a_long_report_is_cut(void **state) {
    static struct report report;
    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        report_say(&report, "line %u", i);
    assert_int_equal(strlen(report.text), REPORT_TEXT_MAX - 1);
    assert_int_equal(report.text[REPORT_TEXT_MAX - 2], '\n');
    report_prefix(&report, "before: ");
    assert_int_equal(strlen(report.text), REPORT_TEXT_MAX - 1);
    assert_memory_equal(report.text, "before: line 0\nline 1\n", 22);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_name),
        cmocka_unit_test(wrong_type),
        cmocka_unit_test(wrong_type_behind_a_pointer),
        cmocka_unit_test(wrong_kind),
        cmocka_unit_test(ambiguous),
        cmocka_unit_test(no_type),
        cmocka_unit_test(too_alike),
        cmocka_unit_test(several_are_listed),
        cmocka_unit_test(exported_twice),
        cmocka_unit_test(exported_without_type),
        cmocka_unit_test(no_function),
        cmocka_unit_test(code_that_leads_nowhere),
        cmocka_unit_test(addresses_in_data),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(a_program_s_own_rule),
        cmocka_unit_test(a_long_report_is_cut),
    };
    return cmocka_run_group_tests_name("engine_link_report", tests, open_types, close_types);
}
