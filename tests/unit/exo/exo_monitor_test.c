/* SPDX-License-Identifier: MIT */
/* exo_monitor_test.c -- what exo's console tells of the exposed tables, which are made here. */
#include "exo/libos/console/monitor.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define FRAMES 128

static struct exo_info info;
static struct exo_env env[EXO_ENVS];
static struct exo_slot slot[EXO_SLOTS];
static struct exo_frame frame[FRAMES];
static uint64_t free_bits[FRAMES / 64];
static struct exo_disk disk[2];
static const struct monitor made = {&info, env, slot, frame, free_bits, disk};

static char told[8192];

/* Begins anew, with two environments that run, one that ended, one that a trap ended and one that
 * was killed. */
static struct format_buffer begin(void) {
    memset(&info, 0, sizeof info);
    memset(env, 0, sizeof env);
    memset(slot, 0, sizeof slot);
    memset(frame, 0, sizeof frame);
    memset(free_bits, 0, sizeof free_bits);
    env[0] = (struct exo_env){.id = EXO_ENVS, .state = EXO_ENV_READY, .name = "first", .pages = 7};
    env[1] = (struct exo_env){.id = 2 * EXO_ENVS + 1,
                              .state = EXO_ENV_READY,
                              .asleep = 1,
                              .name = "second",
                              .creator = EXO_ENVS};
    env[2] = (struct exo_env){.id = EXO_ENVS + 2, .state = EXO_ENV_EXITED, .ended = 3};
    env[3] = (struct exo_env){.id = EXO_ENVS + 3, .state = EXO_ENV_KILLED, .ended = 14};
    env[4] = (struct exo_env){.id = EXO_ENVS + 4, .state = EXO_ENV_KILLED, .ended = 256};
    memset(told, 0, sizeof told);
    return (struct format_buffer){told, sizeof told, 0};
}

static void has(const char *what) {
    if (!strstr(told, what))
        fail_msg("'%s' is not in:\n%s", what, told);
}

static void environments_are_told_with_their_states_and_positions(void **state) {
    struct format_buffer text = begin();
    (void)state;
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        slot[i].env = i < 5 ? EXO_ENVS : i < 8 ? 2 * EXO_ENVS + 1 : EXO_ENVS + 1; /* nobody's now */
    monitor_ps(&made, &text);
    has("    1024 first           ready                5        0       7       0        0\n");
    has("    2049 second          sleeps               3        0       0       0     1024\n");
    has("exited 3");
    has("by trap 14");
    has("killed ");
    unsigned lines = 0;
    for (const char *c = told; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 6);
}

static void a_name_that_is_not_ended_is_cut(void **state) {
    struct format_buffer text = begin();
    (void)state;
    memset(env[0].name, 'n', EXO_NAME_MAX);
    env[0].excess = UINT32_MAX;
    monitor_ps(&made, &text);
    has("    1024 nnnnnnnnnnnnnnn ready");
}

static void what_a_terminal_would_obey_is_no_part_of_a_name(void **state) {
    struct format_buffer text = begin();
    static struct monitor_past past;
    (void)state;
    memcpy(env[0].name, "\033[2J\n\177\233 ~", 10);
    env[0].ticks = 1;
    monitor_ps(&made, &text);
    monitor_top(&made, &past, &text);
    has("    1024 ?[2J??? ~       ready");
    has("    1024 ?[2J??? ~ ");
    assert_null(strpbrk(told, "\033\177\233"));
}

static void frames_are_counted_by_whose_they_are(void **state) {
    const struct cap anybody = {.valid = 1, .rights = CAP_ALL};
    struct format_buffer text = begin();
    (void)state;
    info.frame_count = info.frames_total = FRAMES;
    for (unsigned i = 0; i < 40; i++)
        free_bits[i * 3 / 64] |= 1ul << i * 3 % 64;
    for (unsigned i = 0; i < 10; i++) /* the kernel's */
        frame[3 * i + 1].references = 1;
    for (unsigned i = 0; i < 20; i++) /* of environments; five mapped twice, two pinned */
        frame[3 * i + 2] = (struct exo_frame){.acl = anybody,
                                              .references = 1 + (i < 5) + (i > 17),
                                              .readers = 1,
                                              .writers = i<5, .pins = i> 17};
    monitor_vmstat(&made, &text);
    has("     128 frames of 4096 bytes\n      40 free\n");
    has("      10 the kernel's\n      20 environments', 5 of them mapped more than once\n");
    has("       2 pinned\n");
}

static void shares_are_of_what_ended_since_the_last_look(void **state) {
    static struct monitor_past past;
    struct format_buffer text = begin();
    (void)state;
    env[0].ticks = 100;
    env[1].ticks = 300;
    monitor_top(&made, &past, &text);
    has("400 slices ended since the last look\n 75.0 %     2049 second");
    has(" 25.0 %     1024 first");
    text = begin();
    env[0].ticks = 103;
    env[1].id += EXO_ENVS; /* another has its place now, and began at 0 */
    env[1].ticks = 1;
    monitor_top(&made, &past, &text);
    has("4 slices ended since the last look\n 75.0 %     1024 first");
    has(" 25.0 %     3073 second");
    text = begin();
    memset(&past, 0, sizeof past);
    monitor_top(&made, &past, &text);
    assert_string_equal(told, "0 slices ended since the last look\n");
}

static void iostat_has_a_line_for_each_disk_that_there_is(void **state) {
    char lines[400];
    struct format_buffer text = {lines, sizeof lines, 0};
    (void)state;
    info.disks = 1;
    disk[0] = (struct exo_disk){.blocks = 4096,
                                .waiting = 3,
                                .in_flight = 1,
                                .requests = {7, 8, 9},
                                .failed = 2,
                                .blocks_read = 70,
                                .blocks_written = 80};
    monitor_iostat(&made, &text);
    assert_non_null(strstr(lines, "   0      4096        7        8        9         70         80"
                                  "       2        4\n"));
    assert_null(strstr(lines, "\n   1 "));
    info.disks = 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(environments_are_told_with_their_states_and_positions),
        cmocka_unit_test(a_name_that_is_not_ended_is_cut),
        cmocka_unit_test(what_a_terminal_would_obey_is_no_part_of_a_name),
        cmocka_unit_test(frames_are_counted_by_whose_they_are),
        cmocka_unit_test(shares_are_of_what_ended_since_the_last_look),
        cmocka_unit_test(iostat_has_a_line_for_each_disk_that_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
