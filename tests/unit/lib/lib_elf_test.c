/* SPDX-License-Identifier: MIT */
/* lib_elf_test.c -- the ELF reader: a good image is told as it is; each rule, broken alone, is
 * named. */
#include "lib/elf.h"

#include "lib/error.h"
#include "unit.h"

#include <elf.h>
#include <string.h>

#define LOW  0x1000
#define HIGH 0x800000

/* Two segments: code with the entry at its start, data with a zeroed tail. */
static struct image {
    Elf64_Ehdr header;
    Elf64_Phdr segment[3];
    uint8_t bytes[64];
} image;

static void image_make(void) {
    memset(&image, 0, sizeof image);
    memcpy(image.header.e_ident, ELFMAG "\2\1\1", 7);
    image.header.e_type = ET_EXEC;
    image.header.e_machine = EM_X86_64;
    image.header.e_entry = 0x400000;
    image.header.e_phoff = offsetof(struct image, segment);
    image.header.e_phentsize = sizeof(Elf64_Phdr);
    image.header.e_phnum = 3;
    image.segment[0] = (Elf64_Phdr){.p_type = PT_LOAD,
                                    .p_flags = PF_R | PF_X,
                                    .p_offset = offsetof(struct image, bytes),
                                    .p_vaddr = 0x400000,
                                    .p_filesz = 32,
                                    .p_memsz = 32};
    image.segment[1] = (Elf64_Phdr){.p_type = PT_GNU_STACK};
    image.segment[2] = (Elf64_Phdr){.p_type = PT_LOAD,
                                    .p_flags = PF_R | PF_W,
                                    .p_offset = offsetof(struct image, bytes) + 32,
                                    .p_vaddr = 0x402000,
                                    .p_filesz = 32,
                                    .p_memsz = 5000};
}

static int open_bytes(struct elf *elf, size_t len, const char **why) {
    const struct elf_source source = elf_in_memory(&image, len);
    return elf_open(elf, &source, LOW, HIGH, why);
}

static void a_good_image_is_told_as_it_is(void **state) {
    struct elf elf;
    const char *why = "";
    (void)state;
    image_make();
    assert_int_equal(open_bytes(&elf, sizeof image, &why), 0);
    assert_null(why);
    assert_int_equal(elf.entry, 0x400000);
    assert_int_equal(elf.count, 2);
    assert_true(elf.segment[0].execute && !elf.segment[0].write);
    assert_true(elf.segment[1].write && !elf.segment[1].execute);
    assert_int_equal(elf.segment[1].data, offsetof(struct image, bytes) + 32);
    assert_int_equal(elf.segment[1].memory_len, 5000);
}

/* Opens the image as it stands and expects this rule to be named. */
static void refused(const char *rule) {
    struct elf elf;
    const char *why = NULL;
    assert_int_equal(open_bytes(&elf, sizeof image, &why), -E_BAD_IMAGE);
    assert_non_null(why);
    if (!strstr(why, rule))
        fail_msg("'%s' instead of '%s'", why, rule);
    image_make();
}

static void a_broken_header_is_refused(void **state) {
    (void)state;
    image_make();
    image.header.e_ident[0] = 0;
    refused("not a little-endian ELF64");
    image.header.e_ident[EI_CLASS] = ELFCLASS32;
    refused("not a little-endian ELF64");
    image.header.e_type = ET_DYN;
    refused("not a static executable");
    image.header.e_machine = EM_AARCH64;
    refused("not for x86-64");
    image.header.e_phentsize = 55;
    refused("unknown size");
    image.header.e_phoff = -1ul;
    refused("headers beyond the end");
    image.header.e_phnum = 0xffff;
    refused("headers beyond the end");
    image.header.e_phnum = 0;
    refused("entry point");
}

static void a_broken_segment_is_refused(void **state) {
    (void)state;
    image_make();
    image.segment[0].p_offset = sizeof image;
    refused("data lie beyond the end");
    image.segment[0].p_offset = -16ul;
    refused("data lie beyond the end");
    image.segment[0].p_filesz = 33 + 32;
    refused("data lie beyond the end");
    image.segment[2].p_memsz = 31;
    refused("longer in the file");
    image.segment[2].p_memsz = HIGH - 0x402000 + 1;
    refused("outside of the allowed");
    image.segment[2].p_vaddr = -4096ul;
    refused("outside of the allowed");
    image.segment[2].p_memsz = -1ul;
    refused("outside of the allowed");
    image.segment[0].p_vaddr = LOW - 1;
    refused("outside of the allowed");
    image.segment[2].p_flags |= PF_X;
    refused("writable and executable");
    image.segment[2].p_vaddr = 0x400020;
    refused("share a page");
    image.segment[2].p_vaddr = 0x3ff000;
    refused("share a page or are out of order");
    image.segment[1].p_type = PT_INTERP;
    refused("dynamic linker");
    image.segment[1].p_type = PT_DYNAMIC;
    refused("dynamic linker");
    image.header.e_entry = 0x402000;
    refused("entry point");
    image.header.e_entry = 0x400020;
    refused("entry point");
}

static void every_cut_is_refused_or_harmless(void **state) {
    (void)state;
    for (size_t len = 0; len < sizeof image; len++) {
        struct elf elf;
        const char *why;
        image_make();
        assert_int_equal(open_bytes(&elf, len, &why), -E_BAD_IMAGE);
    }
}

static void more_segments_than_the_limit_are_refused(void **state) {
    static struct {
        Elf64_Ehdr header;
        Elf64_Phdr segment[ELF_SEGMENTS_MAX + 1];
    } many;
    struct elf elf;
    const char *why = NULL;
    const struct elf_source source = elf_in_memory(&many, sizeof many);
    (void)state;
    image_make();
    many.header = image.header;
    many.header.e_phoff = sizeof many.header;
    many.header.e_phnum = ELF_SEGMENTS_MAX + 1;
    for (unsigned i = 0; i <= ELF_SEGMENTS_MAX; i++)
        many.segment[i] = (Elf64_Phdr){
            .p_type = PT_LOAD, .p_flags = PF_X, .p_vaddr = 0x400000 + i * 0x1000, .p_memsz = 1};
    assert_int_equal(elf_open(&elf, &source, LOW, HIGH, &why), -E_BAD_IMAGE);
    assert_string_equal(why, "too many segments");
    many.header.e_phnum = ELF_SEGMENTS_MAX;
    assert_int_equal(elf_open(&elf, &source, LOW, HIGH, &why), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_image_is_told_as_it_is),
        cmocka_unit_test(a_broken_header_is_refused),
        cmocka_unit_test(a_broken_segment_is_refused),
        cmocka_unit_test(every_cut_is_refused_or_harmless),
        cmocka_unit_test(more_segments_than_the_limit_are_refused),
    };
    return cmocka_run_group_tests_name("lib/elf", tests, NULL, NULL);
}
