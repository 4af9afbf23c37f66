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
# GCC writes its folder's path into .BTF and knows no option that maps it; of two names of the same folder it takes PWD's. And it writes
# types in the order of a table hashed by their addresses in the compiler: these are the same each time where addresses are not random.
ANYWHERE     := PWD=/proc/self/cwd $(shell setarch -R true 2>/dev/null && echo setarch -R)
NATIVE_FLAGS := $(filter-out -g,$(KERNEL_FLAGS)) -gbtf
# $(call signed_object,OBJECT,KIND,OUT): the command that signs.
signed_object = $(VSIGN) sign $(SIGNING_KEY) $(2) $(1) $(3)

# The test of the loader signs by itself.
$(B)/tests/engine_native_test: $(B)/asan/tools/sign/sign.o
$(B)/asan/tests/unit/engine_native_test.o: HOST_FLAGS += -Itools/sign
