/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "central-fixture.h"
#include "central/tst-desk-call.h"
#include "central/tst-purge.h"
#include "record/tst-body.h"

#include <glib/gstdio.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureRecord, fixture_record_free)

/* The city's own programs, which the desk asks: what they say, and that none of them can hold it up. */

static void
set_command (Fixture *f, const char *name, const char *script)
{
  g_autofree char *path = g_build_filename (tst_central_get_folder (f->central), "town.json", NULL);
  g_autoptr (JsonObject) town = tst_central_dup_town (f->central);
  g_autofree char *before = tst_json_write (town);
  g_autoptr (JsonObject) changed = tst_json_parse_object (before, -1, NULL);
  JsonObject *desk = json_object_new ();
  JsonArray *argv = json_array_new ();
  g_autofree char *json = NULL;

  json_array_add_string_element (argv, "/bin/sh");
  json_array_add_string_element (argv, "-c");
  json_array_add_string_element (argv, script);
  json_object_set_array_member (desk, name, argv);
  json_object_set_object_member (changed, "desk", desk);
  json = tst_json_write (changed);
  g_assert_true (g_file_set_contents (path, json, -1, NULL));
  fixture_reopen (f);
}

static void
test_answers (void)
{
  Fixture f;
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *long_text = g_strnfill (300000, 'x');

  fixture_open (&f, NULL);
  g_assert_false (tst_desk_run_hook (f.central, "radicado_command", "", &said, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
  g_clear_error (&error);
  set_command (&f, "radicado_command", "read a; echo \"<$a>\"");
  g_assert_true (tst_desk_run_hook (f.central, "radicado_command", "$(id)\n", &said, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (said, ==, "<$(id)>\n");
  /* One that does not want to hear, and one that says far too much, do no harm. */
  set_command (&f, "radicado_command", "exec <&-; echo 7");
  g_clear_pointer (&said, g_free);
  g_assert_true (tst_desk_run_hook (f.central, "radicado_command", long_text, &said, &error));
  g_assert_cmpstr (said, ==, "7\n");
  set_command (&f, "radicado_command", "head -c 3000000 /dev/zero | tr '\\0' 'y'");
  g_clear_pointer (&said, g_free);
  g_assert_true (tst_desk_run_hook (f.central, "radicado_command", "", &said, &error));
  g_assert_cmpuint (strlen (said), <=, 64 * 1024);
  set_command (&f, "radicado_command", "echo 7; exit 3");
  g_assert_false (tst_desk_run_hook (f.central, "radicado_command", "", NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_FAILED);
  fixture_close (&f);
}

/* One that never ends, and one that ends but leaves a child which holds its output open. */
static void
test_time_limit (void)
{
  static const char *const scripts[] = { "exec sleep 600", "sleep 600 & exit 0", "trap '' TERM; while :; do sleep 1; done" };
  Fixture f;

  fixture_open (&f, NULL);
  for (guint i = 0; i < (g_getenv ("TESTIGO_LONG") ? G_N_ELEMENTS (scripts) : 1); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 begun_us = 0;

      set_command (&f, "radicado_command", scripts[i]);
      begun_us = g_get_monotonic_time ();
      g_assert_false (tst_desk_run_hook (f.central, "radicado_command", "{}", NULL, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_FAILED);
      g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, TST_DESK_HOOK_S * G_USEC_PER_SEC);
      g_assert_cmpint (g_get_monotonic_time () - begun_us, <, (TST_DESK_HOOK_S + 20) * G_USEC_PER_SEC);
    }
  fixture_close (&f);
}

static gboolean
lists (GPtrArray *rows, const char *id, const char *path)
{
  for (guint i = 0; i < rows->len; i++)
    {
      JsonObject *row = g_ptr_array_index (rows, i);
      JsonArray *paths = tst_json_array (row, "paths");

      if (g_strcmp0 (tst_json_string (row, "id"), id) != 0)
        continue;
      for (guint n = 0; n < json_array_get_length (paths); n++)
        if (g_str_equal (json_array_get_string_element (paths, n), path))
          return TRUE;
    }
  return FALSE;
}

/* What was public and is no more: its page, its data, both kinds of its pictures; but not a picture that another item still shows. */
static void
test_purge (void)
{
  Fixture f;
  FixtureDevice field;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *heard = NULL;
  g_autofree char *text = NULL;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  g_autoptr (FixtureRecord) gone = fixture_photo (&f, &field, 1, "");
  g_autoptr (FixtureRecord) shared = fixture_photo (&f, &field, 2, "");
  g_autoptr (FixtureRecord) stays = fixture_photo (&f, &field, 2, ",'caption':'la misma'");
  g_autoptr (FixtureRecord) never = fixture_photo (&f, &field, 3, "");
  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, gone->id, shared->id, stays->id, NULL));
  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_WITHHOLD, "calidad", never->id, NULL));
  g_autofree char *jpeg = fixture_value (&f, "SELECT '/media/' || lower (hex (sha256)) || '/480.jpg' FROM derivative WHERE id = '%s' AND width = 480 AND type = 'image/jpeg'", gone->id);
  g_autofree char *webp = fixture_value (&f, "SELECT '/media/' || lower (hex (sha256)) || '/480.webp' FROM derivative WHERE id = '%s' AND width = 480 AND type = 'image/webp'", gone->id);
  g_autofree char *both = fixture_value (&f, "SELECT '/media/' || lower (hex (sha256)) || '/480.jpg' FROM derivative WHERE id = '%s' AND width = 480 AND type = 'image/jpeg'", shared->id);
  g_autoptr (TstPublicRoutes) routes = tst_public_routes_new (f.central, NULL);
  g_autofree char *page = g_strconcat ("/evidencia/", gone->id, NULL);
  g_autofree char *data = g_strconcat ("/evidencia/", gone->id, ".json", NULL);
  g_autofree char *shared_page = g_strconcat ("/evidencia/", shared->id, NULL);

  /* Each under its own kind only. */
  g_autofree char *wrong = g_strndup (webp, strlen (webp) - strlen ("webp"));
  g_autofree char *wrong_kind = g_strconcat (wrong, "jpg", NULL);
  g_assert_cmpuint (fixture_get (routes, jpeg, NULL), ==, 200);
  g_assert_cmpuint (fixture_get (routes, webp, NULL), ==, 200);
  g_assert_cmpuint (fixture_get (routes, wrong_kind, NULL), ==, 404);
  rows = tst_purge_list (f.central, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 0);
  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_RETIRE, "menor_de_edad", gone->id, shared->id, NULL));
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = tst_purge_list (f.central, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpuint (fixture_get (routes, webp, NULL), ==, 410);
  g_assert_cmpuint (fixture_get (routes, both, NULL), ==, 200);
  g_clear_pointer (&routes, tst_public_routes_free);
  g_assert_true (lists (rows, gone->id, page));
  g_assert_true (lists (rows, gone->id, data));
  g_assert_true (lists (rows, gone->id, jpeg));
  g_assert_true (lists (rows, gone->id, webp));
  g_assert_true (lists (rows, shared->id, shared_page));
  g_assert_false (lists (rows, shared->id, both));
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = tst_purge_list (f.central, tst_central_now_s (f.central) + 1, &error);
  g_assert_cmpuint (rows->len, ==, 0);

  /* The caches' own program hears each address in a line. */
  heard = g_build_filename (f.base, "heard", NULL);
  g_autofree char *script = g_strdup_printf ("cat > '%s'", heard);
  set_command (&f, "purge_command", script);
  tst_purge_announce (f.central);
  g_assert_true (g_file_get_contents (heard, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_assert_true (g_strv_contains ((const char *const *) lines, page));
  g_assert_true (g_strv_contains ((const char *const *) lines, webp));
  g_assert_false (g_strv_contains ((const char *const *) lines, both));
  g_unlink (heard);
  fixture_device_clear (&field);
  fixture_close (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk-hook/answers", test_answers);
  g_test_add_func ("/desk-hook/time-limit", test_time_limit);
  g_test_add_func ("/desk-hook/purge", test_purge);
  return g_test_run ();
}
