/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Central on a disk that is full or fails: nothing is acknowledged that is not durable, and all goes on when the disk is well again. The linker's --wrap puts
 * these functions in the place of pwrite(), fdatasync() and fsync(); SQLite is given its own. */

#include "intake-fixture.h"

#include "base/tst-error.h"
#include "central/tst-holdings.h"
#include "central/tst-incoming.h"
#include "central/tst-public-log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

ssize_t __real_pwrite64 (int fd, const void *data, size_t size, off_t offset);
int __real_fdatasync (int fd);
int __real_fsync (int fd);
ssize_t __wrap_pwrite64 (int fd, const void *data, size_t size, off_t offset);
int __wrap_fdatasync (int fd);
int __wrap_fsync (int fd);

static int write_error;  /* errno, 0: well */
static int sync_error;   /* of fdatasync() */
static int fsync_error;
static int sqlite_error; /* of SQLite's writes */

ssize_t
__wrap_pwrite64 (int fd, const void *data, size_t size, off_t offset)
{
  if (write_error != 0)
    {
      /* A disk that fills up takes some of it first. */
      if (size > 1000)
        return __real_pwrite64 (fd, data, 1000, offset);
      errno = write_error;
      return -1;
    }
  return __real_pwrite64 (fd, data, size, offset);
}

int
__wrap_fdatasync (int fd)
{
  errno = sync_error;
  return sync_error != 0 ? -1 : __real_fdatasync (fd);
}

int
__wrap_fsync (int fd)
{
  errno = fsync_error;
  return fsync_error != 0 ? -1 : __real_fsync (fd);
}

static ssize_t
sqlite_pwrite (int fd, const void *data, size_t size, off_t offset)
{
  errno = sqlite_error;
  return sqlite_error != 0 ? -1 : __real_pwrite64 (fd, data, size, offset);
}

static void
test_full_while_a_bundle_comes (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 1, 700, NULL, 0);
  g_autoptr (GBytes) bundle = bundle_of (record, WITH_ALL);
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (GError) error = NULL;

  sqlite_error = ENOSPC;
  g_assert_null (tst_intake_take (fixture->intake, bundle, 0, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NO_SPACE);
  sqlite_error = 0;
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM leaf"), ==, 0);
  answer = fixture_take (fixture, bundle, 0);
  g_assert_cmpstr (tst_json_string (answer_item (answer, 0), "status"), ==, "appended");
  tablet_free (tablet);
  fixture_free (fixture);
}

/* The leaves are committed; the mirror's disk fails before the checkpoint over them could be signed. */
static void
test_mirror_fails (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autofree char *mirror = g_build_filename (fixture->folder, "mirror", NULL);
  g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  g_autoptr (GBytes) bundle = bundle_of (record, WITH_BODY);
  g_autoptr (JsonObject) change = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (TstCheckpoint) checkpoint = NULL;

  json_object_set_string_member (change, "mirror", mirror);
  g_assert_true (tst_central_update_town (fixture->central, change, NULL));
  fixture_reopen (fixture);
  fsync_error = EIO;
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      /* The second time the disk is well, and yet that descriptor is not trusted again. */
      g_assert_null (tst_intake_take (fixture->intake, bundle, 0, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_IO);
      fsync_error = 0;
    }
  checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (fixture->central));
  g_assert_cmpuint (checkpoint->size, ==, 0);
  fixture_reopen (fixture);
  answer = fixture_take (fixture, bundle, 0);
  g_assert_cmpstr (tst_json_string (answer_item (answer, 0), "status"), ==, "known");
  tablet_free (tablet);
  fixture_free (fixture);
}

typedef struct
{
  Fixture *fixture;
  TstHoldings *holdings;
  GBytes *medium;
  TstHash sha256;
} Medium;

static void
medium_set_up (Medium *self)
{
  self->fixture = fixture_new ();
  self->holdings = tst_holdings_new (self->fixture->central);
  self->medium = g_bytes_new_take (g_malloc0 (50000), 50000);
  self->sha256 = tst_hash_bytes (self->medium);
}

static void
medium_tear_down (Medium *self)
{
  guint64 bytes;

  g_assert_true (tst_holdings_has_medium (self->holdings, &self->sha256, &bytes, NULL));
  g_assert_true (tst_media_store_check (tst_central_get_media (self->fixture->central), &self->sha256, NULL, NULL));
  tst_holdings_free (self->holdings);
  fixture_free (self->fixture);
  g_bytes_unref (self->medium);
}

static TstIncoming *
begin (Medium *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstIncoming) created = tst_incoming_create (self->fixture->central, "tableta", &self->sha256, 50000, NULL, &error);
  TstIncoming *incoming;

  g_assert_no_error (error);
  incoming = tst_incoming_open (self->fixture->central, created->id, &error);
  g_assert_no_error (error);
  return incoming;
}

static void
finish (Medium *self, TstIncoming *incoming)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) rest = g_bytes_new_from_bytes (self->medium, incoming->offset, 50000 - incoming->offset);

  g_assert_true (tst_incoming_write (incoming, rest, &error));
  g_assert_true (tst_incoming_finish (incoming, self->fixture->central, self->holdings, &error));
}

static void
test_full_while_a_medium_comes (void)
{
  Medium medium;
  g_autoptr (TstIncoming) incoming = NULL;
  g_autoptr (TstIncoming) again = NULL;
  g_autoptr (GBytes) piece = NULL;
  g_autoptr (GError) error = NULL;

  medium_set_up (&medium);
  incoming = begin (&medium);
  piece = g_bytes_new_from_bytes (medium.medium, 0, 1500);
  write_error = ENOSPC;
  g_assert_false (tst_incoming_write (incoming, piece, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NO_SPACE);
  write_error = 0;
  g_assert_cmpuint (incoming->offset, ==, 1000);
  /* What the disk took stays, and is gone on from. */
  again = begin (&medium);
  g_assert_cmpuint (again->offset, ==, 1000);
  finish (&medium, again);
  medium_tear_down (&medium);
}

static void
test_medium_is_not_durable (void)
{
  Medium medium;
  guint64 bytes;

  medium_set_up (&medium);
  {
    g_autoptr (TstIncoming) incoming = begin (&medium);
    g_autoptr (GError) error = NULL;

    g_assert_true (tst_incoming_write (incoming, medium.medium, &error));
    fsync_error = EIO;
    g_assert_false (tst_incoming_finish (incoming, medium.fixture->central, medium.holdings, &error));
    g_assert_error (error, TST_ERROR, TST_ERROR_IO);
    fsync_error = 0;
  }
  g_assert_false (tst_holdings_has_medium (medium.holdings, &medium.sha256, &bytes, NULL));
  {
    /* Bytes whose fsync failed are not believed, however well they read. */
    g_autoptr (TstIncoming) incoming = begin (&medium);

    g_assert_cmpuint (incoming->offset, ==, 0);
    finish (&medium, incoming);
  }
  medium_tear_down (&medium);
}

/* Over HTTP: the codes of a piece that was written and could not be made durable, and what the client finds after it. */
static void
test_piece_is_not_durable (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  TstSigningKey *key = tablet->keys[TST_CHAIN_FIELD];
  g_autoptr (GBytes) piece = g_bytes_new_take (g_malloc0 (2000), 2000);
  TstHash sha256 = tst_hash_data ("x", 1);
  g_autofree char *hex = tst_hash_to_hex (&sha256);
  g_autofree char *hex64 = g_base64_encode ((const guchar *) hex, 64);
  g_autofree char *metadata = g_strconcat ("sha256 ", hex64, NULL);
  const char *creation[] = { "upload-length", "5000", "upload-metadata", metadata, "tus-resumable", "1.0.0", NULL };
  const char *patching[] = { "upload-offset", "0", "content-length", "2000", "tus-resumable", "1.0.0", NULL };
  const char *asking[] = { "tus-resumable", "1.0.0", NULL };
  static const struct
  {
    int *error;
    int value;
    guint status;
    const char *code;
    guint after; /* HEAD */
  } cases[] = {
    { &write_error, ENOSPC, 507, "no-space", 200 },
    { &sync_error, EIO, 503, "io", 404 },
  };

  fixture_serve (fixture, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Answer) created = fixture_request (fixture, key, "POST", "/sync/v1/media", creation, NULL, NULL);
      g_autoptr (GUri) uri = g_uri_parse (soup_message_headers_get_one (created->headers, "Location"), G_URI_FLAGS_NONE, NULL);
      g_autofree char *offset = g_strdup (soup_message_headers_get_one (created->headers, "Upload-Offset"));
      g_autoptr (Answer) answer = NULL;
      g_autoptr (Answer) after = NULL;
      g_autoptr (JsonObject) object = NULL;

      g_assert_cmpuint (created->status, ==, 201);
      patching[1] = offset;
      *cases[i].error = cases[i].value;
      answer = fixture_request (fixture, key, "PATCH", g_uri_get_path (uri), patching, piece, "application/offset+octet-stream");
      *cases[i].error = 0;
      object = answer_json (answer);
      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_cmpstr (tst_json_string (object, "code"), ==, cases[i].code);
      after = fixture_request (fixture, key, "HEAD", g_uri_get_path (uri), asking, NULL, NULL);
      g_assert_cmpuint (after->status, ==, cases[i].after);
    }
  tablet_free (tablet);
  fixture_free (fixture);
}

int
main (int argc, char **argv)
{
  sqlite3_vfs *vfs;

  g_test_init (&argc, &argv, NULL);
  sqlite3_initialize ();
  vfs = sqlite3_vfs_find (NULL);
  g_assert_cmpint (vfs->xSetSystemCall (vfs, "pwrite", (sqlite3_syscall_ptr) sqlite_pwrite), ==, SQLITE_OK);
  g_assert_cmpint (vfs->xSetSystemCall (vfs, "pwrite64", (sqlite3_syscall_ptr) sqlite_pwrite), ==, SQLITE_OK);
  g_test_add_func ("/faults/full-while-a-bundle-comes", test_full_while_a_bundle_comes);
  g_test_add_func ("/faults/mirror-fails", test_mirror_fails);
  g_test_add_func ("/faults/full-while-a-medium-comes", test_full_while_a_medium_comes);
  g_test_add_func ("/faults/medium-is-not-durable", test_medium_is_not_durable);
  g_test_add_func ("/faults/piece-is-not-durable", test_piece_is_not_durable);
  return g_test_run ();
}
