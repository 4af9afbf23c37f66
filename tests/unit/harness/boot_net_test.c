/* SPDX-License-Identifier: MIT */
/* boot_net_test.c -- the wires of an experiment: which interfaces are on which, what QEMU is told
 * of them, and what is kept of what passed. */
#include "base/scope.h"
#include "experiment/boot_net.h"
#include "scratch.h"

static struct experiment *with(const char *devices) {
    struct failure why;
    scoped_text char *text = text_format("title: T\nquestion: Q\nunit: call\nsystems: [exo]\n"
                                         "devices: {%s}\n",
                                         devices);
    struct experiment *e = experiment_parse("packet", "x.yaml", text, strlen(text), &why);
    assert_non_null(e);
    return e;
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
    struct experiment *e = with("nics: [{hub: lan}, {hub: wan}, {hub: lan}], link_ns: 10000");
    boot_net_make(&net, e, &told);
    assert_int_equal(net.nics, 3);
    assert_int_equal(net.hubs, 2);
    assert_true(net.hub[0] == 0 && net.hub[1] == 1 && net.hub[2] == 0);
    assert_int_equal(told.count, 3);
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
    struct experiment *e = with("nics: [{hub: a}, {hub: b}]");
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
    static const char *const kinds[] = {"nics: [{hub: a}, {hub: a}]", "nics: [{hub: a}, {hub: b}]",
                                        "nics: [{hub: a}]",
                                        "nics: [{hub: a}, {hub: a}], link_ns: 2",
                                        "nics: [{hub: a}, {hub: a}], disks: [{size: 1MiB}]"};
    struct experiment *e[5], *same = with("nics: [{hub: x}, {hub: x}], link_ns: 1");
    for (size_t i = 0; i < 5; i++) {
        e[i] = with(kinds[i]);
        for (size_t k = 0; k <= i; k++)
            assert_int_equal(devices_equal("a", &e[i]->devices, "b", &e[k]->devices), i == k);
    }
    assert_true(devices_equal("a", &e[0]->devices, "b", &same->devices));
    for (size_t i = 0; i < 5; i++)
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hubs_are_numbered_as_they_are_named),
        cmocka_unit_test_setup_teardown(a_capture_of_each_wire_is_kept, scratch_make,
                                        scratch_remove),
        cmocka_unit_test(other_wires_are_other_devices),
        cmocka_unit_test(without_interfaces_there_is_no_wire),
    };
    return cmocka_run_group_tests_name("experiment/boot_net", tests, NULL, NULL);
}
