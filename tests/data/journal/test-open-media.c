/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "journal/tst-attachment.h"
#include "media/tst-image-info.h"
#include "record/tst-body.h"

#include <string.h>
#include <sys/stat.h>

#define VOICE "OggS voz de una persona de prueba: voz-canarina-en-claro"

static TstAttachment *
voice (gsize size)
{
  char *data = g_malloc0 (size);

  memcpy (data, VOICE, MIN (size, strlen (VOICE)));
  return tst_attachment_new (TST_ATTACHMENT_VOICE, g_bytes_new_take (data, size), 34000);
}

/* As a camera gives it: with who made it and when beside the pixels. */
static TstAttachment *
paper (JournalFixture *fixture, const char *name)
{
  g_autofree char *path = journal_fixture_photo_file (fixture, name);
  g_autoptr (GError) error = NULL;
  GBytes *jpeg = tst_fs_read (path, 0, &error);

  g_assert_no_error (error);
  return tst_attachment_new (TST_ATTACHMENT_PAPER, jpeg, 0);
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tst_attachment_unref);
}

static JsonObject *
new_fields (const char *text)
{
  JsonObject *fields = json_object_new ();

  json_object_set_string_member (fields, "class", "pregunta");
  if (text != NULL)
    json_object_set_string_member (fields, "text", text);
  return fields;
}

static char *
add (JournalFixture *fixture, const char *event, const char *text, GPtrArray *attachments)
{
  g_autoptr (JsonObject) fields = new_fields (text);
  g_autoptr (GError) error = NULL;
  char *id = tst_field_book_add_contribution (fixture->book, event, fields, attachments, NULL, NULL, &error);

  g_assert_no_error (error);
  return id;
}

static char *
path_of (JournalFixture *fixture, const char *hex)
{
  return g_strdup_printf ("%s/media/%.2s/%.2s/%s", fixture->folder, hex, hex + 2, hex);
}

static GBytes *
open_medium (JournalFixture *fixture, const char *hex, TstAgeIdentity *identity, GError **error)
{
  g_autofree char *path = path_of (fixture, hex);
  g_autoptr (GBytes) sealed = tst_fs_read (path, 0, error);

  g_assert_nonnull (sealed);
  return tst_age_open (sealed, identity, error);
}

static JsonObject *
attachment_at (JsonObject *body, guint at)
{
  return json_array_get_object_element (tst_json_array (body, "attachments"), at);
}

static void
test_sealed (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GPtrArray) attachments = new_list ();
  g_autofree char *id = NULL, *hit = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (GPtrArray) media = NULL;
  g_autoptr (GBytes) heard = NULL, seen = NULL, locked = NULL;
  g_autoptr (TstImageInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *said, *shown;

  g_ptr_array_add (attachments, voice (5000));
  g_ptr_array_add (attachments, paper (fixture, "carta-canarina.jpg"));
  id = add (fixture, event, NULL, attachments);
  body = journal_fixture_open_body (fixture, id);
  media = tst_body_get_media (body, &error);
  g_assert_cmpint (media->len, ==, 2);
  said = attachment_at (body, 0);
  shown = attachment_at (body, 1);
  g_assert_cmpstr (tst_json_string (said, "what"), ==, "voice");
  g_assert_cmpint (tst_json_int (said, "bytes", 0), ==, 5000);
  g_assert_cmpint (tst_json_int (said, "duration_ms", 0), ==, 34000);
  g_assert_cmpstr (tst_json_string (shown, "what"), ==, "paper");
  for (guint i = 0; i < media->len; i++)
    g_assert_cmpstr (((TstPartRef *) media->pdata[i])->type, ==, "application/age");

  /* What was said is for central and the officer, padded to its size class; what was shown is for the officer alone. */
  heard = open_medium (fixture, tst_json_string (said, "sha256"), fixture->intake, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_bytes_get_size (heard), ==, tst_size_class (5000));
  g_assert_true (memcmp (g_bytes_get_data (heard, NULL), VOICE, strlen (VOICE)) == 0);
  locked = open_medium (fixture, tst_json_string (shown, "sha256"), fixture->intake, &error);
  g_assert_null (locked);
  g_assert_error (error, TST_ERROR, TST_ERROR_LOCKED);
  g_clear_error (&error);
  seen = open_medium (fixture, tst_json_string (shown, "sha256"), fixture->officer, &error);
  g_assert_no_error (error);
  info = tst_image_info_read_bytes (seen, &error);
  g_assert_no_error (error);
  g_assert_cmpint (info->width, ==, 64);
  g_assert_false (info->has_taken_at);
  g_assert_null (info->model);

  hit = journal_fixture_grep (fixture, "canarina");
  g_assert_null (hit);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
}

/* Answers that are a photograph and a voice: named by the answers, sealed like those of a contribution; what no answer names stays behind. */
static void
test_answers (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GPtrArray) attachments = new_list ();
  g_autoptr (GError) error = NULL;
  static const char form[] =
    "{\"code\": \"ver\", \"questions\": [{\"type\": \"audio\", \"name\": \"voz\", \"label\": \"Voz\", \"required\": \"true()\"},"
    "{\"type\": \"repeat\", \"name\": \"r\", \"label\": \"R\", \"questions\": [{\"type\": \"image\", \"name\": \"foto\", \"label\": \"Foto\"}]}]}";
  g_autoptr (JsonObject) answers = tst_json_parse_object ("{\"voz\": \"a\", \"r\": [{\"foto\": \"b\"}]}", -1, &error);
  g_autoptr (JsonObject) wrong = tst_json_parse_object ("{\"voz\": \"b\"}", -1, &error);
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (GBytes) heard = NULL, locked = NULL;
  g_autoptr (JsonArray) kept = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *id = NULL, *hit = NULL;
  static const char *const names[] = { "a", "b", "c" };

  g_assert_no_error (error);
  journal_fixture_catalogue_line (fixture, "form", form);
  g_ptr_array_add (attachments, voice (5000));
  g_ptr_array_add (attachments, paper (fixture, "muro-canarino.jpg"));
  g_ptr_array_add (attachments, voice (700));
  for (guint i = 0; i < 3; i++)
    ((TstAttachment *) attachments->pdata[i])->name = g_strdup (names[i]);
  kept = tst_attachments_to_json (attachments);
  again = tst_attachments_from_json (kept);
  g_assert_cmpuint (again->len, ==, 3);
  g_assert_nonnull (tst_attachments_find (again, TST_ATTACHMENT_PAPER, "b"));
  g_assert_null (tst_attachments_find (again, TST_ATTACHMENT_VOICE, "b"));
  g_assert_true (g_bytes_equal (((TstAttachment *) again->pdata[0])->bytes, ((TstAttachment *) attachments->pdata[0])->bytes));

  /* Another kind, and nothing at all behind the name. */
  g_assert_null (tst_field_book_add_survey (fixture->book, event, "ver", wrong, attachments, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  g_assert_null (tst_field_book_add_survey (fixture->book, event, "ver", answers, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);

  id = tst_field_book_add_survey (fixture->book, event, "ver", answers, again, &error);
  g_assert_no_error (error);
  body = journal_fixture_open_body (fixture, id);
  g_assert_cmpuint (json_array_get_length (tst_json_array (body, "attachments")), ==, 2);
  g_assert_cmpuint (json_array_get_length (tst_json_array (body, "media")), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      JsonObject *entry = attachment_at (body, i);
      gboolean said = g_str_equal (tst_json_string (entry, "what"), "voice");
      JsonObject *in = tst_json_object (body, "answers");

      if (!said)
        in = json_array_get_object_element (tst_json_array (in, "r"), 0);
      g_assert_cmpstr (tst_json_string (entry, "question"), ==, said ? "voz" : "foto");
      g_assert_cmpstr (tst_json_string (in, said ? "voz" : "foto"), ==, tst_json_string (entry, "sha256"));
      if (said)
        heard = open_medium (fixture, tst_json_string (entry, "sha256"), fixture->intake, &error);
      else
        locked = open_medium (fixture, tst_json_string (entry, "sha256"), fixture->officer, &error);
      g_assert_no_error (error);
    }
  g_assert_nonnull (heard);
  g_assert_nonnull (locked);
  hit = journal_fixture_grep (fixture, "canarin");
  g_assert_null (hit);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
}

/* Until its record may leave, its media stay; then they go under the open key. */
static void
test_due (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GPtrArray) attachments = new_list ();
  g_autoptr (GPtrArray) early = NULL, late = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  TstOutboxCounts counts;

  g_ptr_array_add (attachments, voice (900));
  id = add (fixture, event, "con voz", attachments);
  early = tst_outbox_due_media (fixture->book, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpint (early->len, ==, 0);
  tst_outbox_counts (fixture->book, &counts, &error);
  g_assert_cmpint (counts.held, ==, 1);
  tst_fixed_clock_advance (fixture->clock, (gint64) 2 * 3600 * G_USEC_PER_SEC);
  late = tst_outbox_due_media (fixture->book, 10, &error);
  g_assert_cmpint (late->len, ==, 1);
  g_assert_cmpint (((TstOutboxMedium *) late->pdata[0])->chain, ==, TST_CHAIN_OPEN);

  journal_fixture_receive (fixture, TST_CHAIN_OPEN, FALSE);
  {
    g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, "comments", event);

    g_assert_cmpstr (tst_json_string (journal_fixture_row (rows, id), "state"), ==, "sending");
  }
}

/* No time of a file is finer than the hour, and after the close the files are new ones. */
static void
test_times (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GPtrArray) attachments = new_list ();
  g_autofree char *id = NULL, *path = NULL, *shelf = NULL;
  g_autoptr (JsonObject) body = NULL, closed = NULL;
  g_autoptr (GError) error = NULL;
  struct stat before, folder, after;

  g_ptr_array_add (attachments, voice (900));
  id = add (fixture, event, NULL, attachments);
  body = journal_fixture_open_body (fixture, id);
  path = path_of (fixture, tst_json_string (attachment_at (body, 0), "sha256"));
  shelf = g_path_get_dirname (path);
  g_assert_cmpint (stat (path, &before), ==, 0);
  g_assert_cmpint (stat (shelf, &folder), ==, 0);
  g_assert_cmpint (before.st_mtim.tv_sec % 3600, ==, 0);
  g_assert_cmpint (before.st_mtim.tv_nsec, ==, 0);
  g_assert_cmpint (folder.st_mtim.tv_sec % 3600, ==, 0);

  tst_fixed_clock_advance (fixture->clock, (gint64) 5 * 3600 * G_USEC_PER_SEC);
  closed = tst_field_book_close_event (fixture->book, event, &error);
  g_assert_no_error (error);
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpint (after.st_ino, !=, before.st_ino);
  g_assert_cmpint (after.st_mtim.tv_sec, ==, before.st_mtim.tv_sec + 5 * 3600);
  g_assert_cmpint (after.st_size, ==, before.st_size);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

static void
test_limits (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GPtrArray) long_one = new_list ();
  g_autoptr (GPtrArray) two = new_list ();
  g_autoptr (GPtrArray) papers = new_list ();
  g_autoptr (GPtrArray) broken = new_list ();
  const struct
  {
    GPtrArray *attachments;
    const char *text;
    TstError code;
  } cases[] = {
    { long_one, NULL, TST_ERROR_TOO_LARGE },
    { two, NULL, TST_ERROR_BAD_VALUE },
    { papers, "texto", TST_ERROR_BAD_VALUE },
    { broken, "texto", TST_ERROR_NOT_AN_IMAGE },
    { NULL, NULL, TST_ERROR_MISSING_FIELD },
  };

  g_ptr_array_add (long_one, voice (TST_VOICE_MAX_BYTES + 1));
  g_ptr_array_add (two, voice (10));
  g_ptr_array_add (two, voice (10));
  for (guint i = 0; i <= TST_PAPERS_MAX; i++)
    g_ptr_array_add (papers, paper (fixture, "una.jpg"));
  g_ptr_array_add (broken, tst_attachment_new (TST_ATTACHMENT_PAPER, g_bytes_new ("no es una foto", 14), 0));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) fields = new_fields (cases[i].text);
      g_autoptr (GError) error = NULL;

      g_assert_null (tst_field_book_add_contribution (fixture->book, event, fields, cases[i].attachments, NULL, NULL, &error));
      g_assert_error (error, TST_ERROR, (int) cases[i].code);
    }
  {
    g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, "comments", event);

    g_assert_cmpint (rows->len, ==, 0);
  }
}

/* Taken back before it went: its medium need not go; erased: it is gone. */
static void
test_taken_back (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GPtrArray) attachments = new_list ();
  g_autofree char *first = NULL, *second = NULL, *discard = NULL, *path = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (GPtrArray) due = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) decisions = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_decision_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (attachments, voice (900));
  first = add (fixture, event, NULL, attachments);
  second = add (fixture, event, NULL, attachments);
  discard = tst_field_book_discard (fixture->book, first, &error);
  g_assert_no_error (error);
  tst_fixed_clock_advance (fixture->clock, (gint64) 3 * 3600 * G_USEC_PER_SEC);
  due = tst_outbox_due_media (fixture->book, 10, &error);
  g_assert_cmpint (due->len, ==, 1);

  body = journal_fixture_open_body (fixture, second);
  path = path_of (fixture, tst_json_string (attachment_at (body, 0), "sha256"));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  records = tst_outbox_due_records (fixture->book, TST_CHAIN_OPEN, 100, 8 << 20, &error);
  journal_fixture_receive (fixture, TST_CHAIN_OPEN, TRUE);
  for (guint i = 0; i < records->len; i++)
    {
      TstEnvelope *envelope = ((TstOutboxRecord *) records->pdata[i])->envelope;

      if (g_strcmp0 (tst_envelope_get_fields (envelope)->id, second) == 0)
        g_ptr_array_add (decisions, journal_fixture_decide (fixture, "erase", second, tst_envelope_get_text_hash (envelope), 10));
    }
  g_assert_cmpint (decisions->len, ==, 1);
  g_assert_true (tst_outbox_store_decisions (fixture->book, decisions, 11, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/open-media/sealed", test_sealed);
  g_test_add_func ("/open-media/answers", test_answers);
  g_test_add_func ("/open-media/due", test_due);
  g_test_add_func ("/open-media/times", test_times);
  g_test_add_func ("/open-media/limits", test_limits);
  g_test_add_func ("/open-media/taken-back", test_taken_back);
  return g_test_run ();
}
