/* SPDX-License-Identifier: MIT */
/* engine_object_test.c -- what both compilers write is loaded, and computes what the same source
 * computes natively. engine_object_damage_test.c is about objects that should not be loaded. */
#include "unit.h"
#include "engine/btf_print.h"
#include "engine/interpreter.h"
#include "engine/object/object_data.h"
#include "engine_made.h"
#include "engine_pointers.h"

/* The program under test, as the host's compiler makes it, and the services it asks for. */
/* NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "../../../engine/linked.bpf.c"

const int service_level = 1000;

int service_add(const struct node *n, long amount) {
    return n->weight + (int)amount;
}

unsigned int service_plain(void) {
    return 90;
}

static uint64_t import_add(uint64_t n, uint64_t amount, uint64_t c, uint64_t d, uint64_t e) {
    (void)c, (void)d, (void)e;
    return (uint64_t)(int64_t)service_add((const struct node *)(uintptr_t)n, (long)amount);
}

static uint64_t import_plain(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    (void)a, (void)b, (void)c, (void)d, (void)e;
    return service_plain();
}

/* One object ready to run. Its code is preceded by a call of the function to run and an exit, for a
 * program starts at its slot 0. */
struct loaded {
    struct account account;
    struct hooks hooks;
    uint8_t *file, *code;
    struct object object;
    struct variable variable[16];
    struct import import[4];
    struct program program;
};
enum { ENTRY_SLOTS = 2 };

static void put_entry(struct loaded *l, const char *function) {
    static const uint8_t entry[ENTRY_SLOTS * INSN_BYTES] = {[0] = 0x85, [1] = 0x10, [8] = 0x95};
    const struct object_function *f = object_function_named(&l->object, function);
    assert_non_null(f);
    memcpy(l->code, entry, sizeof entry);
    put(l->code + 4, 4, f->start + ENTRY_SLOTS - 1);
}

static void bind(struct loaded *l) {
    struct object *o = &l->object;
    assert_true(object_data_create(o, &l->hooks, l->variable));
    for (uint32_t i = 0; i < o->extern_variable_count; i++) {
        assert_string_equal(o->extern_variable[i].name, "service_level");
        l->variable[o->variable_count + i] =
            (struct variable){"service_level", (void *)&service_level, 4, false};
    }
    for (uint32_t i = 0; i < o->import_count; i++) {
        bool add = !strcmp(o->import[i].name, "service_add");
        assert_true(add || !strcmp(o->import[i].name, "service_plain"));
        l->import[i] =
            (struct import){.name = o->import[i].name, .address = add ? import_add : import_plain};
    }
}

static void load(struct loaded *l, const char *name, const char *way) {
    struct report why;
    size_t len;
    l->hooks = account_hooks(&l->account);
    l->file = read_compiled(name, way, &len);
    if (!object_open(&l->object, &l->hooks, l->file, len, &why))
        fail_msg("%s: %s", way, why.text);
    l->code = malloc((l->object.slots + ENTRY_SLOTS) * INSN_BYTES);
    memcpy(l->code + ENTRY_SLOTS * INSN_BYTES, l->object.code,
           (size_t)l->object.slots * INSN_BYTES);
}

static void unload(struct loaded *l) {
    object_data_release(&l->object, &l->hooks, l->variable);
    object_close(&l->object);
    free(l->code);
    free(l->file);
    assert_int_equal(l->account.live, 0);
}

static uint64_t code_address(void *owner, uint32_t slot) {
    struct loaded *l = owner;
    return (uint64_t)(uintptr_t)&l->program.insn[slot + ENTRY_SLOTS];
}

static int run(struct loaded *l, const char *function, long argument) {
    static uint8_t stack[16 * FRAME_BYTES];
    struct report why;
    put_entry(l, function);
    l->program = (struct program){.import = l->import,
                                  .import_count = l->object.import_count,
                                  .variable = l->variable,
                                  .variable_count =
                                      l->object.variable_count + l->object.extern_variable_count};
    if (!program_decode(&l->program, &l->hooks, l->code,
                        (l->object.slots + ENTRY_SLOTS) * INSN_BYTES, &why))
        fail_msg("%s: refused at slot %u: %s", function, why.slot, rule_sentence(why.rule));
    pointers_write(&l->object, l->variable, code_address, l);
    struct activation a = {.fuel = 10000, .stack = stack, .stack_bytes = sizeof stack};
    uint64_t arguments[5] = {(uint64_t)argument};
    uint64_t result = interpreter_run(&l->program, arguments, &a);
    assert_int_equal(a.fault, FAULT_NONE);
    program_release(&l->program, &l->hooks);
    return (int)result;
}

static void computes_what_the_source_says(void **state) {
    enum { RUNS = 40 };
    int expected[2][RUNS];
    (void)state;
    for (int i = 0; i < RUNS; i++) {
        expected[0][i] = first(i * 3);
        expected[1][i] = second(i * 5);
    }
    for (unsigned w = 0; w < COMPILED_WAYS; w++) {
        struct loaded l = {0};
        load(&l, "linked", compiled_way[w]);
        bind(&l);
        for (int i = 0; i < RUNS; i++) {
            assert_int_equal(run(&l, "first", i * 3), expected[0][i]);
            assert_int_equal(run(&l, "second", i * 5), expected[1][i]);
        }
        unload(&l);
    }
}

static const struct object_global *global_named(const struct object *o, const char *name) {
    for (uint32_t i = 0; i < o->global_count; i++)
        if (!strcmp(o->global[i].name, name))
            return &o->global[i];
    fail_msg("no variable %s", name);
    return NULL;
}

static void tells_what_it_defines_and_wants(void **state) {
    (void)state;
    for (unsigned w = 0; w < COMPILED_WAYS; w++) {
        struct loaded l = {0};
        load(&l, "linked", compiled_way[w]);
        struct object *o = &l.object;
        char text[128];

        const struct object_function *f = object_function_named(o, "first");
        assert_non_null(f);
        assert_true(f->global && f->type);
        assert_string_equal(o->section[f->section].name, "prog/first");
        assert_false(object_function_named(o, "choose") &&
                     object_function_named(o, "choose")->global);
        assert_true(object_function_named(o, "weigh")->global);
        assert_null(object_function_named(o, "service_add"));

        const struct object_global *g = global_named(o, "table");
        assert_int_equal(g->bytes, 16);
        assert_string_equal(o->variable[g->variable].name, ".data");
        assert_true(o->variable[g->variable].writable && g->global);
        btf_print_declaration(&o->btf, btf_type(&o->btf, g->type).type_size, "table", text,
                              sizeof text);
        assert_string_equal(text, "int table[4]");
        assert_string_equal(o->variable[global_named(o, "zeros")->variable].name, ".bss");
        assert_null(o->variable[global_named(o, "zeros")->variable].initial);
        g = global_named(o, "greeting");
        assert_false(o->variable[g->variable].writable);
        assert_string_equal((const char *)o->variable[g->variable].initial + g->offset, "hello");

        assert_int_equal(o->import_count, 2);
        assert_int_equal(o->extern_variable_count, 1);
        for (uint32_t i = 0; i < 2 && w > 0; i++) /* way 0, clang-O0, does not describe them */
            assert_true(btf_type(&o->btf, o->import[i].type).kind == BTF_FUNC);
        uint32_t type = btf_type(&o->btf, o->extern_variable[0].type).type_size;
        btf_print_declaration(&o->btf, type, "service_level", text, sizeof text);
        assert_string_equal(text, "const int service_level");
        unload(&l);
    }
}

/* GCC's type of such an array has no type of index. */
static void an_array_from_outside_needs_no_length(void **state) {
    (void)state;
    for (unsigned w = 0; w < COMPILED_WAYS; w++) {
        struct account account;
        struct hooks hooks = account_hooks(&account);
        struct object object;
        struct report why;
        size_t len;
        char text[64];
        uint8_t *file = read_compiled("unsized", compiled_way[w], &len);
        if (!object_open(&object, &hooks, file, len, &why))
            fail_msg("%s: %s at %llx", compiled_way[w], rule_name(why.rule),
                     (unsigned long long)why.offset);
        assert_int_equal(object.extern_variable_count, 1);
        const struct object_extern *wanted = &object.extern_variable[0];
        assert_string_equal(wanted->name, "service_table");
        assert_true(wanted->type);
        struct btf_type type = btf_type(&object.btf, wanted->type);
        assert_true(
            btf_print_declaration(&object.btf, type.type_size, type.name, text, sizeof text));
        assert_string_equal(text, "const unsigned char service_table[0]");
        object_close(&object);
        free(file);
        assert_int_equal(account.live, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_from_outside_needs_no_length),
        cmocka_unit_test(computes_what_the_source_says),
        cmocka_unit_test(tells_what_it_defines_and_wants),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("engine object", tests, NULL, NULL);
}
