/* SPDX-License-Identifier: MIT */
/* shell_net.c -- the shell's commands for connections and films. */
#include "lib/error.h"
#include "lib/string.h"
#include "spin/services/console.h"
#include "spin/services/loader/loader.h"
#include "spin/services/nic/nic_object.h"
#include "spin/services/shell/shell.h"
#include "spin/services/stream/flow.h"
#include "spin/services/video/projector.h"

static void interfaces_say(const char *protocol) {
    for (unsigned i = 0; i < NET_NICS && nic_objects[i].nic; i++) {
        const unsigned long ip = nic_objects[i].ip;
        shell_say("nic %u: %lu.%lu.%lu.%lu, with connections by %s", i, ip >> 24 & 255,
                  ip >> 16 & 255, ip >> 8 & 255, ip & 255, protocol);
    }
}

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
    const int error = flow_use(line->word[0]);
    shell_error(error);
    if (!error)
        interfaces_say(line->word[0]);
    console_shares = true;
}

/* With a file it begins, without one it ends. */
static void film(const struct shell_line *line) {
    if (!line->words) {
        const long frames = projector_end();
        if (frames == -E_NOT_FOUND)
            shell_say("no film is shown");
        else if (frames < 0)
            shell_error((int)frames);
        else
            shell_say("%ld frames were shown", frames);
        return;
    }
    const int error = projector_begin(line->word[0]);
    if (error == -E_INVALID)
        shell_say("%s is no film", line->word[0]);
    else if (error)
        shell_say("%s is not shown: %s", line->word[0], error_sentence(error));
    else
        shell_say("%s is shown, %u frames a second", line->word[0], PROJECTOR_FRAMES);
    console_shares |= !error;
}

const struct shell_entry shell_net_commands[] = {
    {"connections", 1, 1, connections}, {"film", 0, 1, film}, {0}};
