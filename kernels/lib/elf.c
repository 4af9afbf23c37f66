/* SPDX-License-Identifier: MIT */
/* elf.c -- elf_open: check everything, then tell. Layouts from the System V gABI, chapters 4 and 5,
 * and its x86-64 supplement. */
#include "lib/elf.h"

#include "lib/error.h"
#include "lib/string.h"

struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, program_headers, section_headers;
    uint32_t flags;
    uint16_t size, program_header_size, program_header_count;
    uint16_t section_header_size, section_header_count, section_names;
};

struct program_header {
    uint32_t type, flags;
    uint64_t offset, at, physical, file_len, memory_len, align;
};

enum {
    TYPE_EXECUTABLE = 2,
    MACHINE_X86_64 = 62,
    SEGMENT_LOAD = 1,
    SEGMENT_DYNAMIC = 2,
    SEGMENT_INTERPRETER = 3
};
enum { FLAG_EXECUTE = 1, FLAG_WRITE = 2 };

#define PAGE 4096ul

static const char *check_header(const struct elf_header *h, uint64_t len) {
    static const uint8_t ident[7] = {0x7f, 'E', 'L', 'F', 2 /* 64 bit */, 1 /* little endian */, 1};
    if (memcmp(h->ident, ident, sizeof ident) != 0)
        return "not a little-endian ELF64 file";
    if (h->type != TYPE_EXECUTABLE)
        return "not a static executable (ET_EXEC)";
    if (h->machine != MACHINE_X86_64)
        return "not for x86-64";
    if (h->program_header_size != sizeof(struct program_header))
        return "program headers of an unknown size";
    if (h->program_headers > len ||
        (len - h->program_headers) / sizeof(struct program_header) < h->program_header_count)
        return "program headers beyond the end of the file";
    return NULL;
}

static const char *check_segment(const struct program_header *p, uint64_t len, uint64_t low,
                                 uint64_t high) {
    if (p->offset > len || p->file_len > len - p->offset)
        return "a segment's data lie beyond the end of the file";
    if (p->file_len > p->memory_len)
        return "a segment is longer in the file than in memory";
    if (p->at < low || p->at > high || p->memory_len > high - p->at)
        return "a segment lies outside of the allowed addresses";
    if ((p->flags & FLAG_WRITE) && (p->flags & FLAG_EXECUTE))
        return "a segment is writable and executable";
    return NULL;
}

/* Takes the next loadable segment into elf; null or the violated rule. */
static const char *take_segment(struct elf *elf, const struct program_header *p) {
    struct elf_segment *s = &elf->segment[elf->count];
    if (elf->count == ELF_SEGMENTS_MAX)
        return "too many segments";
    if (elf->count) {
        uint64_t end = s[-1].at + s[-1].memory_len;
        if (p->at / PAGE <= (end - 1) / PAGE)
            return "two segments share a page or are out of order";
    }
    *s = (struct elf_segment){
        .at = p->at,
        .memory_len = p->memory_len,
        .data_len = p->file_len,
        .data = p->offset,
        .write = p->flags & FLAG_WRITE,
        .execute = p->flags & FLAG_EXECUTE,
    };
    elf->count++;
    return NULL;
}

static bool entry_is_executable(const struct elf *elf) {
    for (unsigned i = 0; i < elf->count; i++) {
        const struct elf_segment *s = &elf->segment[i];
        if (s->execute && elf->entry >= s->at && elf->entry - s->at < s->memory_len)
            return true;
    }
    return false;
}

int elf_open(struct elf *elf, const struct elf_source *source, uint64_t low, uint64_t high,
             const char **why) {
    struct elf_header h;
    int error = 0;
    *elf = (struct elf){0};
    *why = source->len < sizeof h ? "shorter than an ELF header" : NULL;
    if (!*why && !(error = source->read(source->arg, 0, &h, sizeof h)))
        *why = check_header(&h, source->len);
    for (unsigned i = 0; !error && !*why && i < h.program_header_count; i++) {
        struct program_header p;
        error = source->read(source->arg, h.program_headers + i * sizeof p, &p, sizeof p);
        if (error)
            break;
        if (p.type == SEGMENT_INTERPRETER || p.type == SEGMENT_DYNAMIC)
            *why = "wants a dynamic linker";
        else if (p.type == SEGMENT_LOAD && p.memory_len != 0 &&
                 !(*why = check_segment(&p, source->len, low, high)))
            *why = take_segment(elf, &p);
    }
    if (error || *why)
        return error ? error : -E_BAD_IMAGE;
    elf->entry = h.entry;
    if (!entry_is_executable(elf))
        *why = "the entry point lies in no executable segment";
    return *why ? -E_BAD_IMAGE : 0;
}

static int read_memory(void *arg, uint64_t offset, void *into, size_t n) {
    memcpy(into, (const char *)arg + offset, n);
    return 0;
}

struct elf_source elf_in_memory(const void *image, size_t len) {
    return (struct elf_source){.read = read_memory, .arg = (void *)(uintptr_t)image, .len = len};
}
