/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Says "metered" or "free" whenever TstNetwork says that something changed; for test-network.py. */

#include "client/tst-network.h"

#include <stdio.h>
#include <stdlib.h>

static void
on_changed (TstNetwork *network, gpointer user_data)
{
  puts (tst_network_is_metered (network) ? "metered" : "free");
  fflush (stdout);
}

static gboolean
on_deadline (gpointer user_data)
{
  exit (3);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  TstNetwork *network = tst_network_new (NULL, on_changed, NULL);

  g_timeout_add_seconds (60, on_deadline, NULL);
  g_main_loop_run (loop);
  tst_network_free (network);
  return 0;
}
