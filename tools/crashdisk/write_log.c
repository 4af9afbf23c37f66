/* SPDX-License-Identifier: MIT */
/* write_log.c -- see write_log.h. Whatever the bytes are, nothing beside them is read. */
#include "write_log.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>

#define MAGIC 0x6a736677736872u /* "rhswfsj" */

enum { VERSION = 1, SECTOR_MOST = 64 << 10 };
enum { SUPER_BYTES = 28, ENTRY_BYTES = 32 };
enum { FLAG_FLUSH = 1, FLAG_FUA = 2, FLAG_DISCARD = 4, FLAG_MARK = 8, FLAG_METADATA = 16 };
enum { FLAGS = FLAG_FLUSH | FLAG_FUA | FLAG_DISCARD | FLAG_MARK | FLAG_METADATA };

/* Where reading stands. */
struct cursor {
    const uint8_t *bytes;
    size_t length, at;
    uint64_t sector; /* bytes of one of the log's */
    uint64_t disk;   /* sectors of SECTOR bytes */
};

static uint64_t little(const uint8_t *from, unsigned bytes) {
    uint64_t value = 0;
    while (bytes--)
        value = value << 8 | from[bytes];
    return value;
}

static bool refuse(char **why, size_t at, char *text) {
    *why = text_format("byte %zu: %s", at, text);
    free(text);
    return false;
}

/* Of an entry. What is before it may still be judged. */
static bool refuse_entry(char **why, size_t at, size_t entry, char *text) {
    scoped_text char *told = text;
    scoped_text char *mend =
        entry ? text_format("; --entries=%zu takes those before it", entry) : text_copy("");
    return refuse(why, at, text_format("entry %zu: %s%s", entry, told, mend));
}

static bool read_super(struct cursor *c, uint64_t *entries, char **why) {
    if (c->length < SUPER_BYTES || little(c->bytes, 8) != MAGIC)
        return refuse(why, 0,
                      text_copy("no log of dm-log-writes: its first bytes are not \"rhswfsj\"; one "
                                "is written by exospin boot --log-writes"));
    uint64_t version = little(c->bytes + 8, 8);
    if (version != VERSION)
        return refuse(why, 8, text_format("version %" PRIu64 "; %d is known", version, VERSION));
    *entries = little(c->bytes + 16, 8);
    c->sector = little(c->bytes + 24, 4);
    if (c->sector < SECTOR || c->sector > SECTOR_MOST || c->sector & (c->sector - 1))
        return refuse(why, 24,
                      text_format("sectors of %" PRIu64 " bytes; powers of two from %u to %d "
                                  "are known",
                                  c->sector, SECTOR, SECTOR_MOST));
    c->at = c->sector;
    return true;
}

/* The entry's own sector and its data lie within the log, its sectors on the disk. */
static bool read_entry(struct cursor *c, size_t entry, struct logged_write *w, uint64_t *flags,
                       char **why) {
    const size_t at = c->at;
    if (at > c->length || c->length - at < c->sector)
        return refuse_entry(why, at, entry,
                            text_format("the log ends before it, at byte %zu", c->length));
    const uint8_t *from = c->bytes + c->at;
    uint64_t first = little(from, 8), sectors = little(from + 8, 8), scale = c->sector / SECTOR;
    *flags = little(from + 16, 8);
    if (*flags & ~(uint64_t)FLAGS)
        return refuse_entry(
            why, at, entry,
            text_format("flags %#" PRIx64 " are unknown", *flags & ~(uint64_t)FLAGS));
    c->at += c->sector;
    if (sectors && (first > c->disk / scale || sectors > c->disk / scale - first))
        return refuse_entry(why, at, entry,
                            text_format("sectors %" PRIu64 " and %" PRIu64
                                        " behind it do not lie on a disk of %" PRIu64
                                        ": is BASE the disk that was written to?",
                                        first, sectors, c->disk / scale));
    *w = (struct logged_write){.sectors = sectors * scale, .entry = entry};
    w->first = sectors ? first * scale : 0;
    w->fua = *flags & FLAG_FUA;
    if (*flags & FLAG_DISCARD || !sectors)
        return true;
    if (sectors > (c->length - c->at) / c->sector)
        return refuse_entry(why, at, entry,
                            text_format("the log ends in its data, at byte %zu", c->length));
    w->data = c->bytes + c->at;
    c->at += sectors * c->sector;
    return true;
}

static bool read_entries(struct cursor *c, uint64_t entries, struct write_log *log, char **why) {
    for (; log->entries < entries; log->entries++) {
        struct logged_write w;
        uint64_t flags = 0;
        if (!read_entry(c, log->entries, &w, &flags, why))
            return false;
        log->flushes += flags & FLAG_FLUSH; /* before what is written with it */
        w.epoch = log->flushes;
        if (!w.sectors || flags & FLAG_MARK)
            continue;
        log->writes = array_grow(log->writes, log->count, sizeof *log->writes);
        log->writes[log->count++] = w;
    }
    return true;
}

bool write_log_read(struct write_log *log, const uint8_t *bytes, size_t length,
                    uint64_t disk_sectors, uint64_t most, char **why) {
    struct cursor c = {.bytes = bytes, .length = length, .disk = disk_sectors};
    uint64_t entries;
    *log = (struct write_log){0};
    if (read_super(&c, &entries, why) &&
        read_entries(&c, entries < most ? entries : most, log, why))
        return true;
    write_log_free(log);
    return false;
}

void write_log_free(struct write_log *log) {
    free(log->writes);
    *log = (struct write_log){0};
}
