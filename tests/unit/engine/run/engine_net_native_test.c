/* SPDX-License-Identifier: MIT */
/* engine_net_native_test.c -- a native object (tests/native/sample.c) within the net: its faults
 * and the errors of what it calls end it, by the same exit as a verified program. */
#include "unit.h"
#include "engine/native/internal.h"
#include "engine_guarded.h"
#include "engine_native_sample.h"

static struct nets nets;
static int level = 1000;
static int given_back;

static void give_back(void *object) {
    (void)object;
    given_back++;
}

int sample_service(long amount);
NET_FUNCTION(int, sample_service, (long amount)) {
    net_hold(&nets, &level, give_back);
    if (amount > 5)
        NET_FAIL(&nets, "no amount above 5 is known here");
    net_let_go(&nets, &level);
    return (int)amount + 1;
}

static struct host_hooks host;
static uint8_t *file;
static struct types types;
static struct domain *exports;
static struct native native;

static int set_up(void **state) {
    struct report why;
    struct report refusal;
    size_t len;
    (void)state;
    host_hooks_init(&host);
    file = read_whole("build/tests/native/sample.o", &len);
    assert_true(types_open(&types, &host.hooks, types_of(file, len), &why));
    exports = sample_domain(&host.hooks, &types, sample_service, &level);
    const struct native_load with = {.hooks = &host.hooks, .domain = &exports, .domains = 1};
    native = (struct native){.arena = {.hooks = &host.hooks}};
    assert_true(native_open_object(&native, &with, (struct bytes){file, len}, &refusal));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    native_close(&native);
    domain_release(exports);
    types_close(&types);
    free(file);
    return host.allocated + host.code_bytes + host.data_bytes != 0;
}

static bool run(const char *function, uint64_t a, uint64_t b, uint64_t *result,
                struct net_report *report) {
    const uint64_t argument[5] = {a, b};
    const struct native_function *f = native_function_named(&native, function);
    assert_non_null(f);
    bool ended = net_run_native(&nets, &guard, &native, f, argument, result, report);
    assert_null(nets.innermost);
    return ended;
}

static void check_works(void) {
    struct net_report report;
    uint64_t result;
    assert_true(run("sample_indirect", 5, 0, &result, &report));
    assert_int_equal((int)result, 6);
}

static void a_fault_ends_it(void **state) {
    struct net_report report;
    char text[NET_TEXT_MAX], place[64];
    uint64_t result;
    (void)state;
    assert_false(run("sample_entry", 8, 1, &result, &report));
    net_report_text(&report, text);
    assert_int_equal(report.fault, FAULT_MEMORY);
    assert_int_not_equal(report.at, NET_UNKNOWN);
    snprintf(place, sizeof place, "page fault\n  at 0x%x of its object's code\n", report.at);
    assert_non_null(strstr(text, place));
    bool known = false; /* the address that it used is in a register */
    for (unsigned i = 0; i < REGISTERS; i++)
        known |= report.reg[i] - 8 <= 8;
    assert_true(known);
    check_works();
}

static void a_service_ends_it(void **state) {
    struct net_report report;
    char text[NET_TEXT_MAX];
    uint64_t result;
    (void)state;
    given_back = 0;
    assert_false(run("sample_entry", (uintptr_t) "seven.", 6, &result, &report));
    net_report_text(&report, text);
    assert_int_equal(report.fault, FAULT_SERVICE);
    assert_int_equal(report.released, 1);
    assert_int_equal(given_back, 1);
    assert_int_equal(report.reg[1], 6);
    const char *words = "native function sample_entry was ended by a function that it called: "
                        "no amount above 5 is known here\n  at 0x";
    if (strncmp(text, words, strlen(words)) != 0)
        fail_msg("%s", text);
    assert_non_null(strstr(text, " rdi: 0x6 "));
    check_works();
}

static uint8_t *volatile nowhere = (uint8_t *)8;

static void write_nowhere(void *unused) {
    (void)unused;
    *(volatile uint8_t *)nowhere = 0;
}

static bool run_elsewhere(void *owner, void (*fn)(void *), void *arg, struct net_trap *trap) {
    (void)fn, (void)arg;
    return guard.run(owner, write_nowhere, NULL, trap);
}

static void a_fault_outside_of_its_code_is_said_to_be_one(void **state) {
    static const struct net_guard elsewhere = {.run = run_elsewhere};
    struct net_report report;
    char text[NET_TEXT_MAX];
    const uint64_t argument[5] = {0};
    uint64_t result;
    (void)state;
    assert_false(net_run_native(&nets, &elsewhere, &native, &native.function[0], argument, &result,
                                &report));
    net_report_text(&report, text);
    assert_int_equal(report.at, NET_UNKNOWN);
    assert_non_null(strstr(text, "\n  not in its own code\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_ends_it),
        cmocka_unit_test(a_service_ends_it),
        cmocka_unit_test(a_fault_outside_of_its_code_is_said_to_be_one),
    };
    return cmocka_run_group_tests_name("engine_net_native", tests, set_up, tear_down);
}
