/* SPDX-License-Identifier: MIT */
/* string.c -- the freestanding string functions against slow, obvious twins, on every small length
 * and alignment. */
#include "access.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/user/user.h"

#include <stdint.h>

#include "measure/bench.h"

#define AREA_BYTES 64

static uint8_t ours[AREA_BYTES];
static volatile uint8_t
    twins[AREA_BYTES]; /* or the compiler makes calls of memcpy and memset of the loops */
static uint32_t seed;

/* Numbers that repeat from boot to boot. */
static uint8_t some(void) {
    seed = seed * 1664525 + 1013904223;
    return (uint8_t)(seed >> 24);
}

static void fill(void) {
    seed = 1;
    for (unsigned i = 0; i < AREA_BYTES; i++)
        ours[i] = twins[i] = some();
}

static void twin_move(volatile uint8_t *to, const volatile uint8_t *from, unsigned n) {
    volatile uint8_t copy[AREA_BYTES];
    for (unsigned i = 0; i < n; i++)
        copy[i] = from[i];
    for (unsigned i = 0; i < n; i++)
        to[i] = copy[i];
}

static bool same(void) {
    for (unsigned i = 0; i < AREA_BYTES; i++)
        if (ours[i] != twins[i])
            return false;
    return true;
}

CHECK(string_moves, "string/overlapping_and_other_moves_as_a_byte_loop") {
    for (unsigned n = 0; n <= 40; n++)
        for (unsigned to = 0; to < 20; to++)
            for (unsigned from = 0; from < 20; from += 3) {
                fill();
                if (to + n <= from || from + n <= to)
                    memcpy(ours + to, ours + from, n);
                else
                    memmove(ours + to, ours + from, n);
                twin_move(twins + to, twins + from, n);
                if (!same())
                    check_fail(c, "%u bytes from %u to %u", n, from, to);
            }
}

CHECK(string_sets, "string/memset_fills_these_bytes_and_no_other") {
    for (unsigned n = 0; n <= 40; n++)
        for (unsigned to = 0; to < 20; to++) {
            fill();
            /* Only the low byte counts. NOLINTNEXTLINE(bugprone-suspicious-memset-usage) */
            memset(ours + to, 0x1a5, n);
            for (unsigned i = 0; i < n; i++)
                twins[to + i] = 0xa5;
            if (!same())
                check_fail(c, "%u bytes at %u", n, to);
        }
}

CHECK(string_compares, "string/comparisons_order_by_unsigned_bytes") {
    CHECK_THAT(c, memcmp("abc", "abd", 2) == 0 && memcmp("abc", "abd", 3) < 0);
    CHECK_THAT(c, memcmp("\x80", "\x7f", 1) > 0 && memcmp("x", "y", 0) == 0);
    CHECK_THAT(c, strcmp("", "") == 0 && strcmp("a", "") > 0 && strcmp("a", "ab") < 0);
    CHECK_THAT(c, strcmp("\xff", "a") > 0 && strcmp("same", "same") == 0);
    CHECK_THAT(c, strncmp("abX", "abY", 2) == 0 && strncmp("ab", "abc", 9) < 0);
}

CHECK(string_finds, "string/searches_find_the_first_the_last_or_nothing") {
    const char *text = "a/b/c";
    CHECK_THAT(c, strlen("") == 0 && strlen(text) == 5);
    CHECK_THAT(c, strnlen(text, 3) == 3 && strnlen(text, 99) == 5);
    CHECK_THAT(c, strchr(text, '/') == text + 1 && strrchr(text, '/') == text + 3);
    CHECK_THAT(c, strchr(text, 'x') == NULL && strrchr(text, 'x') == NULL);
    CHECK_THAT(c, strchr(text, 0) == text + 5 && strrchr(text, 0) == text + 5);
    CHECK_THAT(c, strrchr(text, 'a') == text && strrchr("", 'a') == NULL);
    CHECK_THAT(c, memchr(text, 'b', 5) == text + 2 && memchr(text, 'b', 2) == NULL);
    CHECK_THAT(c, strstr(text, "b/c") == text + 2 && strstr(text, "") == text);
    CHECK_THAT(c, strstr(text, "c/") == NULL && strstr("", "x") == NULL);
}

/* Moves that are wider would flatter us on a clock of instructions, and narrower ones
 * the others. */
#define BLOCK 4096

static uint8_t block[2 * BLOCK];

static void copy(void) {
    memcpy(block, block + BLOCK, BLOCK);
}

static void move_up(void) {
    memmove(block + 3, block, BLOCK);
}

static void move_down(void) {
    memmove(block, block + 3, BLOCK);
}

static void set(void) {
    memset(block, 7, BLOCK);
}

static void from_user(void) {
    (void)copy_from_user(block, SPACE_DATA, BLOCK);
}

static void to_user(void) {
    (void)copy_to_user(SPACE_DATA, block, BLOCK);
}

static uint64_t instructions(void (*fn)(void)) {
    uint64_t tsc = rdtsc();
    fn();
    return rdtsc() - tsc;
}

static void loop(void) {
    uint64_t turns = 1000;
    __asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(turns) : : "cc");
}

CHECK(string_words, "string/memory_is_moved_eight_bytes_an_instruction") {
    static void (*const moves[])(void) = {copy, move_up, move_down, set, from_user, to_user};
    struct space s;
    uint64_t took[6], known = instructions(loop);
    if (known < 2000 || known > 2020) {
        check_skip(c, "the TSC does not count instructions here: a loop of 2,000 takes %lu", known);
        return;
    }
    CHECK_THAT(c, space_open(&s));
    for (unsigned i = 0; i < 6; i++)
        took[i] = instructions(moves[i]);
    space_close(&s);
    for (unsigned i = 0; i < 6; i++)
        if (took[i] < BLOCK / 8 || took[i] > BLOCK / 8 + 60)
            check_fail(c, "move %u of %u bytes takes %lu", i, BLOCK, took[i]);
}
