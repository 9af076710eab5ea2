/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "central/tst-decision-mirror.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *path;
  TstDecisionMirror *mirror;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("tst-decisions-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "decisions", NULL);
  self->mirror = tst_decision_mirror_open (self->folder, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->mirror, tst_decision_mirror_free);
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static void
reopen (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->mirror, tst_decision_mirror_free);
  self->mirror = tst_decision_mirror_open (self->folder, &error);
  g_assert_no_error (error);
}

static TstHash
add_body (Fixture *self, const char *text)
{
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (bodies, g_bytes_new (text, strlen (text)));
  g_assert_true (tst_decision_mirror_append (self->mirror, bodies, NULL, &error));
  g_assert_no_error (error);
  return tst_hash_data (text, strlen (text));
}

static void
assert_body (Fixture *self, const TstHash *hash, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = tst_decision_mirror_read (self->mirror, hash, &error);

  g_assert_no_error (error);
  g_assert_cmpint (tst_decision_mirror_has (self->mirror, hash), ==, text != NULL);
  if (text == NULL)
    g_assert_null (bytes);
  else
    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static gsize
file_size (Fixture *self)
{
  GStatBuf st;

  g_assert_cmpint (g_stat (self->path, &st), ==, 0);
  return st.st_size;
}

static void
test_keeps (Fixture *self, gconstpointer data)
{
  TstHash accept = add_body (self, "{\"type\":\"accept\"}");
  TstHash erase = add_body (self, "{\"type\":\"erase\"}");
  gsize size = file_size (self);
  GStatBuf st;

  add_body (self, "{\"type\":\"accept\"}");
  g_assert_cmpuint (file_size (self), ==, size); /* what is there is passed over */
  reopen (self);
  assert_body (self, &accept, "{\"type\":\"accept\"}");
  assert_body (self, &erase, "{\"type\":\"erase\"}");
  g_assert_cmpint (g_stat (self->path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
}

static void
test_devices (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "testigo/d/dos", "testigo/d/uno", NULL };
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      JsonObject *device = json_object_new ();

      json_object_set_string_member (device, "name", names[i]);
      g_ptr_array_add (devices, device);
    }
  g_assert_true (tst_decision_mirror_append (self->mirror, NULL, devices, &error));
  reopen (self);
  found = tst_decision_mirror_list_devices (self->mirror, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 2);
  for (guint i = 0; i < found->len; i++)
    g_assert_cmpstr (json_object_get_string_member (g_ptr_array_index (found, i), "name"), ==, names[i]);
}

static void
test_erasure_reaches_it (Fixture *self, gconstpointer data)
{
  static const char secret[] = "{\"reason\":\"CANARIO-DATO\"}";
  TstHash gone = add_body (self, secret);
  TstHash stays = add_body (self, "{\"type\":\"withhold\"}");
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  gsize size;

  g_array_append_val (hashes, gone);
  g_assert_true (tst_decision_mirror_erase (self->mirror, hashes, &error));
  g_assert_no_error (error);
  assert_body (self, &gone, NULL);
  assert_body (self, &stays, "{\"type\":\"withhold\"}");
  reopen (self);
  assert_body (self, &gone, NULL);
  assert_body (self, &stays, "{\"type\":\"withhold\"}");
  g_assert_true (g_file_get_contents (self->path, &content, &size, &error));
  g_assert_null (memmem (content, size, "CANARIO", 7));
}

static void
test_torn_tail (Fixture *self, gconstpointer data)
{
  TstHash whole = add_body (self, "{\"type\":\"accept\"}");
  gsize size = file_size (self);
  TstHash later;
  int fd;

  add_body (self, "{\"type\":\"retire\"}");
  g_clear_pointer (&self->mirror, tst_decision_mirror_free);
  g_assert_cmpint (truncate (self->path, size + 9), ==, 0);
  reopen (self);
  g_assert_cmpuint (file_size (self), ==, size);
  assert_body (self, &whole, "{\"type\":\"accept\"}");
  later = add_body (self, "{\"type\":\"answer\"}");
  reopen (self);
  assert_body (self, &later, "{\"type\":\"answer\"}");
  /* Something that is no frame is not cut off but said: it is not what a power cut leaves. */
  g_clear_pointer (&self->mirror, tst_decision_mirror_free);
  fd = g_open (self->path, O_WRONLY | O_CLOEXEC, 0);
  g_assert_cmpint (pwrite (fd, "x", 1, 0), ==, 1);
  close (fd);
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (tst_decision_mirror_open (self->folder, &error));
    g_assert_error (error, TST_ERROR, TST_ERROR_STORE_DAMAGED);
  }
}

static void
test_changed_behind_its_back (Fixture *self, gconstpointer data)
{
  TstHash body = add_body (self, "{\"type\":\"accept\"}");
  g_autoptr (GError) error = NULL;
  int fd = g_open (self->path, O_WRONLY | O_CLOEXEC, 0);

  g_assert_cmpint (pwrite (fd, "X", 1, file_size (self) - 3), ==, 1);
  close (fd);
  g_assert_null (tst_decision_mirror_read (self->mirror, &body, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_HASH_MISMATCH);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/decision-mirror/keeps", Fixture, NULL, set_up, test_keeps, tear_down);
  g_test_add ("/decision-mirror/devices", Fixture, NULL, set_up, test_devices, tear_down);
  g_test_add ("/decision-mirror/erasure-reaches-it", Fixture, NULL, set_up, test_erasure_reaches_it, tear_down);
  g_test_add ("/decision-mirror/torn-tail", Fixture, NULL, set_up, test_torn_tail, tear_down);
  g_test_add ("/decision-mirror/changed-behind-its-back", Fixture, NULL, set_up, test_changed_behind_its_back, tear_down);
  return g_test_run ();
}
