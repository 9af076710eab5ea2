/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The index of works that lies on disk beside the store: it says what the store says, or is not believed. */

#include "journal-fixture.h"

#include "base/tst-error.h"
#include "journal/tst-works-load.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  JournalFixture *book;
  char *file;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->book = journal_fixture_new (FALSE);
  self->file = g_build_filename (self->book->outside, "cache", "works.index", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *cache = g_path_get_dirname (self->file);

  g_unlink (self->file);
  g_rmdir (cache);
  journal_fixture_free (self->book);
  g_free (self->file);
}

static void
import (Fixture *self, const char *csv)
{
  g_autofree char *path = g_build_filename (self->book->outside, "works.csv", NULL);
  TstImportCounts counts = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, csv, -1, NULL));
  tst_field_book_import_works (self->book->book, path, NULL, NULL, &counts, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.rejected, ==, 0);
  g_unlink (path);
}

static void
import_random (Fixture *self, guint n)
{
  static const char *const kinds[] = { "Parque", "Vía «nueva»", "Muro ñ", "Puente, peatonal", "Escuela" };
  static const char *const statuses[] = { "planeada", "en_ejecucion", "terminada", "suspendida" };
  g_autoptr (GString) csv = g_string_new ("code,title,status,comuna,barrio,lat,lon,contractor,physical_planned_pct,physical_observed_pct\n");

  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (csv, "Z-%06u,\"%s %u\",%s,%02d,%s,", (guint) g_test_rand_int_range (0, 1000) * 1000 + i, kinds[g_test_rand_int_range (0, 5)], i,
                              statuses[g_test_rand_int_range (0, 4)], g_test_rand_int_range (1, 5), i % 3 == 0 ? "" : "La Unión");
      if (i % 4 == 0)
        g_string_append (csv, ",,");
      else
        g_string_append_printf (csv, "7.%04d,-73.%04d,", g_test_rand_int_range (0, 10000), g_test_rand_int_range (0, 10000));
      g_string_append_printf (csv, "Consorcio %d,%d,\n", g_test_rand_int_range (0, 9), g_test_rand_int_range (0, 101));
    }
  import (self, csv->str);
}

static TstWorkIndex *
load (Fixture *self, const char *file, TstWorkIndex *known)
{
  g_autoptr (GError) error = NULL;
  TstWorkIndex *index = tst_field_book_load_works (self->book->book, file, known, &error);

  g_assert_no_error (error);
  return index;
}

static void
assert_number (double a, double b)
{
  g_assert_true (a == b || (isnan (a) && isnan (b)));
}

/* Against what the store says now, read anew into memory. */
static void
assert_as_store (Fixture *self, TstWorkIndex *index)
{
  static const char *const typed[] = { "par", "via", "z 0", "consorcio 3", "union", "comuna 2", "muro n", "peatonal", "99" };
  g_autoptr (TstWorkIndex) store = load (self, NULL, NULL);

  g_assert_cmpuint (tst_work_index_get_size (index), ==, tst_work_index_get_size (store));
  g_assert_cmpstr (tst_work_index_get_stamp (index), ==, tst_work_index_get_stamp (store));
  for (guint i = 0; i < tst_work_index_get_size (store); i++)
    {
      const TstWorkEntry x = tst_work_index_get (index, i);
      const TstWorkEntry y = tst_work_index_get (store, i);

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
    }
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    for (guint k = 0; k < 4; k++)
      {
        const TstWorkFilter filter = { .words = typed[i], .status = k == 1 ? "terminada" : NULL, .comuna = k == 2 ? "02" : NULL, .near = k == 3,
                                       .lat = 7.5, .lon = -73.5 };
        g_autoptr (GArray) x = tst_work_index_search (index, &filter);
        g_autoptr (GArray) y = tst_work_index_search (store, &filter);

        g_assert_cmpmem (x->data, x->len * sizeof (guint32), y->data, y->len * sizeof (guint32));
      }
}

static guint64
file_number (Fixture *self)
{
  struct stat st;

  g_assert_cmpint (g_stat (self->file, &st), ==, 0);
  return st.st_ino;
}

/* Looks for the file as a new start does, and whether it was made anew. */
static gboolean
starts_anew (Fixture *self)
{
  guint64 before = file_number (self);
  g_autoptr (TstWorkIndex) index = load (self, self->file, NULL);

  assert_as_store (self, index);
  return file_number (self) != before;
}

static void
test_same (Fixture *self, gconstpointer data)
{
  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (TstWorkIndex) index = NULL;

      import_random (self, 200);
      index = load (self, self->file, NULL);
      assert_as_store (self, index);
      g_assert_false (starts_anew (self));
      journal_fixture_reopen (self->book);
      g_assert_false (starts_anew (self));
    }
}

/* Every way in which works change is seen; where none did, nothing is read again. */
static void
test_changes (Fixture *self, gconstpointer data)
{
  static const char *const lines[][2] = {
    { "work", "{\"code\":\"B\",\"title\":\"Otro parque\",\"status\":\"planeada\"}" },
    { "work", "{\"code\":\"D\",\"title\":\"De la central\",\"lat\":7.1,\"lon\":-73.1}" },
  };
  g_autoptr (TstWorkIndex) index = NULL;
  g_autoptr (TstWorkIndex) same = NULL;
  g_autofree char *event = NULL;
  gboolean equal = FALSE;
  g_autoptr (GError) error = NULL;

  import (self, "code,title,status\nA,Vía,planeada\nB,Parque,terminada\nC,Muro,terminada\n");
  index = load (self, self->file, NULL);
  assert_as_store (self, index);

  /* Nothing of the works. */
  import (self, "code,title,status\nA,Vía,planeada\n");
  journal_fixture_catalogue_line (self->book, "item_gone", "\"9d3c0b4e-50a1-4f5b-9d0e-1f2a3b4c5d6e\"");
  event = journal_fixture_event (self->book);
  same = load (self, self->file, index);
  g_assert_true (same == index);
  g_assert_false (starts_anew (self));

  import (self, "code,title,status\nA,Vía nueva,planeada\n");
  g_assert_true (starts_anew (self));
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      journal_fixture_catalogue_line (self->book, lines[i][0], lines[i][1]);
      g_assert_true (starts_anew (self));
    }
  {
    g_autoptr (TstWorkIndex) other = load (self, self->file, index);

    g_assert_true (other != index);
    g_assert_cmpuint (tst_work_index_get_size (other), ==, 4);
    g_assert_cmpstr (tst_work_index_get (other, 1).title, ==, "Otro parque");
    assert_as_store (self, other);
  }
  tst_field_book_rebuild (self->book->book, &equal, &error);
  g_assert_no_error (error);
  g_assert_true (equal);
  g_assert_true (starts_anew (self));
  journal_fixture_catalogue_line (self->book, "work_gone", "\"B\"");
  g_assert_true (starts_anew (self));
}

/* Whatever lies there, works are found, and the next start finds a good one. */
static void
test_broken (Fixture *self, gconstpointer data)
{
  g_autofree char *good = NULL;
  gsize size;

  import_random (self, 100);
  tst_work_index_unref (load (self, self->file, NULL));
  g_assert_true (g_file_get_contents (self->file, &good, &size, NULL));
  for (guint round = 0; round < 30; round++)
    {
      g_autofree char *bytes = g_memdup2 (good, size);
      gsize length = size;
      g_autoptr (TstWorkIndex) index = NULL;

      if (round % 2 == 0)
        bytes[g_test_rand_int_range (0, size)] ^= 0x10;
      else
        length = g_test_rand_int_range (0, size);
      g_unlink (self->file);
      g_assert_true (g_file_set_contents_full (self->file, bytes, length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      index = load (self, self->file, NULL);
      assert_as_store (self, index);
      g_assert_false (starts_anew (self));
    }
}

/* Of yesterday, of another town, of a store that was brought back to what it was: by none of them. */
static void
test_old (Fixture *self, gconstpointer data)
{
  g_autoptr (JournalFixture) town = journal_fixture_new (FALSE);
  JournalFixture *here = self->book;
  g_autofree char *old = NULL;
  gsize size;

  import (self, "code,title\nA,Vía\n");
  tst_work_index_unref (load (self, self->file, NULL));
  g_assert_true (g_file_get_contents (self->file, &old, &size, NULL));
  import (self, "code,title\nA,Parque\n");
  g_assert_true (starts_anew (self));
  g_assert_true (g_file_set_contents (self->file, old, size, NULL));
  g_assert_true (starts_anew (self));
  /* As the first was, but not it. */
  import (self, "code,title\nA,Vía\n");
  g_assert_true (g_file_set_contents (self->file, old, size, NULL));
  g_assert_true (starts_anew (self));

  self->book = town;
  import (self, "code,title\nA,Vía\nB,Parque\n");
  g_assert_true (starts_anew (self));
  self->book = here;
  g_assert_true (starts_anew (self));
}

/* No folder can be made there, no file written: works come from memory. */
static void
test_no_place (Fixture *self, gconstpointer data)
{
  g_autofree char *below = g_build_filename (self->file, "works.index", NULL);
  g_autofree char *cache = g_path_get_dirname (self->file);
  g_autoptr (TstWorkIndex) index = NULL;
  g_autoptr (TstWorkIndex) same = NULL;

  import_random (self, 50);
  g_assert_cmpint (g_mkdir (cache, 0700), ==, 0);
  g_assert_true (g_file_set_contents (self->file, "", 0, NULL));
  index = load (self, below, NULL);
  assert_as_store (self, index);
  same = load (self, below, index);
  g_assert_true (same == index);
}

static void
test_empty (Fixture *self, gconstpointer data)
{
  g_autoptr (TstWorkIndex) index = load (self, self->file, NULL);

  g_assert_cmpuint (tst_work_index_get_size (index), ==, 0);
  assert_as_store (self, index);
  g_assert_false (starts_anew (self));
}

#define ADD(name, func) g_test_add ("/works-load/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("same", test_same);
  ADD ("changes", test_changes);
  ADD ("broken", test_broken);
  ADD ("old", test_old);
  ADD ("no-place", test_no_place);
  ADD ("empty", test_empty);
  return g_test_run ();
}
