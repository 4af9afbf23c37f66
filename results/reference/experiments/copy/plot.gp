# SPDX-License-Identifier: MIT
# A bar for each way to copy.

figure  = "copies"
heading = "What it costs to copy 200 files of 16 KiB"
rows    = "linux:copy/files:200/bytes:16384/by:cp/fs:ext2 linux:copy/files:200/bytes:16384/by:cp/fs:ext4 spin:copy/files:200/bytes:16384/by:cp/fs:ext2 spin:copy/files:200/bytes:16384/by:cp/fs:wfs exo:copy/files:200/bytes:16384/by:cp/fs:cffs exo:copy/files:200/bytes:16384/by:xcp/fs:cffs"
names   = '"Linux, ext2" "Linux, ext4" "SPIN, ext2" "SPIN, wfs" "exo, cp" "exo, XCP"'
caption = "Files are in memory and on the disk; their copies are on the disk in the end."
multiples = 0
load plots."/bars.gp"
