/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/tst-archive.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "protocol/tst-receipt.h"
#include "record/tst-body.h"
#include "record/tst-envelope.h"

#include <string.h>

#define HEADER "testigo-archive v1"
#define END "testigo-archive-end v1"
#define REGISTER "testigo-archive-register v1"
#define RELAY "testigo-relay v1"
#define SUM_DIGITS 16

static gboolean
unreadable (GError **error, const char *what)
{
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE, "The archive's %s cannot be read or is not signed by its maker", what);
  return FALSE;
}

static gboolean
parse_number (const char *text, guint64 max, guint64 *value)
{
  g_autofree char *again = NULL;

  if (!g_ascii_isdigit (*text) || !g_ascii_string_to_unsigned (text, 10, 0, max, value, NULL))
    return FALSE;
  again = g_strdup_printf ("%" G_GUINT64_FORMAT, *value);
  return strcmp (again, text) == 0;
}

static gboolean
is_id (const char *text)
{
  guint8 bytes[16];

  return strlen (text) == 32 && tst_hex_decode (text, bytes, sizeof bytes);
}

/* The lines of a note whose first line is @kind; @vkey_at: which of them holds the key of whoever signed it. */
static char **
open_lines (GBytes *note, const char *kind, guint vkey_at, TstVerifier **signer)
{
  g_autofree char *text = tst_note_peek_text (note, NULL);
  g_autofree char *name = NULL;
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;
  g_autoptr (TstVerifier) verifier = NULL;
  guint n = lines != NULL ? g_strv_length (lines) : 0;

  if (n <= vkey_at + 1 || strcmp (lines[0], kind) != 0 || *lines[n - 1] != '\0')
    return NULL;
  g_clear_pointer (&lines[n - 1], g_free);
  verifier = tst_verifier_parse (lines[vkey_at], NULL);
  if (verifier == NULL)
    return NULL;
  name = tst_device_name_for_key (tst_verifier_get_public_key (verifier));
  g_clear_pointer (&text, g_free);
  if (strcmp (name, tst_verifier_get_name (verifier)) != 0 || (text = tst_note_open (note, verifier, NULL)) == NULL)
    return NULL;
  *signer = g_steal_pointer (&verifier);
  return g_steal_pointer (&lines);
}

/* --- header --- */

void
tst_archive_header_clear (TstArchiveHeader *self)
{
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->maker, tst_verifier_unref);
  g_clear_pointer (&self->event, g_free);
  g_clear_pointer (&self->id, g_free);
}

GBytes *
tst_archive_header_sign (const TstArchiveHeader *self, TstSigningKey *key)
{
  g_autofree char *vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (key));
  g_autofree char *time = tst_time_format (self->time_s);
  g_autofree char *text =
      g_strdup_printf (HEADER "\n%s\n%s\n%s\n%s\n%" G_GUINT64_FORMAT "\n%s\n%u\n", self->origin, vkey, time,
                       self->event != NULL ? self->event : "-", self->from, self->id, self->volume);

  return tst_note_sign (text, key);
}

gboolean
tst_archive_header_open (GBytes *note, TstArchiveHeader *self, GError **error)
{
  g_autoptr (TstVerifier) maker = NULL;
  g_auto (GStrv) lines = open_lines (note, HEADER, 2, &maker);
  guint64 from, volume;
  gint64 time_s;

  tst_archive_header_clear (self);
  if (lines == NULL || g_strv_length (lines) != 8 || !tst_time_parse (lines[3], &time_s) ||
      (strcmp (lines[4], "-") != 0 && !tst_uuid_is_valid (lines[4])) || !parse_number (lines[5], G_MAXINT64, &from) ||
      !is_id (lines[6]) || !parse_number (lines[7], 100000, &volume) || volume == 0)
    return unreadable (error, "beginning");
  self->origin = g_strdup (lines[1]);
  self->maker = g_steal_pointer (&maker);
  self->time_s = time_s;
  self->event = strcmp (lines[4], "-") != 0 ? g_strdup (lines[4]) : NULL;
  self->from = from;
  self->id = g_strdup (lines[6]);
  self->volume = volume;
  return TRUE;
}

/* --- end --- */

GBytes *
tst_archive_end_sign (const TstArchiveEnd *self, TstSigningKey *key)
{
  g_autofree char *vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (key));
  g_autofree char *list = tst_hash_to_hex (&self->list);
  g_autofree char *text = g_strdup_printf (END "\n%s\n%s\n%u\n%s\n%u\n%s\n", vkey, self->id, self->volume,
                                           self->last ? "last" : "more", self->members, list);

  return tst_note_sign (text, key);
}

gboolean
tst_archive_end_open (GBytes *note, TstVerifier *maker, TstArchiveEnd *self, GError **error)
{
  g_autoptr (TstVerifier) signer = NULL;
  g_auto (GStrv) lines = open_lines (note, END, 1, &signer);
  guint64 volume, members;

  if (lines == NULL || g_strv_length (lines) != 7 || !is_id (lines[2]) || !parse_number (lines[3], 100000, &volume) ||
      !parse_number (lines[5], G_MAXUINT, &members) || !tst_hash_from_hex (lines[6], &self->list) ||
      strcmp (tst_verifier_get_name (signer), tst_verifier_get_name (maker)) != 0)
    return unreadable (error, "end");
  g_strlcpy (self->id, lines[2], sizeof self->id);
  self->volume = volume;
  self->last = strcmp (lines[4], "last") == 0;
  self->members = members;
  return TRUE;
}

void
tst_archive_list_add (GString *list, const TstHash *sha256, const char *name)
{
  g_autofree char *hex = tst_hash_to_hex (sha256);

  g_string_append_printf (list, "%s  %s\n", hex, name);
}

GHashTable *
tst_archive_list_parse (GBytes *list)
{
  g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gsize size;
  const char *at = g_bytes_get_data (list, &size);
  const char *end = at + size;

  while (at < end)
    {
      const char *newline = memchr (at, '\n', end - at);
      g_autofree char *line = NULL;
      TstHash hash;

      if (newline == NULL || newline - at < 67 || at[64] != ' ' || at[65] != ' ')
        return NULL;
      line = g_strndup (at, newline - at);
      line[64] = '\0';
      if (!tst_hash_from_hex (line, &hash))
        return NULL;
      g_hash_table_replace (table, g_strdup (line + 66), g_memdup2 (&hash, sizeof hash));
      at = newline + 1;
    }
  return g_steal_pointer (&table);
}

/* --- members --- */

static const struct
{
  TstMemberKind kind;
  const char *folder, *suffix;
} kinds[] = {
  { TST_MEMBER_REGISTER, "register/", ".age" },
  { TST_MEMBER_RECORD, "record/", ".age" },
  { TST_MEMBER_MEDIUM, "medium/", ".age" },
};

char *
tst_member_name (TstMemberKind kind, const TstHash *subject, const TstHash *sum)
{
  g_autofree char *sum_hex = tst_hash_to_hex (sum);
  g_autofree char *hex = subject != NULL ? tst_hash_to_hex (subject) : NULL;

  sum_hex[SUM_DIGITS] = '\0';
  if (kind == TST_MEMBER_HEADER)
    return g_strdup_printf ("header/%s.note", sum_hex);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].kind == kind)
      return g_strconcat (kinds[i].folder, hex, ".", sum_hex, kinds[i].suffix, NULL);
  g_return_val_if_reached (NULL);
}

static gboolean
take_sum (const char *text, char sum[17])
{
  guint8 bytes[SUM_DIGITS / 2];

  memcpy (sum, text, SUM_DIGITS);
  sum[SUM_DIGITS] = '\0';
  return tst_hex_decode (sum, bytes, sizeof bytes);
}

TstMemberKind
tst_member_parse (const char *name, TstHash *subject, char sum[17])
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const char *rest = name + strlen (kinds[i].folder);
      g_autofree char *hex = NULL;

      if (!g_str_has_prefix (name, kinds[i].folder) || strlen (rest) != 64 + 1 + SUM_DIGITS + strlen (kinds[i].suffix) ||
          !g_str_has_suffix (rest, kinds[i].suffix) || rest[64] != '.')
        continue;
      hex = g_strndup (rest, 64);
      if (tst_hash_from_hex (hex, subject) && take_sum (rest + 65, sum))
        return kinds[i].kind;
    }
  if (g_str_has_prefix (name, "header/") && g_str_has_suffix (name, ".note") &&
      strlen (name) == strlen ("header/") + SUM_DIGITS + strlen (".note") && take_sum (name + strlen ("header/"), sum))
    return TST_MEMBER_HEADER;
  return TST_MEMBER_OTHER;
}

gboolean
tst_member_sum_is (const char sum[17], const TstHash *sha256)
{
  g_autofree char *hex = tst_hash_to_hex (sha256);

  return strncmp (hex, sum, SUM_DIGITS) == 0;
}

/* --- registering --- */

void
tst_archive_register_clear (TstArchiveRegister *self)
{
  g_clear_pointer (&self->code, g_free);
  g_clear_pointer (&self->field, tst_verifier_unref);
  g_clear_pointer (&self->open, tst_verifier_unref);
}

GBytes *
tst_archive_register_sign (const char *origin, const char *code, const char *name, TstSigningKey *field, TstSigningKey *open)
{
  g_autofree char *field_vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (field));
  g_autofree char *open_vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (open));
  g_autoptr (GBytes) proof = tst_open_proof_sign (origin, tst_signing_key_get_name (field), open);
  g_autofree char *proof_text = g_base64_encode (g_bytes_get_data (proof, NULL), g_bytes_get_size (proof));
  g_autofree char *text = g_strdup_printf (REGISTER "\n%s\n%s\n%s\n%s\n%s\n", origin, field_vkey, open_vkey, proof_text, code);

  return tst_note_sign (text, field);
}

gboolean
tst_archive_register_open (GBytes *note, const char *origin, TstArchiveRegister *self, GError **error)
{
  g_autoptr (TstVerifier) field = NULL;
  g_auto (GStrv) lines = open_lines (note, REGISTER, 2, &field);
  g_autoptr (TstVerifier) open = NULL;
  g_autoptr (GBytes) proof = NULL;
  g_autofree char *name = NULL;

  tst_archive_register_clear (self);
  if (lines == NULL || g_strv_length (lines) != 6 || strcmp (lines[1], origin) != 0)
    return unreadable (error, "registration");
  open = tst_verifier_parse (lines[3], NULL);
  proof = tst_base64_decode (lines[4]);
  name = open != NULL ? tst_device_name_for_key (tst_verifier_get_public_key (open)) : NULL;
  if (proof == NULL || name == NULL || strcmp (name, tst_verifier_get_name (open)) != 0 ||
      !tst_open_proof_check (proof, origin, tst_verifier_get_name (field), open, NULL))
    return unreadable (error, "registration");
  self->code = g_strdup (lines[5]);
  self->field = g_steal_pointer (&field);
  self->open = g_steal_pointer (&open);
  return TRUE;
}

/* --- relays --- */

static void
relay_line_free (gpointer data)
{
  TstRelayLine *line = data;

  g_free (line->name);
  g_free (line);
}

GPtrArray *
tst_relay_lines_new (void)
{
  return g_ptr_array_new_with_free_func (relay_line_free);
}

void
tst_relay_lines_add (GPtrArray *lines, const TstHash *sha256, const char *name)
{
  TstRelayLine *line = g_new0 (TstRelayLine, 1);

  line->sha256 = *sha256;
  line->name = g_strdup (name);
  g_ptr_array_add (lines, line);
}

GBytes *
tst_relay_receipt_sign (const char *origin, gint64 time_s, GPtrArray *lines, guint first, guint n, TstSigningKey *relay)
{
  g_autofree char *vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (relay));
  g_autofree char *time = tst_time_format (time_s);
  g_autoptr (GString) text = g_string_new (RELAY "\n");

  g_string_append_printf (text, "%s\n%s\n%s\n", origin, vkey, time);
  for (guint i = first; i < first + n; i++)
    {
      const TstRelayLine *line = g_ptr_array_index (lines, i);

      tst_archive_list_add (text, &line->sha256, line->name);
    }
  return tst_note_sign (text->str, relay);
}

gboolean
tst_relay_receipt_open (GBytes *note, const char *origin, TstVerifier **relay, gint64 *time_s, GPtrArray **lines, GError **error)
{
  g_autoptr (TstVerifier) signer = NULL;
  g_auto (GStrv) text = open_lines (note, RELAY, 2, &signer);
  g_autoptr (GPtrArray) found = tst_relay_lines_new ();

  if (text == NULL || g_strv_length (text) < 4 || strcmp (text[1], origin) != 0 || !tst_time_parse (text[3], time_s))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_RECEIPT, "This receipt of a relay is not signed as it says, or is for another town");
      return FALSE;
    }
  for (guint i = 4; text[i] != NULL; i++)
    {
      TstHash hash;

      if (strlen (text[i]) < 67 || text[i][64] != ' ')
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_RECEIPT, "A line of this receipt cannot be read");
          return FALSE;
        }
      text[i][64] = '\0';
      if (tst_hash_from_hex (text[i], &hash))
        tst_relay_lines_add (found, &hash, text[i] + 66);
    }
  *relay = g_steal_pointer (&signer);
  *lines = g_steal_pointer (&found);
  return TRUE;
}
