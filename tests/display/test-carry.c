/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-client.h"
#include "journal-fixture.h"
#include "kiosk/tst-carry-page.h"
#include "kiosk/tst-page-stack.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"

#include <glib/gstdio.h>
#include <string.h>

/* The page of memory sticks with the true transport behind it: what it writes is what central would take. */

typedef struct
{
  JournalFixture *fixture;
  TstSession *session;
  TstSyncClient *sync;
  GtkWidget *window;
  TstCarryPage *page;
  char *stick;
} Desk;

static GSettings *settings;

static void
desk_open (Desk *desk, gboolean enrolled)
{
  g_autofree char *event = NULL;
  g_autofree char *photo = NULL;

  *desk = (Desk) { journal_fixture_new (enrolled) };
  event = journal_fixture_event (desk->fixture);
  photo = journal_fixture_add_photo (desk->fixture, event, "foto.jpg");
  desk->stick = g_build_filename (desk->fixture->outside, "stick", NULL);
  g_assert_no_errno (g_mkdir (desk->stick, 0700));
  desk->sync = enrolled ? tst_sync_client_new (desk->fixture->book) : NULL;
  desk->session = tst_session_new (settings);
  tst_session_set_book (desk->session, desk->fixture->book);
  tst_session_set_sync (desk->session, enrolled ? TST_SYNC_CONTROL (desk->sync) : NULL);
  desk->page = TST_CARRY_PAGE (tst_carry_page_new (desk->session, NULL, NULL));
  desk->window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (desk->window), tst_page_stack_new (TST_PAGE (desk->page)));
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 360, 740);
  gtk_window_present (GTK_WINDOW (desk->window));
  tst_settle (100);
}

static void
desk_close (Desk *desk)
{
  gtk_window_destroy (GTK_WINDOW (desk->window));
  tst_settle (50);
  g_clear_object (&desk->session);
  g_clear_object (&desk->sync);
  journal_fixture_free (desk->fixture);
  g_free (desk->stick);
}

static gboolean
is_at_rest (gpointer data)
{
  return strcmp (tst_carry_page_get_state (((Desk *) data)->page), "working") != 0;
}

static char *
only_file (const char *folder, const char *suffix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  char *found = NULL;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, suffix))
      {
        g_assert_null (found);
        found = g_build_filename (folder, name, NULL);
      }
  return found;
}

static void
test_out_and_in (void)
{
  Desk desk;
  g_autofree char *file = NULL;
  const char *shots = g_getenv ("TESTIGO_SHOTS");

  desk_open (&desk, TRUE);
  g_assert_cmpstr (tst_carry_page_get_state (desk.page), ==, "idle");
  tst_carry_page_export (desk.page, desk.stick);
  g_assert_cmpstr (tst_carry_page_get_state (desk.page), ==, "working");
  tst_wait_until (is_at_rest, &desk, 30);
  g_assert_cmpstr (tst_carry_page_get_state (desk.page), ==, "done");
  file = only_file (desk.stick, ".testigo");
  g_assert_nonnull (file);
  if (shots != NULL)
    {
      g_autofree char *path = g_build_filename (shots, "carry-done.png", NULL);

      tst_shot (desk.window, path);
    }
  /* Its own archive is nothing new, and not an error either. */
  tst_carry_page_import (desk.page, file);
  tst_wait_until (is_at_rest, &desk, 30);
  g_assert_cmpstr (tst_carry_page_get_state (desk.page), ==, "done");
  /* A second one has a name of its own. */
  tst_carry_page_export (desk.page, desk.stick);
  tst_wait_until (is_at_rest, &desk, 30);
  g_assert_cmpstr (tst_carry_page_get_state (desk.page), ==, "done");
  desk_close (&desk);
}

static void
test_trouble (void)
{
  Desk desk;
  g_autofree char *gone = NULL;
  g_autofree char *junk = NULL;

  desk_open (&desk, TRUE);
  gone = g_build_filename (desk.stick, "sacada", NULL);
  tst_carry_page_export (desk.page, gone);
  tst_wait_until (is_at_rest, &desk, 30);
  g_assert_cmpstr (tst_carry_page_get_state (desk.page), ==, "failed");
  g_assert_false (g_file_test (gone, G_FILE_TEST_EXISTS));
  junk = g_build_filename (desk.stick, "carta.testigo", NULL);
  g_assert_true (g_file_set_contents (junk, "nada", -1, NULL));
  tst_carry_page_import (desk.page, junk);
  tst_wait_until (is_at_rest, &desk, 30);
  g_assert_cmpstr (tst_carry_page_get_state (desk.page), ==, "failed");
  desk_close (&desk);
}

static void
test_without_a_town (void)
{
  Desk desk;

  desk_open (&desk, FALSE);
  tst_carry_page_export (desk.page, desk.stick);
  g_assert_cmpstr (tst_carry_page_get_state (desk.page), ==, "failed");
  g_assert_null (only_file (desk.stick, ".testigo"));
  desk_close (&desk);
}

int
main (int argc, char **argv)
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  tst_find_style ();
  settings = g_settings_new ("co.testigo.Testigo");
  g_test_add_func ("/carry/out-and-in", test_out_and_in);
  g_test_add_func ("/carry/trouble", test_trouble);
  g_test_add_func ("/carry/without-a-town", test_without_a_town);
  status = g_test_run ();
  g_clear_object (&settings);
  return status;
}
