/* SPDX-License-Identifier: MIT */
/* defence_net.h -- of defence.h, the rules of packets: filters, rings, handlers at arrival,
 * sockets. */
#ifndef EXO_DEFENCE_NET_H
#define EXO_DEFENCE_NET_H

/* Packets: a ring is page frames that its owner may write, pinned; what he has not taken is not
 * written over; no ring of one that has ended is filled. */
#define DEFENCE_PACKET_WRITE 7001
#define DEFENCE_PACKET_PIN   7002
#define DEFENCE_PACKET_ACL   7003
#define DEFENCE_PACKET_TAKEN 7004
#define DEFENCE_PACKET_DEAD  7005
#define DEFENCE_PACKET_ORDER 7033 /* what ended first gives its buffers back first */
/* What is sent may be read, the word be written, by who sends; not too many; and in no other's
 * name. */
#define DEFENCE_PACKET_READ  7006
#define DEFENCE_PACKET_WORD  7007
#define DEFENCE_PACKET_SENDS 7008
#define DEFENCE_PACKET_ENDED 7023 /* nor because of who had ended before */
#define DEFENCE_PACKET_MORE                                                                        \
    7025 /* what the device has not heard of goes where the sender's turn ends */
#define DEFENCE_TRANSFER_TELLS 7031 /* also where control is transferred */
#define DEFENCE_PACKET_FORGED  7009
#define DEFENCE_PACKET_STILL   7013 /* still */
#define DEFENCE_PACKET_FLIES   7014 /* its frames stay until the device is done with them */
/* Filters are inserted by right, take nothing from whom they do not dominate, and are named by
 * right. */
#define DEFENCE_FILTER_RIGHT  7010
#define DEFENCE_FILTER_STEALS 7011
#define DEFENCE_FILTER_NAMED  7012
#define DEFENCE_FILTER_STEPS  7027 /* and take so many steps a frame at most, all together */
#define DEFENCE_FILTER_NEW    7028 /* each brings few tests that none had before */
#define DEFENCE_FILTER_SHARE  7029 /* and who has a part of an interface leaves others theirs */
#define DEFENCE_NET_FEW       7026 /* of frames that may take long few are taken at once */
#define DEFENCE_NET_ONE       7032 /* and of those that a handler may have, one */
#define DEFENCE_NET_TIME      7030 /* what nobody has takes nobody's share of time */
#define DEFENCE_FILTER_RING   7015 /* and fill the ring that they were bound to */
/* Who may reset an interface, and say what somebody may send: whose all of it is. */
#define DEFENCE_NIC_WHOLE 7016
/* Who withdraws a filter has more than its owner. What is revoked takes filters, rings, and copies
 * of others' packets along, which only has whose all of each interface is. */
#define DEFENCE_FILTER_ROOT     7017
#define DEFENCE_REVOKED_FILTER  7018
#define DEFENCE_REVOKED_PACKETS 7019
#define DEFENCE_TAP_RIGHT       7020
#define DEFENCE_TAP_ENDED       7024
#define DEFENCE_REVOKED_ASH     7022
#define DEFENCE_REVOKED_TAP     7021
/* Handlers at arrival. A region is page frames that its owner may write, pinned, and the handler
 * touches nothing behind it; it ends soon, keeps nothing elsewhere, and sees no frame of another's.
 * It runs for no one that has ended or lost the region, and in the time of its owner; it is set,
 * dropped and sent messages by right. */
#define DEFENCE_ASH_WRITE     7100
#define DEFENCE_ASH_PIN       7101
#define DEFENCE_ASH_REGION    7102
#define DEFENCE_ASH_BOUND     7103
#define DEFENCE_ASH_DIVIDES   7117 /* in instructions of the machine */
#define DEFENCE_ASH_VARIABLES 7104
#define DEFENCE_ASH_CLEAN     7105
#define DEFENCE_ASH_DEAD      7106
#define DEFENCE_ASH_ACL       7107
#define DEFENCE_ASH_CHARGED   7108
#define DEFENCE_ASH_OWN       7109
#define DEFENCE_ASH_SENDER    7110
#define DEFENCE_ASH_ENDS      7115
/* What it sends is as its owner's template wants, and not too much. */
#define DEFENCE_ASH_FORGED 7111
#define DEFENCE_ASH_SENDS  7112
/* A stage of a pipe leaves the loop's registers alone, and all of them take a bounded time. */
#define DEFENCE_PIPE_REGISTERS 7113
#define DEFENCE_PIPE_COST      7114
/* ExOS' sockets: what a process wrote is sent though it has ended; */
#define DEFENCE_SOCKET_LEAVE  7201
#define DEFENCE_SOCKET_SPOILT 7202 /* words of others' are checked where they are used; */
#define DEFENCE_NET_UNREAD    7203 /* and that he did not read is told. */
#define DEFENCE_NET_SOURCE    7205 /* Nobody on the wire has our address. */
#define DEFENCE_NET_TELLS     7204 /* A flood is not answered by one of ICMP. */

#define DEFENCE_CHEETAH_HALF_OPEN     7260
#define DEFENCE_CHEETAH_DISPLACE      7261
#define DEFENCE_CHEETAH_PATIENCE_ENDS 7262
#define DEFENCE_CHEETAH_PAGES         7263
#define DEFENCE_CHEETAH_VERSION       7264
#define DEFENCE_CHEETAH_STRETCH       7265
#define DEFENCE_CHEETAH_CHECKSUM      7266

#endif
