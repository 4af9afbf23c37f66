#!/bin/bash
# SPDX-License-Identifier: MIT
# Rules of XN (kernels/exo/defence.h, DEFENCE_XN_) are needed: a build without it fails the named test. The tests are
# the unit tests of tests/unit/exo/xn, compiled here without sanitizers.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"

compile() { # INTO FLAGS... FILE
    local into=$1
    shift
    gcc -std=gnu11 -D_GNU_SOURCE -O1 -w -Ikernels -Itests/unit -Itools/vcode -Itools/xn "$@" -c -o "$into"
}

mkdir "$tmp/all"
for file in kernels/exo/xn/{type,store,design,format}/*.c tests/unit/exo/xn/exo_xn_{import,change,bounds,counts,states,depth,designs,two}_test.c tests/unit/only.c tools/vcode/host_hooks.c tools/xn/host_{store,volume}.c; do
    compile "$tmp/all/$(basename "$file" .c).o" "$file"
done

link() { # FOLDER TEST: the program
    local rest
    rest=$(find "$1" -name '*.o' ! -name '*_test.o')
    # shellcheck disable=SC2086 # several names
    gcc -o "$1/$2" "$1/$2.o" $rest build/host/pure.a -lcmocka -lcrypto -Wl,--wrap=_cmocka_run_group_tests
}

sources() { # RULE: that have it; all, if a header has
    if grep -q "DEFENDED($1)" kernels/exo/xn/{type,store,design}/*.h; then
        ls kernels/exo/xn/{type,store,design}/*.c
    else
        grep -l "DEFENDED($1)" kernels/exo/xn/{type,store,design}/*.c
    fi
}

without() { # RULE TEST NAME: without RULE the test NAME of exo_xn_TEST_test fails
    local rule=XN_$1 program=exo_xn_$2_test only=$3 file
    local folder=$tmp/$rule
    cp -r "$tmp/all" "$folder"
    while read -r file; do
        compile "$folder/$(basename "$file" .c).o" -DWITHOUT="$rule" "$file"
    done < <(sources "$rule")
    link "$folder" "$program"
    timeout 60 "$folder/$program" --only "$only" > "$tmp/out" 2>&1
    verdict "without $rule this fails: $only" [ $? -eq 1 ] # how many fail; not one that hangs
    rm -r "$folder"
}

also() { # a second attack on a rule
    without "$@"
}

for test in import change bounds counts states depth designs two; do
    link "$tmp/all" exo_xn_${test}_test
    "$tmp/all/exo_xn_${test}_test" > "$tmp/out" 2>&1
    verdict "with all rules the tests of $test pass" [ $? -eq 0 ]
done
without ATOM import what_is_no_body_is_refused_and_it_is_said_where
without DISJOINT import what_is_no_body_is_refused_and_it_is_said_where
without RAW import bytes_written_without_asking_tell_nothing
without ZEROS import functions_that_could_harm_are_refused
without TRIED import what_happens_between_two_steps_does_not_help
without NAMED import a_name_and_a_number_stand_for_one_body
without COST import a_block_is_asked_in_a_bounded_time
without SETS change two_pointers_a_type_and_a_length_are_refused
without TYPED change two_pointers_a_type_and_a_length_are_refused
without LENGTH change two_pointers_a_type_and_a_length_are_refused
without WINDOW change a_partition_changes_its_own_bytes
without CLEARED change lies_after_import_gain_nothing
without MOST change lies_after_import_gain_nothing
without SOUND change what_is_no_block_of_a_type_is_not_owned
without APART change moves_and_swaps_exchange_exactly
without MOVE change a_move_within_a_block_is_written_whole
without CHOICE change a_union_is_chosen_once_and_while_it_owns_nothing
without CHOSEN change a_union_is_chosen_once_and_while_it_owns_nothing
without SIZE change a_size_does_not_lie
without ACL change acl_sees_both_and_defers_to_a_depth
without DEPTH change acl_sees_both_and_defers_to_a_depth
without OWNER change pointers_that_describe_themselves_name_their_block
without WORD change words_of_blocks_say_whose_they_are
without QUICK_SETS change alloc_and_free_differ_by_what_is_named
without QUICK_CLEARED change lies_after_import_gain_nothing
without QUICK_WINDOW change a_partition_changes_its_own_bytes
without QUICK_SOUND change what_is_no_block_of_a_type_is_not_owned
without QUOTA bounds one_that_fills_its_account_hinders_nobody
without QUOTA bounds one_that_fills_the_will_free_list_hinders_nobody
without TREE bounds a_chain_ends_at_the_depth_that_walks_bear
also TAINT_COUNT bounds a_bomb_of_edges_is_defused_edge_by_edge
also TREE bounds no_move_makes_a_circle
also QUOTA counts a_refusal_at_any_limit_leaves_no_trace
without ALLOCATED bounds a_chain_ends_at_the_depth_that_walks_bear
without YOUNG_WAITS counts counts_are_what_the_slow_way_finds
without TOO_DEEP depth a_tree_put_together_from_below_ends_at_the_depth
without SETTLE_SHARE depth a_call_that_settles_is_bounded_however_deep_trees_are
without ACL_ASKED designs a_type_with_a_say_is_asked_from_below
without WORD_FIRST designs nothing_is_written_before_its_word
without WORD_TREE designs words_say_whose_a_block_is
without WORD designs words_say_whose_a_block_is
for rule in WRITTEN_AGAIN EVICT_CLEAN EVICT_FLYING DIRTY_AT_BEGIN FAILED_DIRTY; do
    also $rule states each_call_does_what_the_blocks_state_permits
done
also SETS two fuzzing_one_never_damages_the_other
also WINDOW two fuzzing_one_never_damages_the_other
also ALLOCATED two fuzzing_one_never_damages_the_other
also WILL_FREE two each_crash_leaves_both
also MAP_BELIEVED two each_crash_leaves_both
also TEMPORARY two a_temporary_one_has_no_order_and_is_gone_after_a_crash
also TAINT two a_temporary_one_has_no_order_and_is_gone_after_a_crash
without KEPT_LAST designs a_duplicate_stays_where_the_type_says
