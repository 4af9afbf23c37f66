/* SPDX-License-Identifier: MIT */
/* exo_cffs_calls_fuzz.c -- any calls of C-FFS: what they give is what a plain model of files gives,
 * after being mounted again, too, and the file system's own check finds nothing. */
#include "../unit/exo/disk/volume.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BLOCKS = 256, PAGES = 100, FILES = 8, BYTES = 12 * STORE_BLOCK, CALLS = 60 };

static struct volume v;
static unsigned char image[BLOCKS * STORE_BLOCK];
static struct model {
    bool there;
    uint8_t directory;
    size_t size;
    struct cffs_id id;
    unsigned char bytes[BYTES];
} models[FILES];
static struct cffs_id directories[2];

static void must(bool is) {
    if (!is)
        abort();
}

static struct cffs_name name(unsigned i, char text[8]) {
    snprintf(text, 8, "f%u", i);
    return name_of(text);
}

static void mount(bool again, bool plain) {
    v.plain = plain;
    if (again) {
        must(volume_close(&v) == 0);
    } else {
        memcpy(v.bytes, image, sizeof image);
        memset(models, 0, sizeof models);
    }
    must(volume_open(&v) == 0);
    v.fs.inodes = (struct cffs_id){0, 0, 0};
    directories[0] = cffs_root(&v.fs);
    must(cffs_lookup(&v.fs, directories[0], name_of("sub"), &directories[1], NULL) == 0);
}

static void compare(unsigned i) {
    static unsigned char got[BYTES + 1];
    const struct model *m = &models[i];
    char text[8];
    struct cffs_id id;
    for (unsigned d = 0; d < 2; d++) {
        long found = cffs_lookup(&v.fs, directories[d], name(i, text), &id, NULL);
        must(found == (m->there && m->directory == d ? 0 : -E_NOT_FOUND));
        must(found < 0 || (cffs_read(&v.fs, id, 0, got, sizeof got) == (long)m->size &&
                           memcmp(got, m->bytes, m->size) == 0));
    }
}

static void rename_to(unsigned i, unsigned to, unsigned directory) {
    struct model *m = &models[i];
    char text[8], other[8];
    struct cffs_id old, now;
    if (models[to].there && models[to].directory != directory)
        return;
    must(cffs_rename(&v.fs, directories[m->directory], name(i, text), directories[directory],
                     name(to, other), &old, &now) == 0);
    if (to != i) {
        models[to] = *m;
        memset(m, 0, sizeof *m);
    }
    models[to].id = now;
    models[to].directory = (uint8_t)directory;
}

static void call(const uint8_t *data) {
    static unsigned char bytes[BYTES];
    const unsigned i = data[0] % FILES, more = data[1];
    struct model *m = &models[i];
    char text[8];
    size_t at = more * 97u, count = data[2] * 50u;
    if (!m->there) {
        m->there = true;
        m->directory = more & 1;
        must(cffs_create(&v.fs, directories[m->directory], name(i, text), 0600, &m->id) == 0);
        return;
    }
    switch (data[0] / FILES % 6) {
    case 0:
        must(cffs_unlink(&v.fs, directories[m->directory], name(i, text)) == 0);
        must(cffs_read(&v.fs, m->id, 0, bytes, 1) == -E_NOT_FOUND);
        memset(m, 0, sizeof *m);
        break;
    case 1:
        must(cffs_truncate(&v.fs, m->id, at) == 0);
        if (at < m->size)
            memset(m->bytes + at, 0, m->size - at);
        m->size = at;
        break;
    case 2:
        rename_to(i, more % FILES, data[2] & 1);
        break;
    case 3:
        must((more & 1 ? cffs_fsync(&v.fs, m->id) : cffs_sync(&v.fs)) == 0);
        break;
    default:
        if (at + count > BYTES)
            return;
        memset(bytes, data[2] | 1, count);
        must(cffs_write(&v.fs, m->id, at, bytes, count) == (long)count);
        memcpy(m->bytes + at, bytes, count);
        m->size = count > 0 && at + count > m->size ? at + count : m->size;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct cffs_id id;
    if (v.bytes == NULL) {
        volume_new(&v, BLOCKS, PAGES);
        must(volume_format(&v) == 0);
        must(cffs_mkdir(&v.fs, cffs_root(&v.fs), name_of("sub"), 0700, &id) == 0);
        must(volume_close(&v) == 0);
        memcpy(image, v.bytes, sizeof image);
    }
    if (size < 1)
        return 0;
    const bool plain = data[0] & 1;
    mount(false, plain);
    for (size_t n = 1, calls = 0; n + 3 <= size && calls < CALLS; n += 3, calls++) {
        if (data[n] == 255)
            mount(true, plain);
        else
            call(data + n);
    }
    for (unsigned i = 0; i < FILES; i++)
        compare(i);
    mount(true, plain);
    must(volume_check(&v, false) == 0);
    for (unsigned i = 0; i < FILES; i++)
        compare(i);
    return 0;
}
