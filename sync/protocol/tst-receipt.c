/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/tst-receipt.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"

#include <string.h>

#define HOLDING "testigo-holding v1"
#define HELLO "testigo-hello v1"
#define REGISTER "testigo-register v1"

static gboolean
bad_receipt (GError **error, const char *what)
{
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_RECEIPT, "Central's signed answer is not valid: %s", what);
  return FALSE;
}

/* The lines of a note's text without their newlines; NULL unless the first two are @kind and @origin. */
static char **
open_lines (GBytes *note, const char *kind, const char *origin, TstVerifier *verifier, GError **error)
{
  g_autofree char *text = tst_note_open (note, verifier, error);
  g_auto (GStrv) lines = NULL;
  gsize length = text != NULL ? strlen (text) : 0;

  if (text == NULL)
    return NULL;
  if (length == 0 || text[length - 1] != '\n')
    {
      bad_receipt (error, "its last line is cut");
      return NULL;
    }
  text[length - 1] = '\0';
  lines = g_strsplit (text, "\n", -1);
  if (g_strv_length (lines) < 3 || strcmp (lines[0], kind) != 0 || strcmp (lines[1], origin) != 0)
    {
      bad_receipt (error, "it is of another kind or of another town");
      return NULL;
    }
  return g_steal_pointer (&lines);
}

GBytes *
tst_holding_sign (const char *origin, gint64 time_s, const TstHolding *items, guint n, TstSigningKey *http_key)
{
  g_autofree char *time = tst_time_format (time_s);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, HOLDING "\n%s\n%s\n", origin, time);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *hex = tst_hash_to_hex (&items[i].sha256);

      g_string_append_printf (text, "%s %" G_GUINT64_FORMAT "\n", hex, items[i].bytes);
    }
  return tst_note_sign (text->str, http_key);
}

static gboolean
parse_holding_line (const char *line, TstHolding *item)
{
  g_autofree char *hex = NULL;
  g_autofree char *again = NULL;

  if (strlen (line) < 66 || line[64] != ' ')
    return FALSE;
  hex = g_strndup (line, 64);
  if (!tst_hash_from_hex (hex, &item->sha256) || !g_ascii_isdigit (line[65]) ||
      !g_ascii_string_to_unsigned (line + 65, 10, 0, G_MAXINT64, &item->bytes, NULL))
    return FALSE;
  again = g_strdup_printf ("%" G_GUINT64_FORMAT, item->bytes);
  return strcmp (again, line + 65) == 0;
}

gboolean
tst_holding_open (GBytes *note, const char *origin, TstVerifier *http, gint64 *time_s, GArray **items, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (TstHolding));
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) lines = open_lines (note, HOLDING, origin, http, &local);

  if (lines == NULL)
    return bad_receipt (error, local->message);
  if (!tst_time_parse (lines[2], time_s))
    return bad_receipt (error, "its time cannot be read");
  for (guint i = 3; lines[i] != NULL; i++)
    {
      TstHolding item;

      if (!parse_holding_line (lines[i], &item))
        return bad_receipt (error, "a line cannot be read");
      g_array_append_val (found, item);
    }
  *items = g_steal_pointer (&found);
  return TRUE;
}

GBytes *
tst_hello_sign (const char *origin, gint64 time_s, const char *const *pins, TstSigningKey *http_key)
{
  g_autofree char *time = tst_time_format (time_s);
  g_autofree char *joined = pins != NULL && pins[0] != NULL ? g_strjoinv (",", (char **) pins) : g_strdup ("-");
  g_autofree char *text = g_strdup_printf (HELLO "\n%s\n%s\n%s\n", origin, time, joined);

  return tst_note_sign (text, http_key);
}

gboolean
tst_hello_open (GBytes *note, const char *origin, TstVerifier *http, gint64 *time_s, char ***pins, GError **error)
{
  g_auto (GStrv) lines = open_lines (note, HELLO, origin, http, error);
  g_auto (GStrv) found = NULL;

  if (lines == NULL)
    return FALSE;
  if (g_strv_length (lines) != 4 || !tst_time_parse (lines[2], time_s))
    return bad_receipt (error, "its time cannot be read");
  if (strcmp (lines[3], "-") == 0)
    found = g_new0 (char *, 1);
  else
    found = g_strsplit (lines[3], ",", -1);
  for (guint i = 0; found[i] != NULL; i++)
    {
      TstHash pin;

      if (!tst_hash_from_base64 (found[i], &pin))
        return bad_receipt (error, "a pin cannot be read");
    }
  if (pins != NULL)
    *pins = g_steal_pointer (&found);
  return TRUE;
}

static char *
open_proof_text (const char *origin, const char *field_device)
{
  return g_strdup_printf (REGISTER "\n%s\n%s\n", origin, field_device);
}

GBytes *
tst_open_proof_sign (const char *origin, const char *field_device, TstSigningKey *open_key)
{
  g_autofree char *text = open_proof_text (origin, field_device);

  return tst_note_sign (text, open_key);
}

gboolean
tst_open_proof_check (GBytes *note, const char *origin, const char *field_device, TstVerifier *open, GError **error)
{
  g_autofree char *expected = open_proof_text (origin, field_device);
  g_autofree char *text = tst_note_open (note, open, error);

  if (text == NULL)
    return FALSE;
  if (strcmp (text, expected) != 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE, "The open key vouches for another device or town");
      return FALSE;
    }
  return TRUE;
}
