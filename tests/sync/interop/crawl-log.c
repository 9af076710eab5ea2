/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Copies central's log to files as any stranger would, over HTTP, for tests/data/record/interop/log-check.go:
 *
 *   crawl-log FOLDER SIZE OLD-SIZE records
 *
 * SIZE records of one tablet come in by bundles, OLD-SIZE of them before the first checkpoint that is kept. */

#include "intake-fixture.h"

#include "central/tst-public-log.h"

#include <stdlib.h>
#include <string.h>

static const char *folder;

static void
put (const char *name, const void *data, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (path, data, size, &error);
  g_assert_no_error (error);
}

static void
fetch (Fixture *fixture, const char *path, const char *name)
{
  g_autoptr (Answer) answer = fixture_request (fixture, NULL, "GET", path, NULL, NULL, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  put (name, g_bytes_get_data (answer->body, NULL), g_bytes_get_size (answer->body));
}

static void
fetch_tiles (Fixture *fixture, guint64 size)
{
  for (int level = -1; level < 8; level++)
    {
      guint64 n = size;

      for (int i = 0; i < level; i++)
        n /= 256;
      for (guint64 at = 0; at < n; at += 256)
        {
          g_autofree char *name = tst_tile_path (level, at / 256, MIN (256, n - at));
          g_autofree char *path = g_strconcat ("/log/", name, NULL);

          fetch (fixture, path, name);
        }
    }
}

/* One bundle after the other; the last answer. */
static JsonObject *
send_records (Fixture *fixture, Tablet *tablet, guint n, guint64 from)
{
  g_autoptr (JsonObject) answer = NULL;

  while (n > 0)
    {
      g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();
      g_autoptr (GBytes) bundle = NULL;

      for (guint i = 0; i < TST_BUNDLE_MAX_RECORDS && n > 0; i++, n--)
        {
          g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);

          bundle_add (writer, record, WITH_BODY);
        }
      bundle = tst_bundle_writer_finish (writer);
      g_clear_pointer (&answer, json_object_unref);
      answer = fixture_take (fixture, bundle, from);
    }
  return g_steal_pointer (&answer);
}

int
main (int argc, char **argv)
{
  guint size = atoi (argv[2]);
  guint old_size = atoi (argv[3]);
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (JsonObject) first = NULL;
  g_autoptr (JsonObject) last = NULL;
  g_autoptr (GString) consistency = g_string_new (NULL);
  g_autofree char *device = tst_verifier_to_vkey (tst_signing_key_get_verifier (tablet->keys[TST_CHAIN_FIELD]));
  JsonArray *hashes;

  folder = argv[1];
  put ("device.vkey", device, strlen (device));
  fixture_serve (fixture, NULL);
  first = send_records (fixture, tablet, old_size, 0);
  fetch (fixture, "/log/checkpoint", "checkpoint-old");
  last = send_records (fixture, tablet, size - old_size, old_size);
  fetch (fixture, "/log/checkpoint", "checkpoint");
  fetch (fixture, "/log/vkey", "log.vkey");
  fetch_tiles (fixture, size);
  hashes = tst_json_array (last, "consistency");
  for (guint i = 0; i < json_array_get_length (hashes); i++)
    g_string_append_printf (consistency, "%s\n", json_array_get_string_element (hashes, i));
  put ("consistency", consistency->str, consistency->len);
  for (guint i = 0; i < size; i += 1 + size / 100)
    {
      g_autofree char *name = g_strdup_printf ("proofs/%u.tlog-proof", i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) proof = tst_public_log_prove (tst_central_get_log (fixture->central), i, &error);

      g_assert_no_error (error);
      put (name, g_bytes_get_data (proof, NULL), g_bytes_get_size (proof));
    }
  tablet_free (tablet);
  fixture_free (fixture);
  return 0;
}
