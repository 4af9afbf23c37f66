/* SPDX-License-Identifier: MIT */
/* boot_wire.h -- the wire of `exospin boot`: what `--net`, `--sends` and `--pcap` say. The first is
 * for demonstrations: what comes by it, and when, is the host's. */
#ifndef HARNESS_BOOT_WIRE_H
#define HARNESS_BOOT_WIRE_H

#include "guest/qemu.h"

/* Gives B an interface on a wire to what NET says,
 *
 * - "user[,tcp:HOST_PORT:GUEST_PORT]...": this machine, whose ports on 127.0.0.1 lead to those of
 *   the guest, 10.0.0.1; the guest reaches nobody by itself;
 * - "peer[,PATH]": the other guest that was, or will be, booted so, by a pair of sockets;
 * - "peer,PATH,PATH": two interfaces, on such a link each;
 *
 * and with PCAP, which may be null, has all that passes on the first written there. Ends the
 * process: 64 for what NET cannot be, 42 for a file that cannot be written, 44 for a port that
 * cannot be had. */
void boot_wire(struct qemu_boot *b, const char *net, const char *pcap);

/* Gives B two interfaces on one wire of its own, and adds the capture at PATH to its files: the
 * second sends it. PCAP as above. Ends the process: 32 where there is no such file, 64 where its
 * frames cannot be sent, 42 as above. */
void boot_traffic(struct qemu_boot *b, const char *path, struct texts *files, const char *pcap);

#endif
