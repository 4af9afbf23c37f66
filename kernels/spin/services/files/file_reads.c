/* SPDX-License-Identifier: MIT */
/* file_reads.c -- see file_reads.h. Who calls is seen by where the call returns to. A file is
 * closed by the last who is in a call with it. */
#include "spin/services/files/file_reads.h"

#include "common/engine.h"
#include "engine/export.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/files/file.h"
#include "spin/services/loader/loader.h"
#include "spin/services/name_space.h"

#define READERS   64
#define READ_COST 8000 /* instructions; the wait is not counted */
#define ASK_COST  100

static const struct signature
    ask_signature = {.facts = EPHEMERAL, .cost = ASK_COST},
    close_signature = {.cost = READ_COST},
    open_signature = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ | LENGTH_FOLLOWS},
                                    {.kind = SHAPE_NUMBER, .max = FILE_PATH_MAX}},
                      .cost = READ_COST},
    read_signature = {.parameter = {{.kind = SHAPE_NUMBER},
                                    {.kind = SHAPE_MEMORY, .may = MAY_WRITE | LENGTH_FOLLOWS},
                                    {.kind = SHAPE_NUMBER, .max = READER_MOST}},
                      .cost = READ_COST};

EXPORT(files, files_changed, EXPORT_FUNCTION, .signature = &ask_signature);
EXPORT(files, reader_open, EXPORT_FUNCTION, .signature = &open_signature);
EXPORT(files, reader_bytes, EXPORT_FUNCTION, .signature = &ask_signature);
EXPORT(files, reader_changed, EXPORT_FUNCTION, .signature = &ask_signature);
EXPORT(files, reader_read, EXPORT_FUNCTION, .signature = &read_signature);
EXPORT(files, reader_close, EXPORT_FUNCTION, .signature = &close_signature);
EXPORTS_DECLARE(files);
#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(files, "kernels/spin/services/files/file_reads");

MODULE("FileReads");

static struct reader {
    struct open_file *open; /* null: the place is free */
    uint64_t serial;        /* of the extension */
    unsigned long number;
    unsigned uses; /* calls that are under way, and 1 until it is closed */
} readers[READERS];

static uint64_t caller_at(uintptr_t address) {
    struct extension *e = loader_owner(address);
    return e ? extension_serial(extension_module(e)) : 0;
}
#define CALLER caller_at((uintptr_t)__builtin_return_address(0))

/* The caller's of this number, which stays until reader_leave; or null. */
static struct reader *enter(uint64_t serial, unsigned long number) {
    struct reader *r = &readers[number % READERS];
    const bool on = interrupts_off();
    const bool is =
        r->open && r->number == number && (r->serial == serial || !DEFENDED(FILE_READER));
    r->uses += is;
    interrupts_restore(on);
    return is ? r : NULL;
}

static void leave(struct reader *r) {
    const bool on = interrupts_off();
    struct open_file *o = --r->uses ? NULL : r->open;
    if (o)
        r->open = NULL;
    interrupts_restore(on);
    if (o)
        file_close(o);
}

/* Nobody finds it by its number any more. Of two who end it at once the second does nothing: the
 * place may be another's by then. */
static void end(struct reader *r, unsigned long number) {
    const bool on = interrupts_off();
    const bool is = r->open && r->number == number;
    r->number += is ? READERS : 0;
    interrupts_restore(on);
    if (is)
        leave(r);
}

void file_reads_sweep(void) {
    for (struct reader *r = readers; r < readers + READERS; r++) {
        const unsigned long number = r->number;
        if (r->open && !loader_has(r->serial))
            end(r, number);
    }
}

/* A place for it. */
static long put(struct open_file *o, uint64_t serial) {
    const bool on = interrupts_off();
    unsigned i = 0;
    while (i < READERS && readers[i].open)
        i++;
    struct reader *r = &readers[i];
    if (i < READERS)
        *r = (struct reader){o, serial, r->number ? r->number + READERS : i + READERS, 1};
    interrupts_restore(on);
    return i < READERS ? (long)r->number : -E_FULL;
}

unsigned long files_changed(void) {
    return file_changes;
}

long reader_open(const char *path, unsigned long bytes) {
    char text[FILE_PATH_MAX + 1];
    const uint64_t serial = CALLER;
    struct open_file *o;
    if (bytes >= FILE_PATH_MAX)
        return -E_TOO_LONG;
    memcpy(text, path, bytes);
    text[bytes] = '\0';
    file_reads_sweep();
    long error = file_open(text, 0, &o);
    if (error)
        return error;
    error = o->file->facts.kind == FILE_PLAIN ? put(o, serial) : -E_INVALID;
    if (error < 0)
        file_close(o);
    return error;
}

long reader_bytes(unsigned long number) {
    struct reader *r = enter(CALLER, number);
    if (!r)
        return -E_INVALID;
    const long bytes = (long)r->open->file->facts.bytes;
    leave(r);
    return bytes;
}

unsigned long reader_changed(unsigned long number) {
    struct reader *r = enter(CALLER, number);
    if (!r)
        return 0;
    const unsigned long changes = r->open->file->changes;
    leave(r);
    return changes;
}

long reader_read(unsigned long number, void *to, unsigned long count, unsigned long at) {
    struct reader *r = enter(CALLER, number);
    if (!r || at > INT64_MAX) {
        if (r)
            leave(r);
        return -E_INVALID;
    }
    const long got = file_read(r->open, to, count, at, false);
    leave(r);
    return got;
}

void reader_close(unsigned long number) {
    struct reader *r = enter(CALLER, number);
    if (!r)
        return;
    end(r, number);
    leave(r);
}

void file_reads_init(void) {
    struct domain *domain =
        engine_domain("Files", EXPORTS_TYPES(files), EXPORTS(files), EXPORTS_COUNT(files));
    module_add(THIS_MODULE);
    name_space_attach_domain(NAMED_DOMAINS "Files", domain, THIS_MODULE);
}
#endif
