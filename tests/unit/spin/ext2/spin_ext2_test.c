/* SPDX-License-Identifier: MIT */
/* spin_ext2_test.c -- the extension ext2 over images: random calls against a plain model, and what
 * e2fsck says of the disk; EXT2_STEPS says how many. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../ext2/disk.h"
#include "../../../ext2/image.h"
#include "lib/error.h"
#include "unit.h"

enum { FILES = 40, NAMES = 120, BYTES = 1 << 17, STEPS = 4000 };

/* A file of the model. */
struct file {
    bool used, directory;
    unsigned long number;
    unsigned links;
    uint8_t *bytes;
    size_t size;
};

struct name {
    int directory, file; /* file -1: none */
    char text[40];
};

struct model {
    struct volume v;
    struct disk_image image;
    struct file file[FILES];
    struct name name[NAMES];
    uint64_t random;
    unsigned long done, full;
};

static uint32_t draw(struct model *m, uint32_t below) {
    m->random = m->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((m->random >> 33) % below);
}

static struct name *find(struct model *m, int directory, const char *text) {
    for (int i = 0; i < NAMES; i++)
        if (m->name[i].file >= 0 && m->name[i].directory == directory &&
            strcmp(m->name[i].text, text) == 0)
            return &m->name[i];
    return NULL;
}

static struct name *free_name(struct model *m) {
    for (int i = 0; i < NAMES; i++)
        if (m->name[i].file < 0)
            return &m->name[i];
    return NULL;
}

static int free_file(struct model *m) {
    for (int i = 1; i < FILES; i++)
        if (!m->file[i].used)
            return i;
    return -1;
}

/* A name, of one of few lengths. */
static void draw_name(struct model *m, char *text) {
    static const int lengths[] = {1, 3, 4, 5, 8, 11, 30};
    int n = lengths[draw(m, 7)];
    for (int i = 0; i < n; i++)
        text[i] = (char)('a' + (i == 0 ? draw(m, 6) : (unsigned)i % 7));
    text[n] = '\0';
}

static int draw_directory(struct model *m) {
    for (int tries = 0; tries < 8; tries++) {
        int i = (int)draw(m, FILES);
        if (m->file[i].used && m->file[i].directory)
            return i;
    }
    return 0;
}

static int draw_plain(struct model *m) {
    for (int tries = 0; tries < 20; tries++) {
        int i = (int)draw(m, FILES);
        if (m->file[i].used && !m->file[i].directory)
            return i;
    }
    return -1;
}

static bool is_empty(const struct model *m, int directory) {
    for (int i = 0; i < NAMES; i++)
        if (m->name[i].file >= 0 && m->name[i].directory == directory)
            return false;
    return true;
}

static void drop(struct model *m, int file) {
    struct file *f = &m->file[file];
    if (f->directory || --f->links == 0)
        f->used = false;
}

/* The answer is as the model has it; for want of room nothing happens. */
static bool answers(struct model *m, long got, bool fine, long error) {
    if (got == -E_FULL) {
        m->full++;
        return false;
    }
    if (fine)
        assert_true(got >= 0);
    else
        assert_int_equal(got, error);
    return fine;
}

static void create(struct model *m) {
    int directory = draw_directory(m), file = free_file(m);
    bool is_directory = draw(m, 4) == 0;
    struct name *n = free_name(m);
    char text[40];
    draw_name(m, text);
    if (file < 0 || !n)
        return;
    if (draw(m, 2)) /* as the kernel does before */
        file_lookup(&m->v, m->file[directory].number, text);
    long r = file_create(&m->v, m->file[directory].number, text,
                         is_directory ? FILE_DIRECTORY : FILE_PLAIN);
    if (!answers(m, r, !find(m, directory, text), -E_EXISTS))
        return;
    *n = (struct name){.directory = directory, .file = file};
    strcpy(n->text, text);
    struct file *f = &m->file[file];
    f->used = true;
    f->directory = is_directory;
    f->number = (unsigned long)r;
    f->links = 1;
    f->size = 0;
    memset(f->bytes, 0, BYTES);
}

static void unlink_one(struct model *m) {
    int directory = draw_directory(m);
    bool is_directory = draw(m, 3) == 0;
    char text[40];
    draw_name(m, text);
    struct name *n = find(m, directory, text);
    bool fine =
        n && m->file[n->file].directory == is_directory && (!is_directory || is_empty(m, n->file));
    long error = !n                                           ? -E_NOT_FOUND
                 : m->file[n->file].directory != is_directory ? -E_INVALID
                                                              : -E_EXISTS;
    long r = file_remove(&m->v, m->file[directory].number, text, is_directory);
    if (!answers(m, r, fine, error) || !n)
        return;
    drop(m, n->file);
    n->file = -1;
}

static void link_one(struct model *m) {
    int directory = draw_directory(m), file = draw_plain(m);
    struct name *n = free_name(m);
    char text[40];
    draw_name(m, text);
    if (file < 0 || !n)
        return;
    long r = file_add_link(&m->v, m->file[directory].number, text, m->file[file].number);
    if (!answers(m, r, !find(m, directory, text), -E_EXISTS))
        return;
    *n = (struct name){.directory = directory, .file = file};
    strcpy(n->text, text);
    m->file[file].links++;
}

static void rename_one(struct model *m) {
    int from = draw_directory(m), to = draw(m, 2) ? from : draw_directory(m);
    char text[40], other[40];
    draw_name(m, text);
    draw_name(m, other);
    struct name *n = find(m, from, text), *had = find(m, to, other);
    long r = file_move(&m->v, m->file[from].number, text, m->file[to].number, other);
    if (!n) {
        answers(m, r, false, -E_NOT_FOUND);
        return;
    }
    bool directory = m->file[n->file].directory, same = had && had->file == n->file;
    bool fine = directory ? from == to && !had : !had || !m->file[had->file].directory;
    if (!answers(m, r, fine, directory && from != to ? -E_ELSEWHERE : -E_EXISTS) || same)
        return;
    if (had) {
        drop(m, had->file);
        had->file = -1;
    }
    n->directory = to;
    strcpy(n->text, other);
}

static void write_one(struct model *m) {
    static uint8_t bytes[9000];
    int file = draw_plain(m);
    if (file < 0)
        return;
    struct file *f = &m->file[file];
    size_t n = 1 + draw(m, sizeof bytes), at = draw(m, draw(m, 8) ? 20000 : (uint32_t)(BYTES - n));
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)draw(m, 256);
    long r = file_write(&m->v, f->number, at, bytes, n);
    if (r < 0) {
        answers(m, r, true, 0);
        return;
    }
    memcpy(f->bytes + at, bytes, (size_t)r);
    if (r && at + (size_t)r > f->size)
        f->size = at + (size_t)r;
}

static void truncate_one(struct model *m) {
    int file = draw_plain(m);
    if (file < 0)
        return;
    struct file *f = &m->file[file];
    size_t size = draw(m, 3) ? draw(m, 9000) : draw(m, BYTES);
    assert_int_equal(file_truncate(&m->v, f->number, size), 0);
    if (size < f->size)
        memset(f->bytes + size, 0, f->size - size);
    f->size = size;
}

static void compare_file(struct model *m, int file) {
    static uint8_t bytes[BYTES];
    struct file *f = &m->file[file];
    struct file_facts facts;
    assert_int_equal(file_get_facts(&m->v, f->number, &facts), 0);
    assert_int_equal(facts.kind, f->directory ? FILE_DIRECTORY : FILE_PLAIN);
    if (f->directory)
        return;
    assert_int_equal(facts.links, f->links);
    assert_int_equal(facts.bytes, f->size);
    assert_int_equal(file_read(&m->v, f->number, 0, bytes, BYTES), f->size);
    assert_memory_equal(bytes, f->bytes, f->size);
}

/* 1; 0: of no name of the model's. */
static unsigned compare_entry(struct model *m, int directory, const struct file_entry *e) {
    if (directory == 0 && strcmp(e->name, "lost+found") == 0)
        return 0;
    struct name *n = find(m, directory, e->name);
    assert_non_null(n);
    assert_int_equal(e->file, m->file[n->file].number);
    assert_int_equal(e->kind, m->file[n->file].directory ? FILE_DIRECTORY : FILE_PLAIN);
    return 1;
}

/* Each directory lists what the model has, once. */
static void compare_names(struct model *m, int directory) {
    unsigned names = 0;
    for (int i = 0; i < NAMES; i++)
        names += m->name[i].file >= 0 && m->name[i].directory == directory;
    unsigned long cookie = 0;
    while (!file_entries(&m->v, m->file[directory].number, cookie))
        for (unsigned long at = 0; at < m->v.call.count;) {
            const struct file_entry *e = (const void *)&m->v.call.listed[at];
            at += FILE_ENTRY_WORDS(e->name_bytes);
            assert_true(e->cookie > cookie);
            cookie = e->cookie;
            assert_int_equal(strlen(e->name), e->name_bytes);
            names -= compare_entry(m, directory, e);
        }
    assert_int_equal(names, 0);
}

static void compare(struct model *m) {
    for (int i = 0; i < FILES; i++) {
        if (!m->file[i].used)
            continue;
        compare_file(m, i);
        if (m->file[i].directory)
            compare_names(m, i);
    }
}

static void mount_again(struct model *m) {
    assert_int_equal(disk_mount(&m->v, m->image.bytes, m->image.size, true), 0);
    m->file[0].number = m->v.root;
}

static void judge(struct model *m) {
    assert_int_equal(disk_unmount(&m->v), 0);
    int status = image_judge(&m->image, "-fn");
    if (status)
        fail_msg("e2fsck -fn ends with %d after %lu steps:\n%s", status, m->done, image_said());
    mount_again(m);
}

static void step(struct model *m) {
    static void (*const does[])(struct model *) = {create,     create,    unlink_one, link_one,
                                                   rename_one, write_one, write_one,  truncate_one};
    does[draw(m, 8)](m);
    m->done++;
    if (draw(m, 200) == 0)
        assert_int_equal(disk_sync(&m->v), 0);
}

static void run(unsigned kib, const char *options, unsigned long steps, uint64_t seed) {
    static struct model model;
    struct model *m = &model;
    memset(m, 0, sizeof *m);
    m->random = seed;
    m->image = image_make(kib, options, NULL);
    for (int i = 0; i < NAMES; i++)
        m->name[i].file = -1;
    for (int i = 0; i < FILES; i++)
        m->file[i].bytes = calloc(1, BYTES);
    m->file[0].used = m->file[0].directory = true;
    mount_again(m);
    for (unsigned long i = 0; i < steps; i++) {
        step(m);
        if (i % 500 == 499)
            compare(m);
        if (i % 1000 == 999)
            judge(m);
    }
    compare(m);
    judge(m);
    compare(m);
    disk_drop(&m->v);
    for (int i = 0; i < FILES; i++)
        free(m->file[i].bytes);
    free(m->image.bytes);
}

static unsigned long steps_each(void) {
    const char *s = getenv("EXT2_STEPS");
    return s ? strtoul(s, NULL, 10) : STEPS;
}

static void random_calls_agree_with_a_model_and_e2fsck(void **state) {
    static const char *const options[] = {"-b 1024 -I 128",
                                          "-b 1024 -I 256",
                                          "-b 2048 -I 128",
                                          "-b 2048 -I 256",
                                          "-b 4096 -I 128",
                                          "-b 4096 -I 256",
                                          "-b 1024 -g 1024 -O ^filetype",
                                          "-b 1024 -O ^sparse_super,^resize_inode,^dir_index",
                                          "-b 4096 -r 0 -O none"};
    (void)state;
    for (unsigned i = 0; i < sizeof options / sizeof *options; i++)
        run(i % 2 ? 8192 : 6000, options[i], steps_each(), i + 1);
}

static void a_disk_that_is_full_says_so_and_stays_in_order(void **state) {
    (void)state;
    run(700, "-b 1024 -I 128 -N 32", steps_each(), 100);
    run(1400, "-b 4096 -I 256 -N 32", steps_each(), 101);
}

/* --- A directory that changes while it is listed --- */

/* How many of the entries from a cookie on have this name, and, by *cookie, where they end. */
static unsigned listed(struct volume *v, unsigned long *cookie, const char *name) {
    unsigned found = 0;
    if (file_entries(v, v->root, *cookie))
        return 0;
    for (unsigned long at = 0; at < v->call.count;) {
        const struct file_entry *e = (const void *)&v->call.listed[at];
        at += FILE_ENTRY_WORDS(e->name_bytes);
        found += strcmp(e->name, name) == 0;
        *cookie = e->cookie;
    }
    return found;
}

/* A listing goes on where it ended; when that entry has gone since, or is part of another one, it
 * is not believed to be there. */
static void a_listing_goes_on_behind_what_changed_meanwhile(void **state) {
    char name[24], next[24] = "";
    struct disk_image image = image_make(1024, "-b 4096 -I 256 -N 256", NULL);
    struct volume v = {.keeps = false};
    unsigned long cookie = 0, end;
    (void)state;
    assert_int_equal(disk_mount(&v, image.bytes, image.size, true), 0);
    for (int i = 0; i < 150; i++) {
        snprintf(name, sizeof name, "file%03d", i);
        assert_true(file_create(&v, v.root, name, FILE_PLAIN) > 0);
    }
    assert_int_equal(listed(&v, &cookie, "file000"), 1);
    end = cookie;
    assert_int_equal(file_entries(&v, v.root, cookie), 0);
    strcpy(next, ((const struct file_entry *)(const void *)v.call.listed)->name);
    cookie = 0;
    assert_int_equal(listed(&v, &cookie, next), 0); /* so the hint is at its start again */
    assert_int_equal(cookie, end);
    assert_int_equal(file_remove(&v, v.root, next, false), 0);
    assert_int_equal(listed(&v, &cookie, next), 0);
    assert_int_equal(listed(&v, &end, "file149"), 1);
    assert_int_equal(disk_unmount(&v), 0);
    free(image.bytes);
}

/* --- Symbolic links --- */

/* So many letters. */
static const char *letters(char *into, size_t n) {
    for (size_t i = 0; i < n; i++)
        into[i] = (char)('a' + i % 23);
    into[n] = '\0';
    return into;
}

static void leads_to(struct volume *v, const char *name, const char *to) {
    struct file_facts facts;
    long link = file_lookup(v, v->root, name);
    assert_true(link > 0);
    assert_int_equal(file_get_facts(v, (unsigned long)link, &facts), 0);
    assert_int_equal(facts.kind, FILE_SYMLINK);
    assert_int_equal(facts.bytes, strlen(to));
    assert_int_equal(file_leads(v, (unsigned long)link), 0);
    assert_int_equal(v->call.to_bytes, strlen(to));
    assert_memory_equal(v->call.to, to, strlen(to));
}

/* In the inode below 60 bytes, in a block above; debugfs's are read, e2fsck takes ours, and when
 * they go so do their blocks. */
static void links_lead_where_they_were_made_to(void **state) {
    static const size_t lengths[] = {1, 3, 4, 59, 60, 61, 255};
    static const char *const options[] = {"-b 1024 -I 128", "-b 4096 -I 256",
                                          "-b 2048 -O ^filetype"};
    char to[300], name[8], commands[1024];
    (void)state;
    for (unsigned k = 0; k < 3; k++) {
        struct volume v = {.keeps = false};
        snprintf(commands, sizeof commands, "symlink fast %s\n", letters(to, 59));
        size_t n = strlen(commands);
        n += (size_t)snprintf(commands + n, sizeof commands - n, "symlink slow %s\n",
                              letters(to, 60));
        snprintf(commands + n, sizeof commands - n, "symlink far %s\n", letters(to, 255));
        struct disk_image image = image_make(1024, options[k], commands);
        assert_int_equal(disk_mount(&v, image.bytes, image.size, true), 0);
        assert_int_equal(file_add_link(&v, v.root, "root", v.root), -E_INVALID);
        assert_int_equal(file_add_link(&v, v.root, "nobody", 100), -E_INVALID);
        leads_to(&v, "fast", letters(to, 59));
        leads_to(&v, "slow", letters(to, 60));
        leads_to(&v, "far", letters(to, 255));
        for (unsigned i = 0; i < 7; i++) {
            snprintf(name, sizeof name, "l%u", i);
            assert_true(file_make_symlink(&v, v.root, name, letters(to, lengths[i])) > 0);
            leads_to(&v, name, to);
        }
        assert_int_equal(file_make_symlink(&v, v.root, "l0", "x"), -E_EXISTS);
        assert_int_equal(file_move(&v, v.root, "l6", v.root, "moved"), 0);
        assert_int_equal(file_remove(&v, v.root, "l4", false), 0);
        assert_int_equal(file_remove(&v, v.root, "slow", false), 0);
        assert_int_equal(disk_unmount(&v), 0);
        if (image_judge(&image, "-fn"))
            fail_msg("%s: %s", options[k], image_said());
        assert_int_equal(disk_mount(&v, image.bytes, image.size, true), 0);
        leads_to(&v, "moved", letters(to, 255));
        leads_to(&v, "l3", letters(to, 59));
        assert_int_equal(file_leads(&v, v.root), -E_INVALID);
        assert_int_equal(disk_unmount(&v), 0);
        free(image.bytes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_calls_agree_with_a_model_and_e2fsck),
        cmocka_unit_test(a_disk_that_is_full_says_so_and_stays_in_order),
        cmocka_unit_test(links_lead_where_they_were_made_to),
        cmocka_unit_test(a_listing_goes_on_behind_what_changed_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
