/* SPDX-License-Identifier: MIT */
/* image.c -- see image.h. */
#include "image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[64], said[4096];

static void remove_file(void) {
    unlink(path);
}

static void open_path(void) {
    if (path[0])
        return;
    snprintf(path, sizeof path, "/tmp/ext2-test-%d.img", (int)getpid());
    atexit(remove_file);
}

/* Runs a command line, whose output is kept. Its exit status. */
static int run(const char *line) {
    FILE *p = popen(line, "r");
    if (!p)
        abort();
    size_t n = fread(said, 1, sizeof said - 1, p);
    said[n] = '\0';
    char rest[512];
    while (fread(rest, 1, sizeof rest, p))
        continue;
    int status = pclose(p);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void must(const char *line) {
    if (run(line)) {
        fprintf(stderr, "%s\n%s\n", line, said);
        abort();
    }
}

static void write_image(const struct disk_image *i) {
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(i->bytes, 1, i->size, f) != i->size || fclose(f))
        abort();
}

static void read_image(struct disk_image *i) {
    FILE *f = fopen(path, "rb");
    if (!f || fread(i->bytes, 1, i->size, f) != i->size)
        abort();
    fclose(f);
}

struct disk_image image_make(unsigned kib, const char *options, const char *commands) {
    struct disk_image i = {malloc((size_t)kib << 10), (size_t)kib << 10};
    char line[1024];
    open_path();
    unlink(path);
    snprintf(
        line, sizeof line,
        "PATH=$PATH:/usr/sbin:/sbin E2FSPROGS_FAKE_TIME=1577836800 mke2fs -q -F -t ext2 %s %s %uk 2>&1",
        options, path, kib);

    must(line);
    if (commands) {
        char script[80];
        snprintf(script, sizeof script, "%s.commands", path);
        FILE *f = fopen(script, "w");
        if (!f || fputs(commands, f) < 0 || fclose(f))
            abort();
        snprintf(line, sizeof line, "PATH=$PATH:/usr/sbin:/sbin debugfs -w -f %s %s 2>&1", script,
                 path);
        must(line);
        unlink(script);
    }
    read_image(&i);
    return i;
}

int image_judge(struct disk_image *i, const char *options) {
    char line[256];
    open_path();
    write_image(i);
    snprintf(line, sizeof line, "PATH=$PATH:/usr/sbin:/sbin e2fsck %s %s 2>&1", options, path);
    int status = run(line);
    read_image(i);
    return status;
}

const char *image_said(void) {
    return said;
}
