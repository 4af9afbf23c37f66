/* SPDX-License-Identifier: MIT */
/* qmp.c -- a QMP client: greeting, events, and the instruction counter by query-replay. */
#include "guest/qmp.h"
#include "base/assert.h"
#include "base/memory.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* QEMU's longest message (its greeting) has some hundred bytes; a longer line is not QMP and is
 * dropped. */
enum { LINE_MAX_BYTES = 1 << 20 };

void qmp_open(struct qmp *q, int fd) {
    *q = (struct qmp){.fd = fd};
}

static void send_text(struct qmp *q, const char *text) {
    /* A full socket would mean that QEMU no longer listens: the next question is as good. */
    (void)!send(q->fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void take_event(struct qmp *q, const char *event, const json_t *message) {
    if (!strcmp(event, "GUEST_PANICKED"))
        q->panicked = true;
    if (strcmp(event, "SHUTDOWN") != 0)
        return;
    const char *reason =
        json_string_value(json_object_get(json_object_get(message, "data"), "reason"));
    snprintf(q->shutdown, sizeof q->shutdown, "%s", reason ? reason : "unknown");
    send_text(q, "{\"execute\":\"human-monitor-command\","
                 "\"arguments\":{\"command-line\":\"info registers\"}}\n");
}

static void take_message(struct qmp *q, const json_t *message) {
    const char *event = json_string_value(json_object_get(message, "event"));
    const json_t *answer = json_object_get(message, "return");
    if (json_object_get(message, "QMP")) {
        send_text(q, "{\"execute\":\"qmp_capabilities\"}\n");
        q->ready = true;
    } else if (event) {
        take_event(q, event, message);
    } else if (json_object_get(answer, "mode")) {
        q->guest_ns = (uint64_t)json_integer_value(json_object_get(answer, "icount"));
        q->asked = false;
    } else if (json_is_string(answer) && !q->registers) {
        q->registers = strdup(json_string_value(answer));
    }
}

static void take_line(struct qmp *q) {
    assert_that(q->used <= LINE_MAX_BYTES);
    json_t *message = json_loadb(q->line, q->used, 0, NULL);
    if (message)
        take_message(q, message);
    json_decref(message);
    q->used = 0;
}

static void take_bytes(struct qmp *q, const char *bytes, size_t count) {
    assert_that(q->used <= q->capacity);
    if (q->used + count > q->capacity) {
        q->capacity = 2 * q->capacity + count;
        q->line = memory_resize(q->line, q->capacity, 1);
    }
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '\n')
            take_line(q);
        else if (q->used < LINE_MAX_BYTES)
            q->line[q->used++] = bytes[i];
    }
}

bool qmp_poll(struct qmp *q) {
    char bytes[4096];
    ssize_t count;
    while ((count = recv(q->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
        take_bytes(q, bytes, (size_t)count);
    return count < 0 && (errno == EAGAIN || errno == EINTR);
}

void qmp_ask_time(struct qmp *q) {
    if (!q->ready || q->asked)
        return;
    q->asked = true;
    send_text(q, "{\"execute\":\"query-replay\"}\n");
}

void qmp_close(struct qmp *q) {
    if (q->fd >= 0)
        close(q->fd);
    free(q->line);
    free(q->registers);
    q->registers = NULL;
    q->line = NULL;
    q->fd = -1;
}
