/* SPDX-License-Identifier: MIT */
/* boot_wire.c -- see boot_wire.h. */
#include "cmd/boot_wire.h"
#include "base/die.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/text.h"
#include "log/traffic.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char allowed[] =
    "allowed: user[,tcp:HOST_PORT:GUEST_PORT]..., peer[,PATH] or peer,PATH,PATH; ports from 1 to "
    "65535";

/* A backend of QEMU's, endN, on the guest's wire N. */
static void add_end(struct qemu_boot *b, unsigned wire, char *backend) {
    texts_add(&b->extra, "-netdev");
    texts_take(&b->extra, backend);
    scoped_text char *port =
        text_format("-netdev hubport,id=hub%u,hubid=%u,netdev=end%u", wire, wire, wire);
    texts_split(&b->extra, port, " ");
}

/* ---- this machine ---- */

/* Somebody else's port is told before QEMU is started, which has no message of its own for it. */
static void check_port(unsigned port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    scoped_fd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) ||
        bind(fd, (struct sockaddr *)&address, sizeof address))
        die(STATUS_PORT, "--net: port %u of 127.0.0.1: %s", port, strerror(errno));
}

/* "tcp:8080:80"; false where it is none. */
static bool read_forward(const char *text, unsigned *host, unsigned *guest) {
    int end = 0;
    return strspn(text, "tcp:0123456789") == strlen(text) &&
           sscanf(text, "tcp:%5u:%5u%n", host, guest, &end) == 2 && !text[end] && *host && *guest &&
           *host <= UINT16_MAX && *guest <= UINT16_MAX;
}

static void add_user(struct qemu_boot *b, const struct texts *parts) {
    scoped_texts struct texts words = {0};
    texts_add(&words, "user,id=end0,net=10.0.0.0/24,host=10.0.0.254,dns=10.0.0.253,"
                      "dhcpstart=10.0.0.1,ipv6=off,restrict=on");
    for (size_t i = 1; i < parts->count; i++) {
        unsigned host, guest;
        if (!read_forward(parts->items[i], &host, &guest))
            die(STATUS_USAGE, "--net: '%s' forwards nothing; %s", parts->items[i], allowed);
        check_port(host);
        texts_take(&words, text_format(",hostfwd=tcp:127.0.0.1:%u-10.0.0.1:%u", host, guest));
    }
    add_end(b, 0, texts_join(&words, ""));
}

/* ---- another guest ---- */

/* Whether somebody listens there; what a QEMU that has ended left is nobody. */
static bool is_taken(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        die(STATUS_USAGE, "--net: %s is longer than the name of a socket may be, %zu bytes", path,
            sizeof address.sun_path - 1);
    strcpy(address.sun_path, path);
    scoped_fd int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof address);
}

static char *default_link(void) {
    const char *folder = getenv("XDG_RUNTIME_DIR");
    return text_format("%s/exospin-peer-%u", folder && *folder ? folder : "/tmp", getuid());
}

/* The first has end 0, the second end 1; which of them this guest is. */
static bool add_link(struct qemu_boot *b, unsigned wire, const char *link) {
    scoped_text char *first = text_format("%s.0", link), *second = text_format("%s.1", link);
    bool taken = is_taken(first);
    if (taken && is_taken(second))
        die(STATUS_PORT, "--net: both ends of %s are taken; name another link with peer,PATH",
            link);
    add_end(b, wire,
            text_format("dgram,id=end%u,local.type=unix,local.path=%s,remote.type=unix,"
                        "remote.path=%s",
                        wire, taken ? second : first, taken ? first : second));
    return taken;
}

/* Who has end 0 has the interface 02:00:00:00:00:01, who has end 1 ..02. A guest of two links
 * stands between others, and has ..01 and ..02. */
static void add_peer(struct qemu_boot *b, const struct texts *parts) {
    scoped_text char *link = parts->count > 1 ? text_copy(parts->items[1]) : default_link();
    if (parts->count > 3 || (parts->count == 3 && !strcmp(link, parts->items[2])))
        die(STATUS_USAGE,
            "--net: a guest has one link, or two different ones, and a socket's name no commas "
            "here; %s",
            allowed);
    bool second = add_link(b, 0, link);
    if (parts->count > 2) {
        add_link(b, 1, parts->items[2]);
        b->net.nics = 2;
        b->net.hub[1] = 1;
    } else {
        b->net.first = second;
    }
}

/* ---- either ---- */

static int open_capture(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        die(STATUS_FOLDER, "--pcap %s: %s", path, strerror(errno));
    return fd;
}

static void capture_wire(struct qemu_boot *b, const char *pcap) {
    if (!pcap)
        return;
    b->net.hubs = 1;
    b->net.capture[0] = open_capture(pcap);
}

void boot_wire(struct qemu_boot *b, const char *net, const char *pcap) {
    scoped_texts struct texts parts = {0};
    texts_split(&parts, net, ",");
    b->net = (struct qemu_net){.nics = 1, .link_ns = 1};
    if (parts.count && !strcmp(parts.items[0], "user"))
        add_user(b, &parts);
    else if (parts.count && !strcmp(parts.items[0], "peer"))
        add_peer(b, &parts);
    else
        die(STATUS_USAGE, "--net %s: no such wire; %s", net, allowed);
    capture_wire(b, pcap);
}

void boot_traffic(struct qemu_boot *b, const char *path, struct texts *files, const char *pcap) {
    if (access(path, R_OK))
        die(STATUS_MISSING, "--sends %s: %s", path, strerror(errno));
    scoped_text char *fault = traffic_fault(path);
    if (fault)
        die(STATUS_USAGE, "--sends %s: %s", path, fault);
    b->net = (struct qemu_net){.nics = 2, .link_ns = 1};
    texts_take(files, text_format("sends/1:%s", path));
    capture_wire(b, pcap);
}
