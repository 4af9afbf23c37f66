/* SPDX-License-Identifier: MIT */
/* devices.c -- see devices.h. */
#include "experiment/devices.h"
#include "base/scope.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In MiB. QEMU writes no file larger than the last (qemu.c). */
enum { DISK_LEAST = 1, DISK_MOST = 256, JOURNAL_LEAST = 8, VOLUME_MOST = 128 };
enum { LINK_NS_MOST = 1000000000 };

#define KEY(field, needed, read)                                                                   \
    { #field, needed, read, offsetof(struct disk_device, field) }

static void read_size(struct document *d, yaml_node_t *node, void *into) {
    const char *text = NULL;
    document_text(d, node, &text);
    char *end = NULL;
    unsigned long size = text ? strtoul(text, &end, 10) : 0;
    bool fine = text && strspn(text, "0123456789") && strcmp(end, "MiB") == 0;
    if (text && (!fine || size < DISK_LEAST || size > DISK_MOST))
        document_error(d, node, "'%s' is no size of a disk; allowed: %dMiB to %dMiB", text,
                       DISK_LEAST, DISK_MOST);
    *(const char **)into = text;
}

/* Contents that are a file system with a folder's files. */
static const struct {
    const char *prefix;
    enum disk_content is;
} with_folder[] = {{"folder:", DISK_IS_FOLDER}, {"cffs:", DISK_IS_CFFS}, {"alfs:", DISK_IS_ALFS}};

/* Which of them the text begins as; null: none. */
static const char *prefix_of(const char *text, enum disk_content *is) {
    for (size_t i = 0; i < sizeof with_folder / sizeof with_folder[0]; i++)
        if (!strncmp(text, with_folder[i].prefix, strlen(with_folder[i].prefix))) {
            *is = with_folder[i].is;
            return with_folder[i].prefix;
        }
    return NULL;
}

static void read_content(struct document *d, yaml_node_t *node, void *into) {
    static const char *const words[] = {"zero",      "ext2",      "ext4", "folder:NAME",
                                        "cffs:NAME", "alfs:NAME", NULL};
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    enum disk_content is;
    const char *text = NULL;
    document_text(d, node, &text);
    const char *prefix = text ? prefix_of(text, &is) : NULL;
    const char *name = prefix ? text + strlen(prefix) : NULL;
    if (name && (!*name || name[strspn(name, letters)] || *name == '-'))
        document_error(d, node,
                       "'%s' names no folder; allowed: %sNAME, NAME of a-z, 0-9, '_' and '-'", text,
                       prefix);
    else if (text && !prefix)
        text = document_word(d, node, words);
    *(const char **)into = text;
}

static void read_backend(struct document *d, yaml_node_t *node, void *into) {
    static const char *const words[] = {"memory", "null", NULL};
    *(const char **)into = document_word(d, node, words);
}

static void read_log(struct document *d, yaml_node_t *node, void *into) {
    static const char *const words[] = {"none", "writes", NULL};
    *(const char **)into = document_word(d, node, words);
}

static void read_disk(struct document *d, yaml_node_t *node, void *into) {
    static const struct document_key keys[] = {
        KEY(size, true, read_size),
        KEY(content, false, read_content),
        KEY(backend, false, read_backend),
        KEY(log, false, read_log),
    };
    struct disk_device *disk = into;
    disk->line = document_line(node);
    document_map(d, node, keys, sizeof keys / sizeof *keys, disk);
    if (*d->error)
        return;
    const char *content = disk->content ? disk->content : "zero";
    disk->bytes = (uint64_t)strtoul(disk->size, NULL, 10) << 20;
    disk->is = !strcmp(content, "ext2")   ? DISK_IS_EXT2
               : !strcmp(content, "ext4") ? DISK_IS_EXT4
                                          : DISK_IS_ZERO;
    disk->folder = prefix_of(content, &disk->is) ? strchr(content, ':') + 1 : NULL;
    disk->forgets = disk->backend && !strcmp(disk->backend, "null");
    disk->logs = disk->log && !strcmp(disk->log, "writes");
    if (disk->forgets && disk->is != DISK_IS_ZERO)
        document_error(d, node, "backend: null reads zeros; allowed: content zero");
    if (disk->is >= DISK_IS_CFFS && disk->bytes > (uint64_t)VOLUME_MOST << 20)
        document_error(d, node, "size: a volume of XN takes %dMiB at most here", VOLUME_MOST);
    if (disk->is == DISK_IS_EXT4 && disk->bytes < (uint64_t)JOURNAL_LEAST << 20)
        document_error(d, node, "size: ext4 takes %dMiB at least", JOURNAL_LEAST);
}

static void read_disks(struct document *d, yaml_node_t *node, void *into) {
    struct document_list *list = into;
    document_sequence(d, node, list, sizeof(struct disk_device), read_disk);
    if (!*d->error && (!list->count || list->count > DEVICES_DISKS_MAX))
        document_error(d, node, "has %zu disks; allowed: 1 to %d", list->count, DEVICES_DISKS_MAX);
}

static void read_hub(struct document *d, yaml_node_t *node, void *into) {
    const char *text = NULL;
    document_text(d, node, &text);
    if (text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789")])
        document_error(d, node, "'%s' is no name of a hub; allowed: a-z and 0-9", text);
    *(const char **)into = text;
}

/* A name, not a path: what is sent is the experiment's own. */
static void read_sends(struct document *d, yaml_node_t *node, void *into) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-", ending[] = ".pcap";
    const char *text = NULL;
    document_text(d, node, &text);
    size_t name = text ? strspn(text, letters) : 0;
    if (text && (!name || *text == '-' || strcmp(text + name, ending) != 0))
        document_error(d, node,
                       "'%s' names no capture; allowed: NAME.pcap, NAME of a-z, 0-9, '_' and '-'",
                       text);
    *(const char **)into = text;
}

static void read_nic(struct document *d, yaml_node_t *node, void *into) {
    static const struct document_key keys[] = {
        {"hub", true, read_hub, offsetof(struct nic_device, hub)},
        {"sends", false, read_sends, offsetof(struct nic_device, sends)},
    };
    ((struct nic_device *)into)->line = document_line(node);
    document_map(d, node, keys, sizeof keys / sizeof *keys, into);
}

/* How many interfaces are on the hub of the i-th. */
static size_t sharers(const struct document_list *list, size_t i) {
    const struct nic_device *nic = list->items;
    size_t count = 0;
    for (size_t k = 0; k < list->count; k++)
        count += nic[k].number == nic[i].number;
    return count;
}

static void read_nics(struct document *d, yaml_node_t *node, void *into) {
    struct document_list *list = into;
    document_sequence(d, node, list, sizeof(struct nic_device), read_nic);
    if (*d->error)
        return;
    if (!list->count || list->count > DEVICES_NICS_MAX)
        document_error(d, node, "has %zu nics; allowed: 1 to %d", list->count, DEVICES_NICS_MAX);
    struct nic_device *nic = list->items;
    size_t hubs = 0;
    for (size_t i = 0; i < list->count; i++) {
        size_t first = 0;
        while (strcmp(nic[first].hub, nic[i].hub) != 0)
            first++;
        nic[i].number = first < i ? nic[first].number : hubs++;
    }
    for (size_t i = 0; i < list->count && hubs > 1; i++)
        if (sharers(list, i) == 1)
            document_error(d, node, "[%zu].hub: nobody else is on '%s'; a wire joins two", i,
                           nic[i].hub);
}

static void read_link(struct document *d, yaml_node_t *node, void *into) {
    double ns = 0;
    document_number(d, node, &ns);
    if (!*d->error && (ns < 1 || ns > LINK_NS_MOST || ns != (unsigned)ns))
        document_error(d, node, "a frame is on the wire for 1 to %d whole ns", LINK_NS_MOST);
    *(double *)into = ns;
}

void devices_read(struct document *d, yaml_node_t *node, void *into) {
    static const struct document_key keys[] = {
        {"disks", false, read_disks, offsetof(struct devices, disks)},
        {"nics", false, read_nics, offsetof(struct devices, nics)},
        {"link_ns", false, read_link, offsetof(struct devices, link_ns)},
    };
    struct devices *devices = into;
    document_map(d, node, keys, sizeof keys / sizeof *keys, devices);
    if (!*d->error && !devices->disks.count && !devices->nics.count)
        document_error(d, node, "has neither disks nor nics; leave `devices` out then");
    if (!*d->error && devices->link_ns > 0 && !devices->nics.count)
        document_error(d, node, "link_ns: there are no nics that a wire could join");
}

size_t devices_hubs(const struct devices *d) {
    const struct nic_device *nic = d->nics.items;
    size_t hubs = 0;
    for (size_t i = 0; i < d->nics.count; i++)
        hubs = nic[i].number >= hubs ? nic[i].number + 1 : hubs;
    return hubs;
}

unsigned devices_link_ns(const struct devices *d) {
    return d->link_ns > 0 ? (unsigned)d->link_ns : 1;
}

char *disk_device_text(const struct disk_device *disk) {
    return text_format("size=%s content=%s backend=%s%s", disk->size,
                       disk->content ? disk->content : "zero", disk->forgets ? "null" : "memory",
                       disk->logs ? " log=writes" : "");
}

static bool wires_equal(const struct devices *a, const struct devices *b, bool same_experiment) {
    const struct nic_device *one = a->nics.items, *two = b->nics.items;
    if (a->nics.count != b->nics.count ||
        (a->nics.count && devices_link_ns(a) != devices_link_ns(b)))
        return false;
    for (size_t i = 0; i < a->nics.count; i++)
        if (one[i].number != two[i].number || !one[i].sends != !two[i].sends ||
            (one[i].sends && (strcmp(one[i].sends, two[i].sends) != 0 || !same_experiment)))
            return false;
    return true;
}

bool devices_equal(const char *name, const struct devices *a, const char *other,
                   const struct devices *b) {
    const struct disk_device *one = a->disks.items, *two = b->disks.items;
    if (a->disks.count != b->disks.count || !wires_equal(a, b, !strcmp(name, other)))
        return false;
    for (size_t i = 0; i < a->disks.count; i++) {
        scoped_text char *left = disk_device_text(&one[i]), *right = disk_device_text(&two[i]);
        if (strcmp(left, right) != 0 || (one[i].folder && strcmp(name, other) != 0))
            return false;
    }
    return true;
}
