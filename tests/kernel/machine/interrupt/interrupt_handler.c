/* SPDX-License-Identifier: MIT */
/* interrupt_handler.c -- handlers that come and go: whatever interrupts them, in whatever order,
 * and with what they still hold. */
#include "../../exact.h"

#include "machine/cpu/x86.h"
#include "machine/device/acpi.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/interrupt/interrupt.h"
#include "machine/interrupt/work.h"
#include "machine/memory/page.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"

static bool claim(void *unused) {
    (void)unused;
    return true;
}

/* Two lines of the first I/O APIC that no device uses here, and how its registers show them. */
enum { LINE_A = 10, LINE_B = 11 };
enum { INDEX = 0, WINDOW = 4, REDIRECTIONS = 0x10, MASKED = 1 << 16, LEVEL = 1 << 15 };
static volatile uint32_t *io_apic;

static bool has_lines(struct check *c) {
    if (!acpi.io_apics)
        check_skip(c, "the machine has no I/O APIC");
    else if (!io_apic)
        io_apic = page_map_device(acpi.io_apic[0].at, PAGE_SIZE);
    return acpi.io_apics;
}

static uint32_t redirection(unsigned line, unsigned half) {
    io_apic[INDEX] = REDIRECTIONS + 2 * line + half;
    return io_apic[WINDOW];
}

static struct interrupt_line line(unsigned n) {
    return (struct interrupt_line){.gsi = acpi.io_apic[0].gsi + n, .level = true};
}

static uint32_t table[4], other_table[4];
static struct msix message = {.table = table, .entries = 1};
static struct msix other_message = {.table = other_table, .entries = 1};
static struct interrupt_handler on_a, on_b, on_message, on_other;
static bool came;

/* What another driver's handler may do. */
static void intrude(struct trap_frame *f) {
    (void)f;
    came = true;
    interrupt_mask(&on_a);
    interrupt_unmask(&on_a);
    interrupt_on_message(&on_message, &message, 0);
    apic_eoi();
}

static void end(struct trap_frame *f) {
    (void)f;
    apic_eoi();
}

/* Registers B and a message, masks B, and takes both away while the timer comes after so many
 * instructions; whether all sources are as they were asked for. */
static bool is_whole_after(unsigned delay) {
    struct interrupt_line b = line(LINE_B);
    uint32_t a_low = redirection(LINE_A, 0), a_high = redirection(LINE_A, 1);
    came = false;
    timer_arm_ns(delay);
    sti();
    int error = interrupt_on_line(&on_b, &b) | interrupt_on_message(&on_other, &other_message, 0);
    interrupt_mask(&on_b);
    interrupt_unmask(&on_b);
    cli();
    uint32_t low = redirection(LINE_B, 0), high = redirection(LINE_B, 1);
    uint32_t message_vector = other_table[2];
    sti();
    interrupt_unregister(&on_b);
    interrupt_unregister(&on_other);
    cli();
    timer_stop();
    bool whole = error == 0 && (low & ~0xffu) == LEVEL && high == apic_own_number() << 24 &&
                 (low & 0xff) != message_vector && redirection(LINE_A, 0) == a_low &&
                 redirection(LINE_A, 1) == a_high && (redirection(LINE_B, 0) & MASKED) &&
                 (!came || table[2] != (a_low & 0xff));
    if (came)
        interrupt_unregister(&on_message);
    return whole;
}

CHECK(interrupt_whenever,
      "interrupt/a_handler_that_comes_at_each_instruction_of_another_ones_way") {
    enum { DELAYS_MAX = 20000 };
    struct interrupt_line a = line(LINE_A);
    unsigned delay = 0;
    if (!has_lines(c))
        return;
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    on_a.fn = on_b.fn = on_message.fn = on_other.fn = claim;
    CHECK_THAT(c, interrupt_on_line(&on_a, &a) == 0);
    trap_handle(TRAP_TIMER, intrude);
    bool whole;
    do
        whole = is_whole_after(++delay);
    while (whole && came && delay < DELAYS_MAX);
    trap_handle(TRAP_TIMER, end);
    __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory"); /* the last one may have come late */
    trap_handle(TRAP_TIMER, NULL);
    interrupt_unregister(&on_a);
    if (!whole)
        check_fail(c, "not what was asked for, with an interrupt after %u instructions", delay);
    CHECK_THAT(c, !came && delay > 40);
}

static void register_on_a(void *h) {
    struct interrupt_line a = line(LINE_A);
    interrupt_on_line(h, &a);
}

static void unregister(void *h) {
    interrupt_unregister(h);
}

static void unmask(void *h) {
    interrupt_unmask(h);
}

static void mask_with_interrupts_on(void *unused) {
    struct interrupt_line a = line(LINE_A);
    (void)unused;
    sti();
    io_apic_mask(a.gsi, true);
}

static void mask_entry_behind(void *unused) {
    (void)unused;
    msix_mask(&message, message.entries, true);
}

static void ask_for_line_16(void *unused) {
    (void)unused;
    (void)interrupt_isa(ACPI_ISA_LINES);
}

static bool panics(void (*fn)(void *h), struct interrupt_handler *h) {
    struct trap_frame f;
    return trap_catch(&f, fn, h) && f.vector == TRAP_PANIC;
}

CHECK(interrupt_twice, "interrupt/a_handler_is_registered_once_and_taken_away_once") {
    struct interrupt_handler h = {.fn = claim}, other = h;
    struct interrupt_line a = line(LINE_A);
    if (!has_lines(c))
        return;
    CHECK_THAT(c, interrupt_on_line(&other, &a) == 0);
    CHECK_THAT(c, panics(unregister, &h)); /* it never was */
    CHECK_THAT(c, interrupt_on_line(&h, &a) == 0);
    CHECK_THAT(c, panics(register_on_a, &h) && panics(register_on_a, &other));
    interrupt_unregister(&h);
    CHECK_THAT(c, panics(unregister, &h));
    interrupt_unregister(&other);
    CHECK_THAT(c, redirection(LINE_A, 0) & MASKED);
}

CHECK(interrupt_rules, "interrupt/a_broken_rule_of_its_callers_is_a_panic") {
    struct interrupt_handler h = {.fn = claim};
    struct interrupt_line a = line(LINE_A);
    if (!has_lines(c))
        return;
    CHECK_THAT(c, interrupt_on_line(&h, &a) == 0);
    bool unmasking = panics(unmask, &h); /* what it has not masked */
    bool writing = panics(mask_with_interrupts_on, &h);
    bool behind = panics(mask_entry_behind, &h);
    bool asking = panics(ask_for_line_16, &h);
    interrupt_unregister(&h);
    CHECK_THAT(c, unmasking && writing && behind && asking);
}

/* As often as would mask a line that nobody claims, less one. */
static void arrive_nearly_too_often(unsigned vector) {
    for (unsigned i = 1; i < INTERRUPT_UNCLAIMED_MAX; i++)
        apic_send(0, APIC_SEND_SELF | vector);
}

static bool claims;

static bool claim_if_told(void *unused) {
    (void)unused;
    return claims;
}

CHECK(interrupt_in_a_row, "interrupt/only_a_line_that_nobody_claims_in_a_row_is_masked") {
    struct interrupt_handler on_line = {.fn = claim_if_told}, by_message = on_line;
    struct interrupt_line a = line(LINE_A);
    if (!has_lines(c))
        return;
    CHECK_THAT(c, interrupt_on_line(&on_line, &a) == 0);
    CHECK_THAT(c, interrupt_on_message(&by_message, &message, 0) == 0);
    unsigned vector = redirection(LINE_A, 0) & 0xff, message_vector = table[2];
    sti();
    for (unsigned i = 0; i < 3; i++) {
        claims = false;
        arrive_nearly_too_often(vector);
        claims = true;
        apic_send(0, APIC_SEND_SELF | vector);
    }
    claims = false;
    arrive_nearly_too_often(message_vector);
    arrive_nearly_too_often(message_vector);
    cli();
    struct interrupt_counts counts = interrupt_counts(&on_line);
    bool open = !(redirection(LINE_A, 0) & MASKED) && !(table[3] & 1);
    interrupt_unregister(&on_line);
    interrupt_unregister(&by_message);
    sti();
    arrive_nearly_too_often(vector); /* strays, which have nobody to claim them */
    arrive_nearly_too_often(vector);
    cli();
    CHECK_THAT(c, counts.arrived == 3 * INTERRUPT_UNCLAIMED_MAX && open && !work_is_posted());
}

CHECK(interrupt_masks, "interrupt/a_handler_that_goes_gives_its_masks_back_and_no_others") {
    struct interrupt_handler goes = {.fn = claim}, stays = goes;
    struct interrupt_line a = line(LINE_A);
    if (!has_lines(c))
        return;
    CHECK_THAT(c, interrupt_on_line(&goes, &a) == 0 && interrupt_on_line(&stays, &a) == 0);
    interrupt_mask(&goes);
    interrupt_mask(&goes);
    bool masked = redirection(LINE_A, 0) & MASKED;
    interrupt_unregister(&goes);
    bool open = !(redirection(LINE_A, 0) & MASKED);
    CHECK_THAT(c, interrupt_on_line(&goes, &a) == 0);
    interrupt_mask(&stays);
    interrupt_mask(&goes);
    interrupt_unregister(&goes);
    bool kept = redirection(LINE_A, 0) & MASKED;
    interrupt_unmask(&stays);
    bool given_back = !(redirection(LINE_A, 0) & MASKED);
    interrupt_unregister(&stays);
    CHECK_THAT(c, masked && open && kept && given_back);
}
