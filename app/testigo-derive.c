/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Makes public derivatives of a picture that nobody has reason to trust: reads it from descriptor 0, writes them to
 * descriptor 1, and can do nothing else (data/media/tst-derive.c). */

#include "media/tst-picture.h"

int
main (int argc, char **argv)
{
  return tst_derive_worker_main (argc, argv);
}
