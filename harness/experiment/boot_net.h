/* SPDX-License-Identifier: MIT */
/* boot_net.h -- the network interfaces of one boot, and what passed on their wires. */
#ifndef HARNESS_BOOT_NET_H
#define HARNESS_BOOT_NET_H

#include "base/folder.h"
#include "experiment/experiment.h"
#include "guest/qemu.h"

/* Whether the captures that E's interfaces send (E null: none) can be sent. 0, or 40 with *why. */
int boot_net_check(const struct experiment *e, struct failure *why);
/* They, as files that the boot brings (guest_devices.files): "sends/N" is interface N's. */
void boot_net_files(const struct experiment *e, struct texts *files);
/* The shape of E's interfaces and hubs, E null: none; for qemu_machine. No hub is captured. */
void boot_net_shape(struct qemu_net *net, const struct experiment *e);
/* The same for a boot: its captures are made, empty; adds of each interface to *told what it is. */
void boot_net_make(struct qemu_net *net, const struct experiment *e, struct texts *told);
/* Writes what passed into the run, "captures/NAME.HUB.pcap". 0 or as folder_begin. */
int boot_net_keep(const struct qemu_net *net, const struct experiment *e, struct folder *folder,
                  const char *name, struct failure *why);
/* Fine on {0}. */
void boot_net_close(struct qemu_net *net);

#endif
