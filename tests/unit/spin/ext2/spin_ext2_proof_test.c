/* SPDX-License-Identifier: MIT */
/* spin_ext2_proof_test.c -- all handlers of the extension ext2 are proven, whichever compiler made
 * them. */
#include "../../../ext2/kinds.h"
#include "../../../ext2/prove.h"
#include "unit.h"

static void each_handler_is_proven_from_either_compiler(void **state) {
    static const char *const objects[] = {"volume", "lookup", "files", "names"};
    const unsigned count = sizeof objects / sizeof objects[0];
    (void)state;
    assert_int_equal(prove_all("ext2", objects, count, "clang"), FILE_SYSTEM_KINDS - 1);
    assert_int_equal(prove_all("ext2", objects, count, "gcc"), FILE_SYSTEM_KINDS - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_handler_is_proven_from_either_compiler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
