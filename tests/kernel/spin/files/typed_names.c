/* SPDX-License-Identifier: MIT */
/* typed_names.c -- volumes, directories and files in the name server: typed, listed, and looked up
 * by whom the security manager allows to read the volume. */
#include "files.h"

#include "lib/string.h"
#include "spin/services/security/security.h"

static struct module reader = {.name = "VolumeReader"}, guest = {.name = "VolumeGuest"};

static int set(const char *text) {
    unsigned line;
    return security_set(text, strlen(text), &line);
}

static int look(const struct module *by, const char *path, const struct name_type *type) {
    struct named found;
    int error = names_lookup(by, path, type, &found);
    if (!error)
        named_release(&found);
    return error;
}

static void check_reader(struct check *c) {
    struct directory_entry entry;
    uint64_t cookie = 0;
    CHECK_THAT(c, look(&reader, W, &name_directory) == 0);
    CHECK_THAT(c, look(&reader, W "/d", &name_directory) == 0);
    CHECK_THAT(c, look(&reader, W "/d/f", &name_file) == 0);
    CHECK_THAT(c, look(&reader, W "/d", &name_file) == -E_INVALID);
    CHECK_THAT(c, look(&reader, W "/d/f", &name_directory) == -E_INVALID);
    CHECK_THAT(c, look(&reader, W "/d/g", &name_file) == -E_NOT_FOUND);
    CHECK_THAT(c, look(&reader, W "/d/f/g", &name_file) < 0);
    CHECK_THAT(c, names_list(&reader, W "/d", &cookie, &entry) == 0);
    CHECK_THAT(c, strcmp(entry.name, "f") == 0 && entry.type == &name_file);
    CHECK_THAT(c, names_list(&reader, W "/d", &cookie, &entry) == -E_NOT_FOUND);
}

static void check_guest(struct check *c) {
    struct directory_entry entry;
    uint64_t cookie = 0;
    CHECK_THAT(c, look(&guest, W, &name_directory) == -E_PERM);
    CHECK_THAT(c, look(&guest, W "/d/f", &name_file) == -E_PERM);
    CHECK_THAT(c, names_list(&guest, W, &cookie, &entry) == -E_PERM);
    CHECK_THAT(c, names_list(&guest, W "/d", &cookie, &entry) == -E_PERM);
}

CHECK(files_typed, "files/the_name_server_has_what_a_volume_has_for_who_may_read_it") {
    struct open_file *o;
    struct named held;
    if (!files_mounted(c, "wfs", "disk0", W, NULL))
        return;
    module_add(&reader);
    module_add(&guest);
    CHECK_THAT(c, file_mkdir(W "/d") == 0 && file_open(W "/d/f", FILE_OPEN_CREATE, &o) == 0);
    file_close(o);
    CHECK_THAT(c, set("subject reader VolumeReader\n"
                      "object volume " W "\n"
                      "allow other other read write execute extend\n"
                      "allow reader other read\n"
                      "allow reader volume read\n") == 0);
    check_reader(c);
    check_guest(c);
    /* A reference keeps the file though its name goes, and the volume though it is idle. */
    CHECK_THAT(c, names_lookup(&reader, W "/d/f", &name_file, &held) == 0);
    CHECK_THAT(c, set("") == 0);
    CHECK_THAT(c, volume_unmount(W) == -E_BUSY);
    CHECK_THAT(c, file_remove(W "/d/f", false) == 0);
    named_release(&held);
    module_remove(&reader);
    module_remove(&guest);
    CHECK_THAT(c, volume_unmount(W) == 0);
    CHECK_THAT(c, look(&guest, W, &name_directory) == -E_NOT_FOUND);
}
