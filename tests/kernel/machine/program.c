/* SPDX-License-Identifier: MIT */
/* program.c -- what of a program's file gets into memory: its bytes, zeros behind them, and nothing
 * that lies beside them in the file. A program that is refused or unloaded leaves no frame. */
#include "machine/user/program.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "measure/bench.h"

/* An ELF file of one segment: 0x1100 bytes of 0x5a for 0x400123, then memory to 0x403000; whatever
 * lies around them in the file is 0xee. */
#define AT     0x400123ul
#define BYTES  0x1100ul
#define MEMORY (0x403000ul - AT)
static struct {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, program_headers, section_headers;
    uint32_t flags;
    uint16_t size, program_header_size, program_header_count, section[3];
    struct {
        uint32_t type, flags;
        uint64_t offset, at, physical, file_len, memory_len, align;
    } segment;
    uint8_t before[0x20], bytes[BYTES], behind[0x2000];
} file;

static void make_file(void) {
    memset(&file, 0, sizeof file);
    memcpy(file.ident,
           "\x7f"
           "ELF\2\1\1",
           7);
    file.type = 2;
    file.machine = 62;
    file.entry = AT;
    file.program_headers = (uint64_t)((char *)&file.segment - (char *)&file);
    file.program_header_size = sizeof file.segment;
    file.program_header_count = 1;
    file.segment.type = 1;
    file.segment.flags = 5;
    file.segment.offset = (uint64_t)((char *)file.bytes - (char *)&file);
    file.segment.at = AT;
    file.segment.file_len = BYTES;
    file.segment.memory_len = MEMORY;
    memset(file.before, 0xee, sizeof file.before);
    memset(file.bytes, 0x5a, sizeof file.bytes);
    memset(file.behind, 0xee, sizeof file.behind);
}

static uint8_t byte_at(const struct page_table *t, vaddr_t at) {
    struct page_mapping m;
    return page_walk(t, at, &m) ? 0xff : *((uint8_t *)direct(m.frame) + at % PAGE_SIZE);
}

CHECK(program_bytes, "program/its_bytes_are_in_memory_and_zeros_before_and_behind_them") {
    struct page_table t;
    vaddr_t entry = 0;
    const char *why;
    const struct elf_source source = elf_in_memory(&file, sizeof file);
    make_file();
    CHECK_THAT(c, page_table_create(&t, 0) == 0);
    CHECK_THAT(c, program_load(&t, &source, &entry, &why) == 0);
    CHECK_THAT(c, entry == AT && !*why);
    for (vaddr_t at = 0x400000; at < 0x403000; at++) {
        uint8_t wanted = at >= AT && at < AT + BYTES ? 0x5a : 0;
        if (byte_at(&t, at) != wanted)
            check_fail(c, "%#lx holds %#x and not %#x", at, byte_at(&t, at), wanted);
    }
    CHECK_THAT(c, byte_at(&t, 0x403000) == 0xff); /* nothing is there */
    program_unload(&t);
    page_table_destroy(&t);
}

CHECK(program_frames, "program/refused_or_unloaded_it_leaves_no_frame") {
    struct page_table t;
    vaddr_t entry;
    const char *why = NULL;
    const struct elf_source source = elf_in_memory(&file, sizeof file);
    size_t before = frame_unused();
    make_file();
    CHECK_THAT(c, page_table_create(&t, 0) == 0);
    CHECK_THAT(c, program_load(&t, &source, &entry, &why) == 0);
    CHECK_THAT(c, program_map(&t, 0x402000, 1, PAGE_READ) == -E_EXISTS);
    CHECK_THAT(c, program_load(&t, &source, &entry, &why) == -E_BAD_IMAGE);
    CHECK_THAT(c, why && strstr(why, "something else is mapped"));
    program_unload(&t);
    page_table_destroy(&t);
    CHECK_THAT(c, frame_unused() == before);
}

/* A source that gives out `left` reads and then no more, as a disk that breaks. */
static int read_some(void *arg, uint64_t offset, void *into, size_t n) {
    unsigned *left = arg;
    if (*left == 0)
        return -E_NOT_FOUND;
    --*left;
    memcpy(into, (char *)&file + offset, n);
    return 0;
}

CHECK(program_source, "program/a_source_that_fails_at_any_read_leaves_no_frame") {
    size_t before = frame_unused();
    make_file();
    for (unsigned reads = 0;; reads++) {
        struct page_table t;
        vaddr_t entry;
        const char *why;
        unsigned left = reads;
        const struct elf_source source = {.read = read_some, .arg = &left, .len = sizeof file};
        CHECK_THAT(c, page_table_create(&t, 0) == 0);
        int error = program_load(&t, &source, &entry, &why);
        program_unload(&t);
        page_table_destroy(&t);
        CHECK_THAT(c, frame_unused() == before && !*why);
        if (!error) {
            CHECK_THAT(c, reads == 4); /* header, program header, two pages */
            return;
        }
        CHECK_THAT(c, error == -E_NOT_FOUND);
    }
}
