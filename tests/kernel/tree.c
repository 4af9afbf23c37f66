/* SPDX-License-Identifier: MIT */
/* tree.c -- files of each depth of pointers that ext2 has with blocks of 1 KiB, one with a hole,
 * links of both kinds, a name that moved and one that went. */
#include "tree.h"
#include "lib/format.h"
#include "lib/sha256.h"
#include "lib/string.h"
#include "measure/body.h"

#define FAR "./././././././././././././././././././././././././././././sub/deep/double"

static const struct {
    const char *name;
    size_t bytes;
    uint64_t at; /* where they begin: a hole is before */
} files[] = {
    {"empty", 0, 0},
    {"one", 1, 0},
    {"block", 1024, 0},
    {"some", 5000, 0},
    {"sub/indirect", 70000, 0},
    {"sub/deep/double", 400000, 0},
    {"sub/hole", 10, 300000},
    {"sub/deep/moved", 3000, 0},
};
static const struct {
    const char *name, *to;
} links[] = {{"near", "sub/indirect"}, {"sub/far", "../" FAR}};

enum { FILES = sizeof files / sizeof files[0], LINKS = sizeof links / sizeof links[0] };

static char path[TREE_PATH], other[TREE_PATH];
static unsigned char part[4096];

static const char *in(char whole[TREE_PATH], const char *top, const char *name) {
    format_text(whole, TREE_PATH, "%s/%s", top, name);
    return whole;
}

/* No two places of a file have the same bytes around them, and no two files or trees. */
static void part_make(const char *top, const char *name, uint64_t at, size_t n) {
    uint32_t seed = 0;
    for (const char *c = in(other, top, name); *c; c++)
        seed = seed * 31 + (unsigned char)*c;
    for (size_t i = 0; i < n; i++)
        part[i] = (unsigned char)(((at + i) * 2654435761u + seed) >> 13);
}

static bool file_write(const struct tree_calls *calls, const char *top, const char *name,
                       size_t bytes, uint64_t from) {
    bool well = calls->write(in(path, top, name), part, 0, 0);
    for (size_t done = 0, n; well && done < bytes; done += n) {
        n = bytes - done < sizeof part ? bytes - done : sizeof part;
        part_make(top, name, from + done, n);
        well = calls->write(path, part, n, from + done);
    }
    return well;
}

bool tree_write(const struct tree_calls *calls, const char *top) {
    bool well = calls->directory(top) && calls->directory(in(path, top, "sub")) &&
                calls->directory(in(path, top, "sub/deep"));
    for (unsigned i = 0; well && i + 1 < FILES; i++)
        well = file_write(calls, top, files[i].name, files[i].bytes, files[i].at);
    well = well && file_write(calls, top, "before", files[FILES - 1].bytes, 0) &&
           calls->move(in(path, top, "before"), in(other, top, files[FILES - 1].name));
    well = well && file_write(calls, top, "gone", 20000, 0) && calls->remove(in(path, top, "gone"));
    for (unsigned i = 0; well && i < LINKS; i++)
        well = calls->link(links[i].to, in(path, top, links[i].name));
    return well;
}

/* A file's line, behind what is said of it before. */
static bool file_tell(const struct tree_calls *calls, const char *top, const char *name,
                      const char *leads) {
    struct sha256 hash;
    unsigned char digest[SHA256_BYTES];
    static char text[3 * TREE_PATH];
    struct format_buffer line = {text, sizeof text, 0};
    uint64_t at = 0;
    long n;
    sha256_start(&hash);
    in(path, top, name);
    while ((n = calls->read(path, part, sizeof part, at)) > 0) {
        sha256_update(&hash, part, (size_t)n);
        at += (uint64_t)n;
    }
    sha256_finish(&hash, digest);
    format_add(&line, "%s %s%lu ", name, leads, (unsigned long)at);
    for (unsigned i = 0; i < SHA256_BYTES; i++)
        format_add(&line, "%02x", digest[i]);
    body_log(calls->record, text, line.used);
    return n == 0;
}

/* The directory that is listed, and who is told. */
static const char *listed;
static const struct tree_calls *listing;

static void entry_tell(const char *name) {
    static char text[2 * TREE_PATH];
    struct format_buffer line = {text, sizeof text, 0};
    if (!strcmp(name, ".") || !strcmp(name, ".."))
        return;
    format_add(&line, "%s has %s", listed, name);
    body_log(listing->record, text, line.used);
}

static bool directories_tell(const struct tree_calls *calls, const char *top) {
    static const char *const directories[] = {".", "sub", "sub/deep"};
    bool well = true;
    listing = calls;
    for (unsigned i = 0; well && i < sizeof directories / sizeof directories[0]; i++) {
        listed = directories[i];
        well = calls->list(in(path, top, listed), entry_tell);
    }
    return well;
}

bool tree_tell(const struct tree_calls *calls, const char *top) {
    static char leads[TREE_PATH + 4];
    bool well = calls->read(in(path, top, "before"), part, 1, 0) < 0 &&
                calls->read(in(path, top, "gone"), part, 1, 0) < 0 && directories_tell(calls, top);
    for (unsigned i = 0; well && i < FILES; i++)
        well = file_tell(calls, top, files[i].name, "");
    for (unsigned i = 0; well && i < LINKS; i++) {
        well = calls->target(in(path, top, links[i].name), other);
        format_text(leads, sizeof leads, "-> %s ", other);
        well = well && file_tell(calls, top, links[i].name, leads);
    }
    return well;
}
