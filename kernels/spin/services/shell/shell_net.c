/* SPDX-License-Identifier: MIT */
/* shell_net.c -- the shell's command for connections. */
#include "lib/error.h"
#include "lib/string.h"
#include "spin/services/console.h"
#include "spin/services/loader/loader.h"
#include "spin/services/shell/shell.h"
#include "spin/services/stream/flow.h"

/* The graph below them, and the protocol that they speak from now on. */
static void connections(const struct shell_line *line) {
    static const char *const below[] = {"loopback", "ether", "arp", "ip", "icmp", "udp"};
    static struct report why;
    struct extension *e;
    if (!streams) {
        shell_say("there is no network");
        return;
    }
    for (unsigned i = 0; i < sizeof below / sizeof *below; i++)
        if (!loader_find(below[i]) && loader_load(below[i], &e, &why)) {
            console_write(why.text, strlen(why.text)); /* longer than shell_say's lines */
            return;
        }
    shell_error(flow_use(line->word[0]));
    console_shares = true;
}

const struct shell_entry shell_net_commands[] = {{"connections", 1, 1, connections}, {0}};
