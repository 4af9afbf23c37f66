/* SPDX-License-Identifier: MIT */
/* qmp_test.c -- the QMP client against a QEMU made of a socket pair: greeting, events in pieces,
 * the clock, and bytes that are no QMP. */
#include "guest/qmp.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
    struct qmp q;
    int qemu;
};

static int set_up(void **state) {
    static struct pair pair;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        return -1;
    qmp_open(&pair.q, ends[0]);
    pair.qemu = ends[1];
    *state = &pair;
    return 0;
}

static int tear_down(void **state) {
    struct pair *p = *state;
    qmp_close(&p->q);
    close(p->qemu);
    return 0;
}

static void says(struct pair *p, const char *text) {
    assert_int_equal(write(p->qemu, text, strlen(text)), strlen(text));
    assert_true(qmp_poll(&p->q));
}

/* Everything that was sent to QEMU since the last call. */
static const char *heard(struct pair *p) {
    static char text[1024];
    ssize_t length = recv(p->qemu, text, sizeof text - 1, MSG_DONTWAIT);
    text[length > 0 ? length : 0] = '\0';
    return text;
}

static void the_greeting_is_answered(void **state) {
    struct pair *p = *state;
    assert_false(p->q.ready);
    says(p, "{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}\r\n");
    assert_true(p->q.ready);
    assert_string_equal(heard(p), "{\"execute\":\"qmp_capabilities\"}\n");
}

static void time_is_asked_for_once_at_a_time(void **state) {
    struct pair *p = *state;
    qmp_ask_time(&p->q);
    assert_string_equal(heard(p), ""); /* not before the greeting */
    says(p, "{\"QMP\": {}}\n");
    heard(p);
    qmp_ask_time(&p->q);
    qmp_ask_time(&p->q);
    assert_string_equal(heard(p), "{\"execute\":\"query-replay\"}\n");
    says(p, "{\"return\": {}}\n{\"return\": {\"icount\": 8407386, \"mode\": \"none\"}}\n");
    assert_int_equal(p->q.guest_ns, 8407386);
    qmp_ask_time(&p->q);
    assert_string_equal(heard(p), "{\"execute\":\"query-replay\"}\n");
}

static void a_message_may_come_in_pieces(void **state) {
    struct pair *p = *state;
    static const char message[] =
        "{\"event\": \"GUEST_PANICKED\", \"data\": {\"action\": \"run\"}}\n";
    for (size_t i = 0; i + 1 < sizeof message; i++) {
        assert_false(p->q.panicked);
        char one[2] = {message[i], '\0'};
        says(p, one);
    }
    assert_true(p->q.panicked);
}

static void a_shutdown_has_a_reason_and_then_registers(void **state) {
    struct pair *p = *state;
    says(p,
         "{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": \"guest-reset\"}}\n");
    assert_string_equal(p->q.shutdown, "guest-reset");
    assert_non_null(strstr(heard(p), "info registers"));
    assert_null(p->q.registers);
    says(p, "{\"return\": \"RAX=0 RIP=ffffffff80203da0\\r\\n\"}\n");
    assert_string_equal(p->q.registers, "RAX=0 RIP=ffffffff80203da0\r\n");
}

static void a_reason_of_any_length_is_cut(void **state) {
    struct pair *p = *state;
    says(
        p,
        "{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": \"a-reason-that-is-longer-than-any-that-QEMU-has\"}}\n");
    assert_int_equal(strlen(p->q.shutdown), sizeof p->q.shutdown - 1);
    says(p, "{\"event\": \"SHUTDOWN\"}\n");
    assert_string_equal(p->q.shutdown, "unknown");
}

static void what_is_no_qmp_does_no_harm(void **state) {
    struct pair *p = *state;
    says(
        p,
        "\n\nnonsense\n[1, 2]\n{\"event\": 7}\n{\"return\": [1]}\n{\"return\": {\"mode\": 1}}\n\"x\"\n");
    assert_false(p->q.panicked);
    assert_string_equal(p->q.shutdown, "");
    says(p, "{\"event\": \"GUEST_PANICKED\"}\n");
    assert_true(p->q.panicked);
}

static void the_end_is_noticed(void **state) {
    struct pair *p = *state;
    assert_int_equal(write(p->qemu, "{\"event\": \"GUEST_PANICKED\"}\n", 28), 28);
    shutdown(p->qemu, SHUT_RDWR);
    assert_false(qmp_poll(&p->q));
    assert_true(p->q.panicked); /* what came before it counts */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_greeting_is_answered),
        TEST(time_is_asked_for_once_at_a_time),
        TEST(a_message_may_come_in_pieces),
        TEST(a_shutdown_has_a_reason_and_then_registers),
        TEST(a_reason_of_any_length_is_cut),
        TEST(what_is_no_qmp_does_no_harm),
        TEST(the_end_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
