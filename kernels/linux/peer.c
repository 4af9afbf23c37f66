/* SPDX-License-Identifier: MIT */
/* peer.c -- Linux as somebody to speak to, where nothing is measured and there is an interface: its
 * first one has the address 10.0.0.N, N the last byte of its address on the wire; echo (7) and
 * discard (9) by TCP and UDP, and bytes without end (19) by TCP. Ping is the kernel's. */
#include "linux/init.h"
#include "linux/namespaces.h"

#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { ECHO_PORT = 7, DISCARD_PORT = 9, CHARGEN_PORT = 19, PIECE = 4096 };

static bool write_all(int to, const char *bytes, size_t length) {
    for (ssize_t n; length; bytes += n, length -= (size_t)n)
        if ((n = write(to, bytes, length)) <= 0)
            return false;
    return true;
}

static void serve_stream(int stream, unsigned port) {
    char bytes[PIECE];
    ssize_t n;
    if (port == CHARGEN_PORT) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)(' ' + i % 64);
        while (write_all(stream, bytes, sizeof bytes))
            ;
        return;
    }
    while ((n = read(stream, bytes, sizeof bytes)) > 0)
        if (port == ECHO_PORT && !write_all(stream, bytes, (size_t)n))
            return;
}

/* A child for each connection. */
static _Noreturn void serve_tcp(unsigned port) {
    int listener = net_listen(SOCK_STREAM, port);
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int stream = accept(listener, NULL, NULL);
        if (stream >= 0 && !fork()) {
            serve_stream(stream, port);
            _exit(0);
        }
        close(stream);
    }
}

static _Noreturn void serve_udp(unsigned port) {
    char bytes[PIECE];
    int s = net_listen(SOCK_DGRAM, port);
    for (;;) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        ssize_t n = recvfrom(s, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);
        if (n >= 0 && port == ECHO_PORT)
            sendto(s, bytes, (size_t)n, 0, (struct sockaddr *)&from, length);
    }
}

/* For who wants to ask, and not to answer: `/busybox ping`, `/busybox wget`. */
static void shell(void) {
    pid_t child = fork();
    if (!child) {
        struct termios lines;
        int line = open("/dev/ttyS0", O_RDWR);
        if (!tcgetattr(line, &lines)) {
            lines.c_iflag |= ICRNL;
            lines.c_lflag |= ICANON;
            tcsetattr(line, TCSANOW, &lines);
        }
        for (int fd = 0; fd <= 2; fd++)
            dup2(line, fd);
        execl("/busybox", "busybox", "sh", "-c",
              "while printf \"> \" && read -r l; do eval \"$l\"; done", (char *)NULL);
        _exit(1);
    }
    waitpid(child, NULL, 0);
    guest_exit(PROTOCOL_EXIT_DONE);
}

void peer_start(const char *words) {
    static const struct {
        void (*serve)(unsigned port) __attribute__((noreturn));
        unsigned port;
    } services[] = {{serve_tcp, ECHO_PORT},
                    {serve_tcp, DISCARD_PORT},
                    {serve_tcp, CHARGEN_PORT},
                    {serve_udp, ECHO_PORT},
                    {serve_udp, DISCARD_PORT}};
    uint8_t hardware[6];
    char text[80], address[16];
    if (!if_nametoindex("eth0"))
        return;
    net_hardware("eth0", hardware);
    snprintf(address, sizeof address, "10.0.0.%u", hardware[5]);
    net_configure(&(struct net_nic){"eth0", address});
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++)
        if (!fork())
            services[i].serve(services[i].port);
    int length = snprintf(text, sizeof text, "eth0 has %s; echo, discard, chargen\n", address);
    serial_text(text, (size_t)length);
    if (strstr(words, "shell=1"))
        shell();
}
