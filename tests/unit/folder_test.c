/* SPDX-License-Identifier: MIT */
/* folder_test.c -- run folders: one user at a time, whole files or none, good runs kept; on full
 * disks and read-only mounts. The disks are tmpfs in a mount namespace of the test's own; where the
 * machine allows none, those tests are skipped and say so. */
#include "folder.h"
#include "status.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char good_json[] = "{\"exospin\": 1, \"complete\": true}";
static const char failed_json[] = "{\"exospin\": 1, \"complete\": false}";

static char scratch[64];

static int scratch_make(void **state) {
    (void)state;
    strcpy(scratch, "/tmp/exospin-folder-XXXXXX");
    return mkdtemp(scratch) ? 0 : -1;
}

static int scratch_remove(void **state) {
    (void)state;
    char *command = text_format("rm -rf %s", scratch);
    int status = system(command);
    free(command);
    return status;
}

/* SCRATCH/name; good until the next call but one. */
static const char *at(const char *name) {
    static char paths[2][256];
    static int turn;
    turn ^= 1;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", scratch, name);
    return paths[turn];
}

static void put(const char *name, const char *text) {
    FILE *file = fopen(at(name), "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *name, const char *text) {
    char *bytes = text_read(at(name), NULL);
    if (!bytes)
        fail_msg("%s is not there", name);
    assert_string_equal(bytes, text);
    free(bytes);
}

static bool exists(const char *name) {
    return !access(at(name), F_OK);
}

/* A run with one file besides run.json. */
static void make_run(const char *name, const char *json, const char *content, bool good) {
    struct folder f;
    struct failure why;
    assert_int_equal(folder_create(&f, at(name), true, &why), 0);
    assert_int_equal(folder_write(&f, "raw/spin.0.log", content, strlen(content), &why), 0);
    assert_int_equal(folder_write(&f, "run.json", json, strlen(json), &why), 0);
    assert_int_equal(folder_finish(&f, good, NULL, &why), 0);
    folder_close(&f);
}

static void a_new_folder_and_its_parents_are_made(void **state) {
    (void)state;
    make_run("a/b/run", good_json, "one", true);
    assert_holds("a/b/run/raw/spin.0.log", "one");
    assert_holds("a/b/run/run.json", good_json);
}

static void a_good_run_replaces_a_good_one(void **state) {
    (void)state;
    make_run("run", good_json, "one", true);
    make_run("run/", good_json, "two", true);
    assert_holds("run/raw/spin.0.log", "two");
    assert_false(exists("run.partial"));
}

static void a_failed_run_leaves_the_good_one(void **state) {
    (void)state;
    make_run("run", good_json, "good", true);
    make_run("run", failed_json, "failed", false);
    assert_holds("run/raw/spin.0.log", "good");
    assert_holds("run.partial/raw/spin.0.log", "failed");
    make_run("run", good_json, "better", true);
    assert_holds("run/raw/spin.0.log", "better");
    assert_false(exists("run.partial"));
}

static void a_failed_run_gives_way(void **state) {
    (void)state;
    make_run("run", failed_json, "failed", false);
    assert_holds("run/raw/spin.0.log", "failed");
    struct folder f;
    struct failure why;
    put("run/notes.txt", "mine");
    assert_int_equal(folder_create(&f, at("run"), true, &why), 0);
    assert_false(exists("run/raw"));
    assert_false(exists("run/run.json"));
    assert_holds("run/notes.txt", "mine");
    folder_close(&f);
}

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

/* Killed before run.json was there: the manifest says whose files these are. */
static void a_run_that_was_killed_at_once_is_a_failed_one(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    assert_int_equal(folder_create(&f, at("run"), false, &why), 0);
    assert_int_equal(folder_write(&f, "papers/t.tsv", "x", 1, &why), 0);
    folder_close(&f);
    assert_int_equal(folder_create(&f, at("run"), false, &why), STATUS_FOLDER);
    assert_non_null(strstr(why.text, "--force"));
    folder_close(&f);
    assert_int_equal(folder_create(&f, at("run"), true, &why), 0);
    assert_false(exists("run/papers"));
    folder_close(&f);
}

static void two_fresh_folders_have_two_names(void **state) {
    (void)state;
    char *one = folder_fresh(at("results/x")), *other = folder_fresh(at("results/x"));
    assert_string_equal(one, at("results/x"));
    assert_string_equal(other, at("results/x-2"));
    free(one);
    free(other);
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
    assert_int_equal(symlink(at("letter"), at("run/report.html")), 0);
    assert_int_equal(folder_open(&f, at("run"), &why), 0);
    assert_int_equal(folder_write(&f, "report.html", "page", 4, &why), 0);
    folder_close(&f);
    assert_holds("letter", "dear");
    assert_holds("run/report.html", "page");
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

/* The names of the manifest are sorted, so that two equal runs have equal ones. */
static void the_manifest_lists_what_was_written(void **state) {
    (void)state;
    make_run("run", good_json, "one", true);
    assert_holds("run/manifest", "raw/spin.0.log\nrun.json\n");
}

static void two_runs_into_one_folder_are_refused(void **state) {
    (void)state;
    struct folder one, other;
    struct failure why;
    for (int good = 0; good < 2; good++) {
        if (good)
            make_run("run", good_json, "good", true);
        assert_int_equal(folder_create(&one, at("run"), true, &why), 0);
        assert_int_equal(folder_create(&other, at("run"), true, &why), STATUS_FOLDER);
        assert_non_null(strstr(why.text, "in use"));
        folder_close(&other);
        folder_close(&one);
    }
    assert_int_equal(folder_create(&one, at("run"), true, &why), 0);
    folder_close(&one);
}

static void files_that_are_no_run_are_not_touched(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    assert_int_equal(mkdir(at("home"), 0777), 0);
    put("home/letter", "dear");
    assert_int_equal(folder_create(&f, at("home"), true, &why), STATUS_FOLDER);
    folder_close(&f);
    assert_holds("home/letter", "dear");
    /* Nor is a run that cannot be understood, nor what stands where the new run would be made. */
    put("home/run.json", "{");
    assert_int_equal(folder_create(&f, at("home"), true, &why), STATUS_FOLDER);
    folder_close(&f);
    assert_holds("home/letter", "dear");
    make_run("run", good_json, "good", true);
    assert_int_equal(mkdir(at("run.partial"), 0777), 0);
    put("run.partial/letter", "dear");
    assert_int_equal(folder_create(&f, at("run"), true, &why), STATUS_FOLDER);
    folder_close(&f);
    assert_holds("run.partial/letter", "dear");
    assert_int_equal(folder_create(&f, at("home/letter"), true, &why), STATUS_FOLDER);
    folder_close(&f);
}

static void open_wants_a_run(void **state) {
    (void)state;
    struct folder f, again;
    struct failure why;
    assert_int_equal(folder_open(&f, at("nowhere"), &why), STATUS_USAGE);
    folder_close(&f);
    make_run("run", good_json, "one", true);
    assert_int_equal(folder_open(&f, at("run"), &why), 0);
    assert_int_equal(folder_open(&again, at("run"), &why), STATUS_FOLDER);
    folder_close(&again);
    assert_int_equal(folder_write(&f, "report.html", "page", 4, &why), 0);
    folder_close(&f);
    assert_holds("run/report.html", "page");
    assert_holds("run/raw/spin.0.log", "one");
}

static void files_that_are_copied_or_begun_are_there(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    char *path = NULL, *again = NULL;
    assert_int_equal(folder_create(&f, at("run"), true, &why), 0);
    put("x", "plot");
    assert_int_equal(folder_copy(&f, "plots/x.icount.svg", at("x"), &why), 0);
    assert_int_equal(folder_copy(&f, "plots/y.icount.svg", at("y"), &why), STATUS_FOLDER);
    assert_holds("run/plots/x.icount.svg", "plot");
    assert_int_equal(folder_begin(&f, "raw/exo.0.log", &path, &why), 0);
    assert_holds("run/raw/exo.0.log", "");
    put("run/raw/exo.0.log", "bytes");
    /* What is there already is somebody's. */
    assert_int_equal(folder_begin(&f, "raw/exo.0.log", &again, &why), STATUS_FOLDER);
    assert_null(again);
    assert_holds("run/raw/exo.0.log", "bytes");
    free(path);
    folder_close(&f);
}

static void latest_is_a_link_to_the_last(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    for (int i = 0; i < 2; i++) {
        const char *name = i ? "second" : "first";
        make_run(name, good_json, name, true);
        assert_int_equal(folder_open(&f, at(name), &why), 0);
        assert_int_equal(folder_link_latest(&f, &why), 0);
        folder_close(&f);
        assert_holds("latest/raw/spin.0.log", name);
    }
    /* A folder of that name is somebody's own. */
    assert_int_equal(unlink(at("latest")), 0);
    assert_int_equal(mkdir(at("latest"), 0777), 0);
    assert_int_equal(folder_open(&f, at("first"), &why), 0);
    assert_int_equal(folder_link_latest(&f, &why), 0);
    folder_close(&f);
    struct stat status;
    assert_int_equal(lstat(at("latest"), &status), 0);
    assert_true(S_ISDIR(status.st_mode));
}

static void too_little_space_is_noticed_beforehand(void **state) {
    (void)state;
    struct folder f;
    struct failure why;
    assert_int_equal(folder_create(&f, at("run"), true, &why), 0);
    assert_int_equal(folder_space(&f, 1, &why), 0);
    assert_int_equal(folder_space(&f, UINT64_MAX / 2, &why), STATUS_DISK_FULL);
    folder_close(&f);
}

/* A write that fails in the middle leaves the old file and no other. */
static void a_write_beyond_the_size_limit_leaves_the_old_file(void **state) {
    (void)state;
    static char big[100000];
    struct folder f;
    struct failure why;
    struct rlimit old, small = {50000, RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(folder_create(&f, at("run"), true, &why), 0);
    assert_int_equal(folder_write(&f, "summary.json", "old", 3, &why), 0);
    setrlimit(RLIMIT_FSIZE, &small);
    int status = folder_write(&f, "summary.json", big, sizeof big, &why);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(status, STATUS_DISK_FULL);
    folder_close(&f);
    assert_holds("run/summary.json", "old");
    char *command =
        text_format("test \"$(ls -A %s | tr '\\n' ' ')\" = 'manifest summary.json '", at("run"));
    assert_int_equal(system(command), 0);
    free(command);
}

/* Runs TEST in a child with a mount namespace of its own, a tmpfs with OPTIONS on SCRATCH/disk.
 * Skips where that is not allowed. */
static void on_disk(const char *options, int (*test)(void)) {
    enum { NOT_ALLOWED = 77 };
    assert_int_equal(mkdir(at("disk"), 0777), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
            mount("tmpfs", at("disk"), "tmpfs", 0, options))
            _exit(NOT_ALLOWED);
        _exit(test());
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NOT_ALLOWED) {
        print_message("no mount namespace here: %s\n", strerror(EPERM));
        skip();
    }
    if (WEXITSTATUS(status))
        fail_msg("step %d", WEXITSTATUS(status));
}

/* Each returns the number of the first step that went wrong. */
static int fill_the_disk(void) {
    static char page[4096];
    struct folder f;
    struct failure why;
    if (folder_create(&f, at("disk/run"), true, &why))
        return 1;
    if (folder_write(&f, "run.json", failed_json, strlen(failed_json), &why))
        return 2;
    int status = 0;
    char path[64], *name = path + strlen("disk/run/");
    for (int i = 0; i < 1000 && !status; i++) {
        snprintf(path, sizeof path, "disk/run/samples/%d.tsv", i);
        status = folder_write(&f, name, page, sizeof page, &why);
    }
    if (status != STATUS_DISK_FULL || !strstr(why.text, name))
        return 3;
    if (exists(path))
        return 4;
    if (folder_space(&f, 100000, &why) != STATUS_DISK_FULL)
        return 5;
    folder_close(&f);
    if (folder_create(&f, at("disk/one/more/folder/and/another"), true, &why) == 0 &&
        folder_write(&f, "run.json", page, sizeof page, &why) != STATUS_DISK_FULL)
        return 6;
    folder_close(&f);
    char *kept = text_read(at("disk/run/run.json"), NULL);
    bool same = kept && !strcmp(kept, failed_json);
    free(kept);
    return same ? 0 : 7;
}

static int write_to_a_read_only_mount(void) {
    struct folder f;
    struct failure why;
    make_run("disk/run", good_json, "one", true);
    if (mount(NULL, at("disk"), NULL, MS_REMOUNT | MS_RDONLY, NULL))
        return 1;
    if (folder_create(&f, at("disk/run"), true, &why) != STATUS_FOLDER)
        return 2;
    folder_close(&f);
    if (!strstr(why.text, "Read-only"))
        return 3;
    if (folder_create(&f, at("disk/new"), true, &why) != STATUS_FOLDER)
        return 4;
    folder_close(&f);
    if (folder_open(&f, at("disk/run"), &why) != STATUS_FOLDER)
        return 5;
    folder_close(&f);
    return 0;
}

/* As a volume is given to a container: the run folder itself is a mount point. */
static int run_on_a_mount_point(void) {
    struct folder f;
    struct failure why;
    if (folder_create(&f, at("disk"), true, &why))
        return 1;
    if (folder_write(&f, "run.json", failed_json, strlen(failed_json), &why))
        return 2;
    folder_close(&f);
    if (folder_create(&f, at("disk"), true, &why) || exists("disk/run.json"))
        return 3;
    folder_close(&f);
    return 0;
}

static void a_full_disk_is_43_and_keeps_what_was_whole(void **state) {
    (void)state;
    on_disk("size=256k", fill_the_disk);
}

static void a_read_only_mount_is_42_even_for_root(void **state) {
    (void)state;
    on_disk("size=1m", write_to_a_read_only_mount);
}

static void a_mount_point_serves_as_run_folder(void **state) {
    (void)state;
    on_disk("size=1m", run_on_a_mount_point);
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_new_folder_and_its_parents_are_made),
        FOLDER_TEST(a_good_run_replaces_a_good_one),
        FOLDER_TEST(a_failed_run_leaves_the_good_one),
        FOLDER_TEST(a_failed_run_gives_way),
        FOLDER_TEST(a_run_is_replaced_only_when_that_is_asked_for),
        FOLDER_TEST(what_a_user_added_stays),
        FOLDER_TEST(a_name_that_both_want_keeps_both),
        FOLDER_TEST(an_older_run_is_known_by_its_names),
        FOLDER_TEST(a_run_that_was_killed_at_once_is_a_failed_one),
        FOLDER_TEST(two_fresh_folders_have_two_names),
        FOLDER_TEST(a_strangers_manifest_removes_nothing_else),
        FOLDER_TEST(links_inside_a_run_are_refused),
        FOLDER_TEST(a_link_for_a_file_is_replaced_and_not_followed),
        FOLDER_TEST(what_is_no_file_is_not_read),
        FOLDER_TEST(a_link_to_a_run_is_that_run),
        FOLDER_TEST(the_manifest_lists_what_was_written),
        FOLDER_TEST(two_runs_into_one_folder_are_refused),
        FOLDER_TEST(files_that_are_no_run_are_not_touched),
        FOLDER_TEST(open_wants_a_run),
        FOLDER_TEST(files_that_are_copied_or_begun_are_there),
        FOLDER_TEST(latest_is_a_link_to_the_last),
        FOLDER_TEST(too_little_space_is_noticed_beforehand),
        FOLDER_TEST(a_write_beyond_the_size_limit_leaves_the_old_file),
        FOLDER_TEST(a_full_disk_is_43_and_keeps_what_was_whole),
        FOLDER_TEST(a_read_only_mount_is_42_even_for_root),
        FOLDER_TEST(a_mount_point_serves_as_run_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
