/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"
#include "journal/tst-visit.h"

#include <string.h>

#define PNG "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
#define SOME_ID "11111111-1111-4111-8111-111111111111"

static char *
add_full (JournalFixture *fixture, const char *type, const char *event, TstError code, const char *format, va_list args)
{
  g_autofree char *json = g_strdup_vprintf (format, args);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) fields = tst_json_parse_object (json, -1, &error);
  char *id;

  g_assert_no_error (error);
  id = tst_field_book_add_visit_record (fixture->book, type, event, fields, &error);
  if (code == TST_N_ERRORS)
    g_assert_no_error (error);
  else
    {
      g_assert_error (error, TST_ERROR, (int) code);
      g_assert_null (id);
    }
  return id;
}

static char *G_GNUC_PRINTF (4, 5)
add (JournalFixture *fixture, const char *type, const char *event, const char *format, ...)
{
  va_list args;
  char *id;

  va_start (args, format);
  id = add_full (fixture, type, event, TST_N_ERRORS, format, args);
  va_end (args);
  return id;
}

static void G_GNUC_PRINTF (5, 6)
refuse (JournalFixture *fixture, const char *type, const char *event, TstError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  add_full (fixture, type, event, code, format, args);
  va_end (args);
}

static JsonObject *
only (JournalFixture *fixture, const char *what, const char *event)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, what, event);

  g_assert_cmpint (rows->len, ==, 1);
  return json_object_ref (rows->pdata[0]);
}

static JsonObject *
body_of (JournalFixture *fixture, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) shown = tst_field_book_show_record (fixture->book, id, &error);

  g_assert_no_error (error);
  return json_object_ref (tst_json_object (shown, "body"));
}

static char *
visit_event (JournalFixture *fixture)
{
  TstEventSpec spec = { .type = "visita_obra", .title = "Visita a la obra", .work = "OB-1" };
  g_autoptr (GError) error = NULL;
  char *id = tst_field_book_open_event (fixture->book, &spec, &error);

  g_assert_no_error (error);
  return id;
}

static char *
add_photo (JournalFixture *fixture, const char *event, const char *name, const TstPlace *place, const char *viewpoint)
{
  g_autofree char *path = journal_fixture_photo_file (fixture, name);
  TstPhotoSpec spec = { .event_id = event, .work = "OB-1", .place = place, .viewpoint = viewpoint, .from_camera = TRUE };
  TstPhotoResult result = { 0 };
  char *id;
  g_autoptr (GError) error = NULL;

  tst_field_book_add_photo (fixture->book, &spec, path, &result, NULL, &error);
  g_assert_no_error (error);
  id = g_steal_pointer (&result.id);
  tst_photo_result_clear (&result);
  return id;
}

static void
test_progress (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = visit_event (fixture);
  g_autofree char *id = add (fixture, "progress", event, "{\"programmed_pct\":60,\"observed_pct\":\"47.55\",\"cause\":\"clima\","
                                                         "\"more_causes\":[\"predios\"],\"cause_text\":\"Lluvias\"}");
  g_autoptr (JsonObject) row = only (fixture, "progress", event);
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autoptr (JsonObject) changed = NULL;
  g_autofree char *amended = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (tst_json_string (row, "work"), ==, "OB-1");
  g_assert_cmpfloat_with_epsilon (tst_json_double (row, "observed_pct", -1), 47.6, 1e-9);
  g_assert_cmpfloat_with_epsilon (tst_json_double (row, "deviation_pts", 0), -12.4, 1e-9);
  refuse (fixture, "progress", event, TST_ERROR_MISSING_FIELD, "{\"programmed_pct\":60}");
  refuse (fixture, "progress", event, TST_ERROR_BAD_VALUE, "{\"observed_pct\":101}");
  refuse (fixture, "progress", event, TST_ERROR_BAD_VALUE, "{\"observed_pct\":10,\"cause\":\"mala suerte\"}");
  refuse (fixture, "progress", event, TST_ERROR_UNKNOWN_FIELD, "{\"observed_pct\":10,\"deviation_pts\":3}");
  refuse (fixture, "progress", NULL, TST_ERROR_MISSING_FIELD, "{\"observed_pct\":10}");
  refuse (fixture, "avance", event, TST_ERROR_USAGE, "{}");

  /* Whoever puts a figure right puts the deviation right. */
  json_object_set_double_member (changes, "observed_pct", 58);
  amended = tst_field_book_amend (fixture->book, id, changes, &error);
  g_assert_no_error (error);
  changed = only (fixture, "progress", event);
  g_assert_cmpfloat_with_epsilon (tst_json_double (changed, "deviation_pts", 0), -2, 1e-9);
  json_object_set_double_member (changes, "observed_pct", 158);
  g_assert_null (tst_field_book_amend (fixture->book, id, changes, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  json_object_remove_member (changes, "observed_pct");
  json_object_set_string_member (changes, "work", "OB-2");
  g_assert_null (tst_field_book_amend (fixture->book, id, changes, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_UNKNOWN_FIELD);
  journal_fixture_assert_rebuild_equal (fixture);
}

static void
test_viewpoints (void)
{
  const TstPlace place = { .latitude = 7.12, .longitude = -73.12, .accuracy_m = 4, .altitude_m = 0, .heading_deg = 131.5,
                           .heading_magnetic = TRUE, .source = "gnss" };
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = visit_event (fixture);
  g_autofree char *photo = add_photo (fixture, event, "a.jpg", &place, NULL);
  g_autofree char *lost = add_photo (fixture, event, "b.jpg", NULL, NULL);
  g_autofree char *id = add (fixture, "viewpoint", NULL, "{\"work\":\"OB-1\",\"name\":\"Costado norte\",\"photo\":\"%s\"}", photo);
  g_autoptr (JsonObject) row = only (fixture, "viewpoints", NULL);
  g_autoptr (JsonObject) paired = NULL;
  g_autofree char *again = NULL;
  g_autofree char *gone = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpfloat_with_epsilon (tst_json_double (tst_json_object (row, "place"), "lat", 0), 7.12, 1e-9);
  g_assert_cmpfloat_with_epsilon (tst_json_double (row, "heading_deg", -1), 131.5, 1e-9);
  g_assert_cmpstr (tst_json_string (row, "heading_north"), ==, "magnetic");
  g_assert_cmpstr (tst_json_string (tst_json_object (row, "last"), "id"), ==, photo);
  g_assert_cmpint (tst_json_int (row, "pictures", -1), ==, 0);
  g_assert_cmpstr (tst_json_string (row, "from"), ==, "here");

  again = add_photo (fixture, event, "c.jpg", &place, id);
  paired = only (fixture, "viewpoints", NULL);
  g_assert_cmpstr (tst_json_string (tst_json_object (paired, "last"), "id"), ==, again);
  g_assert_cmpstr (tst_json_string (tst_json_object (paired, "first"), "id"), ==, photo);
  g_assert_cmpint (tst_json_int (paired, "pictures", -1), ==, 1);
  {
    g_autoptr (GPtrArray) photos = journal_fixture_list (fixture, "photos", event);
    JsonObject *taken = journal_fixture_row (photos, again);

    g_assert_cmpstr (tst_json_string (taken, "viewpoint"), ==, id);
    g_assert_cmpstr (tst_json_string (taken, "need"), ==, "punto");
  }

  refuse (fixture, "viewpoint", NULL, TST_ERROR_NOT_FOUND, "{\"work\":\"OB-1\",\"name\":\"Otro\",\"photo\":\"" SOME_ID "\"}");
  refuse (fixture, "viewpoint", NULL, TST_ERROR_MISSING_FIELD, "{\"work\":\"OB-1\",\"name\":\"Otro\",\"photo\":\"%s\"}", lost);
  refuse (fixture, "viewpoint", NULL, TST_ERROR_MISSING_FIELD, "{\"name\":\"Otro\",\"photo\":\"%s\"}", photo);

  /* A picture that was thrown away is no longer the last. */
  gone = tst_field_book_discard (fixture->book, again, &error);
  g_assert_no_error (error);
  json_object_unref (g_steal_pointer (&paired));
  paired = only (fixture, "viewpoints", NULL);
  g_assert_cmpstr (tst_json_string (tst_json_object (paired, "last"), "id"), ==, photo);
  journal_fixture_assert_rebuild_equal (fixture);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

static void
test_check_and_findings (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = visit_event (fixture);
  g_autofree char *photo = add_photo (fixture, event, "a.jpg", NULL, NULL);
  g_autofree char *check = add (fixture, "visit-check", event, "{\"answers\":{\"valla\":true,\"epp\":\"parcial\"}}");
  g_autofree char *finding = add (fixture, "finding", event, "{\"text\":\"Acero a la vista\",\"item\":\"estructura\",\"photo\":\"%s\"}", photo);
  g_autoptr (JsonObject) changes = tst_json_parse_object ("{\"answers\":{\"valla\":true,\"epp\":\"no\",\"personal\":14}}", -1, NULL);
  g_autoptr (JsonObject) row = NULL;
  g_autofree char *amended = NULL;
  g_autoptr (GError) error = NULL;

  refuse (fixture, "visit-check", event, TST_ERROR_UNKNOWN_FIELD, "{\"answers\":{\"casco\":true}}");
  refuse (fixture, "finding", event, TST_ERROR_MISSING_FIELD, "{\"text\":\"\"}");
  refuse (fixture, "finding", event, TST_ERROR_NOT_FOUND, "{\"text\":\"x\",\"photo\":\"" SOME_ID "\"}");
  amended = tst_field_book_amend (fixture->book, check, changes, &error);
  g_assert_no_error (error);
  row = only (fixture, "checks", event);
  g_assert_cmpstr (tst_json_string (row, "form"), ==, "q5");
  g_assert_cmpint (tst_json_int (tst_json_object (row, "answers"), "personal", 0), ==, 14);
  g_assert_cmpstr (tst_json_string (tst_json_object (row, "answers"), "epp"), ==, "no");
  json_object_unref (g_steal_pointer (&row));
  row = only (fixture, "findings", event);
  g_assert_cmpstr (tst_json_string (row, "id"), ==, finding);
  journal_fixture_assert_rebuild_equal (fixture);
}

static void
test_commitments (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *first = visit_event (fixture);
  g_autofree char *second = visit_event (fixture);
  g_autofree char *id = add (fixture, "commitment", first,
                             "{\"text\":\"Reparar el andén\",\"responsible\":\"Consorcio Vías\",\"due_on\":\"2026-04-15\"}");
  g_autofree char *later = add (fixture, "commitment", second,
                                "{\"text\":\"Poner la valla\",\"responsible\":\"Interventoría\",\"due_on\":\"2026-05-01\"}");
  g_autofree char *close = NULL;
  g_autofree char *withdrawn = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *row;

  refuse (fixture, "commitment", first, TST_ERROR_BAD_VALUE, "{\"text\":\"x\",\"responsible\":\"y\",\"due_on\":\"15/04/2026\"}");
  refuse (fixture, "commitment", first, TST_ERROR_BAD_VALUE, "{\"text\":\"x\",\"responsible\":\"y\",\"due_on\":\"2026-02-30\"}");
  refuse (fixture, "commitment", first, TST_ERROR_MISSING_FIELD, "{\"text\":\"x\",\"due_on\":\"2026-02-20\"}");
  refuse (fixture, "commitment-close", second, TST_ERROR_NOT_FOUND, "{\"commitment\":\"" SOME_ID "\",\"status\":\"cumplido\"}");

  close = add (fixture, "commitment-close", second, "{\"commitment\":\"%s\",\"status\":\"cumplido\",\"text\":\"Se ve reparado\"}", id);
  rows = journal_fixture_list (fixture, "commitments", NULL);
  g_assert_cmpint (rows->len, ==, 2);
  /* In the order in which they are due. */
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "id"), ==, id);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "status"), ==, "cumplido");
  g_assert_cmpstr (tst_json_string (tst_json_object (rows->pdata[0], "closed"), "id"), ==, close);
  g_assert_cmpstr (tst_json_string (tst_json_object (rows->pdata[0], "closed"), "event"), ==, second);
  g_assert_cmpstr (tst_json_string (rows->pdata[1], "id"), ==, later);
  g_assert_cmpstr (tst_json_string (rows->pdata[1], "status"), ==, "abierto");
  g_assert_null (tst_json_object (rows->pdata[1], "closed"));

  withdrawn = tst_field_book_withdraw (fixture->book, close, "era otro", &error);
  g_assert_no_error (error);
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = journal_fixture_list (fixture, "commitments", first);
  row = journal_fixture_row (rows, id);
  g_assert_cmpstr (tst_json_string (row, "status"), ==, "abierto");
  journal_fixture_assert_rebuild_equal (fixture);
}

/* What other tablets left behind comes by central and is closed here. */
static void
test_from_central (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = visit_event (fixture);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *close = NULL;

  g_ptr_array_add (lines, tst_json_parse_object ("{\"item\":{\"id\":\"" SOME_ID "\",\"type\":\"commitment\",\"work\":\"OB-1\",\"text\":\"Podar\","
                                                 "\"responsible\":\"Parques\",\"due_on\":\"2026-04-01\"}}", -1, NULL));
  g_ptr_array_add (lines, tst_json_parse_object ("{\"item\":{\"id\":\"22222222-2222-4222-8222-222222222222\",\"type\":\"viewpoint\","
                                                 "\"work\":\"OB-1\",\"name\":\"Puente\",\"place\":{\"lat\":7.1,\"lon\":-73.1}}}", -1, NULL));
  tst_outbox_apply_catalogue (fixture->book, lines, 7, &error);
  g_assert_no_error (error);
  rows = journal_fixture_list (fixture, "commitments", NULL);
  g_assert_cmpint (rows->len, ==, 1);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "from"), ==, "central");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "status"), ==, "abierto");
  close = add (fixture, "commitment-close", event, "{\"commitment\":\"" SOME_ID "\",\"status\":\"incumplido\"}");
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = journal_fixture_list (fixture, "commitments", NULL);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "status"), ==, "incumplido");
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = journal_fixture_list (fixture, "viewpoints", NULL);
  g_assert_cmpint (rows->len, ==, 1);

  g_ptr_array_set_size (lines, 0);
  g_ptr_array_add (lines, tst_json_parse_object ("{\"item_gone\":\"22222222-2222-4222-8222-222222222222\"}", -1, NULL));
  tst_outbox_apply_catalogue (fixture->book, lines, 8, &error);
  g_assert_no_error (error);
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = journal_fixture_list (fixture, "viewpoints", NULL);
  g_assert_cmpint (rows->len, ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
}

static void
test_signatures (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autoptr (JournalFixture) bare = journal_fixture_new (FALSE);
  g_autofree char *event = visit_event (fixture);
  g_autofree char *bare_event = visit_event (bare);
  g_autofree char *id = add (fixture, "signature", event,
                             "{\"role\":\"contratista\",\"name\":\"Ramiro Prueba\",\"document\":\"99887766\",\"signature\":\"" PNG "\"}");
  g_autofree char *unsigned_id = add (fixture, "signature", event, "{\"role\":\"comunidad\",\"signed\":false}");
  g_autofree char *no_keys = NULL;
  g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, "signatures", event);
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autoptr (JsonObject) body = body_of (fixture, id);
  g_autofree char *found = NULL;
  g_autofree char *withdrawn = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (rows->len, ==, 2);
  g_assert_true (tst_json_bool (journal_fixture_row (rows, id), "signed", FALSE));
  g_assert_false (tst_json_bool (journal_fixture_row (rows, unsigned_id), "signed", TRUE));
  g_assert_false (json_object_has_member (body, "name"));
  g_assert_cmpint (json_array_get_length (tst_json_array (body, "sealed")), ==, 1);
  refuse (fixture, "signature", event, TST_ERROR_BAD_VALUE, "{\"role\":\"vecino\",\"signed\":false}");
  refuse (fixture, "signature", event, TST_ERROR_MISSING_FIELD, "{\"role\":\"comunidad\",\"signed\":true,\"name\":\"Ana Prueba\"}");
  refuse (fixture, "signature", event, TST_ERROR_BAD_VALUE, "{\"role\":\"comunidad\",\"signature\":\"R0lGODlh\"}");
  refuse (fixture, "signature", event, TST_ERROR_BAD_VALUE, "{\"role\":\"comunidad\",\"signed\":false,\"signature\":\"" PNG "\"}");
  refuse (bare, "signature", bare_event, TST_ERROR_TOWN_KEYS_MISSING, "{\"role\":\"comunidad\",\"name\":\"Ana Prueba\",\"signature\":\"" PNG "\"}");
  no_keys = add (bare, "signature", bare_event, "{\"role\":\"comunidad\",\"signed\":false}");

  json_object_set_string_member (changes, "role", "comunidad");
  g_assert_null (tst_field_book_amend (fixture->book, id, changes, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_WRONG_STATE);
  g_clear_error (&error);
  withdrawn = tst_field_book_withdraw (fixture->book, id, NULL, &error);
  g_assert_no_error (error);
  journal_fixture_assert_rebuild_equal (fixture);

  /* Neither the name nor the document is on the disk in clear. */
  tst_field_book_close (fixture->book);
  found = journal_fixture_grep (fixture, "Ramiro");
  g_assert_null (found);
  found = journal_fixture_grep (fixture, "99887766");
  g_assert_null (found);
}

static void
advance (JournalFixture *fixture, double seconds)
{
  tst_fixed_clock_advance (fixture->clock, (gint64) (seconds * G_USEC_PER_SEC));
}

static void
test_stream (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = visit_event (fixture);
  g_autofree char *early = add_photo (fixture, event, "a.jpg", NULL, NULL);
  g_autofree char *stream = NULL;
  g_autofree char *photo = NULL;
  g_autofree char *commitment = NULL;
  g_autofree char *question = NULL;
  g_autofree char *anchor = NULL;
  g_autofree char *end = NULL;
  g_autofree char *late = NULL;
  g_autofree char *dropped = NULL;
  g_autoptr (JsonObject) row = NULL;
  g_autoptr (JsonObject) summary = NULL;
  g_autoptr (GPtrArray) moments = NULL;
  g_autoptr (GError) error = NULL;

  refuse (fixture, "stream-end", event, TST_ERROR_WRONG_STATE, "{}");
  refuse (fixture, "moment", event, TST_ERROR_WRONG_STATE, "{\"moment\":\"pregunta\"}");
  refuse (fixture, "stream-start", event, TST_ERROR_BAD_VALUE, "{\"platform\":\"facebook\",\"url\":\"javascript:alert(1)\"}");
  stream = add (fixture, "stream-start", event, "{\"platform\":\"facebook\",\"url\":\"https://facebook.com/villaluz/live\"}");
  refuse (fixture, "stream-start", event, TST_ERROR_WRONG_STATE, "{\"platform\":\"youtube\"}");
  advance (fixture, 60);
  photo = add_photo (fixture, event, "b.jpg", NULL, NULL);
  advance (fixture, 30);
  commitment = add (fixture, "commitment", event, "{\"text\":\"Reparar\",\"responsible\":\"Consorcio\",\"due_on\":\"2026-04-15\"}");
  question = add (fixture, "moment", event, "{\"moment\":\"pregunta\"}");

  /* start, photo, commitment, question: each at its place, the photo before the start at none. */
  moments = journal_fixture_list (fixture, "moments", event);
  g_assert_cmpint (moments->len, ==, 4);
  g_assert_cmpstr (tst_json_string (moments->pdata[0], "moment"), ==, "inicio");
  g_assert_cmpint (tst_json_int (moments->pdata[0], "offset_ms", -1), ==, 0);
  g_assert_cmpstr (tst_json_string (moments->pdata[1], "target"), ==, photo);
  g_assert_cmpint (tst_json_int (moments->pdata[1], "offset_ms", -1), ==, 60000);
  g_assert_cmpstr (tst_json_string (moments->pdata[2], "target"), ==, commitment);
  g_assert_cmpint (tst_json_int (moments->pdata[2], "offset_ms", -1), ==, 90000);
  g_assert_cmpstr (tst_json_string (moments->pdata[3], "id"), ==, question);

  /* The recording began two seconds after the button: the card says so, and what was recorded before is put right when it is read. */
  anchor = add (fixture, "stream-anchor", event,
                "{\"media_ms\":58000,\"wall\":\"2026-03-27T15:05:05.000Z\",\"source\":\"tarjeta\",\"error_ms\":500}");
  g_clear_pointer (&moments, g_ptr_array_unref);
  moments = journal_fixture_list (fixture, "moments", event);
  g_assert_cmpint (tst_json_int (moments->pdata[1], "offset_ms", -1), ==, 58000);
  g_assert_cmpint (tst_json_int (moments->pdata[1], "error_ms", -1), ==, 500);
  {
    g_autoptr (JsonObject) body = body_of (fixture, tst_json_string (moments->pdata[1], "id"));

    g_assert_cmpint (tst_json_int (body, "offset_ms", -1), ==, 60000);
  }

  row = only (fixture, "stream", event);
  g_assert_true (json_object_get_boolean_member (row, "live"));
  g_assert_cmpint (tst_json_int (row, "anchors", -1), ==, 1);
  json_object_unref (g_steal_pointer (&row));
  advance (fixture, 10);
  end = add (fixture, "stream-end", event, "{\"media_ms\":98000}");
  late = add_photo (fixture, event, "c.jpg", NULL, NULL);
  row = only (fixture, "stream", event);
  g_assert_false (json_object_get_boolean_member (row, "live"));
  g_assert_cmpint (tst_json_int (row, "end_media_ms", -1), ==, 98000);
  g_clear_pointer (&moments, g_ptr_array_unref);
  moments = journal_fixture_list (fixture, "moments", event);
  g_assert_cmpint (moments->len, ==, 5);

  /* A moment of what was thrown away is none. */
  dropped = tst_field_book_discard (fixture->book, photo, &error);
  g_assert_no_error (error);
  summary = tst_field_book_visit_summary (fixture->book, event, &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_array_get_length (tst_json_array (summary, "moments")), ==, 4);
  g_assert_cmpint (json_array_get_length (tst_json_array (summary, "photos")), ==, 2);
  g_assert_cmpint (json_array_get_length (tst_json_array (summary, "commitments")), ==, 1);
  g_assert_false (json_object_has_member (summary, "progress"));

  /* What is known of the recording only when it was saved. */
  {
    g_autoptr (JsonObject) changes = tst_json_parse_object ("{\"url\":\"https://video.example/12\",\"media_ms\":97000}", -1, NULL);
    g_autofree char *amended = tst_field_book_amend (fixture->book, end, changes, &error);
    g_autoptr (JsonObject) told = NULL;

    g_assert_no_error (error);
    told = only (fixture, "stream", event);
    g_assert_cmpstr (tst_json_string (told, "recording_url"), ==, "https://video.example/12");
    g_assert_cmpint (tst_json_int (told, "end_media_ms", -1), ==, 97000);
  }
  journal_fixture_assert_rebuild_equal (fixture);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

static void
test_closed_event (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = visit_event (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) closed = tst_field_book_close_event (fixture->book, event, &error);

  g_assert_no_error (error);
  refuse (fixture, "finding", event, TST_ERROR_EVENT_CLOSED, "{\"text\":\"tarde\"}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/visit/progress", test_progress);
  g_test_add_func ("/visit/viewpoints", test_viewpoints);
  g_test_add_func ("/visit/check-and-findings", test_check_and_findings);
  g_test_add_func ("/visit/commitments", test_commitments);
  g_test_add_func ("/visit/from-central", test_from_central);
  g_test_add_func ("/visit/signatures", test_signatures);
  g_test_add_func ("/visit/stream", test_stream);
  g_test_add_func ("/visit/closed-event", test_closed_event);
  return g_test_run ();
}
