/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-tus-upload.h"

#include "base/tst-error.h"
#include "fake-server.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SMALL (300 * 1024)
#define LARGE (9 * 1024 * 1024) /* over the limit up to which the creation brings the bytes along */

typedef struct
{
  FakeServer *server;
  SoupSession *session;
  char *endpoint;
  char *folder;
  char *path;
  GBytes *bytes;
  TstHash sha256;
  guint n_created;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer size)
{
  gsize n = GPOINTER_TO_SIZE (size);
  guint8 *data = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    data[i] = (guint8) (i * 2654435761u >> 13);
  fixture->bytes = g_bytes_new_take (data, n);
  fixture->sha256 = tst_hash_bytes (fixture->bytes);
  fixture->folder = g_dir_make_tmp ("tus-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "medium", NULL);
  g_assert_true (g_file_set_contents (fixture->path, (const char *) data, n, NULL));
  fixture->server = fake_server_new (NULL);
  fixture->endpoint = g_strconcat (fake_server_get_url (fixture->server), "/sync/v1/media", NULL);
  fixture->session = soup_session_new_with_options ("timeout", 5, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer size)
{
  g_clear_object (&fixture->session);
  fake_server_free (fixture->server);
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_bytes_unref (fixture->bytes);
  g_free (fixture->endpoint);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static TstTusUpload *
new_upload (Fixture *fixture)
{
  return tst_tus_upload_new (fixture->session, fixture->endpoint, fixture->path, &fixture->sha256, "image/jpeg");
}

static void
assert_arrived (Fixture *fixture)
{
  g_autoptr (GBytes) arrived = fake_server_get_upload (fixture->server, &fixture->sha256);

  g_assert_nonnull (arrived);
  g_assert_true (g_bytes_equal (arrived, fixture->bytes));
  g_assert_cmpuint (fake_server_count_uploads (fixture->server), ==, 1);
  g_assert_cmpuint (fake_server_faults_left (fixture->server), ==, 0);
}

static void
assert_done (Fixture *fixture, TstTusUpload *upload)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (tst_tus_upload_run (upload, NULL, &error));
  g_assert_no_error (error);
  assert_arrived (fixture);
}

/* Fails with @code; what is not whole at the server is never said to be sent. */
static void
assert_fails (TstTusUpload *upload, TstError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (tst_tus_upload_run (upload, NULL, &error));
  g_assert_error (error, TST_ERROR, (int) code);
}

static void
test_one_request (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  assert_done (fixture, upload);
  g_assert_cmpuint (fake_server_count (fixture->server, "POST", "media"), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "PATCH", "media"), ==, 0);
  g_assert_cmpuint (tst_tus_upload_get_bytes_sent (upload), ==, SMALL);
  g_assert_cmpuint (tst_tus_upload_get_bytes_resent (upload), ==, 0);
}

static gboolean
on_created (const char *url, gpointer user_data, GError **error)
{
  ((Fixture *) user_data)->n_created++;
  g_assert_nonnull (strstr (url, "/media/u1"));
  return TRUE;
}

static void
test_large (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  tst_tus_upload_set_created (upload, on_created, fixture);
  assert_done (fixture, upload);
  g_assert_cmpuint (fixture->n_created, ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "PATCH", "media"), ==, 1);
  g_assert_cmpuint (tst_tus_upload_get_bytes_sent (upload), ==, LARGE);
}

static void
test_pieces (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  tst_tus_upload_set_piece (upload, 100 * 1000);
  assert_done (fixture, upload);
  g_assert_cmpuint (fake_server_count (fixture->server, "PATCH", "media"), ==, (SMALL + 99999) / 100000);
  g_assert_cmpuint (tst_tus_upload_get_bytes_sent (upload), ==, SMALL);
}

static void
test_empty (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  assert_done (fixture, upload);
}

/* Held already: nothing is sent again, wherever the earlier try ended. */
static void
test_known (Fixture *fixture, gconstpointer size)
{
  g_autofree char *url = fake_server_put_part (fixture->server, &fixture->sha256, fixture->bytes, SMALL);
  g_autoptr (TstTusUpload) upload = new_upload (fixture);
  g_autoptr (TstTusUpload) with_url = new_upload (fixture);

  tst_tus_upload_set_tried (upload);
  assert_done (fixture, upload);
  g_assert_cmpuint (tst_tus_upload_get_bytes_sent (upload), ==, 0);
  tst_tus_upload_set_url (with_url, url);
  assert_done (fixture, with_url);
  g_assert_cmpuint (tst_tus_upload_get_bytes_sent (with_url), ==, 0);
}

static void
test_resume_url (Fixture *fixture, gconstpointer size)
{
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (fixture->bytes, 0, 123457);
  g_autofree char *url = fake_server_put_part (fixture->server, &fixture->sha256, part, SMALL);
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  tst_tus_upload_set_url (upload, url);
  assert_done (fixture, upload);
  g_assert_cmpuint (tst_tus_upload_get_bytes_sent (upload), ==, SMALL - 123457);
  g_assert_cmpuint (tst_tus_upload_get_bytes_resent (upload), ==, 0);
}

/* The URL was lost with the process: creating again tells how far it came. */
static void
test_resume_without_url (Fixture *fixture, gconstpointer size)
{
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (fixture->bytes, 0, 123457);
  g_autofree char *url = fake_server_put_part (fixture->server, &fixture->sha256, part, SMALL);
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  tst_tus_upload_set_tried (upload);
  assert_done (fixture, upload);
  g_assert_cmpuint (tst_tus_upload_get_bytes_sent (upload), ==, SMALL - 123457);
}

static void
test_cut (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);
  guint64 total = GPOINTER_TO_SIZE (size);

  if (total == SMALL)
    fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_CUT, 70001, 1 });
  fake_server_add_fault (fixture->server, (Fault){ "PATCH", FAULT_CUT, 50001, 2 });
  if (total == SMALL)
    assert_fails (upload, TST_ERROR_UNREACHABLE);
  assert_fails (upload, TST_ERROR_UNREACHABLE);
  assert_fails (upload, TST_ERROR_UNREACHABLE);
  assert_done (fixture, upload);
  /* What left in all is the file and what left twice. */
  g_assert_cmpuint (tst_tus_upload_get_bytes_sent (upload), ==, total + tst_tus_upload_get_bytes_resent (upload));
}

static void
test_lost_answer (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_LOST, 0, 1 });
  assert_fails (upload, TST_ERROR_UNREACHABLE);
  assert_done (fixture, upload);
  g_assert_cmpuint (tst_tus_upload_get_bytes_sent (upload), ==, SMALL);
  g_assert_cmpuint (tst_tus_upload_get_bytes_resent (upload), ==, 0);
}

static void
test_conflict (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  tst_tus_upload_set_piece (upload, 100 * 1000);
  fake_server_add_fault (fixture->server, (Fault){ "PATCH", FAULT_STATUS_DONE, 409, 2 });
  fake_server_add_fault (fixture->server, (Fault){ "PATCH", FAULT_STATUS, 409, 1 });
  assert_done (fixture, upload);
  g_assert_cmpuint (fake_server_count (fixture->server, "HEAD", "media"), ==, 3);
}

/* For ever 409: no endless loop, and not «sent». */
static void
test_wedged (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  tst_tus_upload_set_piece (upload, 100 * 1000);
  fake_server_add_fault (fixture->server, (Fault){ "PATCH", FAULT_STATUS, 409, 0 });
  assert_fails (upload, TST_ERROR_BUSY);
  g_assert_null (fake_server_get_upload (fixture->server, &fixture->sha256));
}

static void
test_busy (Fixture *fixture, gconstpointer size)
{
  static const guint codes[] = { 423, 429, 500, 502, 503, 504 };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (TstTusUpload) upload = new_upload (fixture);

      fake_server_forget (fixture->server);
      tst_tus_upload_set_piece (upload, 200 * 1000);
      fake_server_add_fault (fixture->server, (Fault){ "PATCH", FAULT_STATUS, codes[i], 1 });
      assert_fails (upload, TST_ERROR_BUSY);
      /* A HEAD that is busy must not make us begin from nothing. */
      fake_server_add_fault (fixture->server, (Fault){ "HEAD", FAULT_STATUS, codes[i], 1 });
      assert_fails (upload, TST_ERROR_BUSY);
      assert_done (fixture, upload);
      g_assert_cmpuint (fake_server_count (fixture->server, "POST", "media"), ==, i + 1);
    }
}

static void
test_checksum_piece (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  tst_tus_upload_set_piece (upload, 100 * 1000);
  fake_server_add_fault (fixture->server, (Fault){ "PATCH", FAULT_STATUS, 460, 2 });
  assert_done (fixture, upload);
}

static void
test_gone (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  tst_tus_upload_set_piece (upload, 100 * 1000);
  fake_server_add_fault (fixture->server, (Fault){ "PATCH", FAULT_FORGET, 404, 1 });
  fake_server_add_fault (fixture->server, (Fault){ "PATCH", FAULT_FORGET, 410, 1 });
  assert_done (fixture, upload);
  g_assert_cmpuint (fake_server_count (fixture->server, "POST", "media"), ==, 3);
}

/* A creation that is answered 404 (what it was to go on with went away under it) is no fault of the file's. */
static void
test_gone_at_creation (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);
  g_autoptr (TstTusUpload) never = new_upload (fixture);

  fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_FORGET, 404, 2 });
  assert_done (fixture, upload);
  fake_server_forget (fixture->server);
  fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_FORGET, 404, 0 });
  assert_fails (never, TST_ERROR_BUSY);
}

/* A portal's 404 is not the server's. */
static void
test_portal_gone (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  tst_tus_upload_set_piece (upload, 100 * 1000);
  fake_server_add_fault (fixture->server, (Fault){ "PATCH", FAULT_SILENT_TUS, 0, 1 });
  assert_fails (upload, TST_ERROR_CAPTIVE_PORTAL);
  fake_server_add_fault (fixture->server, (Fault){ "HEAD", FAULT_SILENT_TUS, 0, 1 });
  assert_fails (upload, TST_ERROR_CAPTIVE_PORTAL);
  assert_done (fixture, upload);
  g_assert_cmpuint (fake_server_count (fixture->server, "POST", "media"), ==, 1);
}

static void
test_portal (Fixture *fixture, gconstpointer size)
{
  static const char *const methods[] = { "POST", "PATCH", "HEAD" };
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  tst_tus_upload_set_piece (upload, 100 * 1000);
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      fake_server_add_fault (fixture->server, (Fault){ methods[i], FAULT_HTML, 0, 1 });
      assert_fails (upload, TST_ERROR_CAPTIVE_PORTAL);
      fake_server_add_fault (fixture->server, (Fault){ methods[i], FAULT_REDIRECT, 0, 1 });
      assert_fails (upload, TST_ERROR_REDIRECTED);
    }
  g_assert_null (fake_server_get_upload (fixture->server, &fixture->sha256));
  assert_done (fixture, upload);
}

static void
test_no_offset (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  tst_tus_upload_set_piece (upload, 100 * 1000);
  fake_server_add_fault (fixture->server, (Fault){ "PATCH", FAULT_NO_OFFSET, 0, 2 });
  assert_done (fixture, upload);
  g_assert_cmpuint (fake_server_count (fixture->server, "HEAD", "media"), ==, 2);
}

static void
test_refused (Fixture *fixture, gconstpointer size)
{
  static const guint codes[] = { 403, 412, 413 };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (TstTusUpload) upload = new_upload (fixture);

      fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_STATUS, codes[i], 1 });
      assert_fails (upload, TST_ERROR_REFUSED);
    }
}

/* A server that does not know creation-with-upload. */
static void
test_plain_creation (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_STATUS, 415, 1 });
  assert_done (fixture, upload);
  g_assert_cmpuint (fake_server_count (fixture->server, "PATCH", "media"), ==, 1);
}

static void
test_missing_file (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  g_unlink (fixture->path);
  assert_fails (upload, TST_ERROR_MISSING_CONTENT);
  g_assert_cmpuint (fake_server_count_uploads (fixture->server), ==, 0);
}

typedef struct
{
  Fixture *fixture;
  gboolean truncate;
  gboolean done;
} Meddler;

static void
meddle (guint64 done, guint64 total, gpointer user_data)
{
  Meddler *meddler = user_data;

  if (meddler->done)
    return;
  meddler->done = TRUE;
  if (meddler->truncate)
    g_assert_cmpint (truncate (meddler->fixture->path, 100000), ==, 0);
  else
    {
      g_autofree char *other = g_strnfill (g_bytes_get_size (meddler->fixture->bytes), 'x');
      int fd = g_open (meddler->fixture->path, O_WRONLY, 0);

      g_usleep (20 * 1000);
      g_assert_cmpint (pwrite (fd, other, total, 0), ==, (gssize) total);
      close (fd);
    }
}

static void
test_truncated_file (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);
  Meddler meddler = { fixture, TRUE, FALSE };

  tst_tus_upload_set_progress (upload, meddle, &meddler);
  assert_fails (upload, TST_ERROR_MISSING_CONTENT);
  g_assert_true (meddler.done);
}

static void
test_changed_file (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);
  Meddler meddler = { fixture, FALSE, FALSE };

  tst_tus_upload_set_progress (upload, meddle, &meddler);
  assert_fails (upload, TST_ERROR_MISSING_CONTENT);
}

/* The server found another hash: ours is right, so the bytes were damaged on their way; or ours is wrong. */
static void
test_hash (Fixture *fixture, gconstpointer size)
{
  g_autofree char *zeros = g_malloc0 (1000);
  g_autoptr (GBytes) damaged = g_bytes_new (zeros, 1000);
  g_autofree char *url = fake_server_put_part (fixture->server, &fixture->sha256, damaged, SMALL);
  g_autoptr (TstTusUpload) upload = new_upload (fixture);
  g_autoptr (TstTusUpload) wrong = NULL;
  TstHash other = tst_hash_data ("other", 5);

  fake_server_set_checks_hash (fixture->server, TRUE);
  tst_tus_upload_set_url (upload, url);
  assert_fails (upload, TST_ERROR_HASH_MISMATCH);
  assert_done (fixture, upload);
  wrong = tst_tus_upload_new (fixture->session, fixture->endpoint, fixture->path, &other, "image/jpeg");
  assert_fails (wrong, TST_ERROR_MISSING_CONTENT);
}

static void
test_foreign_url (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload = new_upload (fixture);

  /* Stored by whom? Not on our host: created anew instead. */
  tst_tus_upload_set_url (upload, "http://portal.example/media/u1");
  g_assert_null (tst_tus_upload_get_url (upload));
  assert_done (fixture, upload);
}

static void
test_unreachable (Fixture *fixture, gconstpointer size)
{
  g_autoptr (TstTusUpload) upload =
      tst_tus_upload_new (fixture->session, "http://127.0.0.1:1/media", fixture->path, &fixture->sha256, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TstTusUpload) stopped = new_upload (fixture);
  g_autoptr (GError) error = NULL;

  assert_fails (upload, TST_ERROR_UNREACHABLE);
  g_cancellable_cancel (cancellable);
  g_assert_false (tst_tus_upload_run (stopped, cancellable, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, size, func) g_test_add ("/sync/tus-upload/" name, Fixture, GSIZE_TO_POINTER (size), set_up, func, tear_down)
  ADD ("one-request", SMALL, test_one_request);
  ADD ("large", LARGE, test_large);
  ADD ("pieces", SMALL, test_pieces);
  ADD ("empty", 0, test_empty);
  ADD ("known", SMALL, test_known);
  ADD ("resume-url", SMALL, test_resume_url);
  ADD ("resume-without-url", SMALL, test_resume_without_url);
  ADD ("cut", SMALL, test_cut);
  ADD ("cut-large", LARGE, test_cut);
  ADD ("lost-answer", SMALL, test_lost_answer);
  ADD ("conflict", SMALL, test_conflict);
  ADD ("wedged", SMALL, test_wedged);
  ADD ("busy", SMALL, test_busy);
  ADD ("checksum-piece", SMALL, test_checksum_piece);
  ADD ("gone", SMALL, test_gone);
  ADD ("gone-at-creation", SMALL, test_gone_at_creation);
  ADD ("portal-gone", SMALL, test_portal_gone);
  ADD ("portal", SMALL, test_portal);
  ADD ("no-offset", SMALL, test_no_offset);
  ADD ("refused", SMALL, test_refused);
  ADD ("plain-creation", SMALL, test_plain_creation);
  ADD ("missing-file", SMALL, test_missing_file);
  ADD ("truncated-file", LARGE, test_truncated_file);
  ADD ("changed-file", SMALL, test_changed_file);
  ADD ("hash", SMALL, test_hash);
  ADD ("foreign-url", SMALL, test_foreign_url);
  ADD ("unreachable", SMALL, test_unreachable);
  return g_test_run ();
}
