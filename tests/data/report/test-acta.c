/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"
#include "journal/tst-visit.h"
#include "model/tst-visit-gaps.h"
#include "report/tst-acta.h"

#include <glib/gstdio.h>
#include <string.h>

#define PNG "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

static char *G_GNUC_PRINTF (4, 5)
add (JournalFixture *fixture, const char *type, const char *event, const char *format, ...)
{
  g_autofree char *json = NULL;
  g_autoptr (JsonObject) fields = NULL;
  g_autoptr (GError) error = NULL;
  va_list args;
  char *id;

  va_start (args, format);
  json = g_strdup_vprintf (format, args);
  va_end (args);
  fields = tst_json_parse_object (g_strdelimit (json, "'", '"'), -1, &error);
  g_assert_no_error (error);
  id = tst_field_book_add_visit_record (fixture->book, type, event, fields, &error);
  g_assert_no_error (error);
  return id;
}

static gboolean
has_gap (JsonObject *summary, TstVisitGapKind kind, guint n)
{
  g_autoptr (GArray) gaps = tst_visit_gaps (summary);
  guint found = 0;

  for (guint i = 0; i < gaps->len; i++)
    if (g_array_index (gaps, TstVisitGap, i).kind == kind)
      found += g_array_index (gaps, TstVisitGap, i).n;
  return found == n;
}

static JsonObject *
summary_of (JournalFixture *fixture, const char *event)
{
  g_autoptr (GError) error = NULL;
  JsonObject *summary = tst_field_book_visit_summary (fixture->book, event, &error);

  g_assert_no_error (error);
  return summary;
}

static void
test_gaps (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (JsonObject) empty = summary_of (fixture, event);
  g_autofree char *check = NULL;
  g_autofree char *progress = NULL;
  g_autofree char *signature = NULL;
  g_autoptr (JsonObject) some = NULL;

  g_assert_true (has_gap (empty, TST_GAP_PHOTO_GENERAL, 1));
  g_assert_true (has_gap (empty, TST_GAP_PHOTO_SIGN, 0));
  g_assert_true (has_gap (empty, TST_GAP_CHECK, 9));
  g_assert_true (has_gap (empty, TST_GAP_PROGRESS, 1));
  g_assert_true (has_gap (empty, TST_GAP_SIGNATURE, 4));
  g_assert_false (tst_visit_is_complete (empty, TST_PART_PROGRESS));

  check = add (fixture, "visit-check", event, "{'answers':{'valla':true,'frentes':3}}");
  progress = add (fixture, "progress", event, "{'programmed_pct':60,'observed_pct':48}");
  signature = add (fixture, "signature", event, "{'role':'comunidad','signed':false}");
  some = summary_of (fixture, event);
  g_assert_true (has_gap (some, TST_GAP_PHOTO_SIGN, 1));
  g_assert_true (has_gap (some, TST_GAP_PHOTO_FRONTS, 3));
  g_assert_true (has_gap (some, TST_GAP_CHECK, 7));
  g_assert_true (has_gap (some, TST_GAP_PROGRESS, 0));
  g_assert_true (has_gap (some, TST_GAP_CAUSE, 1));
  g_assert_true (has_gap (some, TST_GAP_SIGNATURE, 3));
  g_assert_cmpuint (tst_visit_count (some, TST_PART_CHECK), ==, 2);
}

static char *
text_of (GBytes *pdf)
{
  g_autofree char *path = NULL;
  g_autofree char *command = NULL;
  const char *keep = g_getenv ("TESTIGO_KEEP_PDF");
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  int fd = g_file_open_tmp ("test-acta-XXXXXX.pdf", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (path, g_bytes_get_data (pdf, NULL), g_bytes_get_size (pdf), &error);
  g_assert_no_error (error);
  if (keep != NULL)
    g_file_set_contents (keep, g_bytes_get_data (pdf, NULL), g_bytes_get_size (pdf), NULL);
  command = g_strdup_printf ("pdftotext -layout %s -", path);
  g_spawn_command_line_sync (command, &text, NULL, NULL, &error);
  g_assert_no_error (error);
  g_unlink (path);
  return text;
}

#define assert_contains(text, part) g_assert_nonnull (strstr ((text), (part)))

static void
test_acta (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *a = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autofree char *b = journal_fixture_add_photo (fixture, event, "b.jpg");
  g_autofree char *check = add (fixture, "visit-check", event, "{'answers':{'valla':true,'frentes':1,'personal':14,'epp':'parcial','pmt':'cumple'}}");
  g_autofree char *progress = add (fixture, "progress", event, "{'programmed_pct':60,'observed_pct':47.5,'cause':'clima','more_causes':['predios']}");
  g_autofree char *finding = add (fixture, "finding", event, "{'text':'Acero a la vista en la zapata tres','item':'cimentacion'}");
  g_autofree char *commitment = add (fixture, "commitment", event,
                                     "{'text':'Reparar el andén','responsible':'Consorcio Vías','due_on':'2026-04-15'}");
  g_autofree char *signature = add (fixture, "signature", event, "{'role':'contratista','name':'Ramiro Prueba','signature':'" PNG "'}");
  g_autofree char *declined = add (fixture, "signature", event, "{'role':'comunidad','signed':false}");
  g_autofree char *copies_json = g_strdup_printf ("{\"l\":[{\"record\":\"%s\",\"name\":\"Ramiro Prueba\",\"signature\":\"" PNG "\"}]}", signature);
  g_autoptr (JsonObject) copies = tst_json_parse_object (copies_json, -1, NULL);
  g_autoptr (JsonObject) summary = summary_of (fixture, event);
  g_autoptr (JsonObject) closed = NULL;
  g_autoptr (GError) error = NULL;
  TstActaSource source = {
    .town = tst_field_book_get_profile (fixture->book), .summary = summary, .author_name = "Ana Prueba", .device = "tableta-1", .language = "es",
    .media = tst_field_book_get_media (fixture->book), .signed_by = tst_json_array (copies, "l"),
  };
  g_autoptr (GBytes) draft = tst_acta_make (&source, NULL, &error);
  g_autoptr (GBytes) final = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *qr = NULL;
  g_autofree char *found = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  const char *head;

  g_assert_no_error (error);
  before = text_of (draft);
  assert_contains (before, "Acta de visita de obra");
  assert_contains (before, "borrador");
  assert_contains (before, "12,5 puntos por debajo de lo programado.");
  assert_contains (before, "Clima, Predios o servidumbres");
  assert_contains (before, "Cimentación: Acero a la vista en la zapata tres");
  assert_contains (before, "15 de abril de 2026");
  assert_contains (before, "Ramiro Prueba");
  assert_contains (before, "No deseó firmar");
  assert_contains (before, "Falta la foto de la valla");
  assert_contains (before, "Falta la firma: Interventoría");

  closed = tst_field_book_close_event (fixture->book, event, &error);
  g_assert_no_error (error);
  head = tst_json_string (json_array_get_object_element (tst_json_array (closed, "chains"), 0), "head");
  source.closing = closed;
  source.signed_by = NULL;
  source.language = "en";
  final = tst_acta_make (&source, NULL, &error);
  g_assert_no_error (error);
  after = text_of (final);
  assert_contains (after, "Record of a site visit");
  assert_contains (after, head);
  /* Without the working copy nobody's name is in it. */
  g_assert_null (strstr (after, "Ramiro"));
  qr = tst_acta_qr_text (closed);
  g_assert_true (g_str_has_prefix (qr, "TESTIGO-ACTA1:"));

  g_cancellable_cancel (cancelled);
  g_assert_null (tst_acta_make (&source, cancelled, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
  /* It was made in memory: neither the document nor a name was left behind in the folder. */
  tst_field_book_close (fixture->book);
  found = journal_fixture_grep (fixture, "Ramiro");
  g_assert_null (found);
}

/* A long day: sixty photographs, and somebody who writes a lot. Nothing is cut off. */
static void
test_long (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *finding = NULL;
  g_autofree char *commitment = NULL;
  g_autoptr (JsonObject) summary = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pdf = NULL;
  g_autofree char *text = NULL;
  TstActaSource source = { .town = tst_field_book_get_profile (fixture->book), .device = "tableta-1", .language = "es",
                           .media = tst_field_book_get_media (fixture->book) };

  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *name = g_strdup_printf ("foto-%u.jpg", i);
      g_autofree char *id = journal_fixture_add_photo (fixture, event, name);

      g_assert_nonnull (id);
    }
  while (words->len < 3800)
    g_string_append (words, "Ñandú, cigüeña y acción: el andén número siete se hundió. ");
  finding = add (fixture, "finding", event, "{'text':'%sFIN-NOVEDAD'}", words->str);
  commitment = add (fixture, "commitment", event, "{'text':'%sFIN-COMPROMISO','responsible':'Consorcio Vías','due_on':'2026-04-15'}", words->str);
  summary = summary_of (fixture, event);
  source.summary = summary;
  pdf = tst_acta_make (&source, NULL, &error);
  g_assert_no_error (error);
  text = text_of (pdf);
  assert_contains (text, "FIN-NOVEDAD");
  assert_contains (text, "FIN-COMPROMISO");
  assert_contains (text, "cigüeña y acción");
  assert_contains (text, "60. Viga del costado norte");
  assert_contains (text, "Huella ");
  assert_contains (text, "Página 10 de ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acta/gaps", test_gaps);
  g_test_add_func ("/acta/document", test_acta);
  g_test_add_func ("/acta/long", test_long);
  return g_test_run ();
}
