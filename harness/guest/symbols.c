/* SPDX-License-Identifier: MIT */
/* symbols.c -- symbol tables by libelf, sorted by address. */
#include "guest/symbols.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "base/text.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(struct symbols *s, uint64_t address, uint64_t size, uint64_t limit,
                const char *name) {
    if (s->count == s->capacity) {
        s->capacity = s->capacity ? 2 * s->capacity : 256;
        s->items = memory_resize(s->items, s->capacity, sizeof *s->items);
    }
    s->items[s->count++] = (struct symbol){address, size, text_copy(name), limit};
}

/* Of code, where its section ends; 0: it is none. */
static uint64_t code_end(Elf *elf, const GElf_Sym *symbol) {
    int type = GELF_ST_TYPE(symbol->st_info);
    GElf_Shdr header;
    Elf_Scn *section = elf_getscn(elf, symbol->st_shndx);
    bool is_code = (type == STT_FUNC || type == STT_NOTYPE) && symbol->st_shndx != SHN_UNDEF &&
                   symbol->st_shndx < SHN_LORESERVE && section && gelf_getshdr(section, &header) &&
                   header.sh_flags & SHF_EXECINSTR;
    return is_code ? header.sh_addr + header.sh_size : 0;
}

static void add_table(struct symbols *s, Elf *elf, Elf_Scn *section, const GElf_Shdr *header) {
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Sym symbol;
    for (int i = 0; data && header->sh_entsize && gelf_getsym(data, i, &symbol); i++) {
        const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);
        uint64_t end = code_end(elf, &symbol);
        if (name && *name && end)
            add(s, symbol.st_value, symbol.st_size, end, name);
    }
}

void symbols_add_elf(struct symbols *s, const char *path) {
    elf_version(EV_CURRENT);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    Elf *elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
    Elf_Scn *section = NULL;
    while (elf && (section = elf_nextscn(elf, section))) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
            add_table(s, elf, section, &header);
    }
    elf_end(elf);
    if (fd >= 0)
        close(fd);
}

void symbols_add_kallsyms(struct symbols *s, const char *text) {
    scoped_texts struct texts lines = {0};
    texts_split(&lines, text, "\r\n");
    for (size_t i = 0; i < lines.count; i++) {
        char *end; /* "ADDRESS TYPE NAME" and perhaps a module's name */
        uint64_t address = strtoull(lines.items[i], &end, 16);
        if (end == lines.items[i] || end[0] != ' ' || !end[1] || end[2] != ' ' || !end[3])
            continue;
        end[3 + strcspn(end + 3, " \t")] = '\0';
        add(s, address, 0, 0, end + 3);
    }
}

/* By address; of two at one address the one that knows its size first. */
static int compare(const void *a, const void *b) {
    const struct symbol *x = a, *y = b;
    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return x->size == y->size ? strcmp(x->name, y->name) : x->size > y->size ? -1 : 1;
}

void symbols_sort(struct symbols *s) {
    if (s->count)
        qsort(s->items, s->count, sizeof *s->items, compare);
}

const struct symbol *symbols_find(const struct symbols *s, uint64_t address) {
    size_t low = 0, high = s->count; /* items below LOW begin at or before ADDRESS, those from HIGH
                                        on after it */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->items[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low)
        return NULL;
    assert_that(low == high && low <= s->count);
    const struct symbol *found = &s->items[low - 1];
    while (found > s->items && found[-1].address == found->address)
        found--;
    uint64_t end = found->size ? found->address + found->size : found->limit;
    return end && address >= end ? NULL : found;
}

void symbols_free(struct symbols *s) {
    for (size_t i = 0; i < s->count; i++)
        free(s->items[i].name);
    free(s->items);
    *s = (struct symbols){0};
}
