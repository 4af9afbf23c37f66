/* SPDX-License-Identifier: MIT */
/* lib_cpio_test.c -- the archive's reader: a good archive is told as it is, each rule broken alone
 * is named, no cut does harm; and the list of components in it. */
#include "lib/boot_list.h"
#include "lib/cpio.h"

#include "lib/error.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char bytes[65536];
static size_t len;

static void pad(void) {
    while (len % 4)
        bytes[len++] = '\0';
}

static void member(const char *name, unsigned mode, const char *data) {
    len +=
        (size_t)sprintf(bytes + len, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x",
                        0, mode, 0, 0, 1, 0, strlen(data), 0, 0, 0, 0, strlen(name) + 1, 0);
    len += (size_t)sprintf(bytes + len, "%s", name) + 1;
    pad();
    len += (size_t)sprintf(bytes + len, "%s", data);
    pad();
}

/* Two files of 5 and 0 bytes. */
static void archive_make(void) {
    memset(bytes, 0, sizeof bytes);
    len = 0;
    member("boot", 0100644, "first");
    member("first", 0100755, "");
    member("TRAILER!!!", 0, "");
}

/* From a copy of its own length, so that a read beyond it is seen. */
static int open_bytes(size_t n, const char **why) {
    struct cpio a;
    char *copy = malloc(n ? n : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, n);
    int result = cpio_open(&a, copy, n, why);
    free(copy);
    return result;
}

static void refused(const char *rule) {
    const char *why = "accepted";
    assert_int_equal(open_bytes(len, &why), -E_BAD_IMAGE);
    if (!strstr(why, rule))
        fail_msg("'%s' instead of '%s'", why, rule);
    archive_make();
}

static void a_good_archive_is_told_as_it_is(void **state) {
    struct cpio a;
    struct cpio_file file;
    const char *why = "";
    (void)state;
    archive_make();
    assert_int_equal(cpio_open(&a, bytes, len, &why), 0);
    assert_null(why);
    assert_int_equal(a.count, 2);
    assert_true(cpio_find(&a, "boot", &file));
    assert_int_equal(file.len, 5);
    assert_memory_equal(file.data, "first", 5);
    assert_true(cpio_find(&a, "first", &file) && file.len == 0);
    cpio_at(&a, 0, &file);
    assert_string_equal(file.name, "boot");
    cpio_at(&a, 1, &file);
    assert_string_equal(file.name, "first");
    assert_false(cpio_find(&a, "TRAILER!!!", &file));
    assert_false(cpio_find(&a, "", &file));
    memset(bytes + len, 0, 512); /* cpio fills its last block */
    assert_int_equal(cpio_open(&a, bytes, len + 512, &why), 0);
}

enum { MODE = 14, FILE_LEN = 54, NAME_LEN = 94, NAME = 110 }; /* offsets in the first member */

static void each_rule_is_named(void **state) {
    (void)state;
    archive_make();
    bytes[5] = '2';
    refused("does not begin with 070701");
    bytes[MODE] = 'x';
    refused("hexadecimal digits");
    bytes[FILE_LEN + 7] = ' ';
    refused("hexadecimal digits");
    memcpy(bytes + FILE_LEN, "ffffffff", 8);
    refused("a member lies beyond the end");
    memcpy(bytes + NAME_LEN, "ffffffff", 8);
    refused("a member lies beyond the end");
    memcpy(bytes + NAME_LEN, "00000000", 8);
    refused("a name is empty");
    memcpy(bytes + NAME_LEN, "00000001", 8);
    refused("a name is empty");
    memcpy(bytes + NAME_LEN, "00000001", 8); /* a NUL and no more */
    bytes[NAME] = '\0';
    refused("a name is empty");
    memcpy(bytes + NAME_LEN, "00000004", 8); /* its NUL is behind it */
    refused("does not end where it should");
    memcpy(bytes + NAME_LEN, "0000000g", 8);
    refused("hexadecimal digits");
    memcpy(bytes + NAME_LEN, "00000006", 8); /* it ends before */
    refused("does not end where it should");
    memcpy(bytes + NAME_LEN, "00000021", 8);
    refused("too long");
    memcpy(bytes + MODE, "000041ed", 8);
    refused("no regular file");
    memcpy(bytes + FILE_LEN, "00000001", 8); /* the next member is not where it should be */
    refused("does not begin with 070701");
    len = 0;
    member("boot", 0100644, "a");
    member("boot", 0100644, "b");
    member("TRAILER!!!", 0, "");
    refused("two files have one name");
    len = 0;
    for (int i = 0; i <= CPIO_FILES_MAX; i++) {
        char name[16];
        sprintf(name, "%d", i);
        member(name, 0100644, "");
    }
    member("TRAILER!!!", 0, "");
    refused("too many files");
}

static void a_name_has_31_characters_at_most(void **state) {
    char name[CPIO_NAME_MAX + 1];
    const char *why;
    (void)state;
    memset(name, 'x', sizeof name);
    for (size_t n = CPIO_NAME_MAX - 1; n <= CPIO_NAME_MAX; n++) {
        len = 0;
        name[n] = '\0';
        member(name, 0100644, "");
        name[n] = 'x';
        member("TRAILER!!!", 0, "");
        assert_int_equal(open_bytes(len, &why), n < CPIO_NAME_MAX ? 0 : -E_BAD_IMAGE);
    }
}

/* Behind a file's bytes and before what they are filled up with the next member lies beyond the
 * end, if only by that. */
static void a_cut_within_padding_is_the_end(void **state) {
    (void)state;
    archive_make();
    len = NAME + sizeof "boot" + 1 + sizeof "first" - 1;
    refused("there is no trailer");
}

static void every_cut_is_refused(void **state) {
    (void)state;
    archive_make();
    for (size_t n = 0; n < len; n++) {
        const char *why;
        assert_int_equal(open_bytes(n, &why), -E_BAD_IMAGE);
    }
}

static void a_list_names_components_in_order(void **state) {
    static const char text[] =
        "# what runs\n\nfirst  run=all x \r\n\tsecond \nthird\0with a NUL\nlast one";
    static const char *const names[] = {"first", "second", "third", "last"};
    static const char *const arguments[] = {"run=all x", "", "with a NUL", "one"};
    static const unsigned lines[] = {3, 4, 5, 6};
    struct boot_list list = {.text = text, .len = sizeof text - 1};
    struct component c;
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(boot_list_next(&list, &c), BOOT_LIST_COMPONENT);
        assert_string_equal(c.name, names[i]);
        assert_string_equal(c.arguments, arguments[i]);
        assert_int_equal(list.line, lines[i]);
    }
    assert_int_equal(boot_list_next(&list, &c), BOOT_LIST_END);
}

static void a_line_without_room_is_refused(void **state) {
    char text[BOOT_LIST_NAME_MAX + BOOT_LIST_ARGUMENTS_MAX + 2];
    struct component c;
    (void)state;
    memset(text, 'x', sizeof text);
    struct boot_list list = {.text = text, .len = BOOT_LIST_NAME_MAX};
    assert_int_equal(boot_list_next(&list, &c), BOOT_LIST_TOO_LONG);
    list = (struct boot_list){.text = text, .len = BOOT_LIST_NAME_MAX - 1};
    assert_int_equal(boot_list_next(&list, &c), BOOT_LIST_COMPONENT);
    text[1] = ' ';
    list = (struct boot_list){.text = text, .len = 2 + BOOT_LIST_ARGUMENTS_MAX};
    assert_int_equal(boot_list_next(&list, &c), BOOT_LIST_TOO_LONG);
    list = (struct boot_list){.text = text, .len = 1 + BOOT_LIST_ARGUMENTS_MAX};
    assert_int_equal(boot_list_next(&list, &c), BOOT_LIST_COMPONENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_archive_is_told_as_it_is),
        cmocka_unit_test(each_rule_is_named),
        cmocka_unit_test(a_name_has_31_characters_at_most),
        cmocka_unit_test(a_cut_within_padding_is_the_end),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(a_list_names_components_in_order),
        cmocka_unit_test(a_line_without_room_is_refused),
    };
    return cmocka_run_group_tests_name("lib/cpio", tests, NULL, NULL);
}
