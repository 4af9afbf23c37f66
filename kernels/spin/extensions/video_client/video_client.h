/* SPDX-License-Identifier: MIT */
/* video_client.h -- where one watches from, and whose film. */
#ifndef VIDEO_CLIENT_H
#define VIDEO_CLIENT_H

enum {
    VIDEO_CLIENT_PORT = 5005,
    VIDEO_CLIENT_NIC = 1,
    VIDEO_SERVER_AT = 0x0a000001 /* 10.0.0.1 */
};

#endif
