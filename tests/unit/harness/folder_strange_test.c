/* SPDX-License-Identifier: MIT */
/* folder_strange_test.c -- run folders with something in them that the harness did not write: notes
 * stay, and links, devices and a stranger's manifest lead nowhere. */
#include "base/folder.h"
#include "scratch.h"
#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <sys/stat.h>

static void a_run_is_replaced_only_when_that_is_asked_for(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    for (int good = 0; good < 2; good++) {
        make_run("run", good ? good_json : failed_json, "one", good);
        assert_int_equal(folder_create(&f, at("run"), false, &why), STATUS_FOLDER);
        assert_non_null(strstr(why.text, "--force"));
        assert_non_null(strstr(why.text, "--out DIR"));
        folder_close(&f);
        assert_holds("run/raw/spin.0.log", "one");
        assert_false(exists("run.partial"));
    }
}

/* What a user may have added to a run, and what the next run has no file for. */
static void what_a_user_added_stays(void **state) {
    (void)state;
    static const char *const added[] = {"notes.txt",    "plots/mine.svg",   "raw/notes.txt",
                                        "mine/deep/er", "samples/mine.txt", ".hidden"};
    make_run("run", good_json, "one", true);
    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++) {
        char *file = text_format("mkdir -p $(dirname %s/run/%s)", scratch, added[i]);
        assert_int_equal(system(file), 0);
        free(file);
        file = text_format("run/%s", added[i]);
        put(file, "mine");
        free(file);
    }
    char *command =
        text_format("mkdir %s/run/empty && ln -s /etc/passwd %s/run/link", scratch, scratch);
    assert_int_equal(system(command), 0);
    free(command);
    /* an older run's file that the new one does not have */
    struct folder f;
    struct failure why;
    assert_int_equal(folder_open(&f, at("run"), &why), 0);
    assert_int_equal(folder_write(&f, "plots/old.icount.svg", "old", 3, &why), 0);
    folder_close(&f);
    make_run("run", good_json, "two", true);
    assert_holds("run/raw/spin.0.log", "two");
    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++) {
        char *file = text_format("run/%s", added[i]);
        assert_holds(file, "mine");
        free(file);
    }
    struct stat link;
    assert_int_equal(lstat(at("run/link"), &link), 0);
    assert_true(S_ISLNK(link.st_mode));
    assert_true(exists("run/empty"));
    assert_false(exists("run/plots/old.icount.svg"));
    assert_false(exists("run.partial"));
}

/* The user's file is not lost where the new run wants its name either. */
static void a_name_that_both_want_keeps_both(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    make_run("run", good_json, "one", true);
    assert_int_equal(mkdir(at("run/samples"), 0777), 0);
    put("run/samples/new.tsv", "mine");
    assert_int_equal(folder_create(&f, at("run"), true, &why), 0);
    assert_int_equal(folder_write(&f, "samples/new.tsv", "ours", 4, &why), 0);
    assert_int_equal(folder_write(&f, "run.json", good_json, strlen(good_json), &why), 0);
    assert_int_equal(folder_finish(&f, true, NULL, &why), STATUS_FOLDER);
    assert_non_null(strstr(why.text, "1 of your files"));
    folder_close(&f);
    assert_holds("run/samples/new.tsv", "ours");
    assert_holds("run.partial/samples/new.tsv", "mine");
}

/* A run without a manifest is an older one's: its files are known by their names. */
static void an_older_run_is_known_by_its_names(void **state) {
    (void)state;
    make_run("run", good_json, "one", true);
    put("run/raw/notes.txt", "mine");
    assert_int_equal(unlink(at("run/manifest")), 0);
    struct folder f;
    struct failure why;
    assert_int_equal(folder_create(&f, at("run"), true, &why), 0);
    assert_int_equal(folder_write(&f, "run.json", good_json, strlen(good_json), &why), 0);
    assert_int_equal(folder_finish(&f, true, NULL, &why), 0);
    folder_close(&f);
    assert_false(exists("run/raw/spin.0.log"));
    assert_holds("run/raw/notes.txt", "mine");
}

/* Killed before run.json was there: the manifest says whose files these are. It had
 * begun another. */
static void a_run_that_was_killed_at_once_is_a_failed_one(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    assert_int_equal(folder_create(&f, at("run"), false, &why), 0);
    assert_int_equal(folder_write(&f, "papers/t.tsv", "x", 1, &why), 0);
    folder_close(&f);
    put("run/papers/.exospin-new", "half of");
    assert_int_equal(folder_create(&f, at("run"), false, &why), STATUS_FOLDER);
    assert_non_null(strstr(why.text, "--force"));
    folder_close(&f);
    assert_int_equal(folder_create(&f, at("run"), true, &why), 0);
    assert_false(exists("run/papers"));
    folder_close(&f);
}

/* A manifest may name what it likes: only what the harness could have written goes. */
static void a_strangers_manifest_removes_nothing_else(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    make_run("run", failed_json, "one", false);
    put("letter", "dear");
    put("run/notes.txt", "mine");
    put("run/manifest", "notes.txt\n../letter\nraw/../notes.txt\nraw/spin.0.log\n/etc/passwd\n");
    assert_int_equal(folder_create(&f, at("run"), true, &why), 0);
    folder_close(&f);
    assert_holds("letter", "dear");
    assert_holds("run/notes.txt", "mine");
    assert_false(exists("run/raw/spin.0.log"));
}

/* Where a link stands inside a run nothing behind it is read, written or removed. */
static void links_inside_a_run_are_refused(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    make_run("other", good_json, "theirs", true);
    make_run("run", good_json, "one", true);
    char *command =
        text_format("cd %s && rm -r run/raw && ln -s ../other/raw run/raw && "
                    "ln -s ../other run/plots && ln -s ../other/run.json run/papers.tsv",
                    scratch);
    assert_int_equal(system(command), 0);
    free(command);
    assert_int_equal(folder_create(&f, at("run"), true, &why), STATUS_FOLDER);
    assert_non_null(strstr(why.text, "a link stands there"));
    folder_close(&f);
    assert_int_equal(folder_open(&f, at("run"), &why), 0);
    assert_int_equal(folder_write(&f, "raw/spin.0.log", "x", 1, &why), STATUS_FOLDER);
    assert_non_null(strstr(why.text, "run/raw/spin.0.log: a link stands there"));
    assert_int_equal(folder_write(&f, "plots/x.icount.svg", "x", 1, &why), STATUS_FOLDER);
    assert_int_equal(folder_make(&f, "raw", &why), STATUS_FOLDER);
    char *path = NULL;
    assert_int_equal(folder_begin(&f, "raw/exo.0.log", &path, &why), STATUS_FOLDER);
    errno = 0;
    assert_null(folder_read(&f, "raw/spin.0.log", NULL));
    assert_int_equal(errno, ELOOP);
    errno = 0;
    assert_null(folder_read(&f, "papers.tsv", NULL));
    assert_int_equal(errno, ELOOP);
    folder_drop(&f, "raw/spin.0.log");
    folder_close(&f);
    assert_holds("other/raw/spin.0.log", "theirs");
    assert_false(exists("other/x.icount.svg"));
    assert_false(exists("other/raw/exo.0.log"));
}

/* A file that is replaced by a link is replaced, and the link's target stays as it was. */
static void a_link_for_a_file_is_replaced_and_not_followed(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    make_run("run", good_json, "one", true);
    put("letter", "dear");
    assert_int_equal(folder_open(&f, at("run"), &why), 0);
    assert_int_equal(folder_write(&f, "report.html", "old", 3, &why), 0);
    assert_int_equal(unlink(at("run/report.html")), 0);
    assert_int_equal(symlink(at("letter"), at("run/report.html")), 0);
    assert_int_equal(folder_write(&f, "report.html", "page", 4, &why), 0);
    folder_close(&f);
    assert_holds("letter", "dear");
    assert_holds("run/report.html", "page");
}

/* Refused, and still not listed: the next --force would take it for the harness's. */
static void what_somebody_put_under_our_name_is_not_written_over(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    char *path;
    make_run("run", good_json, "one", true);
    put("run/report.html", "mine");
    put("run/raw/spin.9.log", "my copy");
    assert_int_equal(folder_open(&f, at("run"), &why), 0);
    assert_int_equal(folder_write(&f, "report.html", "page", 4, &why), STATUS_FOLDER);
    assert_non_null(strstr(why.text, "a file stands there that exospin did not write"));
    assert_int_equal(folder_begin(&f, "raw/spin.9.log", &path, &why), STATUS_FOLDER);
    assert_false(texts_has(&f.manifest, "report.html"));
    assert_false(texts_has(&f.manifest, "raw/spin.9.log"));
    folder_close(&f);
    assert_holds("run/report.html", "mine");
    assert_holds("run/raw/spin.9.log", "my copy");
}

static void what_is_no_file_is_not_read(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    make_run("run", good_json, "one", true);
    assert_int_equal(mkfifo(at("run/pipe"), 0666), 0);
    assert_int_equal(folder_open(&f, at("run"), &why), 0);
    assert_null(folder_read(&f, "pipe", NULL));
    assert_int_equal(errno, ENODEV);
    static const char *const no_names[] = {
        "", "/etc/passwd", "../run/run.json", "raw/../run.json", "raw//spin.0.log", "raw/", "."};
    for (size_t i = 0; i < sizeof no_names / sizeof no_names[0]; i++) {
        errno = 0;
        assert_null(folder_read(&f, no_names[i], NULL));
        assert_int_equal(errno, EINVAL);
    }
    folder_close(&f);
}

/* results/latest: the run is the one that the link names, and the link stays one. */
static void a_link_to_a_run_is_that_run(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    struct stat link;
    make_run("run", good_json, "one", true);
    assert_int_equal(symlink("run", at("latest")), 0);
    assert_int_equal(folder_create(&f, at("latest"), false, &why), STATUS_FOLDER);
    assert_non_null(strstr(why.text, "/run holds a run"));
    folder_close(&f);
    make_run("latest/", good_json, "two", true);
    assert_holds("run/raw/spin.0.log", "two");
    assert_int_equal(lstat(at("latest"), &link), 0);
    assert_true(S_ISLNK(link.st_mode));
    assert_false(exists("latest.partial"));
    assert_int_equal(symlink("nowhere", at("dangling")), 0);
    assert_int_equal(folder_create(&f, at("dangling"), true, &why), STATUS_FOLDER);
    folder_close(&f);
}

static void what_is_no_folder_holds_no_run(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    make_run("run", good_json, "one", true);
    static const char *const names[] = {"run/run.json", "run/run.json/x", "run/none"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(folder_open(&f, at(names[i]), &why), STATUS_USAGE);
        assert_non_null(strstr(why.text, "holds no run"));
        folder_close(&f);
    }
    assert_int_equal(folder_open(&f, "", &why), STATUS_USAGE);
    folder_close(&f);
    for (int force = 0; force < 2; force++) {
        assert_int_equal(folder_create(&f, "", force, &why), STATUS_USAGE);
        assert_string_equal(why.text, "a folder's name is empty; name one with --out DIR");
        folder_close(&f);
    }
}

/* A figure that a run no longer has, say. */
static void a_file_that_is_dropped_goes_and_no_other(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    const char *const names[] = {"plots/a.icount.svg", "plots/b.icount.svg", "plots/c.icount.svg"};
    assert_int_equal(folder_create(&f, at("run"), false, &why), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(folder_write(&f, names[i], "x", 1, &why), 0);
    put("run/plots/mine.icount.svg", "mine");
    folder_drop(&f, names[0]);
    folder_drop(&f, "plots/mine.icount.svg");
    assert_int_equal(f.manifest.count, 2);
    assert_true(texts_has(&f.manifest, names[1]) && texts_has(&f.manifest, names[2]));
    folder_close(&f);
    assert_false(exists("run/plots/a.icount.svg"));
    assert_true(exists("run/plots/b.icount.svg") && exists("run/plots/c.icount.svg"));
    assert_holds("run/plots/mine.icount.svg", "mine");
}

/* The names of the manifest are sorted, so that two equal runs have equal ones. */
static void the_manifest_lists_what_was_written(void **state) {
    (void)state;
    make_run("run", good_json, "one", true);
    assert_holds("run/manifest", "raw/spin.0.log\nrun.json\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_run_is_replaced_only_when_that_is_asked_for),
        FOLDER_TEST(what_a_user_added_stays),
        FOLDER_TEST(a_name_that_both_want_keeps_both),
        FOLDER_TEST(an_older_run_is_known_by_its_names),
        FOLDER_TEST(a_run_that_was_killed_at_once_is_a_failed_one),
        FOLDER_TEST(a_strangers_manifest_removes_nothing_else),
        FOLDER_TEST(links_inside_a_run_are_refused),
        FOLDER_TEST(a_link_for_a_file_is_replaced_and_not_followed),
        FOLDER_TEST(what_somebody_put_under_our_name_is_not_written_over),
        FOLDER_TEST(what_is_no_file_is_not_read),
        FOLDER_TEST(a_link_to_a_run_is_that_run),
        FOLDER_TEST(what_is_no_folder_holds_no_run),
        FOLDER_TEST(a_file_that_is_dropped_goes_and_no_other),
        FOLDER_TEST(the_manifest_lists_what_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
