/* SPDX-License-Identifier: MIT */
/* main.c -- notes: the file system of docs/writing-a-filesystem.md on an image, above the kernel's
 * own XN.
 *
 *     notes format IMAGE OBJECT    a file system on the volume that is there (build/host/xn
 * format); OBJECT has the functions of its type notes put IMAGE NAME         a note of what comes
 * from standard input notes get IMAGE NAME, notes remove IMAGE NAME, notes list IMAGE notes lie
 * IMAGE NAME         tries to have the note own a block that was not allocated
 *
 * Exit status 0; 1: it could not be done; 2: the file cannot be used; 64: usage. */
#include "exo/libos/notes/notes.h"
#include "host_store.h"
#include "lib/error.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FAILED = 1, CANNOT = 2, USAGE = 64, MOST = 1 << 20 };

static struct host_volume v;
static struct host_store h;
static struct notes notes;
static unsigned char bytes[MOST];

static void volume_open(const char *path) {
    struct stat is;
    int fd = open(path, O_RDWR);
    if (fd < 0 || fstat(fd, &is))
        err(CANNOT, "%s", path);
    if (is.st_size < STORE_BLOCK || is.st_size % STORE_BLOCK)
        errx(CANNOT, "%s: %lld bytes are no volume", path, (long long)is.st_size);
    void *image = mmap(NULL, (size_t)is.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (image == MAP_FAILED)
        err(CANNOT, "%s", path);
    close(fd);
    int error = host_volume_open_whole(&v, image, (uint32_t)(is.st_size / STORE_BLOCK));
    if (!error)
        error = host_volume_mount(&v);
    if (!error)
        error = host_store_open(&h, &v);
    if (error)
        errx(CANNOT, "%s: no volume: %s%s%s", path, error_sentence(error), *v.refused ? ": " : "",
             v.refused);
}

/* The slot of a note owns one block more than was given to it. */
static long lie(const char *name) {
    for (unsigned i = 0; i < NOTES_SLOTS; i++) {
        const char *is = notes_name(&notes, i);
        if (!is || strcmp(is, name) != 0)
            continue;
        const unsigned short count = 2;
        const size_t at = (i + 1) * NOTES_SLOT + offsetof(struct xn_extent, count);
        struct xn_changes c = {.count = 1, .change = {{(unsigned short)at, sizeof count}}};
        memcpy(c.bytes, &count, sizeof count);
        return h.store.ops->write(&h.store, (struct store_at){notes.root.at.block, i, &c});
    }
    return -E_NOT_FOUND;
}

static long list(void) {
    for (unsigned i = 0; i < NOTES_SLOTS; i++) {
        const char *name = notes_name(&notes, i);
        if (name)
            printf("%5ld %s\n", notes_get(&notes, name, NULL, 0), name);
    }
    return 0;
}

static long get(const char *name) {
    long count = notes_get(&notes, name, bytes, sizeof bytes);
    if (count > 0)
        fwrite(bytes, 1, (size_t)count < sizeof bytes ? (size_t)count : sizeof bytes, stdout);
    return count < 0 ? count : 0;
}

static long format(const char *object) {
    FILE *f = fopen(object, "rb");
    if (!f)
        err(CANNOT, "%s", object);
    size_t count = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    return notes_format(&h.store, bytes, count);
}

static long act(const char *command, const char *name) {
    if (!strcmp(command, "format"))
        return format(name);
    long error = notes_open(&notes, &h.store);
    if (error)
        return error;
    return !strcmp(command, "list")     ? list()
           : !strcmp(command, "get")    ? get(name)
           : !strcmp(command, "remove") ? notes_remove(&notes, name)
           : !strcmp(command, "lie")    ? lie(name)
                                     : notes_put(&notes, name, bytes, fread(bytes, 1, MOST, stdin));
}

static bool ends_line(const char *text) {
    return *text && text[strlen(text) - 1] == '\n';
}

int main(int argc, char **argv) {
    static const char *const commands[] = {"format", "put", "get", "remove", "lie"};
    bool known = argc == 3 && !strcmp(argv[1], "list");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        known |= argc == 4 && !strcmp(argv[1], commands[i]);
    if (!known)
        errx(USAGE,
             "usage: notes format IMAGE OBJECT | list IMAGE | put|get|remove|lie IMAGE NAME");
    volume_open(argv[2]);
    long error = act(argv[1], argv[3] ? argv[3] : "");
    if (error < 0)
        warnx("%s: %s%s%.*s", argv[2], error_sentence((int)error), *v.why.text ? ": " : "",
              (int)(strlen(v.why.text) - ends_line(v.why.text)), v.why.text);
    int left = host_volume_unmount(&v);
    if (left)
        errx(CANNOT, "%s: %s", argv[2], error_sentence(left));
    return error < 0 ? FAILED : 0;
}
