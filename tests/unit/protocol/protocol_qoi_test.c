/* SPDX-License-Identifier: MIT */
/* Pictures: what netpbm's qoitopam makes of them is what we do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/qoi.h"
#include "../unit.h"

enum { MOST = 1 << 16 };

struct bytes {
    uint8_t byte[8 * MOST];
    size_t count;
};

static void put(struct bytes *b, uint32_t byte) {
    b->byte[b->count++] = (uint8_t)byte;
}

static void put32(struct bytes *b, uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8)
        put(b, number >> shift);
}

static void begin(struct bytes *b, uint32_t width, uint32_t height) {
    b->count = 0;
    put32(b, 0x716f6966);
    put32(b, width), put32(b, height);
    put(b, 4), put(b, 0);
}

static void end(struct bytes *b) {
    put32(b, 0), put32(b, 1);
}

/* So many pixels by operations that are drawn. */
static void draw(struct bytes *b, uint32_t pixels) {
    while (pixels) {
        const uint32_t run = (uint32_t)rand() % QOI_RUN_MOST + 1;
        uint32_t now = 1;
        switch (rand() % 6) {
        case 0:
            put(b, 0xfe), put(b, (uint32_t)rand()), put(b, (uint32_t)rand());
            put(b, (uint32_t)rand());
            break;
        case 1:
            put(b, 0xff), put32(b, (uint32_t)rand() * 2);
            break;
        case 2:
            put(b, 0xc0 | (run - 1));
            now = run;
            break;
        case 3:
            put(b, 0x80 | (rand() & 0x3f)), put(b, (uint32_t)rand());
            break;
        default:
            put(b, (uint32_t)rand() & 0x7f); /* seen before, or a small difference */
        }
        if (now > pixels) {
            b->byte[b->count - 1] = (uint8_t)(0xc0 | (pixels - 1));
            now = pixels;
        }
        pixels -= now;
    }
}

/* The pixels, four bytes each. */
static uint32_t decode(const struct bytes *b, struct qoi *q, uint32_t *pixel) {
    uint32_t count = 0;
    *q = (struct qoi){0};
    for (size_t i = 0; i < b->count; i++)
        for (uint32_t n = qoi_next(q, b->byte[i]); n; n--)
            pixel[count++] = q->colour;
    return count;
}

static struct bytes b;
static uint32_t ours[MOST], theirs[MOST];

/* What netpbm has of it: the bytes behind PAM's header. */
static void ask_netpbm(uint32_t pixels) {
    char file[] = "/tmp/qoi-XXXXXX", command[100], line[100];
    const int fd = mkstemp(file);
    assert_true(fd >= 0 && write(fd, b.byte, b.count) == (ssize_t)b.count);
    snprintf(command, sizeof command, "qoitopam %s", file);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    do
        assert_non_null(fgets(line, sizeof line, f));
    while (strcmp(line, "ENDHDR\n") != 0);
    assert_int_equal(fread(theirs, sizeof *theirs, pixels, f), pixels);
    assert_int_equal(fgetc(f), EOF);
    assert_int_equal(pclose(f), 0);
    close(fd);
    unlink(file);
}

static void netpbm_decodes_alike(void **state) {
    struct qoi q;
    (void)state;
    srand(14);
    for (unsigned i = 0; i < 60; i++) {
        const uint32_t width = (uint32_t)rand() % 200 + 1, height = (uint32_t)rand() % 200 + 1;
        begin(&b, width, height);
        draw(&b, width * height);
        end(&b);
        assert_int_equal(decode(&b, &q, ours), width * height);
        assert_int_equal(q.state, QOI_DONE);
        assert_true(q.width == width && q.height == height);
        ask_netpbm(width * height);
        assert_memory_equal(ours, theirs, width * height * sizeof *ours);
    }
}

static void a_part_of_one_is_not_all(void **state) {
    struct qoi q;
    (void)state;
    srand(15);
    begin(&b, 20, 20);
    draw(&b, 400);
    end(&b);
    for (size_t all = b.count; b.count;) {
        b.count--;
        assert_true(decode(&b, &q, ours) <= 400);
        assert_true(q.state != QOI_DONE && q.state != QOI_BAD);
        if (b.count >= all - QOI_END)
            assert_int_equal(q.state, QOI_TAIL);
    }
}

static void what_is_none_is_bad(void **state) {
    static const struct {
        size_t at;
        uint8_t byte;
    } change[] = {{0, 'Q'}, {3, 'g'}, {12, 2},    {12, 5},
                  {13, 2},  {4, 255}, {14, 0xc1}, {QOI_HEADER + 1, 1}};
    struct qoi q;
    (void)state;
    for (size_t i = 0; i <= sizeof change / sizeof *change; i++) {
        begin(&b, 1, 1);
        put(&b, 0xc0);
        end(&b);
        if (i)
            b.byte[change[i - 1].at] = change[i - 1].byte;
        decode(&b, &q, ours);
        assert_int_equal(q.state, i ? QOI_BAD : QOI_DONE);
    }
    for (unsigned empty = 0; empty < 2; empty++) {
        begin(&b, empty, 1 - empty);
        end(&b);
        assert_int_equal(decode(&b, &q, ours), 0);
        assert_int_equal(q.state, QOI_BAD);
    }
    begin(&b, 20001, 20001); /* more pixels than one may have */
    decode(&b, &q, ours);
    assert_int_equal(q.state, QOI_BAD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(netpbm_decodes_alike),
        cmocka_unit_test(a_part_of_one_is_not_all),
        cmocka_unit_test(what_is_none_is_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
