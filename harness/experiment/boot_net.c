/* SPDX-License-Identifier: MIT */
/* boot_net.c -- see boot_net.h. */
#include "experiment/boot_net.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"
#include "experiment/boot_disks.h"
#include "guest/image.h"
#include "log/traffic.h"

#include <unistd.h>

_Static_assert((int)DEVICES_NICS_MAX <= QEMU_NICS_MAX, "as many as QEMU is handed");

static char *capture_path(const struct experiment *e, const struct nic_device *nic) {
    return tree_path("experiments/%s/%s", e->name, nic->sends);
}

int boot_net_check(const struct experiment *e, struct failure *why) {
    const struct nic_device *nic = e ? e->devices.nics.items : NULL;
    for (size_t i = 0; e && i < e->devices.nics.count; i++) {
        scoped_text char *path = nic[i].sends ? capture_path(e, &nic[i]) : NULL;
        scoped_text char *fault = path ? traffic_fault(path) : NULL;
        if (fault)
            return failure_set(why, STATUS_EXPERIMENT, "%s:%d: devices.nics[%zu].sends: %s: %s",
                               e->file, nic[i].line, i, tree_shown(path), fault);
    }
    return 0;
}

void boot_net_files(const struct experiment *e, struct texts *files) {
    const struct nic_device *nic = e ? e->devices.nics.items : NULL;
    for (size_t i = 0; e && i < e->devices.nics.count; i++) {
        scoped_text char *path = nic[i].sends ? capture_path(e, &nic[i]) : NULL;
        if (path)
            texts_take(files, text_format("sends/%zu:%s", i, path));
    }
}

/* "hub=a link_ns=1", and behind it which capture the interface sends; a new string. */
static char *tell(const struct experiment *e, const struct nic_device *nic, unsigned link_ns) {
    if (!nic->sends)
        return text_format("hub=%s link_ns=%u", nic->hub, link_ns);
    scoped_text char *path = capture_path(e, nic);
    const char *paths[] = {path};
    scoped_text char *hash = image_sha256(paths, 1);
    return text_format("hub=%s link_ns=%u sends=%s sha256=%s", nic->hub, link_ns, nic->sends,
                       hash ? hash : "");
}

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
            texts_take(told, tell(e, &nic[i], net->link_ns));
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
