/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "journal/tst-kept.h"
#include "record/tst-body.h"

#include <glib/gstdio.h>
#include <string.h>

#define NOW 1774000000
#define CANARY "palabra inventada nueve"

static char *folder;

static JsonObject *
make (void)
{
  JsonObject *content = json_object_new ();

  json_object_set_string_member (content, "text", CANARY);
  json_object_set_string_member (content, "class", "queja");
  return content;
}

static guint
count_files (gboolean *readable)
{
  g_autofree char *drafts = g_build_filename (folder, "drafts", NULL);
  g_autoptr (GDir) dir = g_dir_open (drafts, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (drafts, name, NULL);
      g_autofree char *data = NULL;
      gsize size;

      g_assert_true (g_file_get_contents (path, &data, &size, NULL));
      if (readable != NULL)
        *readable |= memmem (data, size, CANARY, strlen (CANARY)) != NULL;
      n++;
    }
  return n;
}

static void
test_once (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) content = make ();
  g_autofree char *code = tst_kept_put (folder, content, NOW, &error);
  g_autofree char *spaced = NULL;
  g_autoptr (JsonObject) taken = NULL;
  gboolean readable = FALSE;

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (code), ==, 12);
  g_assert_cmpuint (count_files (&readable), ==, 1);
  g_assert_false (readable);
  spaced = g_strdup_printf ("%.4s %.4s-%.4s", code, code + 4, code + 8);
  taken = tst_kept_take (folder, spaced, NOW + 3600, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tst_json_string (taken, "text"), ==, CANARY);
  g_assert_cmpuint (count_files (NULL), ==, 0);
  g_assert_null (tst_kept_take (folder, code, NOW + 3600, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
}

static void
test_wrong (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) content = make ();
  g_autofree char *code = tst_kept_put (folder, content, NOW, &error);
  static const char *const bad[] = { "", "12", "no digits", "1234567890123", NULL };

  g_assert_no_error (error);
  for (guint i = 0; bad[i] != NULL; i++)
    {
      g_assert_null (tst_kept_take (folder, bad[i], NOW, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
      g_clear_error (&error);
    }
  code[11] = code[11] == '9' ? '0' : code[11] + 1;
  g_assert_null (tst_kept_take (folder, code, NOW, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* A wrong try costs nobody what was kept. */
  g_assert_cmpuint (count_files (NULL), ==, 1);
  tst_kept_sweep (folder, NOW + 3 * 3600);
  g_assert_cmpuint (count_files (NULL), ==, 1);
  tst_kept_sweep (folder, NOW + 26 * 3600);
  g_assert_cmpuint (count_files (NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  int result;
  g_autofree char *drafts = NULL;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("testigo-kept-XXXXXX", NULL);
  g_test_add_func ("/kept/once", test_once);
  g_test_add_func ("/kept/wrong", test_wrong);
  result = g_test_run ();
  drafts = g_build_filename (folder, "drafts", NULL);
  tst_kept_sweep (folder, G_MAXINT64);
  g_rmdir (drafts);
  g_rmdir (folder);
  g_free (folder);
  return result;
}
