/* SPDX-License-Identifier: MIT */
/* directories.c -- S-NS1: directories that extensions implement, well or badly. */
#include "loading.h"
#include "replace.h"

#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/thread/thread.h"
#include "spin/services/console.h"
#include "spin/services/devices.h"
#include "spin/services/name_calls.h"
#include "spin/services/names/names.h"

static int lookup(const char *path, const struct name_type *type) {
    struct named found;
    int error = names_lookup_soft(&loading_asker, path, type, &found);
    if (!error)
        named_release(&found);
    return error;
}

/* How many entries a listing has, and *error is how it ends. */
static unsigned count(const char *path, int *error) {
    struct directory_entry entry;
    uint64_t cookie = 0;
    unsigned n = 0;
    while (!(*error = names_list(&loading_asker, path, &cookie, &entry)))
        n++;
    return n;
}

static void path_of(char path[PATH_BYTES_MAX], const struct extension *e) {
    format_text(path, PATH_BYTES_MAX, "/svc/loaded/%lu",
                extension_serial(extension_module((struct extension *)e)));
}

static void check_loaded(struct check *c) {
    static const struct name_authorizer nobody;
    char path[PATH_BYTES_MAX];
    int error;
    struct extension *loaded = loading_load(c, "loaded"), *keys = loading_load(c, "keys");
    struct extension *misnames =
        loading_load(c, "misnames"); /* which answers whatever it is asked */
    struct named domain, found;
    if (c->failed)
        return;
    CHECK_THAT(c, count("/svc/loaded", &error) == 3 && error == -E_NOT_FOUND);
    path_of(path, keys);
    CHECK_THAT(c, names_lookup_soft(&loading_asker, path, &name_domain, &found) == 0);
    CHECK_THAT(c, lookup(path, &name_event) == -E_INVALID);
    CHECK_THAT(c, names_lookup_soft(&loading_asker, "/svc/domains/keys", NULL, &domain) == 0);
    CHECK_THAT(c, found.object == domain.object);
    named_release(&found);
    named_release(&domain);
    CHECK_THAT(c, lookup("/svc/loaded/0", NULL) == -E_NOT_FOUND);
    CHECK_THAT(c, lookup("/svc/loaded/keys", NULL) == -E_NOT_FOUND);
    CHECK_THAT(c, lookup("/svc/loaded/4294967295", NULL) == -E_NOT_FOUND);
    CHECK_THAT(c, names_create(&loading_asker, "/svc/loaded/new", &nobody, &nobody) == -E_INVALID);
    CHECK_THAT(c, names_lookup(&loading_asker, "/svc/loaded", &name_directory, &found) == 0);
    CHECK_THAT(c, loader_unload(loaded) == 0 && lookup("/svc/loaded", NULL) == -E_NOT_FOUND);
    struct directory *d = found.object; /* which somebody holds still */
    struct found nothing = {0};
    CHECK_THAT(c, d->operations->find(d, &loading_asker, "1", &nothing) == -E_NOT_FOUND);
    named_release(&found);
    CHECK_THAT(c, loader_unload(misnames) == 0 && loader_unload(keys) == 0);
}

CHECK(directories_loaded, "directories/an_extension_implements_one_and_whoever_looks_finds_by_it") {
    loading_begin();
    loader_compiler("gcc");
    check_loaded(c);
    loader_compiler("clang");
    check_loaded(c);
    loading_end(c);
}

CHECK(directories_change, "directories/what_is_there_all_the_while_is_listed_once") {
    struct directory_entry entry, unused;
    uint64_t cookie = 0;
    loading_begin();
    struct extension *loaded = loading_load(c, "loaded"), *keys = loading_load(c, "keys");
    struct extension *quiet = loading_load(c, "quiet"), *tabs;
    CHECK_THAT(c, !c->failed && names_list(&loading_asker, "/svc/loaded", &cookie, &entry) == 0);
    CHECK_THAT(c, loader_unload(keys) == 0 && (tabs = loading_load(c, "tabs")));
    CHECK_THAT(c, names_list(&loading_asker, "/svc/loaded", &cookie, &entry) == 0); /* quiet */
    CHECK_THAT(c, loader_unload(quiet) == 0);
    CHECK_THAT(c, names_list(&loading_asker, "/svc/loaded", &cookie, &unused) == 0); /* tabs */
    CHECK_THAT(c, strcmp(entry.name, unused.name) != 0);
    CHECK_THAT(c, names_list(&loading_asker, "/svc/loaded", &cookie, &entry) == -E_NOT_FOUND);
    CHECK_THAT(c, loader_unload(tabs) == 0 && loader_unload(loaded) == 0);
    loading_end(c);
}

CHECK(directories_hostile, "directories/hostile_ones_end_and_give_nothing_that_is_not_there") {
    int error;
    loading_begin();
    struct extension *e = loading_load(c, "misnames");
    if (!e)
        return;
    CHECK_THAT(c, count("/svc/misnames0", &error) == DIRECTORY_ENTRIES_MAX && error == -E_INVALID);
    CHECK_THAT(c, lookup("/svc/misnames0/a", NULL) == -E_INVALID); /* by way of itself, for ever */
    CHECK_THAT(c, count("/svc/misnames1", &error) == 0 && error == -E_INVALID);
    CHECK_THAT(c, lookup("/svc/misnames1/a", &name_domain) == -E_INVALID);
    CHECK_THAT(c, lookup("/svc/misnames1/a", &name_event) == 0);
    CHECK_THAT(c, lookup("/svc/misnames1/w", &name_event) == -E_INVALID);
    CHECK_THAT(c, count("/svc/misnames2", &error) == 0 && error == -E_INVALID);
    CHECK_THAT(c, lookup("/svc/misnames2/a", NULL) == -E_INVALID);
    CHECK_THAT(c, lookup("/svc/misnames2/e", NULL) == -E_INVALID);
    struct change change;
    change_open(&change, event_console_key.module, NULL);
    change_withdraw_intrinsic(&change, &event_console_key);
    CHECK_THAT(c, change_commit(&change) == 0); /* now it fails */
    CHECK_THAT(c, count("/svc/misnames3", &error) == 0 && error == -E_INVALID);
    CHECK_THAT(c, lookup("/svc/misnames3/a", NULL) == -E_INVALID);
    restore_event(&event_console_key);
    console_init();
    CHECK_THAT(c, loader_unload(e) == 0);
    loading_end(c);
}

/* --- S-DIS19 --- */

static struct thread *asker, *checker;
static int answer;

/* In the place of the event that the extension's handler raises. */
static int wait_for_checker(int byte) {
    thread_switch(asker, checker);
    return byte == '!' ? -E_PERM : 0;
}

static void ask_and_end(void *unused) {
    (void)unused;
    answer = lookup("/svc/misnames3/a", NULL);
    for (;;)
        thread_switch(asker, checker);
}

CHECK(directories_unload, "directories/an_extension_that_a_lookup_is_in_goes_when_it_has_left") {
    loading_begin();
    checker = thread_current();
    asker = thread_create(ask_and_end, NULL);
    struct extension *e = loading_load(c, "misnames");
    CHECK_THAT(c, asker && e && REPLACE(console_key, wait_for_checker) == 0);
    thread_switch(checker, asker); /* into its handler, and into the event that this raises */
    CHECK_THAT(c, loader_unload(e) == -E_EXISTS && lookup("/svc/misnames3", NULL) == -E_NOT_FOUND);
    CHECK_THAT(c, loader_reap() == 1 && extension_count == 1);
    thread_switch(checker, asker);
    CHECK_THAT(c, answer == -E_PERM && loader_reap() == 0 && extension_count == 0);
    thread_free(asker);
    restore_event(&event_console_key);
    console_init();
    loading_end(c);
}
