/* SPDX-License-Identifier: MIT */
/* folder_test.c -- run folders: one user at a time, whole files or none, good runs kept; on full
 * disks and read-only mounts. The disks are tmpfs in a mount namespace of the test's own; where the
 * machine allows none, those tests are skipped and say so. */
#include "base/folder.h"
#include "scratch.h"
#include "base/status.h"
#include "base/text.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void two_fresh_folders_have_two_names(void **state) {
    (void)state;
    char *one = folder_fresh(at("results/x")), *other = folder_fresh(at("results/x"));
    assert_string_equal(one, at("results/x"));
    assert_string_equal(other, at("results/x-2"));
    free(one);
    free(other);
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
    assert_int_equal(folder_make(&f, "papers", &why), 0);
    assert_true(exists("run/papers"));
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

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_new_folder_and_its_parents_are_made),
        FOLDER_TEST(a_good_run_replaces_a_good_one),
        FOLDER_TEST(a_failed_run_leaves_the_good_one),
        FOLDER_TEST(a_failed_run_gives_way),
        FOLDER_TEST(two_fresh_folders_have_two_names),
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
