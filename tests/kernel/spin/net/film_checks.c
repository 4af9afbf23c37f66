/* SPDX-License-Identifier: MIT */
/* film_checks.c -- see film_checks.h. */
#include "film_checks.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "spin/services/video/film.h"

enum { PIXELS = FILM_WIDTH * FILM_HEIGHT, LONGEST = 62 };

/* Each pixel of each picture is another one's, but for a bar that moves. */
static uint32_t pixel(unsigned number, unsigned i) {
    const bool bar = i / FILM_WIDTH / 8 == number % 6;
    return bar ? 0xff0080ff : 0xff000000 | (number << 16 & 0xff0000) | (i * 37 & 0xffff);
}

/* Colours as they are, and runs of them. */
uint32_t film_encode(uint8_t *to, unsigned number) {
    static const uint8_t head[] = {'q',        'o', 'i', 'f', 0,           0, 0,
                                   FILM_WIDTH, 0,   0,   0,   FILM_HEIGHT, 3, 0};
    static const uint8_t tail[] = {0, 0, 0, 0, 0, 0, 0, 1};
    uint8_t *p = to + sizeof head;
    memcpy(to, head, sizeof head);
    for (unsigned i = 0; i < PIXELS;) {
        const uint32_t colour = pixel(number, i++);
        unsigned run = 0;
        *p++ = 0xfe;
        *p++ = (uint8_t)colour, *p++ = (uint8_t)(colour >> 8), *p++ = (uint8_t)(colour >> 16);
        while (run < LONGEST && i < PIXELS && pixel(number, i) == colour)
            run++, i++;
        if (run)
            *p++ = (uint8_t)(0xc0 | (run - 1));
    }
    memcpy(p, tail, sizeof tail);
    return (uint32_t)(p + sizeof tail - to);
}

bool film_is_shown(unsigned number) {
    if (screen.width != FILM_WIDTH || screen.height != FILM_HEIGHT)
        return false;
    for (unsigned i = 0; i < PIXELS; i++)
        if (screen.pixel[i] != pixel(number, i))
            return false;
    return true;
}

void film_settle(void) {
    const bool on = interrupts_off();
    sti();
    for (unsigned i = 0; i < 200; i++)
        net_settle();
    interrupts_restore(on);
}

bool film_begin(struct check *c, const char *first, const char *second) {
    if (second) {
        if (!net_begin_with(c, second))
            return false;
        net_end(c);
    }
    return net_begin_with(c, first);
}
