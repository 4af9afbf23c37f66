/* SPDX-License-Identifier: MIT */
/* object_page.c -- see object_page.h. */
#include "spin/runtime/object_page.h"

#include "lib/string.h"

struct object_page *object_page_make(void *memory, struct collected_type *type) {
    struct object_page *p = memory;
    *p = (struct object_page){.type = type, .slot_bytes = slot_bytes_for(type)};
    p->slots_max = (uint32_t)(COLLECTOR_PAGE - sizeof *p) / p->slot_bytes;
    list_init(&p->link);
    list_push_front(&type->with_room, &p->with_room);
    return p;
}

struct slot *object_page_take(struct object_page *p) {
    struct slot *s = p->free;
    if (s)
        p->free = s->next;
    else
        s = page_slot(p, p->slots++);
    p->used++;
    if (!page_has_room(p))
        list_remove(&p->with_room);
    memset(s, 0, p->slot_bytes);
    return s;
}

void object_page_give_back(struct object_page *p, struct slot *s) {
    if (!page_has_room(p))
        list_push_front(&p->type->with_room, &p->with_room);
    s->colour = SLOT_FREE;
    s->next = p->free;
    p->free = s;
    p->used--;
}
