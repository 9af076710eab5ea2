/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-memory.h"

#include <malloc.h>

void
tst_memory_give_back (void)
{
  /* A sanitizer has a heap of its own, and the C library's, which was never used, breaks when it is trimmed. */
#ifndef __SANITIZE_ADDRESS__
  malloc_trim (0);
#endif
}
