/* SPDX-License-Identifier: MIT */
/* file_calls.c -- files by a process's calls (program/file_attacks.h), of a volume with a cache and
 * of one without. */
#include "../program/file_attacks.h"
#include "../running.h"
#include "files.h"

#include "lib/string.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/unix/calls.h"

static const struct volume_of_test {
    const char *system, *disk;
} volumes_of_test[] = {{"ext2", "disk1"}, {"wfs", "disk0"}};

static bool begin(struct check *c, const struct volume_of_test *t) {
    static char bytes[FILE_BYTES];
    struct open_file *o;
    if (!files_mounted(c, t->system, t->disk, FILE_PLACE_OF, NULL))
        return false;
    check_that_zero(c, file_open(FILE_PLACE_OF "/f", FILE_OPEN_CREATE, &o));
    memset(bytes, FILE_LETTER, sizeof bytes);
    if (file_write(o, bytes, sizeof bytes, 0, false) != sizeof bytes)
        check_fail(c, "the file cannot be written");
    file_close(o);
    return true;
}

/* Nothing of what the process had stays, and the file is as it was. */
static bool end(struct check *c) {
    struct open_file *o;
    char bytes[2];
    check_that_zero(c, file_open(FILE_PLACE_OF "/f", 0, &o));
    if (file_read(o, bytes, 2, 4711, false) != 2 || bytes[0] != FILE_LETTER)
        check_fail(c, "the file is not as it was");
    file_close(o);
    check_that_zero(c, file_remove(FILE_PLACE_OF "/f", false));
    check_that_zero(c, volume_unmount(FILE_PLACE_OF));
    return true;
}

static void attack(struct check *c, enum file_attack what) {
    for (unsigned i = 0; i < 2; i++) {
        struct running r;
        if (!begin(c, &volumes_of_test[i]))
            return;
        CHECK_THAT(c, running_start(&r, what, 1, ""));
        const struct process_end e = running_await(&r);
        if (e.killed || e.status != FILE_RIGHT)
            check_fail(c, "%s: file_attacks.c:%lu", volumes_of_test[i].system, e.status);
        if (!end(c))
            return;
    }
}

CHECK(files_memory, "files/calls_reach_the_processs_own_memory_and_no_other") {
    attack(c, FILE_ATTACK_MEMORY);
}

CHECK(files_integers, "files/an_integer_of_no_open_file_is_none_whoever_had_it_before") {
    attack(c, FILE_ATTACK_INTEGERS);
}

CHECK(files_rights, "files/what_was_opened_to_be_read_is_not_written") {
    attack(c, FILE_ATTACK_RIGHTS);
}

CHECK(files_paths, "files/paths_that_are_none_are_refused") {
    attack(c, FILE_ATTACK_PATHS);
}

CHECK(files_many, "files/a_process_has_so_many_open_and_its_end_closes_them") {
    attack(c, FILE_ATTACK_MANY);
    attack(c, FILE_ATTACK_HOLDS);
}

CHECK(files_mounts,
      "files/a_volume_that_is_there_is_not_mounted_again_nor_taken_while_it_is_used") {
    if (!begin(c, &volumes_of_test[1]))
        return;
    struct running r;
    CHECK_THAT(c, running_start(&r, FILE_ATTACK_MOUNTS, 0, ""));
    const struct process_end e = running_await(&r);
    if (e.killed || e.status != FILE_RIGHT)
        check_fail(c, "file_attacks.c:%lu", e.status);
    (void)end(c);
}

CHECK(files_others, "files/processes_of_another_system_have_files_and_mount_nothing") {
    struct process_end e;
    if (!begin(c, &volumes_of_test[0]))
        return;
    CHECK_THAT(c, unix_run("attacker", FILE_ATTACK_NO_CALLS, "", &e) == 0);
    if (e.killed || e.status != FILE_RIGHT)
        check_fail(c, "file_attacks.c:%lu", e.status);
    (void)end(c);
}

CHECK(files_dos, "files/a_process_with_a_filter_names_files_as_msdos_does_and_nobody_else") {
    attack(c, FILE_ATTACK_DOS);
}

CHECK(files_random_calls, "files/random_calls_leave_volumes_that_can_be_unmounted") {
    for (unsigned i = 0; i < 2; i++)
        for (uint64_t seed = 1; seed < 6; seed++) {
            struct running r;
            if (!files_mounted(c, volumes_of_test[i].system, volumes_of_test[i].disk, FILE_PLACE_OF,
                               NULL))
                return;
            struct open_file *o;
            CHECK_THAT(c, file_open(FILE_PLACE_OF "/f", FILE_OPEN_CREATE, &o) == 0);
            file_close(o);
            CHECK_THAT(c, running_start(&r, FILE_ATTACK_RANDOM, seed, ""));
            const struct process_end e = running_await(&r);
            CHECK_THAT(c, !e.killed && e.status == FILE_RIGHT);
            CHECK_THAT(c, file_remove(FILE_PLACE_OF "/f", false) == 0);
            CHECK_THAT(c, volume_unmount(FILE_PLACE_OF) == 0);
        }
}
