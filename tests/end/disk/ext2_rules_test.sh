#!/bin/bash
# SPDX-License-Identifier: MIT
# Rules of ext2 (kernels/spin/extensions/ext2/ext2.h, DEFENCE_) are needed: what is written before what, and what of a disk is not believed. Without
# each a test of its unit programs fails: they are compiled here, with rules at will, and without sanitizers.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"

cat > "$tmp/without.c" << 'END'
#include <stdlib.h>
int ext2_without;
__attribute__((constructor)) static void choose(void) {
    const char *s = getenv("EXT2_WITHOUT");
    ext2_without = s ? atoi(s) : 0;
}
END
echo 'extern int ext2_without;' > "$tmp/without.h"
for program in crash damage outside; do
    gcc -std=gnu11 -D_GNU_SOURCE -O1 -w -Ikernels -Itests/unit -Itools/vcode -DWITHOUT=CHOSEN -DDEFENCE_CHOSEN=ext2_without -include "$tmp/without.h" -o "$tmp/$program" \
        tests/unit/spin/ext2/spin_ext2_${program}_test.c tests/ext2/disk.c tests/ext2/image.c tests/unit/only.c "$tmp/without.c" build/host/pure.a -lcmocka -Wl,--wrap=_cmocka_run_group_tests ||
        exit
done

without() { # RULE PROGRAM TEST: without RULE the test TEST of spin_ext2_PROGRAM_test fails
    local number
    number=$(awk -v rule="$1" '$2 == rule { print $1 }' build/rules/ext2)
    EXT2_WITHOUT=${number:?no rule $1} EXT2_STATES=${states:-150} timeout 100 "$tmp/$2" --only "$3" > "$tmp/out" 2>&1
    local status=$?
    verdict "without $1 this fails: $3" [ $status -eq 1 ] # how many fail; not one that hangs
    tried+=" $1 "
}
tried=''

for program in crash damage; do
    timeout 200 "$tmp/$program" > "$tmp/out" 2>&1
    verdict "with all rules the tests of $program pass" [ $? -eq 0 ]
done
lost=whatever_is_lost_is_mended
without POINTER_FIRST crash ${lost}_grow_a_directory
without FREED_WAITS crash ${lost}_reuse_by_another
without NAME_FIRST crash ${lost}_create
without INODE_FIRST crash ${lost}_make_and_delete_trees
without NEW_NAME_FIRST crash ${lost}_move_between
without NAMES_FIRST crash ${lost}_make_and_delete_trees
without PARENT_FIRST crash ${lost}_file_far_from_its_directory
without DOTS_FIRST crash ${lost}_make_and_delete_trees
without TARGET_FIRST crash ${lost}_symbolic_links
without UNCLEAN crash what_says_that_it_is_in_order_is
without CLEAN_LAST crash what_says_that_it_is_in_order_is
without KNOWN damage unknown_features_are_refused_by_name
without READERS damage unknown_features_are_refused_by_name
without READ_ONLY damage unknown_features_are_refused_by_name
without SIZES damage each_field_is_told_of
without GROUP damage each_structure_is_told_of
without TABLE damage a_table_ends_within_the_volume
without POINTER damage each_structure_is_told_of
without CUT damage each_structure_is_told_of
without ATTRIBUTES damage attributes_are_of_the_volume
without INODE damage no_inode_of_another_number_is_there
without RESERVED damage each_structure_is_told_of
without ENTRY_END damage each_structure_is_told_of
without ENTRY_NAME damage each_structure_is_told_of
without ENTRY_INODE damage each_structure_is_told_of
without DIRECTORY damage each_structure_is_told_of
without TARGET damage each_structure_is_told_of
without LINKS damage no_file_has_fewer_names_than_none
without INDEX outside every_ext2_that_mke2fs_makes_is_read
for rule in $(cut -d' ' -f2 build/rules/ext2); do
    [[ $tried == *" $rule "* ]] || verdict "a test attacks $rule" false
done
