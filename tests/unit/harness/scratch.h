/* SPDX-License-Identifier: MIT */
/* scratch.h -- what the tests of run folders share: a folder of the test's own, and small runs in
 * it. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include "base/folder.h"
#include "base/text.h"
#include "unit.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char good_json[] = "{\"exospin\": 1, \"complete\": true}";
static const char failed_json[] = "{\"exospin\": 1, \"complete\": false}";

static char scratch[64];

/* How many descriptors are open: no test may leave one that it did not find. */
static inline int open_descriptors(void) {
    DIR *list = opendir("/proc/self/fd");
    int count = 0;
    while (list && readdir(list))
        count++;
    if (list)
        closedir(list);
    return count;
}

static int found_open;

static inline int scratch_make(void **state) {
    (void)state;
    found_open = open_descriptors();
    strcpy(scratch, "/tmp/exospin-folder-XXXXXX");
    return mkdtemp(scratch) ? 0 : -1;
}

static inline int scratch_remove(void **state) {
    (void)state;
    char *command = text_format("rm -rf %s", scratch);
    int status = system(command);
    free(command);
    if (open_descriptors() != found_open) {
        print_error("%d descriptors are open and were %d\n", open_descriptors(), found_open);
        status = -1;
    }
    return status;
}

/* SCRATCH/name; good until the next call but one. */
static inline const char *at(const char *name) {
    static char paths[2][256];
    static int turn;
    turn ^= 1;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", scratch, name);
    return paths[turn];
}

static inline void put(const char *name, const char *text) {
    FILE *file = fopen(at(name), "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static inline void assert_holds(const char *name, const char *text) {
    char *bytes = text_read(at(name), NULL);
    if (!bytes)
        fail_msg("%s is not there", name);
    assert_string_equal(bytes, text);
    free(bytes);
}

static inline bool exists(const char *name) {
    return !access(at(name), F_OK);
}

/* A run with one file matches run.json. */
static inline void make_run(const char *name, const char *json, const char *content, bool good) {
    struct folder f;
    struct failure why;
    assert_int_equal(folder_create(&f, at(name), true, &why), 0);
    assert_int_equal(folder_write(&f, "raw/spin.0.log", content, strlen(content), &why), 0);
    assert_int_equal(folder_write(&f, "run.json", json, strlen(json), &why), 0);
    assert_int_equal(folder_finish(&f, good, NULL, &why), 0);
    folder_close(&f);
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

#endif
