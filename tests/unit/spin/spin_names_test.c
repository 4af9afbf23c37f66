/* SPDX-License-Identifier: MIT */
/* spin_names_test.c -- paths to typed references: who may look up, attach and detach; aliases;
 * directories of others; listing while entries come and go. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "dispatch_host.h"
#include "lib/error.h"
#include "spin/services/names/names.h"

static struct module other = {.name = "Other"};
static const struct name_authorizer open_to_all;

/* Objects count their holders. */
struct thing {
    int holders;
};
static void thing_hold(void *object) {
    ((struct thing *)object)->holders++;
}
static void thing_release(void *object) {
    ((struct thing *)object)->holders--;
}
static const struct name_type thing_type = {"thing", thing_hold, thing_release},
                              number_type = {.name = "number"};
static struct thing things[4];

static void exception(const struct event *e, enum raise_exception what) {
    fail_msg("%s: exception %d", e->name, what);
}

static bool anybody(void *closure, const struct name_request *request) {
    (void)closure;
    (void)request;
    return true;
}
static const struct name_authorizer all_may_attach = {.allows = anybody};

static void begin(void) {
    dispatch_host_begin(exception);
    module_add(&other);
    memset(things, 0, sizeof things);
    assert_int_equal(names_init(&own_module), 0);
    assert_int_equal(names_create(&own_module, "/svc", &open_to_all, &all_may_attach), 0);
}

static void end(void) {
    names_end();
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(things[i].holders, 0);
    module_remove(&other);
    dispatch_host_all_is_given_back();
}

static int attach(struct module *by, const char *path, unsigned thing) {
    return names_attach(by, path, &(struct named){&thing_type, &things[thing]}, &open_to_all);
}

/* The number of the thing of this path, or why there is none. */
static int look_as(struct module *by, const char *path) {
    struct named found;
    int error = names_lookup(by, path, &thing_type, &found);
    if (error)
        return error;
    long thing = (struct thing *)found.object - things;
    named_release(&found);
    return (int)thing;
}
static int look(const char *path) {
    return look_as(&own_module, path);
}

static void names_lead_to_typed_references(void **state) {
    struct named found;
    (void)state;
    begin();
    assert_int_equal(attach(&own_module, "/svc/a", 1), 0);
    assert_int_equal(things[1].holders, 1);
    assert_int_equal(look("/svc/a"), 1);
    assert_int_equal(look("//svc/./a/"), 1);
    assert_int_equal(look("/../svc/../../svc/a"), 1);
    assert_int_equal(look("/svc"), -E_INVALID); /* is no thing */
    assert_int_equal(names_lookup(&other, "/svc/a", &number_type, &found), -E_INVALID);
    assert_int_equal(names_lookup(&other, "/svc/a", NULL, &found), 0);
    assert_ptr_equal(found.type, &thing_type);
    assert_int_equal(things[1].holders, 2);
    assert_int_equal(names_detach(&own_module, "/svc/a"), 0);
    assert_int_equal(things[1].holders, 1); /* ours */
    named_release(&found);
    assert_int_equal(look("/svc/a"), -E_NOT_FOUND);
    assert_int_equal(names_lookup(&other, "/", &name_directory, &found), 0);
    named_release(&found);
    end();
}

static void a_path_that_is_none_is_refused(void **state) {
    static const struct {
        const char *path;
        int error;
    } bad[] = {
        {"", -E_INVALID},
        {"svc/a", -E_INVALID},
        {"/svc/a b", -E_INVALID},
        {"/svc/a\n", -E_INVALID},
        {"/svc/\xc3\xa4", -E_INVALID},
        {"/svc/\x7f", -E_INVALID},
        {"/svc/a/b", -E_INVALID}, /* a is no directory */
        {"/svc/0123456789012345678901234567890", -E_NOT_FOUND},
        {"/svc/01234567890123456789012345678901", -E_TOO_LONG},
    };
    char longest[PATH_BYTES_MAX + 1];
    (void)state;
    begin();
    assert_int_equal(attach(&own_module, "/svc/a", 0), 0);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(look(bad[i].path), bad[i].error);
    memset(longest, '/', sizeof longest);
    memcpy(longest, "/svc", 4);
    longest[PATH_BYTES_MAX] = '\0';
    longest[PATH_BYTES_MAX - 2] = 'a';
    assert_int_equal(look(longest), -E_TOO_LONG);
    longest[PATH_BYTES_MAX - 1] = '\0';
    assert_int_equal(look(longest), 0);
    for (unsigned i = 0; i < 3; i++) {
        static const char *const none[] = {"/", "/svc/.", "/svc/.."};
        assert_int_equal(attach(&own_module, none[i], 0), -E_INVALID);
        assert_int_equal(names_detach(&own_module, none[i]), -E_INVALID);
        assert_int_equal(names_rename(&own_module, "/svc/a", none[i]), -E_INVALID);
    }
    assert_int_equal(attach(&own_module, "/none/a", 0), -E_NOT_FOUND);
    assert_int_equal(attach(&own_module, "/svc/a/b", 0), -E_INVALID);
    end();
}

static void only_an_owner_makes_entries_and_only_who_made_one_takes_it_away(void **state) {
    (void)state;
    begin();
    assert_int_equal(attach(&other, "/a", 0), -E_PERM); /* the root is not open */
    assert_int_equal(attach(&other, "/svc/a", 0), 0);
    assert_int_equal(attach(&own_module, "/svc/a", 1), -E_EXISTS);
    assert_int_equal(attach(&own_module, "/svc/b", 1), 0);
    assert_int_equal(names_detach(&other, "/svc/b"), -E_PERM);
    assert_int_equal(names_rename(&other, "/svc/b", "/svc/c"), -E_PERM);
    assert_int_equal(names_rename(&other, "/svc/a", "/c"), -E_PERM);
    assert_int_equal(names_rename(&other, "/svc/a", "/svc/b"), -E_EXISTS);
    assert_int_equal(names_rename(&other, "/svc/a", "/svc/c"), 0);
    assert_int_equal(look("/svc/c"), 0);
    assert_int_equal(look("/svc/a"), -E_NOT_FOUND);
    assert_int_equal(names_detach(&own_module, "/svc/c"), 0); /* whose directory it is */
    assert_int_equal(names_detach(&own_module, "/svc/c"), -E_NOT_FOUND);
    assert_int_equal(names_rename(&own_module, "/svc/b", "/b"), 0);
    assert_int_equal(look("/b"), 1);
    end();
}

static void a_directory_never_lies_within_itself(void **state) {
    struct named svc;
    (void)state;
    begin();
    assert_int_equal(names_create(&own_module, "/svc/in", &open_to_all, &open_to_all), 0);
    assert_int_equal(names_rename(&own_module, "/svc", "/svc/in/svc"), -E_INVALID);
    assert_int_equal(names_lookup(&own_module, "/svc", &name_directory, &svc), 0);
    assert_int_equal(names_attach(&own_module, "/svc/in/svc", &svc, &open_to_all), -E_INVALID);
    named_release(&svc);
    assert_int_equal(names_rename(&own_module, "/svc/in", "/svc/out"), 0);
    assert_int_equal(attach(&own_module, "/svc/out/a", 2), 0);
    assert_int_equal(names_detach(&own_module, "/svc"), 0); /* with all that is in it */
    assert_int_equal(things[2].holders, 0);
    end();
}

static void a_directory_has_no_more_entries_than_its_limit(void **state) {
    char path[32];
    (void)state;
    begin();
    for (unsigned i = 0; i <= PLAIN_ENTRIES_MAX; i++) {
        snprintf(path, sizeof path, "/svc/%u", i);
        assert_int_equal(attach(&other, path, 0), i < PLAIN_ENTRIES_MAX ? 0 : -E_FULL);
    }
    assert_int_equal(names_detach(&other, "/svc/7"), 0);
    assert_int_equal(attach(&other, path, 0), 0);
    end();
}

/* --- The requester --- */

static bool not_other(void *closure, const struct name_request *request) {
    ++*(unsigned *)closure;
    return request->by != &other;
}

static void the_exporter_is_told_who_asks_and_denies_one_of_two(void **state) {
    unsigned asked = 0;
    const struct name_authorizer own_only = {not_other, &asked};
    const struct named a = {&thing_type, &things[1]};
    (void)state;
    begin();
    assert_int_equal(names_attach(&own_module, "/svc/a", &a, &own_only), 0);
    assert_int_equal(look("/svc/a"), 1);
    assert_int_equal(look_as(&other, "/svc/a"), -E_PERM);
    assert_int_equal(asked, 2);
    assert_int_equal(names_create(&own_module, "/shut", &own_only, &open_to_all), 0);
    assert_int_equal(attach(&own_module, "/shut/b", 2), 0);
    assert_int_equal(look("/shut/b"), 2);
    assert_int_equal(look_as(&other, "/shut/b"), -E_PERM); /* on the way */
    assert_int_equal(names_alias(&other, "/svc/way", "/shut/b", &open_to_all), 0);
    assert_int_equal(look_as(&other, "/svc/way"), -E_PERM);
    assert_int_equal(look("/svc/way"), 2);
    assert_int_equal(attach(&other, "/shut/c", 1), -E_PERM);
    end();
}

static void what_a_module_attached_goes_with_it(void **state) {
    (void)state;
    begin();
    assert_int_equal(attach(&other, "/svc/a", 0), 0);
    assert_int_equal(attach(&own_module, "/svc/b", 1), 0);
    assert_int_equal(names_create(&other, "/svc/in", &open_to_all, &all_may_attach), 0);
    assert_int_equal(attach(&own_module, "/svc/in/c", 2), 0);
    plain_withdraw_all(&other);
    assert_int_equal(look("/svc/a"), -E_NOT_FOUND);
    assert_int_equal(look("/svc/in/c"), -E_NOT_FOUND);
    assert_int_equal(look("/svc/b"), 1);
    assert_int_equal(things[2].holders, 0);
    end();
}

/* --- Aliases --- */

static void an_alias_leads_on_from_where_it_stands_and_not_for_ever(void **state) {
    char name[16], target[16];
    (void)state;
    begin();
    assert_int_equal(attach(&own_module, "/svc/a", 1), 0);
    assert_int_equal(names_alias(&own_module, "/near", "svc", &open_to_all), 0);
    assert_int_equal(names_alias(&own_module, "/svc/up", "../svc/a", &open_to_all), 0);
    assert_int_equal(names_alias(&own_module, "/svc/far", "/near/up", &open_to_all), 0);
    assert_int_equal(look("/near/a"), 1);
    assert_int_equal(look("/near/far"), 1);
    assert_int_equal(attach(&own_module, "/near/b", 2), 0); /* in /svc */
    assert_int_equal(look("/svc/b"), 2);
    assert_int_equal(names_alias(&own_module, "/svc/self", "self", &open_to_all), 0);
    assert_int_equal(look("/svc/self"), -E_INVALID);
    assert_int_equal(names_alias(&own_module, "/svc/none", "", &open_to_all), -E_INVALID);
    for (unsigned i = 1; i <= NAMES_ALIASES_MAX + 1; i++) {
        snprintf(name, sizeof name, "/svc/l%u", i);
        snprintf(target, sizeof target, i == 1 ? "a" : "l%u", i - 1);
        assert_int_equal(names_alias(&own_module, name, target, &open_to_all), 0);
        assert_int_equal(look(name), i <= NAMES_ALIASES_MAX ? 1 : -E_INVALID);
    }
    assert_int_equal(names_detach(&own_module, "/near"), 0); /* the alias, not what it leads to */
    assert_int_equal(look("/svc/a"), 1);
    end();
}

static void a_path_that_an_alias_makes_too_long_is_refused(void **state) {
    char path[PATH_BYTES_MAX] = "/svc/l";
    (void)state;
    begin();
    assert_int_equal(names_alias(&own_module, "/svc/l", "../svc/.././svc", &open_to_all), 0);
    memset(path + 6, '/', sizeof path - 8);
    path[sizeof path - 2] = 'a';
    assert_int_equal(look(path), -E_TOO_LONG);
    end();
}

static void directories_inside_each_other_end_somewhere(void **state) {
    char path[PATH_BYTES_MAX] = "/svc";
    (void)state;
    begin();
    for (unsigned depth = 2; depth < NAMES_DEPTH_MAX; depth++) {
        strcat(path, "/d");
        assert_int_equal(names_create(&own_module, path, &open_to_all, &open_to_all), 0);
    }
    strcat(path, "/d");
    assert_int_equal(names_create(&own_module, path, &open_to_all, &open_to_all), 0);
    assert_int_equal(look(path), -E_TOO_LONG);
    end();
}

/* --- Listing --- */

static bool next_is(uint64_t *cookie, const char *name) {
    struct directory_entry e;
    return names_list(&own_module, "/svc", cookie, &e) == 0 && strcmp(e.name, name) == 0;
}

static void what_is_there_all_the_while_is_listed_once_whatever_comes_and_goes(void **state) {
    struct directory_entry e;
    uint64_t cookie = 0, again = 0;
    (void)state;
    begin();
    attach(&own_module, "/svc/a", 0);
    attach(&own_module, "/svc/b", 0);
    attach(&own_module, "/svc/c", 0);
    names_alias(&own_module, "/svc/d", "a", &open_to_all);
    assert_true(next_is(&cookie, "a"));
    names_detach(&own_module, "/svc/a"); /* what the cookie stands for */
    names_detach(&own_module, "/svc/b"); /* what would be next */
    attach(&own_module, "/svc/a", 0);    /* is another one */
    names_rename(&own_module, "/svc/c", "/svc/cc");
    assert_true(next_is(&cookie, "cc"));
    assert_int_equal(names_list(&own_module, "/svc", &cookie, &e), 0);
    assert_null(e.type);
    assert_true(next_is(&cookie, "a"));
    assert_int_equal(names_list(&own_module, "/svc", &cookie, &e), -E_NOT_FOUND);
    attach(&own_module, "/svc/e", 0);
    assert_true(next_is(&cookie, "e"));
    assert_true(next_is(&again, "cc"));
    assert_int_equal(names_list(&own_module, "/svc/cc", &again, &e), -E_INVALID);
    end();
}

/* --- Directories of others --- */

/* Has the names "0" to "3" for the things, "old" for a path, and shows "1" to nobody but us. */
static struct {
    struct directory directory;
    bool is_gone;
} made_up;

static int made_up_find(struct directory *d, const struct module *by, const char *name,
                        struct found *found) {
    (void)d;
    if (strcmp(name, "1") == 0 && by != &own_module)
        return -E_PERM;
    if (strcmp(name, "old") == 0) {
        strcpy(found->alias, "3");
        return 0;
    }
    if (name[0] < '0' || name[0] > '3' || name[1])
        return -E_NOT_FOUND;
    found->object = (struct named){&thing_type, &things[name[0] - '0']};
    named_hold(&found->object);
    return 0;
}

static int made_up_list(struct directory *d, const struct module *by, uint64_t *cookie,
                        struct directory_entry *entry) {
    (void)d;
    (void)by;
    if (*cookie == 4)
        return -E_NOT_FOUND;
    snprintf(entry->name, sizeof entry->name, "%u", (unsigned)(*cookie)++);
    entry->type = &thing_type;
    return 0;
}

static void made_up_destroy(struct directory *d) {
    (void)d;
    made_up.is_gone = true;
}

static const struct directory_operations made_up_operations = {made_up_find, made_up_list,
                                                               made_up_destroy};

static void a_module_implements_a_directory_of_its_own(void **state) {
    const struct named d = {&name_directory, &made_up.directory};
    struct directory_entry e;
    uint64_t cookie = 0;
    (void)state;
    begin();
    made_up.directory = (struct directory){&made_up_operations, 1};
    made_up.is_gone = false;
    assert_int_equal(names_attach(&other, "/svc/m", &d, &open_to_all), 0);
    named_release(&d);
    assert_int_equal(look("/svc/m/2"), 2);
    assert_int_equal(look("/svc/m/1"), 1);
    assert_int_equal(look_as(&other, "/svc/m/1"), -E_PERM);
    assert_int_equal(look("/svc/m/old"), 3);
    assert_int_equal(look("/svc/m/../m/0"), 0);
    assert_int_equal(look("/svc/m/4"), -E_NOT_FOUND);
    assert_int_equal(attach(&other, "/svc/m/4", 0), -E_INVALID); /* is its own business */
    assert_int_equal(names_detach(&other, "/svc/m/1"), -E_INVALID);
    assert_int_equal(names_demand(&other, "/svc/m", NULL), -E_INVALID);
    unsigned n = 0;
    while (names_list(&own_module, "/svc/m", &cookie, &e) == 0)
        n++;
    assert_int_equal(n, 4);
    assert_false(made_up.is_gone);
    plain_withdraw_all(&other);
    assert_true(made_up.is_gone);
    end();
}

/* --- On demand --- */

static unsigned asked; /* so often */

static int demanded(const struct module *by, const char *name) {
    char path[PATH_BYTES_MAX];
    asked++;
    if (by == &other)
        return -E_PERM;
    if (strcmp(name, "there") != 0)
        return -E_NOT_FOUND;
    snprintf(path, sizeof path, "/svc/%s", name);
    return attach(&own_module, path, 1);
}

static void a_name_that_is_absent_can_be_asked_for_and_softly_not(void **state) {
    struct named found;
    (void)state;
    asked = 0;
    begin();
    assert_int_equal(names_demand(&other, "/svc", demanded), -E_PERM);
    assert_int_equal(names_demand(&own_module, "/svc", demanded), 0);
    assert_int_equal(names_lookup_soft(&own_module, "/svc/there", NULL, &found), -E_NOT_FOUND);
    assert_int_equal(asked, 0);
    assert_int_equal(look_as(&other, "/svc/there"), -E_PERM);
    assert_int_equal(look("/svc/there"), 1);
    assert_int_equal(look("/svc/there"), 1);
    assert_int_equal(asked, 2);
    assert_int_equal(look("/svc/elsewhere"), -E_NOT_FOUND);
    assert_int_equal(look("/elsewhere"), -E_NOT_FOUND);
    assert_int_equal(asked, 3);
    end();
}

static void memory_may_run_out_anywhere(void **state) {
    bool all = false;
    (void)state;
    begin();
    for (size_t more = 0; !all; more += 16) {
        size_t before = host.allocated;
        host.limit = before + more;
        int created = names_create(&own_module, "/svc/in", &open_to_all, &open_to_all);
        int attached = attach(&own_module, "/svc/a", 1);
        host.limit = SIZE_MAX;
        assert_true(!created || created == -E_NO_MEMORY);
        assert_true(!attached || attached == -E_NO_MEMORY);
        all = !created && !attached;
        if (!created)
            names_detach(&own_module, "/svc/in");
        if (!attached)
            names_detach(&own_module, "/svc/a");
        assert_int_equal(host.allocated, before);
    }
    end();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_lead_to_typed_references),
        cmocka_unit_test(a_path_that_is_none_is_refused),
        cmocka_unit_test(only_an_owner_makes_entries_and_only_who_made_one_takes_it_away),
        cmocka_unit_test(a_directory_never_lies_within_itself),
        cmocka_unit_test(a_directory_has_no_more_entries_than_its_limit),
        cmocka_unit_test(the_exporter_is_told_who_asks_and_denies_one_of_two),
        cmocka_unit_test(what_a_module_attached_goes_with_it),
        cmocka_unit_test(an_alias_leads_on_from_where_it_stands_and_not_for_ever),
        cmocka_unit_test(a_path_that_an_alias_makes_too_long_is_refused),
        cmocka_unit_test(directories_inside_each_other_end_somewhere),
        cmocka_unit_test(what_is_there_all_the_while_is_listed_once_whatever_comes_and_goes),
        cmocka_unit_test(a_module_implements_a_directory_of_its_own),
        cmocka_unit_test(a_name_that_is_absent_can_be_asked_for_and_softly_not),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests_name("spin_names", tests, NULL, NULL);
}
