/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "log/tst-checkpoint.h"

#include "base/tst-error.h"
#include "record/tst-envelope.h"

#include <string.h>

#define PROOF_LINE "c2sp.org/tlog-proof@v1\n"
#define HASH_BASE64_LENGTH 44
#define MAX_PROOF_HASHES 64
#define MAX_SIZE (G_GUINT64_CONSTANT (1) << 53) /* as an envelope's anchor can hold */

static TstCheckpoint *
checkpoint_new (const char *origin, guint64 size, const TstHash *root, GBytes *note)
{
  TstCheckpoint *self = g_new0 (TstCheckpoint, 1);

  self->origin = g_strdup (origin);
  self->size = size;
  self->root = *root;
  self->note = g_bytes_ref (note);
  return self;
}

TstCheckpoint *
tst_checkpoint_sign (const char *origin, guint64 size, const TstHash *root, TstSigningKey *key)
{
  g_autofree char *base64 = tst_hash_to_base64 (root);
  g_autofree char *text = g_strdup_printf ("%s\n%" G_GUINT64_FORMAT "\n%s\n", origin, size, base64);
  g_autoptr (GBytes) note = NULL;

  g_assert (tst_origin_is_valid (origin) && size <= MAX_SIZE);
  g_assert (strcmp (origin, tst_signing_key_get_name (key)) == 0);

  note = tst_note_sign (text, key);
  return checkpoint_new (origin, size, root, note);
}

/* The line at *@at, without its newline, moving past it; NULL at the end. */
static char *
take_line (const char **at)
{
  const char *newline = strchr (*at, '\n');
  char *line;

  if (newline == NULL)
    return NULL;
  line = g_strndup (*at, newline - *at);
  *at = newline + 1;
  return line;
}

/* Decimal without leading zeros, at most MAX_SIZE. */
static gboolean
parse_number (const char *text, guint64 *number)
{
  g_autofree char *written = NULL;

  if (text == NULL || strlen (text) > 16 || !g_ascii_string_to_unsigned (text, 10, 0, MAX_SIZE, number, NULL))
    return FALSE;
  written = g_strdup_printf ("%" G_GUINT64_FORMAT, *number);
  return strcmp (written, text) == 0;
}

static TstCheckpoint *
parse_text (const char *text, GBytes *note)
{
  const char *at = text;
  g_autofree char *origin = take_line (&at);
  g_autofree char *size_text = origin != NULL ? take_line (&at) : NULL;
  g_autofree char *root_text = size_text != NULL ? take_line (&at) : NULL;
  guint64 size;
  TstHash root, empty = tst_merkle_empty_root ();

  if (!tst_origin_is_valid (origin) || !parse_number (size_text, &size) || !tst_hash_from_base64 (root_text, &root))
    return NULL;
  if (size == 0 && !tst_hash_equal (&root, &empty))
    return NULL;
  /* Extension lines may follow; they are signed, opaque to us, and never empty. */
  if (*at == '\n' || strstr (at, "\n\n") != NULL)
    return NULL;
  return checkpoint_new (origin, size, &root, note);
}

TstCheckpoint *
tst_checkpoint_open (GBytes *note, TstVerifier *verifier, GError **error)
{
  g_autofree char *text = tst_note_open (note, verifier, error);
  g_autoptr (TstCheckpoint) self = NULL;

  if (text == NULL)
    return NULL;
  self = parse_text (text, note);
  if (self == NULL || strcmp (self->origin, tst_verifier_get_name (verifier)) != 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE,
                           "This is not a checkpoint of that log. It was not used.");
      return NULL;
    }
  return g_steal_pointer (&self);
}

TstCheckpoint *
tst_checkpoint_copy (const TstCheckpoint *self)
{
  return self != NULL ? checkpoint_new (self->origin, self->size, &self->root, self->note) : NULL;
}

void
tst_checkpoint_free (TstCheckpoint *self)
{
  if (self == NULL)
    return;
  g_free (self->origin);
  g_bytes_unref (self->note);
  g_free (self);
}

/* --- proofs in a file --- */

GBytes *
tst_tlog_proof_write (guint64 index, GArray *proof, const TstCheckpoint *checkpoint)
{
  GString *out = g_string_new (PROOF_LINE);
  gsize size;
  const char *note = g_bytes_get_data (checkpoint->note, &size);

  g_string_append_printf (out, "index %" G_GUINT64_FORMAT "\n", index);
  for (guint i = 0; i < proof->len; i++)
    {
      g_autofree char *base64 = tst_hash_to_base64 (&g_array_index (proof, TstHash, i));

      g_string_append_printf (out, "%s\n", base64);
    }
  g_string_append_c (out, '\n');
  g_string_append_len (out, note, size);
  return g_string_free_to_bytes (out);
}

static gboolean
refuse_proof (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_PROOF, "This is not a proof file of the log. It was not used.");
  return FALSE;
}

gboolean
tst_tlog_proof_check (GBytes *proof_file, GBytes *leaf_data, TstVerifier *log, guint64 *index, GError **error)
{
  gsize size, leaf_size;
  const char *data = g_bytes_get_data (proof_file, &size);
  const void *leaf_bytes = g_bytes_get_data (leaf_data, &leaf_size);
  const char *blank = size > 0 ? memmem (data, size, "\n\n", 2) : NULL;
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (TstHash));
  g_autoptr (TstCheckpoint) checkpoint = NULL;
  g_autoptr (GBytes) note = NULL;
  g_autofree char *head = NULL;
  g_autofree char *line = NULL;
  const char *at;
  guint64 number;
  TstHash leaf;

  if (blank == NULL || memchr (data, '\0', blank - data) != NULL)
    return refuse_proof (error);
  head = g_strndup (data, blank + 1 - data);
  if (!g_str_has_prefix (head, PROOF_LINE))
    return refuse_proof (error);
  at = head + strlen (PROOF_LINE);
  line = take_line (&at);
  if (line != NULL && g_str_has_prefix (line, "extra "))
    {
      /* Not authenticated, and nothing that we need: stepped over. */
      g_free (line);
      line = take_line (&at);
    }
  if (line == NULL || !g_str_has_prefix (line, "index ") || !parse_number (line + strlen ("index "), &number))
    return refuse_proof (error);
  while (*at != '\0')
    {
      TstHash hash;

      g_free (line);
      line = take_line (&at);
      if (proof->len == MAX_PROOF_HASHES || line == NULL || strlen (line) != HASH_BASE64_LENGTH
          || !tst_hash_from_base64 (line, &hash))
        return refuse_proof (error);
      g_array_append_val (proof, hash);
    }

  note = g_bytes_new_from_bytes (proof_file, blank + 2 - data, size - (blank + 2 - data));
  checkpoint = tst_checkpoint_open (note, log, error);
  if (checkpoint == NULL)
    return FALSE;
  leaf = tst_merkle_leaf (leaf_bytes, leaf_size);
  if (!tst_merkle_check_inclusion (&leaf, number, checkpoint->size, proof, &checkpoint->root, error))
    return FALSE;
  if (index != NULL)
    *index = number;
  return TRUE;
}
