# SPDX-License-Identifier: MIT
# The function of its type is that of the experiment metadata.
$(B)/guest/user/experiments/recovery/exo-user.o: USER_FLAGS += -Wa,-I$(B)
$(B)/guest/user/experiments/recovery/exo-user.o: $(METADATA_FILES)
