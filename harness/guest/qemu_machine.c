/* SPDX-License-Identifier: MIT */
/* qemu_machine.c -- QEMU's arguments: the machine, its disks, and what one boot hands to it. */
#include "guest/qemu.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/scope.h"

#include <inttypes.h>
#include <string.h>

const char *const via_names[] = {"kernel", "grub-bios", "grub-uefi", NULL};

/* Which boots want an argument. */
enum {
    EVERY = 0,
    ICOUNT = 1 << 0,
    KVM = 1 << 1,
    TCG = 1 << 2,
    UEFI = 1 << 3,
};

/* Debian's package ovmf; -bios takes its combined image, so no variables are kept from boot to
 * boot. */
#define OVMF "/usr/share/ovmf/OVMF.fd"

static const struct {
    unsigned when;
    const char *words;
} machine[] = {
    {EVERY, "-M pc"}, /* q35 starts seconds later under load */
    {EVERY, "-smp 1 -m 512"},
    /* rep stosb and rep movsb count each byte as an instruction under icount; without these two
     * features every system, Linux included, moves memory by eight bytes */
    {TCG, "-cpu max,-erms,-fsrm"},
    {KVM, "-accel kvm -cpu host,-erms,-fsrm"},
    {ICOUNT,
     "-icount shift=0,sleep=off"}, /* the TSC counts retired instructions; idle time is skipped */
    {EVERY, "-nodefaults -no-user-config -display none"},
    {EVERY, "-seed 1"}, /* else the guest's rdrand is the host's, and Linux's stack offsets differ
                           from boot to boot */
    {EVERY, "-rtc base=2020-01-01T00:00:00,clock=vm"}, /* the date is an input too: QEMU_RTC_BASE */
    {EVERY, "-device isa-debug-exit,iobase=0xf4,iosize=4"}, /* PROTOCOL_EXIT_PORT */
    {EVERY, "-device pvpanic"},
    {EVERY, "-no-reboot"},   /* a reset ends QEMU: one boot, one log */
    {EVERY, "-d cpu_reset"}, /* "Triple fault" stands in this log, and only there */
    {UEFI, "-bios " OVMF},
};

/* What a disk is made of, and how each is plugged in: its number and its place stand for %zu and
 * %s. Without ioeventfd the device has a request before the guest's next instruction, so that its
 * end is exact (docs/disk.md); errors are the guest's to see. */
static const char disk_file[] =
    "driver=raw,node-name=%s%zu,discard=unmap,file.driver=file,file.locking=%s,file.filename=%s";
static const char disk_null[] = "driver=null-co,node-name=%s%zu,read-zeroes=on,size=%" PRIu64;
/* The log says after each entry how many it has: QEMU may end at any moment. */
static const char disk_log[] =
    "driver=blklogwrites,node-name=disk%zu,file=logged%zu,log-super-update-interval=1,"
    "log.driver=file,log.locking=%s,log.filename=%s";
static const char disk_device[] =
    "virtio-blk-pci,drive=disk%zu,disable-legacy=on,ioeventfd=off,num-queues=4,rerror=report,werror=report";

/* An interface, on a port of its hub. It sends when its timer says so, so that a frame is on the
 * wire for exactly as long; what offloads and a control queue would have it do is the guest's own.
 * Without that queue its parts go off too, or Linux refuses the device. */
static const char nic_device[] =
    "virtio-net-pci,netdev=port%u,mac=02:00:00:00:00:%02x,disable-legacy=on,ioeventfd=off,tx=timer,"
    "x-txtimer=%u,mrg_rxbuf=off,event_idx=off,ctrl_vq=off,ctrl_rx=off,ctrl_vlan=off,"
    "ctrl_rx_extra=off,ctrl_mac_addr=off,ctrl_guest_offloads=off,guest_announce=off,csum=off,"
    "guest_csum=off,gso=off,guest_tso4=off,guest_tso6=off,guest_ecn=off,guest_ufo=off,"
    "host_tso4=off,host_tso6=off,host_ecn=off,host_ufo=off";

static void add_nics(const struct qemu_net *net, struct texts *list) {
    assert_that(net->nics <= QEMU_NICS_MAX);
    for (unsigned i = 0; i < net->nics; i++) {
        texts_add(list, "-netdev");
        texts_take(list, text_format("hubport,id=port%u,hubid=%u", i, net->hub[i]));
        texts_add(list, "-device");
        texts_take(list, text_format(nic_device, i, net->first + i + 1, net->link_ns));
    }
}

/* Each hub by its first port, which sees all that passes. */
static void add_captures(const struct qemu_net *net, struct texts *list) {
    for (unsigned hub = 0; hub < net->hubs; hub++) {
        unsigned port = 0;
        while (net->hub[port] != hub)
            port++;
        texts_add(list, "-object");
        texts_take(list, text_format("filter-dump,id=capture%u,netdev=port%u,file=/dev/fd/%u", hub,
                                     port, QEMU_CAPTURE_FD + hub));
    }
}

/* A value of an option that has others behind it; a new string. */
static char *comma_doubled(const char *text) {
    scoped_texts struct texts parts = {0};
    scoped_text char *copy = text_copy(text);
    for (char *rest = copy, *comma; rest; rest = comma) {
        comma = strchr(rest, ',');
        if (comma)
            *comma++ = '\0';
        texts_add(&parts, rest);
        if (comma)
            texts_add(&parts, ",,");
    }
    size_t length = 1;
    for (size_t i = 0; i < parts.count; i++)
        length += strlen(parts.items[i]);
    char *whole = memory_new(length, 1);
    for (size_t i = 0; i < parts.count; i++)
        strcat(whole, parts.items[i]);
    return whole;
}

/* The file PATH, or the one that the child finds as FD. */
static char *disk_place(const char *path, size_t fd) {
    return path ? comma_doubled(path) : text_format("/dev/fd/%zu", fd);
}

/* What the device stands on: the disk itself, or what logs its writes first. */
static void add_disk(const struct qemu_disk *disk, size_t i, struct texts *list) {
    bool logs = disk->logs || disk->log;
    const char *name = logs ? "logged" : "disk";
    texts_add(list, "-blockdev");
    if (disk->file || disk->fd >= 0) {
        scoped_text char *file = disk_place(disk->file, QEMU_DISK_FD + i);
        texts_take(list, text_format(disk_file, name, i, disk->file ? "auto" : "off", file));
    } else {
        texts_take(list, text_format(disk_null, name, i, disk->bytes));
    }
    if (logs) {
        scoped_text char *log = disk_place(disk->log, QEMU_LOG_FD + i);
        texts_add(list, "-blockdev");
        texts_take(list, text_format(disk_log, i, i, disk->log ? "auto" : "off", log));
    }
    texts_add(list, "-device");
    texts_take(list, text_format(disk_device, i));
}

void qemu_machine(const struct qemu_boot *b, struct texts *list) {
    unsigned have = b->clock == CLOCK_TSC ? KVM : TCG;
    have |= b->clock == CLOCK_ICOUNT ? ICOUNT : 0;
    have |= b->via == VIA_GRUB_UEFI ? UEFI : 0;
    for (size_t i = 0; i < sizeof machine / sizeof machine[0]; i++)
        if (!machine[i].when || machine[i].when & have)
            texts_split(list, machine[i].words, " ");
    assert_that(b->disks <= QEMU_DISKS_MAX);
    for (size_t i = 0; i < b->disks; i++)
        add_disk(&b->disk[i], i, list);
    if (b->disks)
        texts_split(list, "-trace enable=" QEMU_DISK_TRACE, " ");
    add_nics(&b->net, list);
}

static void add_pair(struct texts *list, const char *option, const char *value) {
    if (!value)
        return;
    texts_add(list, option);
    texts_add(list, value);
}

void qemu_arguments(const struct qemu_boot *b, struct texts *list) {
    add_pair(list, "-kernel", b->kernel);
    add_pair(list, "-append", b->append);
    add_pair(list, "-cdrom", b->iso);
    if (b->initrd >= 0) {
        texts_add(list, "-initrd");
        texts_take(list, text_format("/dev/fd/%d", QEMU_INITRD_FD));
    }
    add_captures(&b->net, list);
    for (size_t i = 0; i < b->extra.count; i++)
        texts_add(list, b->extra.items[i]);
    add_pair(list, "-serial", b->serial);
    add_pair(list, "-serial", b->second_serial);
}
