/* SPDX-License-Identifier: MIT */
/* engine_link_fuzz.c -- any bytes as an object, linked to a domain that exports what it wants, in
 * part as it wants it; of one of its functions a program is made, if it can be; and all of it is
 * taken back. */
#include "../../unit/engine/engine_made.h"

#include "engine/link/program_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EXPORTS_MAX = 64, SLOTS_MAX = 500 };

static const struct kind kind = {
    .name = "number",
    .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}},
    .demands = BOUNDED};
static const struct signature number_signature = {.parameter = {{.kind = SHAPE_NUMBER}},
                                                  .result = {.kind = SHAPE_NUMBER}};
static uint64_t place[2];

static struct export export_for(const struct link *l, uint32_t i) {
    uint32_t type = link_name(l, i)->type ? link_type(l, i) : 1;
    return (struct export){.name = link_name(l, i)->name,
                           .address = &place[i & 1],
                           .kind = link_is_call(l, i) ? EXPORT_FUNCTION : EXPORT_VARIABLE,
                           .signature = &number_signature,
                           .bytes = 8,
                           .writable = i & 1,
                           .type = type <= l->types.btf.count ? type : 0};
}

/* Two domains with every other of the names, and both together. */
static uint32_t make_domains(struct link *l, struct domain **domain) {
    struct export exports[EXPORTS_MAX];
    struct report why;
    uint32_t made = 0;
    for (uint32_t half = 0; half < 2; half++) {
        uint32_t n = 0;
        for (uint32_t i = half; i < l->names && n < EXPORTS_MAX; i += 2)
            exports[n++] = export_for(l, i);
        domain[made] = domain_create(l->hooks, "half", &l->types, exports, n, &why);
        made += domain[made] != NULL;
    }
    domain[made] = domain_combine(l->hooks, "both", domain, made);
    return made + 1;
}

/* Of one function: hostile loops keep the verifier busy, which is not what is tested here. */
static void make_program(struct link *l, size_t choice) {
    static struct image image;
    static struct report why;
    static struct report report;
    const struct object *o = l->object;
    if (o->function_count &&
        !image_create(&image, l, o->function[choice % o->function_count].name, &kind, NULL, &why) &&
        (!why.text[0] || why.rule == RULE_NONE))
        abort();
    link_export(l, &report);
}

static void link_object(const struct object *o, const struct hooks *hooks, size_t choice) {
    static struct report report;
    struct domain *domain[3];
    struct link l, source;
    if (!link_open(&source, "source", o, hooks) || !link_open(&l, "fuzz", o, hooks))
        abort();
    uint32_t domains = make_domains(&source, domain);
    if (!link_resolve(&l, domain, 1, &report) && report.rule == RULE_NONE)
        abort();
    link_resolve(&l, domain, domains, &report);
    make_program(&l, choice);
    if (!link_unresolve(&l, domain[domains - 1]) || (domains == 3 && l.undefined != l.names))
        abort();
    for (uint32_t i = 0; i < domains; i++)
        domain_release(domain[i]);
    if (!link_close(&l) || !link_close(&source))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct report why;
    struct object o;
    if (object_open(&o, &hooks, data, size, &why)) {
        if (o.has_types && o.btf.count && o.slots < SLOTS_MAX)
            link_object(&o, &hooks, size);
        object_close(&o);
    }
    if (account.live)
        abort();
    return 0;
}
