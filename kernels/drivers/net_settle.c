/* SPDX-License-Identifier: MIT */
/* net_settle.c -- all interfaces are still for a while. */
#include "drivers/virtio_net.h"

#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"

/* A device that keeps a frame for seconds is one that nobody should wait for. */
#define TRIES_MOST 20000000u

/* Whether a frame of this interface is still to go. What has arrived is taken, too: a frame waits
 * in its sender until who is to have it has a buffer. */
static bool sends(struct nic *n) {
    nic_collect(n, NIC_RECEIVE);
    nic_collect(n, NIC_TRANSMIT);
    return nic_in_flight(n, NIC_TRANSMIT) && !nic_is_dead(n);
}

static void mask_all(void) {
    struct nic *n;
    for (unsigned i = 0; (n = nic_at(i)); i++) {
        nic_mask(n, NIC_RECEIVE), nic_mask(n, NIC_TRANSMIT);
        nic_tell(n);
    }
}

/* Also what an end sends in its turn. */
static bool any_sends(void) {
    struct nic *n;
    bool any = false;
    for (unsigned i = 0; (n = nic_at(i)); i++)
        any |= sends(n);
    return any;
}

/* What the devices told before they were masked: it would wake who waits for the disk, or come
 * together with the disk's own end, as the host would have it. */
static void take_pending(void) {
    __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory");
}

void nics_settle(void) {
    bool on = interrupts_off();
    assert_that(!on);
    mask_all();
    for (uint64_t tries = 0; any_sends(); tries++)
        assert_that(tries < TRIES_MOST);
    take_pending();
}

void nics_resume(void) {
    struct nic *n;
    for (unsigned i = 0; (n = nic_at(i)); i++)
        nic_unmask(n, NIC_RECEIVE), nic_unmask(n, NIC_TRANSMIT);
}
