# SPDX-License-Identifier: MIT
# crashdisk: every disk that a power cut may leave, by a log of what was written (docs/crash.md). All but main.c serves its tests, too.
#   build/host/crashdisk
CRASHDISK_SRC := $(filter-out tools/crashdisk/main.c,$(wildcard tools/crashdisk/*.c))
$(foreach f,host asan fuzz,$(B)/$f/tools/crashdisk/%.o) $(B)/asan/tests/unit/crashdisk/%.o $(B)/fuzz/tests/fuzz/crashdisk_log_fuzz.o: HOST_FLAGS += -Itools/crashdisk

host: $(B)/host/crashdisk

$(B)/host/crashdisk: $(B)/host/tools/crashdisk/main.o $(CRASHDISK_SRC:%.c=$(B)/host/%.o) $(B)/host/harness.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^ -lcrypto

$(patsubst %.c,$(B)/tests/%,$(notdir $(wildcard tests/unit/crashdisk/*_test.c))): $(CRASHDISK_SRC:%.c=$(B)/asan/%.o)
$(B)/tests/crashdisk_log_fuzz: $(B)/fuzz/tools/crashdisk/write_log.o
