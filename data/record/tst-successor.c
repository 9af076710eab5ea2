/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/tst-successor.h"

#include <string.h>

#define SUCCESSOR "testigo-successor v1"

static char *
successor_text (const char *successor)
{
  return g_strdup_printf (SUCCESSOR "\n%s\n", successor);
}

GBytes *
tst_successor_sign (const char *successor, TstSigningKey *old)
{
  g_autofree char *text = successor_text (successor);

  return tst_note_sign (text, old);
}

gboolean
tst_successor_check (GBytes *note, const char *successor, TstVerifier *old)
{
  g_autofree char *expected = successor_text (successor);
  g_autofree char *text = tst_note_open (note, old, NULL);

  return text != NULL && strcmp (text, expected) == 0;
}
