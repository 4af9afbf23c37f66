/* SPDX-License-Identifier: MIT */
/* engine_btf_print_test.c -- what is printed as C is, compiled again, the same; and
 * printing ends. */
#include "unit.h"
#include "engine/btf_print.h"
#include "engine/link/fingerprint.h"
#include "engine_opened.h"

/* Each level's function takes the one below twice: written out, 2^31 words. */
static void stops_printing_when_the_room_is_used_up(void **state) {
    struct blob b = {0};
    struct opened o;
    size_t len;
    char text[400], small[9];
    (void)state;
    blob_int(&b, "int", 4, 1);
    for (uint32_t level = 1; level < 32; level++) {
        uint32_t below = b.count;
        uint32_t proto = blob_type(&b, "", BTF_FUNC_PROTO, false, 2, 1);
        blob_parameter(&b, "", below);
        blob_parameter(&b, "", below);
        blob_type(&b, "", BTF_PTR, false, 0, proto);
    }
    uint8_t *section = blob_section(&b, &len);
    assert_true(open_section(&o, section, len));
    assert_false(btf_print_declaration(&o.btf, b.count, "f", text, sizeof text));
    assert_int_equal(strlen(text), sizeof text - 1);
    assert_true(btf_print_declaration(&o.btf, 1, "seve", small, 9));
    assert_false(btf_print_declaration(&o.btf, 1, "eight", small, sizeof small));
    assert_string_equal(small, "int eigh");
    assert_non_null(fingerprint_all(&o.btf, &o.arena));
    close_section(&o);
}

/* Structs without names inside each other, and pointers to pointers: both recurse. */
static void stops_printing_at_the_greatest_depth(void **state) {
    struct blob b = {0};
    struct opened o;
    size_t len;
    char text[4096];
    (void)state;
    blob_int(&b, "int", 4, 1);
    for (unsigned i = 0; i < 40; i++) {
        uint32_t inner = b.count;
        blob_type(&b, "", BTF_STRUCT, false, 1, 4);
        blob_member(&b, "m", inner, 0);
    }
    uint32_t structs = b.count;
    blob_type(&b, "", BTF_PTR, false, 0, 1);
    for (unsigned i = 0; i < 40; i++)
        blob_type(&b, "", BTF_PTR, false, 0, b.count);
    uint8_t *section = blob_section(&b, &len);
    assert_true(open_section(&o, section, len));
    assert_true(btf_print_declaration(&o.btf, structs, "deep", text, sizeof text));
    assert_non_null(strstr(text, "... m;"));
    assert_true(btf_print_declaration(&o.btf, b.count, "deep", text, sizeof text));
    assert_string_equal(text, "... ************deep");
    close_section(&o);
}

/* Writes every type of the object as C that declares a variable of each. */
static void write_c(const struct btf *btf, FILE *f) {
    char text[4096];
    for (uint32_t id = 1; id <= btf->count; id++) {
        struct btf_type t = btf_type(btf, id);
        if ((t.kind == BTF_STRUCT || t.kind == BTF_UNION) && *t.name)
            fprintf(f, "%s %s;\n", t.kind == BTF_STRUCT ? "struct" : "union", t.name);
        if (t.kind == BTF_FWD)
            assert_true(btf_print_definition(btf, id, text, sizeof text) && fputs(text, f) >= 0);
    }
    for (uint32_t i = 0; i < btf->count; i++) {
        struct btf_type t = btf_type(btf, btf->order[i]);
        bool defines =
            t.kind == BTF_TYPEDEF ||
            ((t.kind == BTF_STRUCT || t.kind == BTF_UNION || t.kind == BTF_ENUM) && *t.name);
        if (defines)
            assert_true(btf_print_definition(btf, t.id, text, sizeof text) && fputs(text, f) >= 0);
    }
    for (uint32_t id = 1; id <= btf->count; id++) {
        struct btf_type t = btf_type(btf, id);
        char name[32];
        snprintf(name, sizeof name, "(*use_%u)", id);
        if (t.kind == BTF_VAR || t.kind == BTF_DATASEC || t.kind == BTF_DECL_TAG ||
            t.kind == BTF_FUNC)
            continue;
        assert_true(btf_print_declaration(btf, id, name, text, sizeof text));
        fprintf(f, "%s;\n", strstr(text, "__ARRAY_SIZE_TYPE__") ? "" : text);
    }
}

static void compare_round(const struct object *before, const struct object *after,
                          struct arena *arena, const struct hooks *hooks) {
    const struct fingerprint *x = fingerprint_all(&before->btf, arena),
                             *y = fingerprint_all(&after->btf, arena);
    unsigned compared = 0;
    for (uint32_t id = 1; id <= before->btf.count; id++) {
        char name[32];
        snprintf(name, sizeof name, "use_%u", id);
        uint32_t var = btf_find(&after->btf, BTF_VAR, name);
        if (!var)
            continue;
        uint32_t pointer = btf_type(&after->btf, var).type_size;
        struct typed a = {&before->btf, x, id},
                     b = {&after->btf, y, btf_type(&after->btf, pointer).type_size};
        if (types_agree(&a, &b, hooks) != AGREE) {
            char one[1024], other[1024];
            btf_print_definition(&before->btf, a.type, one, sizeof one);
            btf_print_definition(&after->btf, b.type, other, sizeof other);
            fail_msg("printed:\n%s\nbut read again:\n%s", one, other);
        }
        compared++;
    }
    assert_true(compared > 30);
}

static void prints_c_that_means_the_same_when_compiled(void **state) {
    static const char *const compile[] = {"clang -target bpf -O2 -g -w -c",
                                          "bpf-gcc -O2 -gbtf -w -c"};
    static const char *const way[] = {"clang-O2", "gcc-O2"};
    (void)state;
    for (unsigned w = 0; w < 4; w++) {
        struct account account;
        struct hooks hooks = account_hooks(&account);
        struct arena arena = {.hooks = &hooks};
        struct report why;
        struct object before, after;
        size_t len, len_after;
        char command[256];
        uint8_t *file = read_compiled("types", way[w % 2], &len);
        assert_true(object_open(&before, &hooks, file, len, &why));
        FILE *f = fopen("build/tests/engine/printed.c", "w");
        write_c(&before.btf, f);
        fclose(f);
        snprintf(command, sizeof command,
                 "%s build/tests/engine/printed.c -o build/tests/engine/printed.o", compile[w / 2]);
        assert_int_equal(system(command), 0);
        uint8_t *file_after = read_whole("build/tests/engine/printed.o", &len_after);
        assert_true(object_open(&after, &hooks, file_after, len_after, &why));
        compare_round(&before, &after, &arena, &hooks);
        arena_release(&arena);
        object_close(&before);
        object_close(&after);
        free(file);
        free(file_after);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_printing_when_the_room_is_used_up),
        cmocka_unit_test(stops_printing_at_the_greatest_depth),
        cmocka_unit_test(prints_c_that_means_the_same_when_compiled),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("engine btf print", tests, NULL, NULL);
}
