/* SPDX-License-Identifier: MIT */
/* protection.c -- every protection of the kernel's own memory, attacked: the exact fault comes,
 * each time. */
#include "access.h"

#include "machine/boot/boot.h"
#include "machine/cpu/cpu.h"
#include "machine/image.h"
#include "machine/cpu/stack.h"
#include "machine/cpu/x86.h"
#include "measure/bench.h"

#define PRESENT_WRITE (TRAP_PAGE_PRESENT | TRAP_PAGE_WRITE)
#define PRESENT_FETCH (TRAP_PAGE_PRESENT | TRAP_PAGE_FETCH)

static char data_page[16] = {(char)0xc3}; /* a `ret`, in data */

CHECK(protection_text, "protection/code_cannot_be_written") {
    struct outcome o = access_write((uint64_t)text_start);
    CHECK_THAT(c, is_page_fault(&o, (uint64_t)text_start, PRESENT_WRITE));
}

CHECK(protection_constants, "protection/constants_cannot_be_written") {
    struct outcome o = access_write((uint64_t)text_end);
    CHECK_THAT(c, is_page_fault(&o, (uint64_t)text_end, PRESENT_WRITE));
}

CHECK(protection_alias, "protection/code_cannot_be_written_through_the_direct_map") {
    uint64_t alias = (uint64_t)direct(physical(text_start));
    struct outcome o = access_write(alias);
    CHECK_THAT(c, is_page_fault(&o, alias, PRESENT_WRITE));
}

CHECK(protection_data, "protection/data_cannot_be_executed") {
    struct outcome o = access_call((uint64_t)data_page);
    CHECK_THAT(c, is_page_fault(&o, (uint64_t)data_page, PRESENT_FETCH));
}

CHECK(protection_direct, "protection/the_direct_map_cannot_be_executed") {
    uint64_t alias = (uint64_t)direct(physical(text_start));
    struct outcome o = access_call(alias);
    CHECK_THAT(c, is_page_fault(&o, alias, PRESENT_FETCH));
}

CHECK(protection_null, "protection/a_null_pointer_faults") {
    struct outcome o = access_read(0);
    CHECK_THAT(c, is_page_fault(&o, 0, 0));
}

CHECK(protection_guard, "protection/the_page_below_a_stack_is_not_there") {
    uint64_t below = (uint64_t)ist_stacks[0][IST_NMI].bytes - 8;
    struct outcome o = access_write(below);
    CHECK_THAT(c, is_page_fault(&o, below, 0)); /* the read of the attempt comes first */
}

CHECK(protection_guards, "protection/every_stack_has_its_guard") {
    extern const char boot_stack_guard[];
    struct outcome boot = access_read((uint64_t)boot_stack_guard);
    CHECK_THAT(c, is_page_fault(&boot, (uint64_t)boot_stack_guard, 0));
    for (unsigned i = 0; i < IST_STACKS; i++) {
        uint64_t guard = (uint64_t)ist_stacks[0][i].guard;
        struct outcome o = access_read(guard);
        if (!is_page_fault(&o, guard, 0))
            check_fail(c, "stack %u has none", i);
    }
}

CHECK(protection_constants_run, "protection/what_lies_around_the_code_cannot_be_executed") {
    const uint64_t at[] = {(uint64_t)image_start, (uint64_t)text_end, (uint64_t)data_start - 1};
    for (unsigned i = 0; i < sizeof at / sizeof at[0]; i++) {
        struct outcome o = access_call(at[i]);
        if (!is_page_fault(&o, at[i], PRESENT_FETCH))
            check_fail(c, "%#lx: trapped %d, vector %lu", at[i], o.trapped, o.frame.vector);
    }
}

CHECK(protection_smep, "protection/smep_user_code_is_not_run_by_the_kernel") {
    struct space s;
    if (!cpu_features.smep) {
        check_skip(c, "the CPU has no SMEP");
        return;
    }
    CHECK_THAT(c, space_open(&s));
    struct outcome o = access_call(SPACE_CODE);
    space_close(&s);
    CHECK_THAT(c, is_page_fault(&o, SPACE_CODE, PRESENT_FETCH));
}

CHECK(protection_smap, "protection/smap_user_data_is_not_read_by_the_kernel") {
    struct space s;
    if (!cpu_features.smap) {
        check_skip(c, "the CPU has no SMAP");
        return;
    }
    CHECK_THAT(c, space_open(&s));
    struct outcome o = access_read(SPACE_DATA);
    space_close(&s);
    CHECK_THAT(c, is_page_fault(&o, SPACE_DATA, TRAP_PAGE_PRESENT));
}

CHECK(protection_umip, "protection/umip_user_code_does_not_see_descriptor_tables") {
    static const uint8_t sgdt[] = {0x0f, 0x01, 0x04, 0x24}; /* sgdt (%rsp) */
    struct space s;
    if (!cpu_features.umip) {
        check_skip(c, "the CPU has no UMIP");
        return;
    }
    CHECK_THAT(c, space_open(&s));
    struct trap_frame f = space_run(&s, sgdt, sizeof sgdt);
    space_close(&s);
    CHECK_THAT(c, f.vector == TRAP_PROTECTION && f.rip == SPACE_CODE && f.error == 0);
}

CHECK(protection_on, "protection/what_the_CPU_has_is_switched_on") {
    uint64_t cr4 = read_cr4();
    CHECK_THAT(c, (read_cr0() & (CR0_WP | CR0_EM | CR0_NE | CR0_AM)) ==
                      (CR0_WP | CR0_EM | CR0_NE | CR0_AM));
    CHECK_THAT(c, !(read_cr0() & (CR0_MP | CR0_TS)));
    CHECK_THAT(c, !cpu_features.pge || (cr4 & CR4_PGE));
    CHECK_THAT(c, !cpu_features.mce || (cr4 & CR4_MCE));
    CHECK_THAT(c, read_msr(MSR_EFER) & EFER_NXE);
    CHECK_THAT(c, !cpu_features.smep || (cr4 & CR4_SMEP));
    CHECK_THAT(c, !cpu_features.smap || (cr4 & CR4_SMAP));
    CHECK_THAT(c, !cpu_features.umip || (cr4 & CR4_UMIP));
}

struct sweep {
    uint64_t mappings, executable;
    vaddr_t bad; /* the first mapping that breaks the rule; 0: none */
};

static bool look_for_wx(const struct page_mapping *m, void *arg) {
    struct sweep *s = arg;
    s->mappings++;
    s->executable += (m->rights & PAGE_EXECUTE) != 0;
    if ((m->rights & PAGE_WRITE) && (m->rights & PAGE_EXECUTE))
        s->bad = m->at;
    return !s->bad;
}

CHECK(protection_wx, "protection/no_mapping_is_writable_and_executable") {
    struct sweep s = {0};
    page_each(&page_table_kernel, 0, look_for_wx, &s);
    if (s.bad)
        check_fail(c, "%#lx is mapped writable and executable", s.bad);
    CHECK_THAT(c, s.mappings > 100 && s.executable > 0); /* the walk saw something */
}

/* Whether the frame of an executable page is writable where the direct map shows it. */
static bool look_for_alias(const struct page_mapping *m, void *arg) {
    struct sweep *s = arg;
    struct page_mapping alias;
    if (!(m->rights & PAGE_EXECUTE))
        return true;
    s->executable++;
    for (uint64_t at = 0; at < m->len; at += PAGE_SIZE)
        if (page_walk(&page_table_kernel, DIRECT_BASE + m->frame.at + at, &alias) == 0 &&
            (alias.rights & PAGE_WRITE))
            s->bad = m->at + at;
    return !s->bad;
}

CHECK(protection_wx_frames, "protection/no_frame_of_code_is_writable_elsewhere") {
    struct sweep s = {0};
    page_each(&page_table_kernel, 0, look_for_alias, &s);
    if (s.bad)
        check_fail(c, "the frame of %#lx is writable in the direct map", s.bad);
    CHECK_THAT(c, s.executable > 0);
}

static bool look_for_user(const struct page_mapping *m, void *arg) {
    struct sweep *s = arg;
    if (m->rights & PAGE_USER)
        s->bad = m->at;
    return !s->bad;
}

CHECK(protection_upper, "protection/nothing_in_the_upper_half_is_the_users") {
    struct sweep s = {0};
    page_each(&page_table_kernel, DIRECT_BASE, look_for_user, &s);
    if (s.bad)
        check_fail(c, "user mode can reach %#lx", s.bad);
}
