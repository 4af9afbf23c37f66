/* SPDX-License-Identifier: MIT */
/* pager_object.c -- see pager_object.h. */
#include "spin/services/vm/pager_object.h"

#include "common/archive.h"
#include "lib/error.h"
#include "spin/services/vm/charge.h"

MODULE("DefaultPager");

/* --- Files of the archive --- */

struct archive_pager {
    struct pager pager;
    struct module *by;
    struct elf_source file;
};

static int archive_page_in(struct pager *p, size_t index, struct phys_addr *into) {
    const struct elf_source *file = &((struct archive_pager *)p)->file;
    uint64_t from = index * PAGE_SIZE;
    size_t n = file->len - from < PAGE_SIZE ? file->len - from : PAGE_SIZE;
    return from < file->len ? file->read(file->arg, from, direct(into->first), n) : 0;
}

static void archive_notify(struct pager *p) {
    struct archive_pager *a = (struct archive_pager *)p;
    charged_free(a->by, a, sizeof *a);
}

int archive_pager_create(struct module *by, const char *file, struct pager **pager, size_t *bytes) {
    struct elf_source source;
    struct archive_pager *a;
    if (!archive_find(file, &source))
        return -E_NOT_FOUND;
    int error = charged_alloc(by, sizeof *a, (void **)&a);
    if (error)
        return error;
    *a = (struct archive_pager){{archive_page_in, NULL, archive_notify}, by, source};
    *pager = &a->pager;
    *bytes = source.len;
    return 0;
}

/* --- Zeros, and memory of its own --- */

struct default_pager {
    struct pager pager;
    struct module *by;
    size_t pages;
    struct phys_addr *store[]; /* null: never paged out */
};

static struct phys_addr **place(struct pager *p, size_t index) {
    return &((struct default_pager *)p)->store[index];
}

static int default_page_in(struct pager *p, size_t index, struct phys_addr *into) {
    const struct phys_addr *stored = *place(p, index);
    return stored ? phys_addr_copy(into, stored) : 0;
}

static int default_page_out(struct pager *p, size_t index, const struct phys_addr *from) {
    struct phys_addr **stored = place(p, index);
    int error = *stored ? 0 : charged_page(((struct default_pager *)p)->by, THIS_MODULE, stored);
    return error ? error : phys_addr_copy(*stored, from);
}

static size_t bytes_of(size_t pages) {
    return sizeof(struct default_pager) + pages * sizeof(struct phys_addr *);
}

static void default_notify(struct pager *p) {
    struct default_pager *d = (struct default_pager *)p;
    for (size_t i = 0; i < d->pages; i++)
        if (d->store[i])
            charged_page_free(d->by, d->store[i]);
    charged_free(d->by, d, bytes_of(d->pages));
}

int default_pager_create(struct module *by, size_t pages, struct pager **pager) {
    struct default_pager *d;
    module_add(THIS_MODULE);
    int error = charged_alloc(by, bytes_of(pages), (void **)&d);
    if (error)
        return error;
    d->pager = (struct pager){default_page_in, default_page_out, default_notify};
    d->by = by;
    d->pages = pages;
    *pager = &d->pager;
    return 0;
}
