/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "log/tst-checkpoint.h"
#include "record/tst-envelope.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes a log as the public sees it, for other people's programs to read:
 *
 *   log-tool FOLDER SIZE OLD-SIZE records|lines
 *
 * with envelopes of one device, or short lines, as leaves; grown once from OLD-SIZE to SIZE. */

#define ORIGIN "obras.ejemplo.gov.co/testigo"

static const char *folder;

static void
put (const char *name, const void *data, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (parent, 0700) != 0 || !g_file_set_contents (path, data, size, &error))
    g_error ("Could not write %s", path);
}

static void
put_bytes (const char *name, GBytes *bytes)
{
  put (name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static gboolean
read_tile (guint level, guint64 index, guint width, TstHash *hashes, gpointer user_data, GError **error)
{
  g_autofree char *name = tst_tile_path ((int) level, index, width);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *data = NULL;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, error))
    return FALSE;
  g_assert (size == width * sizeof (TstHash));
  memcpy (hashes, data, size);
  return TRUE;
}

static gboolean
write_tile (guint level, guint64 index, guint width, const TstHash *hashes, gpointer user_data, GError **error)
{
  g_autofree char *name = tst_tile_path ((int) level, index, width);

  put (name, hashes, width * sizeof (TstHash));
  return TRUE;
}

static GPtrArray *
make_leaves (guint size, gboolean records)
{
  GPtrArray *leaves = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (TstSigningKey) key = tst_signing_key_generate (NULL);
  g_autofree char *vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (key));
  TstEnvelopeFields fields = { 0 };

  put ("device.vkey", vkey, strlen (vkey));
  fields.chain = TST_CHAIN_FIELD;
  fields.kind = TST_KIND_EVIDENCE;
  fields.time_source = TST_TIME_NTP;
  fields.uncertainty_s = 1;
  for (guint i = 0; i < size; i++)
    {
      g_autofree char *text = g_strdup_printf ("hoja %u\n", i);
      g_autofree char *id = NULL;
      g_autoptr (TstEnvelope) envelope = NULL;

      if (!records)
        {
          g_ptr_array_add (leaves, g_bytes_new (text, strlen (text)));
          continue;
        }
      id = tst_uuid_new ();
      fields.id = id;
      fields.seq = i + 1;
      fields.utc_s = 1774623845 + i;
      fields.body = tst_hash_data (text, strlen (text));
      if (i == size / 2)
        {
          fields.anchor_origin = ORIGIN;
          fields.anchor_size = i;
        }
      envelope = tst_envelope_sign (&fields, key);
      fields.prev = *tst_envelope_get_text_hash (envelope);
      g_ptr_array_add (leaves, g_bytes_ref (tst_envelope_get_note (envelope)));
    }
  return leaves;
}

static void
grow (GPtrArray *leaves, guint from, guint to)
{
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));
  g_autoptr (GError) error = NULL;

  for (guint i = from; i < to; i++)
    {
      TstHash hash = tst_merkle_leaf (g_bytes_get_data (leaves->pdata[i], NULL), g_bytes_get_size (leaves->pdata[i]));

      g_array_append_val (hashes, hash);
    }
  if (!tst_tree_append (from, hashes, read_tile, write_tile, NULL, &error))
    g_error ("Append: %s", error->message);
  for (guint i = from / 256 * 256; i < to; i += 256)
    {
      g_autoptr (GPtrArray) page = g_ptr_array_new ();
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *name = NULL;

      for (guint j = i; j < MIN (i + 256, to); j++)
        g_ptr_array_add (page, leaves->pdata[j]);
      bytes = tst_entries_write (page);
      name = tst_tile_path (-1, i / 256, page->len);
      put_bytes (name, bytes);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (TstSigningKey) key = tst_signing_key_generate (ORIGIN);
  g_autofree char *vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (key));
  g_autoptr (TstTreeReader) reader = tst_tree_reader_new (read_tile, NULL);
  g_autoptr (TstCheckpoint) old_checkpoint = NULL;
  g_autoptr (TstCheckpoint) checkpoint = NULL;
  g_autoptr (GPtrArray) leaves = NULL;
  g_autoptr (GArray) consistency = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);
  guint size, old_size;
  TstHash old_root, root;

  if (argc != 5)
    return 2;
  folder = argv[1];
  size = (guint) atoi (argv[2]);
  old_size = (guint) atoi (argv[3]);
  leaves = make_leaves (size, strcmp (argv[4], "records") == 0);
  put ("log.vkey", vkey, strlen (vkey));

  grow (leaves, 0, old_size);
  if (!tst_tree_reader_root (reader, old_size, &old_root, &error))
    g_error ("Root: %s", error->message);
  grow (leaves, old_size, size);
  if (!tst_tree_reader_root (reader, size, &root, &error))
    g_error ("Root: %s", error->message);
  old_checkpoint = tst_checkpoint_sign (ORIGIN, old_size, &old_root, key);
  checkpoint = tst_checkpoint_sign (ORIGIN, size, &root, key);
  put_bytes ("checkpoint-old", old_checkpoint->note);
  put_bytes ("checkpoint", checkpoint->note);

  consistency = tst_tree_reader_consistency (reader, old_size, size, &error);
  for (guint i = 0; i < consistency->len; i++)
    {
      g_autofree char *base64 = tst_hash_to_base64 (&g_array_index (consistency, TstHash, i));

      g_string_append_printf (lines, "%s\n", base64);
    }
  put ("consistency", lines->str, lines->len);
  for (guint i = 0; i < size; i += MAX (1, size / 50))
    {
      g_autoptr (GArray) proof = tst_tree_reader_inclusion (reader, i, size, &error);
      g_autoptr (GBytes) file = tst_tlog_proof_write (i, proof, checkpoint);
      g_autofree char *name = g_strdup_printf ("proofs/%u.tlog-proof", i);

      put_bytes (name, file);
    }
  return 0;
}
