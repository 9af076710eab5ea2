/* SPDX-License-Identifier: GPL-3.0-or-later */

/* make-bench-store FOLDER WORKS CAPTURES: a field book for measurements; nothing when it is there already. */

#include "bench-store.h"

#include <stdlib.h>

int
main (int argc, char **argv)
{
  g_autoptr (TstFieldBook) book = NULL;

  g_assert_cmpint (argc, ==, 4);
  book = bench_store_open (argv[1], atoi (argv[2]), atoi (argv[3]));
  tst_field_book_close (book);
  return 0;
}
