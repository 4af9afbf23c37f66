/* SPDX-License-Identifier: MIT */
/* mpf.c -- see mpf.h. */
#include "mpf.h"

#include <stdbool.h>
#include <stddef.h>

static void *match(const struct mpf_match *list, const uint32_t *key, uint32_t keys) {
    for (const struct mpf_match *m = list; m; m = m->next) {
        uint32_t same = 0;
        while (same < keys && m->key[same] == key[same])
            same++;
        if (same == keys)
            return m->user;
    }
    return NULL;
}

/* `width` bytes, if they are in the packet. */
static bool load(const uint8_t *packet, uint32_t bytes, uint32_t at, uint32_t width, uint32_t *to) {
    if (at > bytes || width > bytes - at)
        return false;
    *to = width == 2 ? (uint32_t)packet[at] << 8 | packet[at + 1] : packet[at];
    return true;
}

void *mpf_find(const struct mpf_instruction *program, const struct mpf_match *list,
               const uint8_t *packet, uint32_t bytes) {
    uint32_t a = 0, x = 0, key[MPF_KEYS] = {0};
    for (const struct mpf_instruction *i = program;; i++) {
        bool there = true;
        switch ((enum mpf_op)i->op) {
        case MPF_LOAD_HALF:
            there = load(packet, bytes, i->k, 2, &a);
            break;
        case MPF_LOAD_BYTE:
            there = load(packet, bytes, i->k, 1, &a);
            break;
        case MPF_LOAD_HEADER:
            there = load(packet, bytes, i->k, 1, &x);
            x = 4 * (x & 15);
            break;
        case MPF_LOAD_INDEX:
            there = load(packet, bytes, x + i->k, 2, &a);
            break;
        case MPF_JUMP_EQUAL:
            i += a == i->k ? i->yes : i->no;
            break;
        case MPF_JUMP_SET:
            i += a & i->k ? i->yes : i->no;
            break;
        case MPF_KEY:
            key[i->k] = a;
            break;
        case MPF_MATCH:
            return match(list, key, i->k);
        case MPF_RETURN:
            return NULL;
        }
        if (!there)
            return NULL;
    }
}

const struct mpf_instruction mpf_tcp[] = {
    {MPF_LOAD_HALF, 0, 0, 12},   {MPF_JUMP_EQUAL, 0, 8, 0x0800}, {MPF_LOAD_BYTE, 0, 0, 23},
    {MPF_JUMP_EQUAL, 0, 6, 6},   {MPF_LOAD_HALF, 0, 0, 20},      {MPF_JUMP_SET, 4, 0, 0x1fff},
    {MPF_LOAD_HEADER, 0, 0, 14}, {MPF_LOAD_INDEX, 0, 0, 16},     {MPF_KEY, 0, 0, 0},
    {MPF_MATCH, 0, 0, 1},        {MPF_RETURN, 0, 0, 0},
};
