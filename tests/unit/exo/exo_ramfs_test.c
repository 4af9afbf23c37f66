/* SPDX-License-Identifier: MIT */
/* exo_ramfs_test.c -- ExOS' file system in memory: random operations give what a model gives, which
 * keeps whole files and whole paths; and when all is removed, every page and node is free. */
#include "exo/libos/exos/ramfs/ramfs.h"

#include "lib/error.h"
#include "unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES = 96, FILES = 24, BYTES = 3 * 4096, STEPS = 60000, NAMES = 5 };

static _Alignas(4096) char memory[PAGES * RAMFS_PAGE];
static struct ramfs *const fs = (struct ramfs *)memory;

static void format(void) {
    memset(memory, 0, sizeof memory);
    ramfs_format(fs, PAGES);
}

static struct ramfs_name name(const char *text) {
    return (struct ramfs_name){text, strlen(text)};
}

static unsigned pages_used(void) {
    unsigned n = 0;
    for (unsigned i = 0; i < RAMFS_PAGES_MAX; i++)
        n += fs->used[i / 64] >> i % 64 & 1;
    return n;
}

static unsigned nodes_used(void) {
    unsigned n = 0;
    for (unsigned i = 0; i < RAMFS_NODES; i++)
        n += fs->node[i].type != RAMFS_FREE;
    return n;
}

/* --- The model: names are triples (directory, name, file), files are bytes. --- */

struct file {
    bool exists, directory;
    unsigned links, parent;
    size_t size;
    char bytes[BYTES];
};
static struct file file[FILES]; /* 0: the root */
static int entry[FILES][NAMES]; /* of each directory; -1: none */
static long node_of[FILES];     /* what the file system calls it */

static void model_begin(void) {
    memset(file, 0, sizeof file);
    memset(entry, -1, sizeof entry);
    file[0] = (struct file){.exists = true, .directory = true, .links = 1};
    node_of[0] = RAMFS_ROOT;
}

static bool model_empty(unsigned directory) {
    for (unsigned i = 0; i < NAMES; i++)
        if (entry[directory][i] >= 0)
            return false;
    return true;
}

static bool model_within(unsigned inner, unsigned outer) {
    for (; inner != outer; inner = file[inner].parent)
        if (inner == 0)
            return false;
    return true;
}

static void model_drop(unsigned f) {
    if (!--file[f].links)
        file[f].exists = false;
}

static int model_new(void) {
    for (int i = 1; i < FILES; i++)
        if (!file[i].exists)
            return i;
    return -1;
}

/* Why the name f of a file cannot go to (d, n) by rename; 0: it can. */
static long model_rename(unsigned from, unsigned a, unsigned to, unsigned b) {
    int moved = entry[from][a], gone = entry[to][b];
    if (!file[from].directory)
        return -E_INVALID;
    if (moved < 0)
        return -E_NOT_FOUND;
    if (file[moved].directory && file[to].directory && model_within(to, (unsigned)moved))
        return -E_INVALID;
    if (!file[to].directory)
        return -E_INVALID;
    if (gone == moved)
        return 0;
    if (gone >= 0 && file[gone].directory != file[moved].directory)
        return file[moved].directory ? -E_INVALID : -E_PERM;
    if (gone >= 0 && file[gone].directory && !model_empty((unsigned)gone))
        return -E_EXISTS;
    if (gone >= 0)
        model_drop((unsigned)gone);
    entry[from][a] = -1;
    entry[to][b] = moved;
    if (file[moved].directory)
        file[moved].parent = to;
    return 0;
}

/* --- One random operation on both --- */

static const char *const names[NAMES] = {
    "a", "b.", "ccc", "a-name-of-55-bytes-which-is-the-longest-that-there-can-", "e"};

static unsigned any(unsigned limit) {
    return (unsigned)rand() % limit; /* NOLINT(cert-msc30-c,cert-msc50-cpp): a fixed seed */
}

static unsigned any_file(void) {
    unsigned f = any(FILES);
    while (!file[f].exists)
        f = (f + 1) % FILES;
    return f;
}

static void make(unsigned d, unsigned n, bool directory) {
    int f = model_new();
    if (f < 0)
        return;
    long node = ramfs_make(fs, (uint32_t)node_of[d], name(names[n]),
                           directory ? RAMFS_DIRECTORY : RAMFS_FILE);
    if (!file[d].directory) {
        assert_int_equal(node, -E_INVALID);
    } else if (entry[d][n] >= 0) {
        assert_int_equal(node, -E_EXISTS);
    } else if (node != -E_FULL) {
        assert_true(node > 0);
        file[f] = (struct file){.exists = true, .directory = directory, .links = 1, .parent = d};
        memset(entry[f], -1, sizeof entry[f]);
        entry[d][n] = f;
        node_of[f] = node;
    }
}

static void take_away(unsigned d, unsigned n, bool directory) {
    int f = entry[d][n];
    long error = directory ? ramfs_rmdir(fs, (uint32_t)node_of[d], name(names[n]))
                           : ramfs_unlink(fs, (uint32_t)node_of[d], name(names[n]));
    long wanted = 0;
    if (!file[d].directory)
        wanted = -E_INVALID;
    else if (f < 0)
        wanted = -E_NOT_FOUND;
    else if (file[f].directory != directory)
        wanted = directory ? -E_INVALID : -E_PERM;
    else if (directory && !model_empty((unsigned)f))
        wanted = -E_EXISTS;
    assert_int_equal(error, wanted);
    if (!error) {
        entry[d][n] = -1;
        model_drop((unsigned)f);
    }
}

static void link_one(unsigned d, unsigned n, unsigned f) {
    long error = ramfs_link(fs, (uint32_t)node_of[d], name(names[n]), (uint32_t)node_of[f]);
    if (file[f].directory) {
        assert_int_equal(error, -E_PERM);
    } else if (!file[d].directory) {
        assert_int_equal(error, -E_INVALID);
    } else if (entry[d][n] >= 0) {
        assert_int_equal(error, -E_EXISTS);
    } else if (error != -E_FULL) {
        assert_int_equal(error, 0);
        entry[d][n] = (int)f;
        file[f].links++;
    }
}

static void rename_one(unsigned from, unsigned a, unsigned to, unsigned b) {
    unsigned free_before = PAGES - (unsigned)RAMFS_LEAST + 1 - pages_used();
    if (free_before < 2) /* else -E_FULL, which the model does not know */
        return;
    long error = ramfs_rename(fs, (uint32_t)node_of[from], name(names[a]), (uint32_t)node_of[to],
                              name(names[b]));
    assert_int_equal(error, model_rename(from, a, to, b));
}

static void write_some(unsigned f) {
    static char bytes[5000];
    size_t at = any(BYTES), n = any(2) ? any(64) : any(sizeof bytes);
    if (n > BYTES - at)
        n = BYTES - at;
    if (file[f].directory)
        return;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)any(256);
    long done = ramfs_write(fs, (uint32_t)node_of[f], at, bytes, n);
    if (done == -E_FULL)
        return;
    assert_true(done >= 0 && (size_t)done <= n);
    memcpy(file[f].bytes + at, bytes, (size_t)done);
    if (done && at + (size_t)done > file[f].size)
        file[f].size = at + (size_t)done;
}

static void cut(unsigned f) {
    size_t size = any(BYTES);
    long error = ramfs_truncate(fs, (uint32_t)node_of[f], size);
    assert_int_equal(error, file[f].directory ? -E_PERM : 0);
    if (error)
        return;
    if (size < file[f].size)
        memset(file[f].bytes + size, 0, file[f].size - size);
    file[f].size = size;
}

static void compare(unsigned f) {
    static char bytes[BYTES + 1];
    if (file[f].directory) {
        unsigned count = 0, wanted = 0;
        struct ramfs_entry e;
        for (uint64_t place = 0; !ramfs_list(fs, (uint32_t)node_of[f], &place, &e); count++)
            assert_true(e.node);
        for (unsigned n = 0; n < NAMES; n++) {
            long node = ramfs_lookup(fs, (uint32_t)node_of[f], name(names[n]));
            assert_int_equal(node, entry[f][n] < 0 ? -E_NOT_FOUND : node_of[entry[f][n]]);
            wanted += entry[f][n] >= 0;
        }
        assert_int_equal(count, wanted);
        assert_int_equal(ramfs_lookup(fs, (uint32_t)node_of[f], name("..")),
                         node_of[file[f].parent]);
        return;
    }
    long n = ramfs_read(fs, (uint32_t)node_of[f], 0, bytes, sizeof bytes);
    assert_int_equal(n, file[f].size);
    assert_memory_equal(bytes, file[f].bytes, file[f].size);
}

static void step(void) {
    unsigned d = any_file(), n = any(NAMES);
    switch (any(9)) {
    case 0:
        make(d, n, any(2));
        break;
    case 1:
        take_away(d, n, any(2));
        break;
    case 2:
        link_one(d, n, any_file());
        break;
    case 3:
        rename_one(d, n, any_file(), any(NAMES));
        break;
    case 4:
    case 5:
        write_some(d);
        break;
    case 6:
        cut(d);
        break;
    default:
        compare(d);
    }
}

/* Removes what is below the directory. */
static void remove_all(unsigned d) {
    for (unsigned n = 0; n < NAMES; n++) {
        int f = entry[d][n];
        if (f < 0)
            continue;
        if (file[f].directory)
            remove_all((unsigned)f);
        take_away(d, n, file[f].directory);
    }
}

static void operations_give_what_the_model_gives(void **state) {
    (void)state;
    srand(12); /* NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time */
    format();
    model_begin();
    for (unsigned i = 0; i < STEPS; i++)
        step();
    for (unsigned f = 0; f < FILES; f++)
        if (file[f].exists)
            compare(f);
    remove_all(0);
    ramfs_truncate(fs, RAMFS_ROOT, 0);
    assert_int_equal(nodes_used(), 1);
    assert_true(pages_used() <= 1); /* the root's own entries */
}

static void a_node_that_is_used_outlives_its_names(void **state) {
    (void)state;
    char byte = 0;
    format();
    uint32_t node = (uint32_t)ramfs_make(fs, RAMFS_ROOT, name("f"), RAMFS_FILE);
    assert_int_equal(ramfs_write(fs, node, 0, "x", 1), 1);
    ramfs_use(fs, node);
    assert_int_equal(ramfs_unlink(fs, RAMFS_ROOT, name("f")), 0);
    assert_int_equal(ramfs_lookup(fs, RAMFS_ROOT, name("f")), -E_NOT_FOUND);
    assert_int_equal(ramfs_read(fs, node, 0, &byte, 1), 1);
    assert_int_equal(byte, 'x');
    ramfs_leave(fs, node);
    assert_int_equal(ramfs_read(fs, node, 0, &byte, 1), -E_NOT_FOUND);
    uint32_t directory = (uint32_t)ramfs_make(fs, RAMFS_ROOT, name("d"), RAMFS_DIRECTORY);
    ramfs_use(fs, directory);
    assert_int_equal(ramfs_rmdir(fs, RAMFS_ROOT, name("d")), 0);
    assert_int_equal(ramfs_make(fs, directory, name("f"), RAMFS_FILE), -E_NOT_FOUND);
    ramfs_leave(fs, directory);
}

static void what_runs_out_is_told_and_comes_back(void **state) {
    (void)state;
    static char bytes[PAGES * RAMFS_PAGE];
    format();
    uint32_t node = (uint32_t)ramfs_make(fs, RAMFS_ROOT, name("f"), RAMFS_FILE);
    long room = ramfs_write(fs, node, 0, bytes, sizeof bytes);
    assert_true(room > 0 && room < (long)sizeof bytes && room % (long)RAMFS_PAGE == 0);
    assert_int_equal(ramfs_write(fs, node, (uint64_t)room, "x", 1), -E_FULL);
    assert_int_equal(ramfs_write(fs, node, RAMFS_FILE_MAX, "x", 1), -E_INVALID);
    assert_int_equal(ramfs_truncate(fs, node, RAMFS_FILE_MAX + 1), -E_INVALID);
    assert_int_equal(ramfs_truncate(fs, node, 0), 0);
    assert_int_equal(ramfs_write(fs, node, 0, bytes, sizeof bytes), room);
    ramfs_unlink(fs, RAMFS_ROOT, name("f"));
    char text[16];
    unsigned made = 0;
    for (; made < 2 * RAMFS_NODES; made++) {
        sprintf(text, "%u", made);
        if (ramfs_make(fs, RAMFS_ROOT, name(text), RAMFS_FILE) < 0)
            break;
    }
    assert_int_equal(made, RAMFS_NODES - 2);
    assert_int_equal(ramfs_make(fs, RAMFS_ROOT, name("x"), RAMFS_FILE), -E_FULL);
}

/* A directory that would need a page more, and there is none. */
static void a_name_without_room_leaves_no_node(void **state) {
    (void)state;
    static char bytes[PAGES * RAMFS_PAGE];
    char text[16];
    format();
    uint32_t full = (uint32_t)ramfs_make(fs, RAMFS_ROOT, name("full"), RAMFS_FILE);
    for (unsigned n = 1; n < RAMFS_PAGE / sizeof(struct ramfs_entry); n++) {
        sprintf(text, "%u", n);
        assert_true(ramfs_make(fs, RAMFS_ROOT, name(text), RAMFS_FILE) > 0);
    }
    ramfs_write(fs, full, 0, bytes, sizeof bytes);
    unsigned nodes = nodes_used();
    assert_int_equal(ramfs_make(fs, RAMFS_ROOT, name("more"), RAMFS_FILE), -E_FULL);
    assert_int_equal(ramfs_link(fs, RAMFS_ROOT, name("more"), full), -E_FULL);
    assert_int_equal(nodes_used(), nodes);
    assert_int_equal(ramfs_find(fs, full)->links, 1);
    assert_int_equal(ramfs_lookup(fs, RAMFS_ROOT, name("more")), -E_NOT_FOUND);
}

static void names_that_cannot_be_are_refused(void **state) {
    (void)state;
    static char longest[RAMFS_NAME + 1];
    format();
    memset(longest, 'n', RAMFS_NAME);
    assert_int_equal(ramfs_make(fs, RAMFS_ROOT, name(longest), RAMFS_FILE), -E_TOO_LONG);
    assert_int_equal(ramfs_lookup(fs, RAMFS_ROOT, name(longest)), -E_TOO_LONG);
    assert_int_equal(ramfs_make(fs, RAMFS_ROOT, name(""), RAMFS_FILE), -E_INVALID);
    assert_int_equal(ramfs_make(fs, RAMFS_ROOT, name("a/b"), RAMFS_FILE), -E_INVALID);
    assert_int_equal(ramfs_make(fs, RAMFS_ROOT, name(".."), RAMFS_DIRECTORY), -E_EXISTS);
    assert_int_equal(ramfs_rmdir(fs, RAMFS_ROOT, name(".")), -E_INVALID);
    assert_int_equal(ramfs_make(fs, 0, name("f"), RAMFS_FILE), -E_INVALID);
    assert_int_equal(ramfs_make(fs, RAMFS_NODES, name("f"), RAMFS_FILE), -E_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_give_what_the_model_gives),
        cmocka_unit_test(a_node_that_is_used_outlives_its_names),
        cmocka_unit_test(what_runs_out_is_told_and_comes_back),
        cmocka_unit_test(a_name_without_room_leaves_no_node),
        cmocka_unit_test(names_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
