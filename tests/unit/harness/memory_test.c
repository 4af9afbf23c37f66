/* SPDX-License-Identifier: MIT */
/* memory_test.c -- what is allocated is empty, arrays keep what they hold, and a process without
 * memory says so before he ends. */
#include "base/memory.h"
#include "unit.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void what_is_new_is_zero(void **state) {
    (void)state;
    unsigned char *bytes = memory_new(1000, 3);
    for (unsigned i = 0; i < 3000; i++)
        assert_int_equal(bytes[i], 0);
    free(bytes);
    free(memory_new(0, 8)); /* never null */
}

static void arrays_keep_what_they_hold(void **state) {
    (void)state;
    unsigned *numbers = NULL;
    for (unsigned i = 0; i < 1000; i++) {
        numbers = array_grow(numbers, i, sizeof *numbers);
        numbers[i] = i;
    }
    numbers = memory_resize(numbers, 500, sizeof *numbers);
    for (unsigned i = 0; i < 500; i++)
        assert_int_equal(numbers[i], i);
    free(numbers);
}

static void who_has_none_says_so(void **state) {
    (void)state;
    int pipes[2], status;
    char said[200] = "";
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (!child) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(SIGABRT, SIG_DFL);
        dup2(pipes[1], STDERR_FILENO);
        memory_exhausted();
    }
    close(pipes[1]);
    assert_true(read(pipes[0], said, sizeof said - 1) > 0);
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_non_null(strstr(said, "no memory is left"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_new_is_zero),
        cmocka_unit_test(arrays_keep_what_they_hold),
        cmocka_unit_test(who_has_none_says_so),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
