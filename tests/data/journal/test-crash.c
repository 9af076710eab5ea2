/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process that is ended in the middle of its work, again and again: whatever it had said was saved is there and verifies, and nothing
 * is there by halves. */

#define ROUNDS 12

static char *self_path;

/* The child: adds one thing after another and says each id once it is told that it is saved. */
static void
work (const char *folder, const char *event, const char *files, guint from)
{
  g_autoptr (TstFixedClock) clock = tst_fixed_clock_new ((gint64) FIXTURE_UTC_S * G_USEC_PER_SEC);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstFieldBook) book = tst_field_book_open (folder, TST_CLOCK (clock), &error);

  g_assert_no_error (error);
  for (guint i = from;; i++)
    {
      g_autofree char *id = NULL;

      if (i % 3 == 0)
        {
          g_autofree char *path = g_strdup_printf ("%s/%u.jpg", files, i % 600);
          TstPhotoSpec spec = { .event_id = event };
          TstPhotoResult result = { 0 };

          if (tst_field_book_add_photo (book, &spec, path, &result, NULL, &error))
            id = g_strdup (result.id);
          else
            g_assert_error (error, TST_ERROR, TST_ERROR_DUPLICATE);
          g_clear_error (&error);
          tst_photo_result_clear (&result);
        }
      else if (i % 3 == 1)
        {
          g_autoptr (JsonObject) fields = journal_fixture_attendee ("Ana Prueba");

          id = tst_field_book_add_attendance (book, event, fields, &error);
        }
      else
        {
          g_autoptr (JsonObject) fields = json_object_new ();

          json_object_set_string_member (fields, "class", "pregunta");
          json_object_set_string_member (fields, "text", "hola");
          id = tst_field_book_add_comment (book, event, fields, NULL, NULL, &error);
        }
      g_assert_no_error (error);
      if (id != NULL)
        {
          printf ("%s\n", id);
          fflush (stdout);
        }
    }
}

static gboolean
is_listed (GPtrArray *rows, const char *id)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (tst_json_string (rows->pdata[i], "id"), id) == 0)
      return TRUE;
  return FALSE;
}

static void
test_kill (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GHashTable) said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint unclean = 0;

  for (guint i = 0; i < 600; i += 3)
    {
      g_autofree char *name = g_strdup_printf ("%u.jpg", i);
      g_autofree char *path = journal_fixture_photo_file (fixture, name);
    }
  tst_field_book_close (fixture->book);
  g_clear_object (&fixture->book);
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autofree char *from = g_strdup_printf ("%u", round * 51);
      const char *argv[] = { self_path, "--work", fixture->folder, event, fixture->outside, from, NULL };
      g_autoptr (GPtrArray) records = NULL;
      g_autoptr (GError) error = NULL;
      GHashTableIter iter;
      gpointer id;
      FILE *lines;
      char line[64];
      guint before = g_hash_table_size (said);
      GPid pid;
      int out, status;

      g_assert_true (g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &out,
                                               NULL, &error));
      g_assert_no_error (error);
      lines = fdopen (out, "r");
      /* After so many words and a moment: somewhere in the middle of the next act. */
      for (guint n = 0; n < 5 + round && fgets (line, sizeof line, lines) != NULL; n++)
        g_hash_table_add (said, g_strndup (line, 36));
      g_usleep (g_random_int_range (0, 4000));
      kill (pid, SIGKILL);
      while (fgets (line, sizeof line, lines) != NULL)
        if (strlen (line) == 37)
          g_hash_table_add (said, g_strndup (line, 36));
      fclose (lines);
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_assert_true (WIFSIGNALED (status));
      g_assert_cmpint (g_hash_table_size (said), >, before);

      journal_fixture_reopen (fixture);
      unclean += tst_field_book_had_unclean_start (fixture->book);
      g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
      records = journal_fixture_list (fixture, "records", event);
      g_hash_table_iter_init (&iter, said);
      while (g_hash_table_iter_next (&iter, &id, NULL))
        g_assert_true (is_listed (records, id));
      {
        /* No medium that no record names is left among the others. */
        g_autoptr (GArray) media = tst_media_store_list (tst_field_book_get_media (fixture->book), &error);
        g_autoptr (GPtrArray) photos = journal_fixture_list (fixture, "photos", event);

        g_assert_cmpint (media->len, ==, photos->len);
      }
      journal_fixture_assert_rebuild_equal (fixture);
      tst_field_book_close (fixture->book);
      g_clear_object (&fixture->book);
    }
  g_assert_cmpint (unclean, ==, ROUNDS);
  g_test_message ("%u acts said to be saved, all there", g_hash_table_size (said));
}

int
main (int argc, char **argv)
{
  if (argc == 6 && strcmp (argv[1], "--work") == 0)
    work (argv[2], argv[3], argv[4], (guint) g_ascii_strtoull (argv[5], NULL, 10));
  g_test_init (&argc, &argv, NULL);
  self_path = g_file_read_link ("/proc/self/exe", NULL);
  g_test_add_func ("/crash/kill", test_kill);
  return g_test_run ();
}
