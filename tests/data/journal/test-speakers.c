/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"
#include "journal/tst-event-sheet.h"
#include "journal/tst-staff.h"
#include "journal/tst-visit.h"

#define SECONDS(n) ((gint64) (n) * G_USEC_PER_SEC)

static char *G_GNUC_PRINTF (5, 6)
add (JournalFixture *fixture, const char *type, const char *event, int code, const char *format, ...)
{
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) fields = NULL;
  char *id;
  va_list args;

  va_start (args, format);
  json = g_strdup_vprintf (format, args);
  va_end (args);
  fields = tst_json_parse_object (json, -1, &error);
  g_assert_no_error (error);
  id = tst_field_book_add_visit_record (fixture->book, type, event, fields, &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    {
      g_assert_error (error, TST_ERROR, code);
      g_assert_null (id);
    }
  return id;
}

static void
act (JournalFixture *fixture, const char *event, const char *speaker, const char *code, int refused)
{
  g_autofree char *id = add (fixture, "speaker-turn", event, refused, "{\"speaker\":\"%s\",\"act\":\"%s\",\"limit_s\":180}", speaker, code);
}

static char *
hearing (JournalFixture *fixture)
{
  TstEventSpec spec = { .type = "audiencia_publica", .title = "Audiencia de rendición de cuentas" };
  g_autoptr (GError) error = NULL;
  char *id = tst_field_book_open_event (fixture->book, &spec, &error);

  g_assert_no_error (error);
  return id;
}

static char *
numbers (JournalFixture *fixture, const char *event)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, "speakers", event);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", tst_json_string (rows->pdata[i], "number"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_row (JournalFixture *fixture, const char *event, const char *speaker, const char *word, gint64 used_s, const char *source)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, "speakers", event);
  JsonObject *row = journal_fixture_row (rows, speaker);

  g_assert_cmpstr (tst_json_string (row, "word"), ==, word);
  g_assert_cmpint (tst_json_int (row, "used_ms", -1), ==, used_s * 1000);
  g_assert_cmpstr (tst_json_string (row, "used_source"), ==, source);
}

/* From asking to the outcome; the time is that of the acts. */
static void
test_turn (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = hearing (fixture);
  g_autofree char *one = add (fixture, "speaker", event, -1, "{\"topic\":\"Alumbrado del parque\",\"name\":\"Rosalba Quintero\"}");
  g_autofree char *two = add (fixture, "speaker", event, -1, "{\"topic\":\"Vía a la vereda\",\"label\":\"Edelmira, JAC\",\"actor\":\"jac\",\"label_consent\":true}");
  g_autofree char *promise = NULL;
  g_autofree char *outcome = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  JsonObject *row;

  act (fixture, event, one, "pausa", TST_ERROR_WRONG_STATE);
  add (fixture, "speaker-outcome", event, TST_ERROR_WRONG_STATE, "{\"speaker\":\"%s\",\"outcome\":\"respondida\"}", one);
  act (fixture, event, one, "inicio", -1);
  act (fixture, event, two, "inicio", TST_ERROR_WRONG_STATE);
  tst_fixed_clock_advance (fixture->clock, SECONDS (40));
  assert_row (fixture, event, one, "speaking", 40, "monotonic");
  act (fixture, event, one, "pausa", -1);
  act (fixture, event, two, "inicio", TST_ERROR_WRONG_STATE);
  tst_fixed_clock_advance (fixture->clock, SECONDS (300));
  act (fixture, event, one, "sigue", -1);
  tst_fixed_clock_advance (fixture->clock, SECONDS (20));
  act (fixture, event, one, "fin", -1);
  tst_fixed_clock_advance (fixture->clock, SECONDS (20));
  assert_row (fixture, event, one, "spoke", 60, "monotonic");
  add (fixture, "speaker-outcome", event, TST_ERROR_MISSING_FIELD, "{\"speaker\":\"%s\",\"outcome\":\"compromiso\"}", one);
  add (fixture, "speaker-outcome", event, TST_ERROR_NOT_FOUND, "{\"speaker\":\"%s\",\"outcome\":\"compromiso\",\"commitment\":\"%s\"}", one, two);
  promise = add (fixture, "commitment", event, -1, "{\"text\":\"Reparar tres luminarias\",\"responsible\":\"Infraestructura\",\"due_on\":\"2026-04-30\"}");
  outcome = add (fixture, "speaker-outcome", event, -1, "{\"speaker\":\"%s\",\"outcome\":\"compromiso\",\"commitment\":\"%s\",\"text\":\"Se reparan en abril\"}",
                 one, promise);
  add (fixture, "speaker-outcome", event, TST_ERROR_WRONG_STATE, "{\"speaker\":\"%s\",\"outcome\":\"respondida\"}", one);
  act (fixture, event, one, "sigue", TST_ERROR_WRONG_STATE);
  act (fixture, event, two, "ausente", -1);
  assert_row (fixture, event, two, "absent", 0, "monotonic");
  act (fixture, event, two, "inicio", -1);

  rows = journal_fixture_list (fixture, "speakers", event);
  row = journal_fixture_row (rows, one);
  g_assert_cmpstr (tst_json_string (row, "number"), ==, "A-1");
  g_assert_cmpstr (tst_json_string (row, "outcome"), ==, "compromiso");
  g_assert_cmpstr (tst_json_string (row, "commitment"), ==, promise);
  g_assert_cmpstr (tst_json_string (row, "outcome_text"), ==, "Se reparan en abril");
  g_assert_cmpint (tst_json_int (row, "limit_s", 0), ==, 180);
  g_assert_cmpuint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
}

/* What is of the person is nowhere in clear, and every speaker has a sealed part of one size. */
static void
test_name (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = hearing (fixture);
  g_autofree char *named = add (fixture, "speaker", event, -1, "{\"topic\":\"Agua\",\"name\":\"Rosalba Quintero\",\"contact\":\"3000000000\"}");
  g_autofree char *nameless = add (fixture, "speaker", event, -1, "{\"topic\":\"Agua\"}");
  const char *const ids[] = { named, nameless };
  gint64 bytes[2];
  g_autofree char *found = NULL;

  add (fixture, "speaker", event, TST_ERROR_MISSING_FIELD, "{\"name\":\"Rosalba Quintero\"}");
  add (fixture, "speaker", event, TST_ERROR_MISSING_FIELD, "{\"topic\":\"Agua\",\"label\":\"Rosalba\"}");
  add (fixture, "speaker", event, TST_ERROR_MISSING_FIELD, "{\"topic\":\"Agua\",\"actor\":\"jac\",\"label_consent\":false}");
  add (fixture, "speaker", event, TST_ERROR_UNKNOWN_FIELD, "{\"topic\":\"Agua\",\"turn\":7}");
  found = journal_fixture_grep (fixture, "Rosalba");
  g_assert_cmpstr (found, ==, NULL);
  found = journal_fixture_grep (fixture, "3000000000");
  g_assert_cmpstr (found, ==, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) shown = tst_field_book_show_record (fixture->book, ids[i], &error);
      JsonArray *sealed;

      g_assert_no_error (error);
      sealed = tst_json_array (tst_json_object (shown, "body"), "sealed");
      g_assert_cmpuint (json_array_get_length (sealed), ==, 1);
      bytes[i] = tst_json_int (json_array_get_object_element (sealed, 0), "bytes", 0);
    }
  g_assert_cmpint (bytes[0], >, 0);
  g_assert_cmpint (bytes[0], ==, bytes[1]);
}

static void
test_without_town (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = hearing (fixture);
  g_autofree char *id = add (fixture, "speaker", event, -1, "{\"topic\":\"Agua\"}");

  add (fixture, "speaker", event, TST_ERROR_TOWN_KEYS_MISSING, "{\"topic\":\"Agua\",\"name\":\"Rosalba Quintero\"}");
}

/* Somebody is put before another; a number is never given twice. */
static void
test_order (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = hearing (fixture);
  g_autofree char *one = add (fixture, "speaker", event, -1, "{\"topic\":\"Uno\"}");
  g_autofree char *two = add (fixture, "speaker", event, -1, "{\"topic\":\"Dos\"}");
  g_autofree char *three = add (fixture, "speaker", event, -1, "{\"topic\":\"Tres\"}");
  g_autoptr (JsonObject) rank = tst_json_parse_object ("{\"rank\":1.5}", -1, NULL);
  g_autoptr (JsonObject) label = tst_json_parse_object ("{\"label\":\"Rosalba\"}", -1, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *amended = tst_field_book_amend (fixture->book, three, rank, &error);
  g_autofree char *order = numbers (fixture, event);
  g_autofree char *refused = NULL;
  g_autofree char *withdrawn = NULL;
  g_autofree char *four = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (order, ==, "A-1 A-3 A-2");
  refused = tst_field_book_amend (fixture->book, two, label, &error);
  g_assert_error (error, TST_ERROR, TST_ERROR_MISSING_FIELD);
  g_assert_null (refused);
  g_clear_error (&error);
  withdrawn = tst_field_book_withdraw (fixture->book, three, "Se registró dos veces", &error);
  g_assert_no_error (error);
  four = add (fixture, "speaker", event, -1, "{\"topic\":\"Cuatro\"}");
  g_free (order);
  order = numbers (fixture, event);
  g_assert_cmpstr (order, ==, "A-1 A-3 A-2 A-4");
  act (fixture, event, three, "inicio", TST_ERROR_NOT_FOUND);
  journal_fixture_assert_rebuild_equal (fixture);
}

/* Mid-turn the tablet goes out. Under the same boot the monotonic clock goes on; after a restart the wall clock says about how long it was. */
static void
test_crash (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = hearing (fixture);
  g_autofree char *one = add (fixture, "speaker", event, -1, "{\"topic\":\"Agua\"}");
  TstTimestamp now;

  act (fixture, event, one, "inicio", -1);
  tst_fixed_clock_advance (fixture->clock, SECONDS (30));
  journal_fixture_reopen (fixture);
  assert_row (fixture, event, one, "speaking", 30, "monotonic");
  tst_clock_now (TST_CLOCK (fixture->clock), &now);
  now.utc_us += SECONDS (45);
  now.mono_us = SECONDS (9);
  g_strlcpy (now.boot_id, "99999999-9999-4999-8999-999999999999", sizeof now.boot_id);
  tst_fixed_clock_set (fixture->clock, &now);
  assert_row (fixture, event, one, "speaking", 75, "wall");
  g_free (add (fixture, "speaker-turn", event, -1, "{\"speaker\":\"%s\",\"act\":\"fin\",\"used_s\":50}", one));
  assert_row (fixture, event, one, "spoke", 50, "person");
}

/* A tablet that joined counts under another letter. */
static void
test_two_tablets (void)
{
  g_autoptr (JournalFixture) first = journal_fixture_new (TRUE);
  g_autoptr (JournalFixture) second = journal_fixture_new (TRUE);
  g_autofree char *event = hearing (first);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = tst_field_book_event_join_text (first->book, event, &error);
  g_autofree char *joined = tst_field_book_join_event (second->book, text, &error);
  g_autofree char *here = add (first, "speaker", event, -1, "{\"topic\":\"Agua\"}");
  g_autofree char *there = add (second, "speaker", event, -1, "{\"topic\":\"Agua\"}");
  g_autofree char *of_first = numbers (first, event);
  g_autofree char *of_second = numbers (second, event);

  g_assert_no_error (error);
  g_assert_cmpstr (joined, ==, event);
  g_assert_cmpstr (of_first, ==, "A-1");
  g_assert_true (g_str_has_suffix (of_second, "-1"));
  g_assert_cmpstr (of_second, !=, of_first);
}

/* Staff read the names of the open event under their PIN, apart from the attendance sheet. */
static void
test_working_copy (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = hearing (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstVault) vault = NULL;
  g_autofree char *staff = tst_staff_add (fixture->book, NULL, "Ana Rojas", tst_staff_roles[0], "271828", &vault, &error);
  g_autoptr (TstEventSheet) sheet = NULL;
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GPtrArray) attendees = NULL;
  g_autofree char *id = NULL;

  g_assert_no_error (error);
  sheet = tst_event_sheet_open (fixture->book, event, vault, &error);
  g_assert_no_error (error);
  id = add (fixture, "speaker", event, -1, "{\"topic\":\"Agua\",\"name\":\"Rosalba Quintero\"}");
  people = tst_event_sheet_read_speakers (sheet, &error);
  g_assert_no_error (error);
  attendees = tst_event_sheet_read (sheet, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (attendees->len, ==, 0);
  g_assert_cmpuint (people->len, ==, 1);
  g_assert_cmpstr (tst_json_string (people->pdata[0], "name"), ==, "Rosalba Quintero");
  g_assert_cmpstr (tst_json_string (people->pdata[0], "record"), ==, id);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speakers/turn", test_turn);
  g_test_add_func ("/speakers/name", test_name);
  g_test_add_func ("/speakers/without-town", test_without_town);
  g_test_add_func ("/speakers/order", test_order);
  g_test_add_func ("/speakers/crash", test_crash);
  g_test_add_func ("/speakers/two-tablets", test_two_tablets);
  g_test_add_func ("/speakers/working-copy", test_working_copy);
  return g_test_run ();
}
