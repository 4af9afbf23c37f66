/* SPDX-License-Identifier: MIT */
/* proven.c -- what of the protocols is proven, before anybody has loaded them. TCP's object by GCC
 * has too many paths (docs/spin/streams.md). */
#include "../loading.h"

#include "spin/services/nic/nic_object.h"

static bool can_load(struct check *c, const char *name) {
    if (!nic_objects[1].nic)
        check_skip(c, "the machine has no two network interfaces");
    else if (loader_find(name))
        check_fail(c, "%s is there already", name);
    return nic_objects[1].nic && !loader_find(name);
}

CHECK(stream_graph, "stream/protocols_below_are_proven_by_the_objects_of_both_compilers") {
    static const char *const names[] = {"loopback", "ether", "icmp", "udp", "am"};
    enum { NAMES = sizeof names / sizeof *names };
    struct extension *e[NAMES] = {0};
    for (unsigned i = 0; i < NAMES && can_load(c, names[i]); i++) {
        loader_compiler("gcc");
        e[i] = loading_load(c, names[i]);
        loader_compiler("clang");
    }
    for (unsigned i = NAMES; i--;)
        if (e[i] && loader_unload(e[i]))
            check_fail(c, "%s stays", names[i]);
}

CHECK(stream_proven, "stream/tcp_is_proven_in_as_much_memory_as_any_extension_has") {
    if (!can_load(c, "tcp"))
        return;
    struct extension *e = loading_load(c, "tcp");
    CHECK_THAT(c, e && !loader_unload(e));
}
