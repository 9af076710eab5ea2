/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The index of works as a file: the same answers as in memory, and nothing but an error of what is not whole. */

#include "base/tst-error.h"
#include "model/tst-work-index-file.h"
#include "model/tst-work-index-private.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define STAMP "0123456789abcdef0123456789abcdef"
#define OTHER_STAMP "fedcba9876543210fedcba9876543210"

typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "cache", "works.index", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *cache = g_path_get_dirname (self->path);

  g_unlink (self->path);
  g_rmdir (cache);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->path);
}

static const char *const words[] = { "parque", "vía", "muro", "calle", "12", "3", "escuela", "ñame", "comuna", "puente", "b" };
static const char *const statuses[] = { "planeada", "en_ejecucion", "terminada", "" };
static const char *const comunas[] = { "01", "2", "Comuna 3", "" };

static const char *
any (const char *const *list, gsize n)
{
  return list[g_test_rand_int_range (0, n)];
}

static double
any_number (double from, double to)
{
  return g_test_rand_int_range (0, 8) == 0 ? NAN : g_test_rand_double_range (from, to);
}

static TstWorkIndex *
make_index (guint n)
{
  TstWorkIndexBuilder *builder = tst_work_index_builder_new ();
  TstWorkIndex *index;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *code = g_strdup_printf ("OB-%05u", i);
      g_autoptr (GString) text = g_string_new (code);
      TstWorkEntry entry = { .code = code, .title = any (words, G_N_ELEMENTS (words)), .status = any (statuses, G_N_ELEMENTS (statuses)),
                             .comuna = any (comunas, G_N_ELEMENTS (comunas)), .barrio = any (words, G_N_ELEMENTS (words)),
                             .contractor = i % 5 == 0 ? NULL : any (words, G_N_ELEMENTS (words)), .lat = any_number (7, 8),
                             .planned_pct = any_number (0, 100), .observed_pct = any_number (0, 100) };

      entry.lon = isnan (entry.lat) ? NAN : any_number (-74, -73);
      for (guint k = g_test_rand_int_range (0, 6); k > 0; k--)
        g_string_append_printf (text, " %s", any (words, G_N_ELEMENTS (words)));
      tst_work_index_builder_add (builder, &entry, i % 11 == 0 ? NULL : text->str);
    }
  index = tst_work_index_builder_finish (builder);
  tst_work_index_set_stamp (index, STAMP);
  return index;
}

static void
assert_number (double a, double b)
{
  g_assert_true (a == b || (isnan (a) && isnan (b)));
}

static void
assert_same_entries (TstWorkIndex *a, TstWorkIndex *b)
{
  g_assert_cmpuint (tst_work_index_get_size (a), ==, tst_work_index_get_size (b));
  for (guint i = 0; i < tst_work_index_get_size (a); i++)
    {
      const TstWorkEntry x = tst_work_index_get (a, i);
      const TstWorkEntry y = tst_work_index_get (b, i);
      guint at;

      g_assert_cmpstr (x.code, ==, y.code);
      g_assert_cmpstr (x.title, ==, y.title);
      g_assert_cmpstr (x.status, ==, y.status);
      g_assert_cmpstr (x.comuna, ==, y.comuna);
      g_assert_cmpstr (x.barrio, ==, y.barrio);
      g_assert_cmpstr (x.contractor, ==, y.contractor);
      assert_number (x.lat, y.lat);
      assert_number (x.lon, y.lon);
      assert_number (x.planned_pct, y.planned_pct);
      assert_number (x.observed_pct, y.observed_pct);
      g_assert_true (tst_work_index_find (b, x.code, &at));
      g_assert_cmpuint (at, ==, i);
    }
  g_assert_false (tst_work_index_find (b, "OB", NULL));
  g_assert_false (tst_work_index_find (b, "OC", NULL));
}

static void
assert_same_answers (TstWorkIndex *a, TstWorkIndex *b)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *typed = g_strdup_printf ("%s %s", any (words, G_N_ELEMENTS (words)), any (words, G_N_ELEMENTS (words)));
      const TstWorkFilter filter = { .words = i % 4 == 0 ? NULL : typed, .status = i % 3 == 0 ? any (statuses, 3) : NULL,
                                     .comuna = i % 5 == 0 ? any (comunas, 3) : NULL, .near = i % 2 == 0, .lat = 7.5, .lon = -73.5 };
      g_autoptr (GArray) x = NULL;
      g_autoptr (GArray) y = NULL;

      typed[g_test_rand_int_range (1, strlen (typed) + 1)] = '\0';
      x = tst_work_index_search (a, &filter);
      y = tst_work_index_search (b, &filter);
      g_assert_cmpmem (x->data, x->len * sizeof (guint32), y->data, y->len * sizeof (guint32));
      if (i % 20 == 0)
        tst_work_index_rest (b);
    }
}

static TstWorkIndex *
write_and_map (Fixture *self, TstWorkIndex *index)
{
  g_autoptr (GError) error = NULL;
  TstWorkIndex *mapped;

  tst_work_index_write (index, self->path, 0, &error);
  g_assert_no_error (error);
  mapped = tst_work_index_map (self->path, STAMP, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tst_work_index_get_stamp (mapped), ==, STAMP);
  return mapped;
}

static void
test_same (Fixture *self, gconstpointer data)
{
  static const guint sizes[] = { 0, 1, 2, 3000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (TstWorkIndex) index = make_index (sizes[i]);
      g_autoptr (TstWorkIndex) mapped = write_and_map (self, index);
      struct stat st;

      assert_same_entries (index, mapped);
      assert_same_answers (index, mapped);
      g_assert_cmpint (g_stat (self->path, &st), ==, 0);
      g_assert_cmpint (st.st_mode & 0777, ==, 0600);
    }
}

/* Whoever looks at the old one goes on doing so. */
static void
test_replaced (Fixture *self, gconstpointer data)
{
  g_autoptr (TstWorkIndex) first = make_index (500);
  g_autoptr (TstWorkIndex) second = make_index (700);
  g_autoptr (TstWorkIndex) mapped = write_and_map (self, first);
  g_autoptr (TstWorkIndex) after = write_and_map (self, second);

  tst_work_index_rest (mapped);
  assert_same_entries (first, mapped);
  assert_same_entries (second, after);
  g_unlink (self->path);
  tst_work_index_rest (after);
  assert_same_entries (second, after);
}

static void
assert_refused (Fixture *self, TstError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tst_work_index_map (self->path, STAMP, &error));
  g_assert_error (error, TST_ERROR, (int) code);
}

static void
assert_refused_somehow (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tst_work_index_map (self->path, STAMP, &error));
  g_assert_true (error->domain == TST_ERROR);
}

static void
put (Fixture *self, const char *bytes, gsize size)
{
  g_unlink (self->path);
  g_assert_true (g_file_set_contents_full (self->path, bytes, size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* Each byte of a small one, and each length. */
static void
test_broken (Fixture *self, gconstpointer data)
{
  g_autoptr (TstWorkIndex) index = make_index (5);
  g_autofree char *bytes = NULL;
  g_autofree char *longer = NULL;
  gsize size;

  tst_work_index_unref (write_and_map (self, index));
  g_assert_true (g_file_get_contents (self->path, &bytes, &size, NULL));
  for (gsize i = 0; i < size; i++)
    {
      char was = bytes[i];

      bytes[i] ^= 1 << g_test_rand_int_range (0, 8);
      put (self, bytes, size);
      assert_refused_somehow (self);
      bytes[i] = was;
    }
  for (gsize length = 0; length < size; length++)
    {
      put (self, bytes, length);
      assert_refused (self, TST_ERROR_TORN);
    }
  longer = g_malloc0 (size + 8);
  memcpy (longer, bytes, size);
  put (self, longer, size + 8);
  assert_refused (self, TST_ERROR_TORN);
  /* The tail was never written. */
  memset (longer + size / 2, 0, size - size / 2);
  put (self, longer, size);
  assert_refused (self, TST_ERROR_HASH_MISMATCH);
  put (self, bytes, size);
  tst_work_index_unref (tst_work_index_map (self->path, STAMP, NULL));

  g_unlink (self->path);
  assert_refused (self, TST_ERROR_NOT_FOUND);
  g_assert_cmpint (g_mkdir (self->path, 0700), ==, 0);
  assert_refused (self, TST_ERROR_FILE_UNREADABLE);
  g_rmdir (self->path);
}

static void
test_other (Fixture *self, gconstpointer data)
{
  g_autoptr (TstWorkIndex) index = make_index (5);
  g_autofree char *bytes = NULL;
  gsize size;

  tst_work_index_set_stamp (index, OTHER_STAMP);
  g_assert_true (tst_work_index_write (index, self->path, 0, NULL));
  assert_refused (self, TST_ERROR_WRONG_STATE);
  tst_work_index_set_stamp (index, STAMP);
  g_assert_true (tst_work_index_write (index, self->path, 0, NULL));
  g_assert_true (g_file_get_contents (self->path, &bytes, &size, NULL));
  /* Of a machine that counts its bytes from the other end; of another version. */
  for (guint at = 40; at <= 44; at += 4)
    {
      g_autofree char *changed = g_memdup2 (bytes, size);
      char *number = changed + at;

      memcpy (number, (const char[]) { bytes[at + 3], bytes[at + 2], bytes[at + 1], bytes[at] }, 4);
      put (self, changed, size);
      assert_refused (self, TST_ERROR_WRONG_STATE);
    }
}

static const char astray_strings[] = "\0a\0comuna 3\0parque\0vía";
static const char astray_texts[] = " parque 3 vía\n comuna 3 a\n";

/* Whole by its hash, and yet every place in it leads astray: as after a disk that rots once the file was checked. Nothing is read beyond it. */
static void
test_astray (Fixture *self, gconstpointer data)
{
  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (TstWorkIndex) index = _tst_work_index_new ();
      TstWorkRow *rows = g_new0 (TstWorkRow, 40);
      g_autoptr (TstWorkIndex) mapped = NULL;

      for (guint i = 0; i < 40; i++)
        {
          guint32 *places[] = { &rows[i].code, &rows[i].title, &rows[i].status, &rows[i].comuna, &rows[i].barrio, &rows[i].contractor, &rows[i].text };

          for (guint k = 0; k < G_N_ELEMENTS (places); k++)
            *places[k] = g_test_rand_int_range (0, 3) == 0 ? (guint32) g_test_rand_int () : (guint32) g_test_rand_int_range (0, 40);
        }
      index->rows = index->memory[0] = rows;
      index->n = 40;
      index->strings = index->memory[1] = g_memdup2 (astray_strings, sizeof astray_strings);
      index->strings_size = sizeof astray_strings;
      index->texts = index->memory[2] = g_memdup2 (astray_texts, sizeof astray_texts - 1);
      index->texts_size = sizeof astray_texts - 1;
      tst_work_index_set_stamp (index, STAMP);
      mapped = write_and_map (self, index);
      for (guint i = 0; i < 40; i++)
        {
          const TstWorkEntry entry = tst_work_index_get (mapped, i);

          g_assert_cmpuint (strlen (entry.code) + strlen (entry.title) + strlen (entry.contractor), <, 3 * sizeof astray_strings);
          tst_work_index_find (mapped, entry.title, NULL);
        }
      assert_same_answers (index, mapped);
    }

  {
    g_autoptr (TstWorkIndex) endless = _tst_work_index_new ();

    endless->strings = endless->memory[1] = g_memdup2 ("\0abc", 4);
    endless->strings_size = 4;
    tst_work_index_set_stamp (endless, STAMP);
    g_assert_true (tst_work_index_write (endless, self->path, 0, NULL));
    assert_refused (self, TST_ERROR_TORN);
  }
}

static void
assert_alone (Fixture *self)
{
  g_autofree char *cache = g_path_get_dirname (self->path);
  g_autoptr (GDir) dir = g_dir_open (cache, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_assert_cmpstr (name, ==, "works.index");
}

/* A disk that is full, and one that becomes full: what was there stays, and nothing half lies about. */
static void
test_no_room (Fixture *self, gconstpointer data)
{
  g_autoptr (TstWorkIndex) index = make_index (500);
  g_autoptr (TstWorkIndex) before = write_and_map (self, index);
  g_autofree char *below = g_build_filename (self->path, "no-folder", "works.index", NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit limit, small;

  g_assert_false (tst_work_index_write (index, self->path, G_MAXUINT64, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NO_SPACE);
  g_clear_error (&error);
  assert_alone (self);

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  small = limit;
  small.rlim_cur = 1000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (tst_work_index_write (index, self->path, 0, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_error (error, TST_ERROR, TST_ERROR_IO);
  g_clear_error (&error);
  assert_alone (self);

  g_assert_false (tst_work_index_write (index, below, 0, &error));
  g_assert_nonnull (error);
  tst_work_index_unref (tst_work_index_map (self->path, STAMP, NULL));
  assert_same_entries (index, before);
}

/* What a power cut left of the last try is no hindrance. */
static void
test_leftover (Fixture *self, gconstpointer data)
{
  g_autoptr (TstWorkIndex) index = make_index (20);
  g_autofree char *left = g_strconcat (self->path, ".new", NULL);
  g_autofree char *cache = g_path_get_dirname (self->path);

  g_assert_cmpint (g_mkdir (cache, 0700), ==, 0);
  g_assert_true (g_file_set_contents (left, "half of", -1, NULL));
  tst_work_index_unref (write_and_map (self, index));
  assert_alone (self);
}

#define ADD(name, func) g_test_add ("/work-index-file/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("same", test_same);
  ADD ("replaced", test_replaced);
  ADD ("broken", test_broken);
  ADD ("other", test_other);
  ADD ("astray", test_astray);
  ADD ("no-room", test_no_room);
  ADD ("leftover", test_leftover);
  return g_test_run ();
}
