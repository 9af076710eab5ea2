/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one index of works of all pages: read once, put where it is asked to lie, and said to be other works only when it is. */

#include "journal-fixture.h"
#include "kiosk/tst-works-source.h"
#include "support/tst-shot.h"

#include <glib/gstdio.h>
#include <gtk/gtk.h>

typedef struct
{
  JournalFixture *journal;
  GSettings *settings;
  TstSession *session;
  TstWorksSource *source;
  char *cache, *file;
  guint changed;
} Fixture;

static void
on_changed (Fixture *self)
{
  self->changed++;
}

static void
import (Fixture *self, const char *rows)
{
  g_autofree char *path = g_build_filename (self->journal->outside, "works.csv", NULL);
  g_autofree char *csv = g_strconcat ("code,title\n", rows, NULL);
  TstImportCounts counts = { 0 };

  g_assert_true (g_file_set_contents (path, csv, -1, NULL));
  g_assert_true (tst_field_book_import_works (self->journal->book, path, NULL, NULL, &counts, NULL, NULL));
  g_unlink (path);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->journal = journal_fixture_new (FALSE);
  self->settings = g_settings_new ("co.testigo.Testigo");
  self->session = tst_session_new (self->settings);
  self->cache = g_build_filename (self->journal->outside, "cache", NULL);
  self->file = g_build_filename (self->cache, "works.index", NULL);
  import (self, "A,Vía\nB,Parque\n");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->session);
  tst_settle (50);
  g_clear_object (&self->settings);
  g_unlink (self->file);
  g_rmdir (self->cache);
  journal_fixture_free (self->journal);
  g_free (self->cache);
  g_free (self->file);
}

static gboolean
is_settled (gpointer source)
{
  return tst_works_source_is_settled (source) && tst_works_source_get_works (source) != NULL;
}

/* All that was asked for until now has been read: what is asked for last comes last. */
static void
settle (Fixture *self)
{
  tst_wait_until (is_settled, self->source, 20);
  tst_settle (300);
}

static guint
n_works (Fixture *self)
{
  return tst_work_index_get_size (tst_works_source_get_works (self->source));
}

static gboolean
has_three (gpointer data)
{
  return n_works (data) == 3;
}

static void
open_source (Fixture *self)
{
  self->source = tst_works_source_for (self->session);
  g_signal_connect_swapped (self->source, "changed", G_CALLBACK (on_changed), self);
  tst_session_set_book (self->session, self->journal->book);
  settle (self);
  g_assert_cmpuint (n_works (self), ==, 2);
  /* None any more, then these. */
  g_assert_cmpuint (self->changed, ==, 2);
}

static void
test_file (Fixture *self, gconstpointer data)
{
  TstWorkIndex *first;

  tst_session_set_cache_folder (self->session, self->cache);
  open_source (self);
  g_assert_true (g_file_test (self->file, G_FILE_TEST_IS_REGULAR));

  /* Something else came down. */
  first = tst_works_source_get_works (self->source);
  for (guint i = 0; i < 3; i++)
    tst_session_works_changed (self->session);
  settle (self);
  g_assert_true (tst_works_source_get_works (self->source) == first);
  g_assert_cmpuint (self->changed, ==, 2);

  /* While they were being read, works came. */
  tst_session_works_changed (self->session);
  import (self, "C,Muro\n");
  tst_session_works_changed (self->session);
  tst_wait_until (has_three, self, 20);
  g_assert_cmpuint (self->changed, ==, 3);

  /* Another town, whose works are its own. */
  tst_session_set_book (self->session, NULL);
  g_assert_null (tst_works_source_get_works (self->source));
  tst_session_set_book (self->session, self->journal->book);
  settle (self);
  g_assert_cmpuint (n_works (self), ==, 3);
}

static void
test_memory (Fixture *self, gconstpointer data)
{
  open_source (self);
  g_assert_false (g_file_test (self->cache, G_FILE_TEST_EXISTS));
  import (self, "C,Muro\n");
  tst_session_works_changed (self->session);
  tst_wait_until (has_three, self, 20);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add ("/works-source/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/works-source/memory", Fixture, NULL, set_up, test_memory, tear_down);
  return g_test_run ();
}
