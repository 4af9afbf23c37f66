/* SPDX-License-Identifier: MIT */
/* boot_net_test.c -- the wires of an experiment: which interfaces are on which, what QEMU is told
 * of them, and what is kept of what passed. */
#include "base/scope.h"
#include "base/status.h"
#include "experiment/boot_net.h"
#include "scratch.h"

static struct experiment *of(const char *name, const char *devices) {
    struct failure why;
    scoped_text char *text = text_format("title: T\nquestion: Q\nunit: call\nsystems: [exo]\n"
                                         "devices: {%s}\n",
                                         devices);
    struct experiment *e = experiment_parse(name, "x.yaml", text, strlen(text), &why);
    assert_non_null(e);
    return e;
}

static struct experiment *with(const char *devices) {
    return of("packet", devices);
}

/* Where `word` stands in the arguments, from `from` on; or the number of all. */
static size_t place(const struct texts *list, const char *word, size_t from) {
    while (from < list->count && strcmp(list->items[from], word) != 0)
        from++;
    return from;
}

static void hubs_are_numbered_as_they_are_named(void **state) {
    struct qemu_net net;
    struct texts told = {0}, list = {0};
    (void)state;
    struct experiment *e =
        with("nics: [{hub: lan}, {hub: wan}, {hub: lan}, {hub: wan}], link_ns: 10000");
    boot_net_make(&net, e, &told);
    assert_int_equal(net.nics, 4);
    assert_int_equal(net.hubs, 2);
    assert_true(net.hub[0] == 0 && net.hub[1] == 1 && net.hub[2] == 0);
    assert_int_equal(told.count, 4);
    assert_string_equal(told.items[1], "hub=wan link_ns=10000");
    struct qemu_boot b = {.clock = CLOCK_ICOUNT, .net = net};
    qemu_machine(&b, &list);
    size_t second = place(&list, "hubport,id=port1,hubid=1", 0);
    assert_true(second + 2 < list.count);
    assert_non_null(strstr(list.items[second + 2], "netdev=port1,mac=02:00:00:00:00:02"));
    assert_non_null(strstr(list.items[second + 2], "x-txtimer=10000,"));
    boot_net_close(&net);
    texts_free(&told);
    texts_free(&list);
    experiment_free(e);
}

static void a_capture_of_each_wire_is_kept(void **state) {
    struct qemu_net net;
    struct texts told = {0};
    struct failure why;
    struct folder folder;
    (void)state;
    struct experiment *e = with("nics: [{hub: a}, {hub: b}, {hub: a}, {hub: b}]");
    scoped_text char *run = text_format("%s/run", scratch);
    boot_net_make(&net, e, &told);
    assert_int_equal(write(net.capture[1], "frames", 6), 6);
    assert_int_equal(folder_create(&folder, run, true, &why), 0);
    assert_int_equal(boot_net_keep(&net, e, &folder, "exo.0", &why), 0);
    scoped_text char *a = text_format("%s/captures/exo.0.a.pcap", run);
    scoped_text char *b = text_format("%s/captures/exo.0.b.pcap", run);
    scoped_text char *bytes = text_read(b, NULL);
    assert_string_equal(bytes, "frames");
    assert_int_equal(access(a, F_OK), 0);
    folder_close(&folder);
    assert_int_equal(folder_create(&folder, run, true, &why), 0);
    assert_int_not_equal(access(a, F_OK), 0);
    folder_close(&folder);
    boot_net_close(&net);
    texts_free(&told);
    experiment_free(e);
}

static void other_wires_are_other_devices(void **state) {
    (void)state;
    enum { KINDS = 9, SENDS = 6 };
    static const char *const kinds[KINDS] = {"nics: [{hub: a}, {hub: a}]",
                                             "nics: [{hub: a}, {hub: a}, {hub: b}, {hub: b}]",
                                             "nics: [{hub: a}, {hub: b}, {hub: a}, {hub: b}]",
                                             "nics: [{hub: a}]",
                                             "nics: [{hub: a}, {hub: a}], link_ns: 2",
                                             "nics: [{hub: a}, {hub: a}], disks: [{size: 1MiB}]",
                                             "nics: [{hub: a}, {hub: a, sends: a.pcap}]",
                                             "nics: [{hub: a, sends: a.pcap}, {hub: a}]",
                                             "nics: [{hub: a}, {hub: a, sends: b.pcap}]"};
    struct experiment *e[KINDS], *same = with("nics: [{hub: x}, {hub: x}], link_ns: 1");
    for (size_t i = 0; i < KINDS; i++) {
        e[i] = with(kinds[i]);
        for (size_t k = 0; k <= i; k++)
            assert_int_equal(devices_equal("a", &e[i]->devices, "a", &e[k]->devices), i == k);
    }
    /* A capture is an experiment's own. */
    assert_false(devices_equal("a", &e[SENDS]->devices, "b", &e[SENDS]->devices));
    assert_true(devices_equal("a", &e[0]->devices, "b", &same->devices));
    for (size_t i = 0; i < KINDS; i++)
        experiment_free(e[i]);
    experiment_free(same);
}

static void without_interfaces_there_is_no_wire(void **state) {
    struct qemu_net net;
    (void)state;
    boot_net_make(&net, NULL, NULL);
    assert_true(!net.nics && !net.hubs);
    boot_net_close(&net);
}

/* The experiment whose capture is there; in it, what says that it is. */
static void a_capture_that_is_sent_is_told_and_brought(void **state) {
    struct qemu_net net;
    struct texts told = {0}, files = {0};
    struct failure why;
    (void)state;
    struct experiment *e = of("replay", "nics: [{hub: a}, {hub: a, sends: linux.pcap}]");
    assert_int_equal(boot_net_check(e, &why), 0);
    boot_net_make(&net, e, &told);
    boot_net_files(e, &files);
    assert_string_equal(told.items[0], "hub=a link_ns=1");
    assert_non_null(strstr(told.items[1], "hub=a link_ns=1 sends=linux.pcap sha256="));
    assert_int_equal(files.count, 1);
    assert_true(!strncmp(files.items[0], "sends/1:/", 9) &&
                strstr(files.items[0], "experiments/replay/linux.pcap"));
    boot_net_close(&net);
    texts_free(&told);
    texts_free(&files);
    experiment_free(e);
    assert_int_equal(boot_net_check(NULL, &why), 0);
}

static void a_capture_that_is_missing_is_named_with_its_line(void **state) {
    struct failure why;
    (void)state;
    struct experiment *e = of("replay", "nics: [{hub: a}, {hub: a, sends: nothing.pcap}]");
    assert_int_equal(boot_net_check(e, &why), STATUS_EXPERIMENT);
    assert_string_equal(why.text,
                        "x.yaml:5: devices.nics[1].sends: experiments/replay/nothing.pcap: "
                        "No such file or directory");
    experiment_free(e);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hubs_are_numbered_as_they_are_named),
        cmocka_unit_test_setup_teardown(a_capture_of_each_wire_is_kept, scratch_make,
                                        scratch_remove),
        cmocka_unit_test(other_wires_are_other_devices),
        cmocka_unit_test(a_capture_that_is_sent_is_told_and_brought),
        cmocka_unit_test(a_capture_that_is_missing_is_named_with_its_line),
        cmocka_unit_test(without_interfaces_there_is_no_wire),
    };
    return cmocka_run_group_tests_name("experiment/boot_net", tests, NULL, NULL);
}
