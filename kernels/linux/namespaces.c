/* SPDX-License-Identifier: MIT */
/* namespaces.c -- see namespaces.h. There is no `ip` in an initramfs of one program: interfaces
 * are moved by netlink, and the rest is told by ioctl. */
#include "linux/namespaces.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 4, RETURN_MS = 5000, ACCEPT_WAITING = 16 };

/* Of the namespace that all interfaces are in first: itself, and a way to its kernel. */
static int home = -1, home_link = -1;
static pid_t children[CHILDREN];
static unsigned child_count;

static void must(bool well) {
    if (!well)
        abort();
}

/* Of the caller's namespace. */
static void request(unsigned long what, void *argument) {
    int socket_any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    must(socket_any >= 0 && !ioctl(socket_any, what, argument));
    close(socket_any);
}

static struct ifreq named(const char *nic) {
    struct ifreq r;
    memset(&r, 0, sizeof r);
    strncpy(r.ifr_name, nic, sizeof r.ifr_name - 1);
    return r;
}

static void put_address(struct sockaddr *into, const char *address) {
    struct sockaddr_in it = net_address(address, 0);
    memcpy(into, &it, sizeof it);
}

static void bring_up(const char *nic) {
    struct ifreq r = named(nic);
    request(SIOCGIFFLAGS, &r);
    r.ifr_flags |= IFF_UP | IFF_RUNNING;
    request(SIOCSIFFLAGS, &r);
}

/* Whether the kernel makes one packet of several of TCP's that arrive. */
static void merge(const char *nic, bool on) {
    struct ethtool_value value = {.cmd = ETHTOOL_SGRO, .data = on};
    struct ifreq r = named(nic);
    r.ifr_data = (char *)&value;
    request(SIOCETHTOOL, &r);
}

void net_configure(const struct net_nic *nic) {
    merge(nic->name, true); /* whatever the last row had */
    struct ifreq r = named(nic->name);
    put_address(&r.ifr_addr, nic->address);
    request(SIOCSIFADDR, &r);
    put_address(&r.ifr_netmask, "255.255.255.0");
    request(SIOCSIFNETMASK, &r);
    bring_up(nic->name);
}

static void write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    must(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
}

/* Has the kernel move an interface from home to the namespace of this process; its answer, 0 or
 * -errno. */
static int take(const char *nic) {
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
        struct rtattr name_is;
        char name[IFNAMSIZ];
        struct rtattr pid_is;
        int pid;
    } ask = {
        .header = {.nlmsg_len = sizeof ask,
                   .nlmsg_type = RTM_NEWLINK,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
        .link = {.ifi_family = AF_UNSPEC},
        .name_is = {RTA_LENGTH(IFNAMSIZ), IFLA_IFNAME},
        .pid_is = {RTA_LENGTH(sizeof(int)), IFLA_NET_NS_PID},
        .pid = getpid(),
    };
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char more[512];
    } answer = {.error = {.error = -EIO}};
    strncpy(ask.name, nic, sizeof ask.name - 1);
    must(send(home_link, &ask, sizeof ask, 0) == (ssize_t)sizeof ask &&
         recv(home_link, &answer, sizeof answer, 0) > 0);
    return answer.error.error;
}

/* One that is still in a namespace that nobody is in any more comes home by itself. */
static bool take_waiting(const char *nic) {
    int error = take(nic);
    for (unsigned ms = 0; error == -ENODEV && ms < RETURN_MS; ms++) {
        usleep(1000);
        error = take(nic);
    }
    return !error;
}

/* False: an interface is not there. */
static bool namespace_make(const struct net_nic *nics, unsigned count) {
    must(!unshare(CLONE_NEWNET));
    write_file("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1\n");
    write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1\n");
    bring_up("lo");
    for (unsigned i = 0; i < count; i++) {
        if (!take_waiting(nics[i].name))
            return false;
        net_configure(&nics[i]);
    }
    return true;
}

static void find_home(void) {
    if (home >= 0)
        return;
    home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    home_link = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    must(home >= 0 && home_link >= 0);
}

static bool refuse(struct bench *b) {
    bench_skip(b, "the machine has not these network interfaces");
    net_leave();
    return false;
}

bool net_enter(struct bench *b, const struct net_nic *nics, unsigned count) {
    find_home();
    return namespace_make(nics, count) || refuse(b);
}

/* The child's whole life. READY: where it tells that it serves. */
static _Noreturn void child(const struct net_nic *nics, unsigned count,
                            const struct net_service *service, int ready) {
    must(!prctl(PR_SET_PDEATHSIG, SIGKILL)); /* it would keep the interfaces */
    char well = !count || namespace_make(nics, count);
    int opened = well ? service->open() : -1;
    must(write(ready, &well, 1) == 1);
    close(ready);
    if (well)
        service->serve(opened);
    _exit(0);
}

bool net_serve(struct bench *b, const struct net_nic *nics, unsigned count,
               const struct net_service *service) {
    int ready[2];
    char well = 0;
    must(child_count < CHILDREN && !pipe(ready));
    pid_t pid = fork();
    must(pid >= 0);
    if (!pid)
        child(nics, count, service, ready[1]);
    children[child_count++] = pid;
    close(ready[1]);
    must(read(ready[0], &well, 1) == 1);
    close(ready[0]);
    return well || refuse(b);
}

void net_leave(void) {
    while (child_count) {
        pid_t pid = children[--child_count];
        must(!kill(pid, SIGKILL) && waitpid(pid, NULL, 0) == pid);
    }
    must(!setns(home, CLONE_NEWNET));
}

void net_route(const char *to, const char *by) {
    struct rtentry r;
    memset(&r, 0, sizeof r);
    put_address(&r.rt_dst, to);
    put_address(&r.rt_gateway, by);
    put_address(&r.rt_genmask, "255.255.255.0");
    r.rt_flags = RTF_UP | RTF_GATEWAY;
    request(SIOCADDRT, &r);
}

void net_forward(void) {
    write_file("/proc/sys/net/ipv4/ip_forward", "1\n");
}

/* ---- sockets ---- */

struct sockaddr_in net_address(const char *address, unsigned port) {
    struct sockaddr_in it = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    must(inet_aton(address, &it.sin_addr));
    return it;
}

static int opened(int domain, int type, int protocol) {
    int it = socket(domain, type | SOCK_CLOEXEC, protocol);
    must(it >= 0);
    return it;
}

int net_listen(int type, unsigned port) {
    struct sockaddr_in at = net_address("0.0.0.0", port);
    int one = 1, it = opened(AF_INET, type, 0);
    must(!setsockopt(it, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) &&
         !bind(it, (struct sockaddr *)&at, sizeof at) &&
         (type != SOCK_STREAM || !listen(it, ACCEPT_WAITING)));
    return it;
}

int net_connect(int type, const char *address, unsigned port) {
    struct sockaddr_in at = net_address(address, port);
    int one = 1, it = opened(AF_INET, type, 0);
    if (type == SOCK_STREAM)
        must(!setsockopt(it, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
    if (!connect(it, (struct sockaddr *)&at, sizeof at))
        return it;
    close(it);
    return -1;
}

int net_frames(const char *nic, unsigned type) {
    struct sockaddr_ll at = {.sll_family = AF_PACKET,
                             .sll_protocol = htons((uint16_t)(type ? type : ETH_P_ALL)),
                             .sll_ifindex = (int)if_nametoindex(nic)};
    int one = 1, it = opened(AF_PACKET, SOCK_RAW, 0);
    must(at.sll_ifindex && !setsockopt(it, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) &&
         !bind(it, (struct sockaddr *)&at, sizeof at));
    return it;
}

void net_unmerged(const char *nic) {
    merge(nic, false);
}

void net_hardware(const char *nic, uint8_t *into) {
    struct ifreq r = named(nic);
    request(SIOCGIFHWADDR, &r);
    memcpy(into, r.ifr_hwaddr.sa_data, ETH_ALEN);
}

void net_patience(int socket, unsigned ms) {
    struct timeval most = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};
    must(!setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most));
}
