/* SPDX-License-Identifier: MIT */
/* lib_elf_fuzz.c -- any bytes as a program: what elf_open accepts is safe to load, byte
 * for byte. */
#include "lib/elf.h"

#include <stdlib.h>

#define LOW  0x1000ul
#define HIGH 0x7ffffffff000ul
#define PAGE 4096ul

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds) {
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct elf elf;
    const char *why;
    volatile uint8_t sum = 0;
    bool entry = false;
    const struct elf_source source = elf_in_memory(data, size);
    if (elf_open(&elf, &source, LOW, HIGH, &why)) {
        demand(why != NULL);
        return 0;
    }
    demand(elf.count >= 1 && elf.count <= ELF_SEGMENTS_MAX);
    for (unsigned i = 0; i < elf.count; i++) {
        const struct elf_segment *s = &elf.segment[i];
        demand(s->memory_len > 0 && s->data_len <= s->memory_len);
        demand(s->at >= LOW && s->at <= HIGH && s->memory_len <= HIGH - s->at);
        demand(!(s->write && s->execute));
        demand(i == 0 || (s[-1].at + s[-1].memory_len - 1) / PAGE < s->at / PAGE);
        for (uint64_t k = 0; k < s->data_len; k++)
            sum = (uint8_t)(sum + data[s->data + k]);
        entry |= s->execute && elf.entry - s->at < s->memory_len;
    }
    demand(entry);
    return 0;
}
