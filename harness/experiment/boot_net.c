/* SPDX-License-Identifier: MIT */
/* boot_net.c -- see boot_net.h. */
#include "experiment/boot_net.h"
#include "base/scope.h"
#include "experiment/boot_disks.h"

#include <unistd.h>

_Static_assert((int)DEVICES_NICS_MAX <= QEMU_NICS_MAX, "as many as QEMU is handed");

void boot_net_shape(struct qemu_net *net, const struct experiment *e) {
    *net = (struct qemu_net){0};
    if (!e)
        return;
    const struct nic_device *nic = e->devices.nics.items;
    net->nics = (unsigned)e->devices.nics.count;
    net->link_ns = devices_link_ns(&e->devices);
    for (unsigned i = 0; i < net->nics; i++)
        net->hub[i] = (unsigned)nic[i].number;
}

void boot_net_make(struct qemu_net *net, const struct experiment *e, struct texts *told) {
    boot_net_shape(net, e);
    if (!e)
        return;
    const struct nic_device *nic = e->devices.nics.items;
    for (unsigned i = 0; i < net->nics; i++)
        if (told)
            texts_take(told, text_format("hub=%s link_ns=%u", nic[i].hub, net->link_ns));
    net->hubs = (unsigned)devices_hubs(&e->devices);
    for (unsigned i = 0; i < net->hubs; i++)
        net->capture[i] = qemu_memory("capture");
}

/* The name of a hub, by the first interface on it. */
static const char *hub_name(const struct qemu_net *net, const struct experiment *e, unsigned hub) {
    const struct nic_device *nic = e->devices.nics.items;
    unsigned i = 0;
    while (net->hub[i] != hub)
        i++;
    return nic[i].hub;
}

int boot_net_keep(const struct qemu_net *net, const struct experiment *e, struct folder *folder,
                  const char *name, struct failure *why) {
    int status = 0;
    for (unsigned i = 0; i < net->hubs && !status; i++) {
        scoped_text char *file = text_format("captures/%s.%s.pcap", name, hub_name(net, e, i));
        status = boot_file_keep(net->capture[i], folder, file, why);
    }
    return status;
}

void boot_net_close(struct qemu_net *net) {
    for (unsigned i = 0; i < net->hubs; i++)
        close(net->capture[i]);
    *net = (struct qemu_net){0};
}
