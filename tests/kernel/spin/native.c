/* SPDX-License-Identifier: MIT */
/* native.c -- signed native code in this kernel: linked to the domain that extensions are linked
 * to, and ended alone by a fault. */
#include "engine/native.h"

#include "common/engine.h"
#include "lib/crc32.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"
#include "spin/core/extension.h"
#include "spin/services/public.h"

extern const uint8_t digest_object[], digest_object_end[];
__asm__(".pushsection .rodata\n.balign 16\ndigest_object: "
        ".incbin \"tests/kernel/spin/native/digest.signed\"\ndigest_object_end:\n.popsection");

static bool load(struct check *c, struct native *native, struct domain *const *domain,
                 uint32_t domains, struct report *why) {
    const struct native_load with = {&engine_hooks, signing_key, "extension", domain, domains};
    size_t heap = heap_used();
    if (native_open(native, &with, digest_object, (size_t)(digest_object_end - digest_object), why))
        return true;
    if (heap_used() != heap)
        check_fail(c, "a refusal left %lu bytes", heap_used() - heap);
    return false;
}

CHECK(native_linked, "native/signed_code_links_to_the_public_domain_and_its_fault_ends_it_alone") {
    static struct net_report report;
    static char text[NET_TEXT_MAX];
    static const uint8_t bytes[] = "1702";
    static struct report why;
    struct native native;
    size_t heap = heap_used();
    if (!load(c, &native, &public_domain, 1, &why)) {
        check_fail(c, "%s", why.text);
        return;
    }
    const struct native_function *digest = native_function_named(&native, "digest");
    const uint64_t good[PARAMETERS] = {(uint64_t)bytes, 4}, bad[PARAMETERS] = {8, 4};
    uint64_t result = 0;
    CHECK_THAT(
        c, net_run_native(engine_nets(), &engine_guard, &native, digest, good, &result, &report));
    CHECK_THAT(c, result == ((uint64_t)'1' << 32 | (crc32_update(0, bytes, 4) + extension_count)));
    CHECK_THAT(
        c, !net_run_native(engine_nets(), &engine_guard, &native, digest, bad, &result, &report));
    net_report_text(&report, text);
    if (!strstr(text, "native function digest touched memory that is not its own: page fault\n"
                      "  at 0x") ||
        !strstr(text, " rdi: 0x8 "))
        check_fail(c, "%s", text);
    CHECK_THAT(c, !domain_withdraw(public_domain)); /* it is in use */
    native_close(&native);
    CHECK_THAT(c, heap_used() == heap);
}

CHECK(native_unlinked, "native/signed_code_gets_nothing_that_no_domain_exports_to_it") {
    static struct report why;
    struct native native;
    CHECK_THAT(c, !load(c, &native, NULL, 0, &why) && why.rule == NATIVE_RULE_UNRESOLVED);
}

/* S-DOM2. Sixteen of its bits, since a signature takes long to check. */
CHECK(native_changed, "native/a_signed_object_of_which_any_bit_was_changed_is_not_loaded") {
    static uint8_t changed[16384];
    static struct report why;
    const size_t length = (size_t)(digest_object_end - digest_object);
    const struct native_load with = {&engine_hooks, signing_key, "extension", &public_domain, 1};
    struct native native;
    size_t heap = heap_used();
    CHECK_THAT(c, length <= sizeof changed);
    memcpy(changed, digest_object, length);
    for (size_t i = 0; i < length && !c->failed; i += length / 16 + 1) {
        changed[i] ^= (uint8_t)(1 << i % 8);
        if (native_open(&native, &with, changed, length, &why)) {
            check_fail(c, "byte %lu", i);
            native_close(&native);
        }
        changed[i] ^= (uint8_t)(1 << i % 8);
    }
    CHECK_THAT(c, native_open(&native, &with, changed, length, &why));
    native_close(&native);
    CHECK_THAT(c, heap_used() == heap);
}
