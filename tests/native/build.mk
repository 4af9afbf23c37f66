# SPDX-License-Identifier: MIT
# Native objects for the tests of their loader, made as the kernels' are: build/tests/native/*.o
NATIVE_TESTS := $(addprefix $(B)/tests/native/,sample.o mistake.o untyped.o)

$(B)/tests/native/sample.o: tests/native/sample.c
	$(Q)mkdir -p $(@D) && $(ANYWHERE) $(GUEST_CC) $(NATIVE_FLAGS) -c $< -o $@
$(B)/tests/native/mistake.o: tests/native/sample.c
	$(Q)mkdir -p $(@D) && $(ANYWHERE) $(GUEST_CC) $(NATIVE_FLAGS) -DMISTAKE -c $< -o $@
$(B)/tests/native/untyped.o: tests/native/sample.c
	$(Q)mkdir -p $(@D) && $(ANYWHERE) $(GUEST_CC) $(filter-out -gbtf,$(NATIVE_FLAGS)) -DMISTAKE -c $< -o $@

# Not linked in, only there when the tests run. These lie below 2 GiB: code of the kernel's model wants its addresses there, or at
# the very top.
$(B)/tests/engine_native_test $(B)/tests/engine_net_native_test: private SANITIZE += -no-pie
$(B)/tests/engine_native_test $(B)/tests/engine_net_native_test: | $(NATIVE_TESTS)
