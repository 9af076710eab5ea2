/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/tst-sodium.h"

#include <sodium.h>

void
tst_sodium_init (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      if (sodium_init () < 0)
        g_error ("libsodium found no source of random numbers");
      g_once_init_leave (&done, 1);
    }
}

gpointer
tst_secret_alloc (gsize size)
{
  gpointer memory;

  tst_sodium_init ();
  memory = sodium_malloc (size);
  if (memory == NULL)
    g_error ("No memory for a key of %" G_GSIZE_FORMAT " bytes", size);
  return memory;
}
