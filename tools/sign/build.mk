# SPDX-License-Identifier: MIT
# vsign: signs native objects for the kernels (kernels/engine/native.h), with the key of the build. The default is the tree's own, which is
# public; SIGNING_KEY=FILE takes another. Signatures are deterministic: one key and one tree give one image.
#   build/host/vsign   build/guest/signing_key.c   build/guest/kernel/signing_key.o
# A room that loads signed objects links $(SIGNING_KEY_OBJECT) and makes them with $(call signed_object,...) below.
SIGNING_KEY        ?= tools/sign/keys/development.pem
SIGNING_KEY_OBJECT := $(B)/guest/kernel/signing_key.o
VSIGN              := $(B)/host/vsign

host: $(VSIGN)
$(VSIGN): $(patsubst %.c,$(B)/host/%.o,$(wildcard tools/sign/*.c))
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^ -lcrypto
$(B)/host/tools/sign/%.o $(B)/asan/tools/sign/%.o: HOST_FLAGS += -Itools/sign

# Which key was asked for; its time moves only when the answer changes.
$(B)/guest/signing_key.name: FORCE
	$(Q)mkdir -p $(@D); echo '$(SIGNING_KEY)' | cmp -s - $@ || echo '$(SIGNING_KEY)' > $@
$(B)/guest/signing_key.c: $(SIGNING_KEY) $(B)/guest/signing_key.name $(VSIGN)
	$(Q)$(VSIGN) public $(SIGNING_KEY) $@
$(SIGNING_KEY_OBJECT): $(B)/guest/signing_key.c
	$(Q)mkdir -p $(@D) && $(GUEST_CC) $(KERNEL_FLAGS) -c $< -o $@

# Native objects: the kernel's compiler and flags; types instead of debugging information.
NATIVE_FLAGS := $(filter-out -g,$(KERNEL_FLAGS)) -gbtf
# $(call native_object,SOURCE,OBJECT): the commands that make one.
native_object = $(GUEST_CC) $(NATIVE_FLAGS) -c $(1) -o $(2) && $(call ordered_types,$(GUEST_COPY),$(2))
# $(call signed_object,OBJECT,KIND,OUT): the command that signs.
signed_object = $(VSIGN) sign $(SIGNING_KEY) $(2) $(1) $(3)

# The test of the loader signs by itself.
$(B)/tests/engine_native_test: $(B)/asan/tools/sign/sign.o
$(B)/asan/tests/unit/engine/native/engine_native_test.o: HOST_FLAGS += -Itools/sign
