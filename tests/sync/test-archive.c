/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "base/tst-tar.h"
#include "central/tst-archive-intake.h"
#include "central/tst-holdings.h"
#include "client/tst-archive-volume.h"
#include "intake-fixture.h"
#include "protocol/tst-archive-reader.h"
#include "seal/tst-age.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

/* An archive of two records and a medium, cut and with bits turned over (at every byte in the long run): what is whole goes in, what is not is refused, and nothing else happens. */

typedef struct
{
  Fixture *fixture;
  Tablet *tablet;
  char *folder, *good, *bad;
  TstHash medium;
  gsize medium_size;
  GBytes *bytes;
} Stick;

/* Every byte in the long run; in the short one a prime step, so that no field's boundary is always missed. */
static gsize
every (gsize step)
{
  return g_getenv ("TESTIGO_LONG") != NULL ? 1 : step;
}

static void
add_record (Stick *self, TstArchiveVolume *volume, const Record *record)
{
  const char *recipients[] = { tst_age_identity_get_recipient (tst_central_get_intake (self->fixture->central)), NULL };
  g_autoptr (GBytes) bundle = bundle_of (record, WITH_ALL);
  g_autoptr (GBytes) sealed = tst_age_seal (bundle, recipients, NULL);
  TstHash sum = tst_hash_bytes (sealed);
  g_autofree char *name = tst_member_name (TST_MEMBER_RECORD, tst_envelope_get_text_hash (record->envelope), &sum);
  g_autoptr (GError) error = NULL;

  g_assert_true (tst_archive_volume_add (volume, name, sealed, &sum, &error));
  g_assert_no_error (error);
}

static void
stick_init (Stick *self)
{
  g_autoptr (TstArchiveVolume) volume = NULL;
  g_autoptr (Record) first = NULL;
  g_autoptr (Record) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *photo = NULL;
  guint8 content[900];
  TstArchiveHeader header = { .time_s = FIXTURE_NOW_S, .id = (char *) "0123456789abcdef0123456789abcdef", .volume = 1 };
  guint64 bytes;

  *self = (Stick) { fixture_new () };
  self->tablet = tablet_new (self->fixture);
  self->folder = g_dir_make_tmp ("testigo-archive-XXXXXX", NULL);
  self->good = g_build_filename (self->folder, "good", NULL);
  self->bad = g_build_filename (self->folder, "bad", NULL);
  photo = g_build_filename (self->folder, "photo", NULL);
  randombytes_buf (content, sizeof content);
  g_assert_true (g_file_set_contents (photo, (char *) content, sizeof content, NULL));
  self->medium = tst_hash_data (content, sizeof content);
  self->medium_size = sizeof content;
  first = tablet_record (self->tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, &self->medium, sizeof content);
  second = tablet_record (self->tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "note", 1, 200, NULL, 0);
  header.origin = (char *) tst_central_get_origin (self->fixture->central);
  volume = tst_archive_volume_new (self->good, &error);
  g_assert_no_error (error);
  g_assert_true (tst_archive_volume_begin (volume, &header, self->tablet->keys[TST_CHAIN_FIELD], &error));
  add_record (self, volume, first);
  add_record (self, volume, second);
  g_assert_true (tst_archive_volume_add_sealed (volume, TST_MEMBER_MEDIUM, &self->medium, photo,
                                                tst_age_identity_get_recipient (tst_central_get_intake (self->fixture->central)), NULL, &error));
  g_assert_true (tst_archive_volume_finish (volume, TRUE, &bytes, &error));
  g_assert_no_error (error);
  self->bytes = tst_fs_read (self->good, 0, NULL);
  g_assert_cmpuint (g_bytes_get_size (self->bytes), ==, bytes);
}

static void
stick_clear (Stick *self)
{
  g_autofree char *photo = g_build_filename (self->folder, "photo", NULL);

  g_unlink (photo);
  g_unlink (self->good);
  g_unlink (self->bad);
  g_rmdir (self->folder);
  tablet_free (self->tablet);
  fixture_free (self->fixture);
  g_bytes_unref (self->bytes);
  g_free (self->folder);
  g_free (self->good);
  g_free (self->bad);
}

static void
write_bad (Stick *self, const void *data, gsize size)
{
  int fd = open (self->bad, O_WRONLY | O_CREAT | O_TRUNC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (tst_fs_write_all (fd, data, size, NULL));
  close (fd);
}

/* --- walking --- */

typedef struct
{
  guint headers, members, refused;
} Seen;

static gboolean
on_header (const TstArchiveHeader *header, GBytes *note, gpointer user_data, GError **error)
{
  ((Seen *) user_data)->headers++;
  return TRUE;
}

static gboolean
on_member (const TstArchiveMember *member, gpointer user_data, GError **error)
{
  Seen *seen = user_data;
  TstHash hash;

  if (tst_tar_reader_hash (member->tar, &hash, NULL) && tst_member_sum_is (member->sum, &hash))
    seen->members++;
  else
    seen->refused++;
  return TRUE;
}

static gboolean
on_volume_read (gpointer user_data, GError **error)
{
  return TRUE;
}

static void
on_refused (const char *item, const GError *error, gpointer user_data)
{
  g_assert_nonnull (item);
  g_assert_true (error->domain == TST_ERROR);
  ((Seen *) user_data)->refused++;
}

static gboolean
walk (Stick *self, const char *path, Seen *seen, gboolean *last)
{
  static const TstArchiveVisitor visitor = { on_header, on_member, on_volume_read, on_refused, NULL };
  g_autoptr (GError) error = NULL;
  guint volumes;
  gboolean walked;

  *seen = (Seen) { 0 };
  walked = tst_archive_walk (path, &visitor, seen, &volumes, last, &error);
  g_assert_true (walked || error->domain == TST_ERROR);
  return walked;
}

static void
test_walk_torn (void)
{
  Stick stick;
  const guint8 *data;
  gsize size;
  Seen whole, seen;
  gboolean last;
  guint before = 0;

  stick_init (&stick);
  data = g_bytes_get_data (stick.bytes, &size);
  g_assert_true (walk (&stick, stick.good, &whole, &last));
  g_assert_true (last);
  g_assert_cmpuint (whole.members, ==, 3);
  g_assert_cmpuint (whole.refused, ==, 0);
  for (gsize cut = 0; cut < size; cut += every (7))
    {
      gboolean walked;

      write_bad (&stick, data, cut);
      walked = walk (&stick, stick.bad, &seen, &last);
      g_assert_cmpuint (seen.members, >=, before); /* more bytes, never less of it */
      g_assert_cmpuint (seen.members, <=, 3);
      before = seen.members;
      /* Only what rounds up the last note and the empty blocks after it may be missing. */
      if (cut < size - 1024 - 512)
        g_assert_true (!walked || (!last && seen.refused > 0));
    }
  stick_clear (&stick);
}

static void
test_walk_flipped (void)
{
  Stick stick;
  g_autofree guint8 *copy = NULL;
  gsize size;
  Seen seen;
  gboolean last;

  stick_init (&stick);
  copy = g_memdup2 (g_bytes_get_data (stick.bytes, &size), g_bytes_get_size (stick.bytes));
  size = g_bytes_get_size (stick.bytes);
  for (gsize at = 0; at < size; at += every (11))
    {
      copy[at] ^= 1u << (at % 8);
      write_bad (&stick, copy, size);
      walk (&stick, stick.bad, &seen, &last);
      g_assert_cmpuint (seen.members, <=, 3);
      /* One turned bit costs at most one member; padding may change unnoticed, since it is nobody's. */
      g_assert_cmpuint (seen.members, >=, 2);
      g_assert_true (seen.members == 3 || seen.refused > 0);
      copy[at] ^= 1u << (at % 8);
    }
  stick_clear (&stick);
}

/* --- at central --- */

static void
take (Stick *self, const char *path, TstArchiveSummary *summary)
{
  g_autoptr (TstArchiveIntake) intake = tst_archive_intake_new (self->fixture->central);
  Seen seen = { 0 };
  TstArchiveListener listener = { on_refused, NULL, NULL, &seen };
  g_autoptr (GError) error = NULL;

  if (!tst_archive_intake_take (intake, path, &listener, summary, &error))
    g_assert_true (error->domain == TST_ERROR);
}

static void
test_central_torn (void)
{
  Stick stick;
  TstArchiveSummary summary;
  const guint8 *data;
  gsize size, step = every (97);

  stick_init (&stick);
  data = g_bytes_get_data (stick.bytes, &size);
  for (gsize cut = 0; cut < size; cut += step)
    {
      write_bad (&stick, data, cut);
      take (&stick, stick.bad, &summary);
    }
  /* All that was whole at some point is in, once. */
  g_assert_cmpuint (fixture_count (stick.fixture, "SELECT count(*) FROM leaf"), ==, 2);
  take (&stick, stick.good, &summary);
  g_assert_cmpuint (summary.known_records, ==, 2);
  g_assert_cmpuint (summary.refused, ==, 0);
  g_assert_cmpuint (fixture_count (stick.fixture, "SELECT count(*) FROM leaf"), ==, 2);
  g_assert_cmpuint (fixture_count (stick.fixture, "SELECT count(*) FROM leaf WHERE body_state = 'here'"), ==, 2);
  g_assert_cmpuint (fixture_count (stick.fixture, "SELECT count(*) FROM holding"), ==, 1);
  stick_clear (&stick);
}

static void
test_central_flipped (void)
{
  Stick stick;
  TstArchiveSummary summary;
  g_autofree guint8 *copy = NULL;
  gsize size, step = every (113);

  stick_init (&stick);
  size = g_bytes_get_size (stick.bytes);
  copy = g_memdup2 (g_bytes_get_data (stick.bytes, NULL), size);
  for (gsize at = 0; at < size; at += step)
    {
      copy[at] ^= 0x10;
      write_bad (&stick, copy, size);
      take (&stick, stick.bad, &summary);
      copy[at] ^= 0x10;
    }
  g_assert_cmpuint (fixture_count (stick.fixture, "SELECT count(*) FROM leaf"), ==, 2);
  g_assert_cmpuint (fixture_count (stick.fixture, "SELECT count(*) FROM leaf WHERE fork = 1"), ==, 0);
  g_assert_cmpuint (fixture_count (stick.fixture, "SELECT count(*) FROM holding"), ==, 1);
  stick_clear (&stick);
}

/* --- tar --- */

static void
test_tar_names (void)
{
  static const char *const bad[] = { "", "/etc/passwd", "../x", "a/../b", "a//b", "./a", "a\nb" };
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "testigo-tar-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  g_autoptr (TstTarWriter) writer = tst_tar_writer_new (fd);
  g_autoptr (GBytes) bytes = g_bytes_new ("x", 1);
  g_autofree char *longest = g_strdup_printf ("%0150d/%0100d", 1, 2);
  g_autofree char *too_long = g_strdup_printf ("%0200d", 1);
  g_autoptr (TstTarReader) reader = NULL;
  g_auto (TstTarEntry) entry = { 0 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (tst_tar_name_is_valid (bad[i]));
  g_assert_true (tst_tar_writer_add (writer, longest, bytes, &error));
  g_assert_no_error (error);
  g_assert_false (tst_tar_writer_add (writer, too_long, bytes, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_assert_true (tst_tar_writer_finish (writer, NULL));
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  reader = tst_tar_reader_new (fd);
  g_assert_cmpint (tst_tar_reader_next (reader, &entry, NULL), ==, TST_TAR_ENTRY);
  g_assert_cmpstr (entry.name, ==, longest);
  g_assert_cmpint (tst_tar_reader_next (reader, &entry, NULL), ==, TST_TAR_END);
  close (fd);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/archive/tar-names", test_tar_names);
  g_test_add_func ("/archive/walk-torn", test_walk_torn);
  g_test_add_func ("/archive/walk-flipped", test_walk_flipped);
  g_test_add_func ("/archive/central-torn", test_central_torn);
  g_test_add_func ("/archive/central-flipped", test_central_flipped);
  return g_test_run ();
}
