/* SPDX-License-Identifier: MIT */
/* calls.c -- procedures that are called by datagrams: by who has the handle, and once. */
#include "net_checks.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "protocol/checksum.h"
#include "protocol/rpc.h"
#include "protocol/udp.h"
#include "spin/services/net/graph.h"

enum { PROCEDURE = 3, RESULT = 8 };

static unsigned long calls;
static struct module owns = {.name = "Owns"};

static unsigned long called(void *unused, struct packet *p, unsigned long key,
                            struct outgoing *reply) {
    (void)unused, (void)p, (void)key;
    calls++;
    memset(&reply->byte[NET_ROOM], (int)calls, RESULT);
    return NET_REPLY(RESULT);
}

static uint64_t handle_of(struct check *c, const struct extension *e) {
    uint64_t argument[PARAMETERS] = {PROCEDURE}, result = 0;
    struct net_report report;
    if (!extension_run(extension_program(e, "rpc_handle"), argument, UINT64_MAX, &result, &report))
        check_fail(c, "there is no handle");
    return result;
}

static void call(uint64_t handle, uint32_t number) {
    const struct rpc_header h = {
        .handle = handle, .number = number, .procedure = PROCEDURE, .kind = RPC_CALL};
    struct udp_header u = {.source = 900, .target = PORT_RPC, .length = UDP_HEADER + RPC_HEADER};
    struct frame f;
    frame_datagram(&f, 900, PORT_RPC, RPC_HEADER);
    uint8_t *at = frame_ip(&f) + IP_HEADER;
    rpc_put(at + UDP_HEADER, &h);
    udp_put(at, &u, STRANGER, (uint32_t)nic_objects[1].ip, sum_bytes(at + UDP_HEADER, RPC_HEADER));
    frame_arrives(&f);
}

/* What the last answer says. */
static unsigned said(void) {
    return net_last.byte[net_last.bytes - 1];
}

CHECK(net_rpc, "net/a_procedure_is_called_by_who_has_its_handle_and_once") {
    struct event_binding *binding;
    if (!net_begin(c))
        return;
    struct extension *e = loading_load(c, "rpc");
    if (!e)
        return;
    module_add(&owns);
    bool on = interrupts_off();
    struct claim *claim = claim_take(NET_RPC, PROCEDURE, PROCEDURE, NET_ANY, &owns);
    if (!claim || claim_handle(claim, NET_ARRIVED, called, NULL, &binding))
        check_fail(c, "the procedure cannot be had");
    interrupts_restore(on);
    const uint64_t handle = handle_of(c, e);
    calls = 0;
    for (uint64_t bit = 0; bit < 64; bit++)
        call(handle ^ 1ul << bit, 7);
    CHECK_THAT(c, calls == 0 && net_sent_count() == 0);
    call(handle, 7);
    CHECK_THAT(c, calls == 1 && net_sent_count() == 1 && said() == 1);
    call(handle, 7);
    CHECK_THAT(c, calls == 1 && net_sent_count() == 2 && said() == 1);
    call(handle, 6);
    CHECK_THAT(c, calls == 1 && net_sent_count() == 2);
    call(handle, 8);
    CHECK_THAT(c, calls == 2 && net_sent_count() == 3 && said() == 2);
    on = interrupts_off();
    claim_end(claim, binding);
    interrupts_restore(on);
    module_remove(&owns);
    loader_unload(e);
    net_end(c);
}
