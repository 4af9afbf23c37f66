#!/bin/bash
# SPDX-License-Identifier: MIT
# exo's raw disks: the checks of tests/kernel/exo/disk with disks that work, that are read-only, and whose n-th request fails (blkdebug); where
# ends have their moment, and where the device says when; and each attack in an image without the rule that it comes to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

for disk in plain fixed nth; do truncate -s 16M "$tmp/$disk"; done
for ((n = 0; n < 16; n++)); do printf '[inject-error]\nevent = "none"\niotype = "read"\nsector = "%d"\n' $(((n * 16 + n) * 8)); done > "$tmp/rules"
BOOT_DEVICES=(-blockdev "driver=raw,node-name=plain,discard=unmap,file.driver=file,file.filename=$tmp/plain"
    -blockdev "driver=raw,node-name=fixed,read-only=on,file.driver=file,file.filename=$tmp/fixed"
    -blockdev "driver=blkdebug,node-name=nth,config=$tmp/rules,image.driver=file,image.filename=$tmp/nth")
for disk in plain fixed nth; do
    BOOT_DEVICES+=(-device "virtio-blk-pci,disable-legacy=on,ioeventfd=off,drive=$disk,num-queues=1,rerror=report,werror=report")
done

checks() { # CLAIM CLOCK
    local log=$tmp/log
    timeout 100 "${QEMU:-qemu-system-x86_64}" -nodefaults -no-user-config -display none -M pc -m 64 -cpu max -icount shift=0,sleep=off -no-reboot \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel build/guest/test/exo.elf -initrd build/guest/test/exo.cpio \
        -append "run=disk/* clock=$2 samples=2 warm=0" -serial "file:$log" "${BOOT_DEVICES[@]}" > "$log.qemu" 2>&1
    local status=$?
    if [ $status -eq 33 ] && grep -aEq ' done .* failed=0 ' "$log"; then
        echo "ok - $1"
    else
        echo "not ok - $1: status $status, wanted 33 and no check that fails"
        where
        { cat "$log.qemu"; grep -aE 'verdict=fail|panic' "$log" || tail -n 5 "$log"; } | cut -c 1-300 | sed 's/^/# /'
    fi
}
checks "every check of disks passes, where ends have their moment" icount
checks "also where the device says when" none

without() { # DEFENCE CHECK
    fails_without exo "DISK_$1" "disk/$2"
}
without RANGE what_there_is_not_is_refused_and_leaves_nothing
without QUOTA the_queue_and_what_was_done_are_there_to_be_read
without RIGHT blocks_are_whose_capability_begins_their_name
without RESET blocks_are_whose_capability_begins_their_name
without FRAME frames_and_words_are_the_callers_to_read_and_to_write
without PIN the_frames_of_a_request_stay_when_its_asker_dies_and_what_waits_is_not_done
without DEAD the_frames_of_a_request_stay_when_its_asker_dies_and_what_waits_is_not_done
without WORD who_lost_the_words_frame_is_told_nothing_there
without STILL what_waits_is_not_done_when_the_right_to_it_is_gone
pxn() { # DEFENCE CHECK
    fails_without exo "PXN_$1" "disk/$2"
}
pxn OWNER a_proxy_node_ends_with_its_maker
pxn LINEAGE what_is_taken_from_a_proxy_node_is_taken_from_all_made_of_it
pxn EXTENT what_is_taken_from_a_proxy_node_is_taken_from_all_made_of_it
pxn FROZEN who_may_only_read_makes_what_only_reads_and_never_changes
pxn ACL by_a_proxy_node_its_blocks_are_reached_as_its_list_says_and_no_others
pxn MAP two_share_a_free_map_and_none_takes_what_the_other_has
pxn ADD by_a_proxy_node_its_blocks_are_reached_as_its_list_says_and_no_others
pxn TOLD who_loses_blocks_is_told_at_its_next_slice_and_finds_which
pxn SHARE however_many_owners_lose_blocks_no_call_takes_long
pxn MODIFY by_a_proxy_node_its_blocks_are_reached_as_its_list_says_and_no_others
ash() { # DEFENCE CHECK
    fails_without exo "ASH_$1" "disk/$2"
}
ash RIGHT a_handler_reads_only_what_its_environment_may
ash FRAMES a_handler_reads_on_to_the_end_of_a_chain_and_no_further_than_its_frames
fails_without exo DISK_ONE_RIGHT disk/the_short_path_does_what_the_complete_one_does
fails_without exo DISK_ONE_FRAME disk/the_short_path_does_what_the_complete_one_does
