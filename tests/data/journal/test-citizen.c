/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"
#include "model/tst-provisional-number.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

/* Words that a person typed and that may stand nowhere in clear. */
static const char *const canaries[] = {
  "Zulma Canario Quintero", "1099887766", "3015559922", "zulma.canario@correo.example", "Barrio Canarizal",
  "Canarias denuncia el sobrecosto", "asunto canariense", "Yadira Canaria", "motivo-canarito", "respuesta-canarina",
  "correccion-canaresa",
};

static void
assert_no_canaries (JournalFixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (canaries); i++)
    {
      g_autofree char *where = journal_fixture_grep (fixture, canaries[i]);

      if (where != NULL)
        g_test_message ("canary %u in %s", i, where);
      g_assert_null (where);
    }
}

static JsonObject *
canary_attendee (void)
{
  JsonObject *fields = journal_fixture_attendee (canaries[0]);

  json_object_set_string_member (fields, "id_no", canaries[1]);
  json_object_set_string_member (fields, "phone", canaries[2]);
  json_object_set_string_member (fields, "email", canaries[3]);
  json_object_set_string_member (fields, "barrio", canaries[4]);
  return fields;
}

static JsonObject *
canary_comment (void)
{
  JsonObject *fields = json_object_new ();
  JsonObject *requester = json_object_new ();

  json_object_set_string_member (fields, "class", "denuncia");
  json_object_set_string_member (fields, "text", canaries[5]);
  json_object_set_string_member (fields, "subject", canaries[6]);
  json_object_set_string_member (requester, "full_name", canaries[7]);
  json_object_set_object_member (fields, "requester", requester);
  return fields;
}

static void
test_canaries (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (JsonObject) attendee = canary_attendee ();
  g_autoptr (JsonObject) comment = canary_comment ();
  g_autoptr (JsonObject) answers = json_object_new ();
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autofree char *attendance_id = NULL, *comment_id = NULL, *survey_id = NULL;
  g_autofree char *a = NULL, *b = NULL, *c = NULL, *d = NULL;
  g_autofree char *planted = NULL;
  g_autofree char *note = NULL;
  g_autoptr (GError) error = NULL;

  attendance_id = tst_field_book_add_attendance (fixture->book, event, attendee, &error);
  g_assert_no_error (error);
  comment_id = tst_field_book_add_comment (fixture->book, event, comment, NULL, NULL, &error);
  g_assert_no_error (error);
  json_object_set_string_member (answers, "mejorar", canaries[9]);
  survey_id = tst_field_book_add_survey (fixture->book, event, "Q1", answers, NULL, &error);
  g_assert_no_error (error);
  json_object_set_string_member (attendee, "full_name", canaries[10]);
  a = tst_field_book_amend (fixture->book, attendance_id, attendee, &error);
  g_assert_no_error (error);
  json_object_set_string_member (changes, "text", canaries[10]);
  b = tst_field_book_amend (fixture->book, comment_id, changes, &error);
  g_assert_no_error (error);
  c = tst_field_book_withdraw (fixture->book, attendance_id, canaries[8], &error);
  g_assert_no_error (error);
  d = tst_field_book_withdraw (fixture->book, comment_id, canaries[8], &error);
  g_assert_no_error (error);

  /* While it is open, with the log that SQLite writes ahead, and after it was closed. */
  assert_no_canaries (fixture);
  tst_field_book_close (fixture->book);
  g_clear_object (&fixture->book);
  assert_no_canaries (fixture);
  journal_fixture_reopen (fixture);
  journal_fixture_assert_rebuild_equal (fixture);
  assert_no_canaries (fixture);

  /* The search itself does find what is in clear. */
  note = tst_field_book_add_note (fixture->book, event, NULL, "texto-visible-del-personal", &error);
  g_assert_no_error (error);
  planted = journal_fixture_grep (fixture, "texto-visible-del-personal");
  g_assert_nonnull (planted);
}

typedef struct
{
  const char *id;
  GPtrArray *parts;
} PartsOf;

static gboolean
read_parts (TstStore *store, gpointer data, GError **error)
{
  PartsOf *parts = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT p.bytes FROM sealed_part p JOIN outbox o USING (text_hash) WHERE o.id = ?1", error);
  gboolean row;

  tst_statement_bind_text (statement, 1, parts->id);
  while (tst_statement_step (statement, &row, error) && row)
    g_ptr_array_add (parts->parts, tst_statement_bytes (statement, 0));
  return TRUE;
}

/* The one sealed part of a record, opened; its clear size in @size. */
static JsonObject *
open_part (JournalFixture *fixture, const char *id, TstAgeIdentity *identity, gsize *size)
{
  g_autoptr (GPtrArray) sealed = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  PartsOf parts = { id, sealed };
  g_autoptr (GBytes) clear = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  tst_store_read (tst_field_book_get_store (fixture->book), read_parts, &parts, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sealed->len, ==, 1);
  clear = tst_age_open (sealed->pdata[0], identity, &error);
  g_assert_no_error (error);
  *size = g_bytes_get_size (clear);
  object = tst_json_parse_object (g_bytes_get_data (clear, NULL), *size, &error);
  g_assert_no_error (error);
  return object;
}

static void
test_attendance (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *id = journal_fixture_add_attendance (fixture, event, "Ana Prueba");
  g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, "attendance", event);
  g_autoptr (JsonObject) officer = NULL, escrow = NULL;
  JsonObject *row = journal_fixture_row (rows, id);
  gsize size;

  g_assert_true (tst_json_bool (tst_json_object (row, "consent"), "data", FALSE));
  g_assert_false (tst_json_bool (tst_json_object (row, "consent"), "image", TRUE));
  g_assert_cmpstr (tst_json_string (row, "checked_in_at"), ==, "2026-03-27T15:04:05Z");
  g_assert_cmpint (strlen (tst_json_string (row, "notice_sha256")), ==, 64);
  g_assert_false (json_object_has_member (row, "full_name"));
  officer = open_part (fixture, id, fixture->officer, &size);
  g_assert_cmpint (size, ==, 4096);
  g_assert_cmpstr (tst_json_string (officer, "full_name"), ==, "Ana Prueba");
  g_assert_cmpstr (tst_json_string (officer, "event"), ==, event);
  escrow = open_part (fixture, id, fixture->escrow, &size);
  g_assert_cmpstr (tst_json_string (escrow, "full_name"), ==, "Ana Prueba");
}

static void
assert_refused (JournalFixture *fixture, const char *event, JsonObject *fields, TstError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_add_attendance (fixture->book, event, fields, &error);

  g_assert_null (id);
  g_assert_error (error, TST_ERROR, (int) code);
  /* An error text names the field and never what stood in it. */
  g_assert_null (strstr (error->message, "Ana"));
}

static void
test_attendance_refusals (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *minor_id = NULL;
  JsonObject *fields = journal_fixture_attendee ("Ana Prueba");

  json_object_set_string_member (fields, "apodo", "Anita");
  assert_refused (fixture, event, fields, TST_ERROR_UNKNOWN_FIELD);
  json_object_remove_member (fields, "apodo");
  json_object_set_string_member (fields, "id_type", "Ana");
  assert_refused (fixture, event, fields, TST_ERROR_BAD_VALUE);
  json_object_set_string_member (fields, "id_type", "CC");
  json_object_set_int_member (fields, "phone", 3005550101);
  assert_refused (fixture, event, fields, TST_ERROR_BAD_VALUE);
  json_object_remove_member (fields, "phone");
  json_object_set_string_member (fields, "sex", "mujer");
  assert_refused (fixture, event, fields, TST_ERROR_CONSENT_MISSING);
  json_object_remove_member (fields, "sex");
  json_object_set_boolean_member (tst_json_object (fields, "consent"), "data", FALSE);
  assert_refused (fixture, event, fields, TST_ERROR_CONSENT_MISSING);
  json_object_set_boolean_member (tst_json_object (fields, "consent"), "data", TRUE);
  json_object_remove_member (fields, "full_name");
  assert_refused (fixture, event, fields, TST_ERROR_MISSING_FIELD);
  json_object_set_string_member (fields, "full_name", "Ana Prueba");
  json_object_set_string_member (fields, "id_type", "TI");
  assert_refused (fixture, event, fields, TST_ERROR_MISSING_FIELD);
  json_object_set_string_member (fields, "guardian_name", "Rosa Prueba");
  minor_id = tst_field_book_add_attendance (fixture->book, event, fields, &error);
  g_assert_no_error (error);
  rows = journal_fixture_list (fixture, "attendance", event);
  g_assert_cmpint (rows->len, ==, 1);
  g_assert_true (tst_json_bool (rows->pdata[0], "has_guardian", FALSE));
  json_object_unref (fields);
}

static void
test_comment (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (JsonObject) fields = canary_comment ();
  g_autofree char *number = NULL, *due_on = NULL, *id = NULL, *anonymous = NULL, *parsed = NULL;
  g_autoptr (JsonObject) body = NULL, contact = NULL, dummy = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  gsize size, dummy_size;

  id = tst_field_book_add_comment (fixture->book, event, fields, &number, &due_on, &error);
  g_assert_no_error (error);
  parsed = tst_provisional_number_parse (number);
  g_assert_cmpstr (parsed, ==, number);
  g_assert_true (g_str_has_prefix (number, "2026-"));
  g_assert_cmpstr (due_on, ==, "2026-04-21");
  body = journal_fixture_open_body (fixture, id);
  g_assert_cmpstr (tst_json_string (body, "text"), ==, canaries[5]);
  g_assert_cmpstr (tst_json_string (body, "received_at"), ==, "2026-03-27T15:00:00Z");
  g_assert_cmpstr (tst_json_string (body, "provisional_number"), ==, number);
  g_assert_false (json_object_has_member (body, "author"));
  g_assert_false (json_object_has_member (body, "mono_ms"));
  g_assert_false (json_object_has_member (body, "requester"));
  g_assert_false (tst_json_bool (body, "anonymous", TRUE));
  contact = open_part (fixture, id, fixture->officer, &size);
  g_assert_cmpstr (tst_json_string (tst_json_object (contact, "requester"), "full_name"), ==, canaries[7]);

  /* Nothing tells an anonymous one from outside: one part, of the same size. */
  anonymous = journal_fixture_add_comment (fixture, event, "sin nombre");
  dummy = open_part (fixture, anonymous, fixture->officer, &dummy_size);
  g_assert_cmpint (size, ==, dummy_size);
  g_assert_false (json_object_has_member (dummy, "requester"));
  rows = journal_fixture_list (fixture, "comments", event);
  g_assert_cmpint (rows->len, ==, 2);
  g_assert_cmpstr (tst_json_string (journal_fixture_row (rows, id), "state"), ==, "held");
  g_assert_cmpstr (tst_json_string (journal_fixture_row (rows, id), "due_on"), ==, "2026-04-21");
  g_assert_false (json_object_has_member (journal_fixture_row (rows, id), "text"));

  json_object_set_boolean_member (fields, "anonymous", TRUE);
  g_assert_null (tst_field_book_add_comment (fixture->book, event, fields, NULL, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  json_object_remove_member (fields, "requester");
  json_object_set_string_member (fields, "class", "chiste");
  g_assert_null (tst_field_book_add_comment (fixture->book, event, fields, NULL, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
}

typedef struct
{
  guint fine;
  GString *found;
} Search;

/* No envelope, local or time column of the open chain is finer than the hour, and row numbers tell nothing. */
static gboolean
look_at_open_chain (TstStore *store, gpointer data, GError **error)
{
  static const char *const tables[] = {
    "SELECT utc_s FROM outbox WHERE chain = 'open'", "SELECT due_s FROM outbox WHERE chain = 'open'",
    "SELECT utc_s FROM record WHERE chain = 'open'", "SELECT utc_s FROM item WHERE chain = 'open'",
  };
  Search *search = data;
  gboolean row;

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autoptr (TstStatement) statement = tst_store_prepare (store, tables[i], error);

      while (tst_statement_step (statement, &row, error) && row)
        {
          g_assert_cmpint (tst_statement_int (statement, 0) % 3600, ==, 0);
          search->fine++;
        }
    }
  {
    g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT note, local FROM journal_open", error);

    while (tst_statement_step (statement, &row, error) && row)
      {
        g_autoptr (GBytes) note = tst_statement_bytes (statement, 0);
        g_autoptr (TstEnvelope) envelope = tst_envelope_parse (note, error);

        g_assert_nonnull (envelope);
        g_assert_cmpint (tst_envelope_get_fields (envelope)->utc_s % 3600, ==, 0);
        g_assert_cmpint (tst_envelope_get_fields (envelope)->uncertainty_s, ==, 3600);
        g_string_append (search->found, tst_statement_text (statement, 1));
      }
  }
  {
    /* What joins both chains has no row numbers; that is what WITHOUT ROWID is for. */
    static const char *const shared[] = { "outbox", "record", "item", "needed", "sealed_part", "holding", "verdict" };

    for (guint i = 0; i < G_N_ELEMENTS (shared); i++)
      {
        g_autoptr (TstStatement) statement
          = tst_store_prepare (store, "SELECT sql LIKE '%WITHOUT ROWID%' FROM sqlite_schema WHERE name = ?1", error);

        tst_statement_bind_text (statement, 1, shared[i]);
        g_assert_true (tst_statement_step (statement, &row, error) && row);
        g_assert_cmpint (tst_statement_int (statement, 0), ==, 1);
      }
  }
  return TRUE;
}

static void
test_nothing_ties (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GString) found = g_string_new (NULL);
  Search search = { 0, found };
  g_autoptr (GPtrArray) first = NULL, again = NULL;
  g_autoptr (GError) error = NULL;
  gboolean reordered = FALSE;

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *attendance = journal_fixture_add_attendance (fixture, event, "Ana Prueba");
      g_autofree char *comment = journal_fixture_add_comment (fixture, event, "hola");

      tst_fixed_clock_advance (fixture->clock, (gint64) 61 * G_USEC_PER_SEC);
    }
  tst_store_read (tst_field_book_get_store (fixture->book), look_at_open_chain, &search, &error);
  g_assert_no_error (error);
  g_assert_cmpint (search.fine, ==, 48);
  g_assert_null (strstr (found->str, "time"));
  g_assert_null (strstr (found->str, "number"));

  /* They go up in another order than they came in. */
  tst_fixed_clock_advance (fixture->clock, (gint64) 3 * 3600 * G_USEC_PER_SEC);
  for (guint tries = 0; tries < 10 && !reordered; tries++)
    {
      first = tst_outbox_due_records (fixture->book, TST_CHAIN_OPEN, 100, 8 << 20, &error);
      g_assert_no_error (error);
      g_assert_cmpint (first->len, ==, 12);
      for (guint i = 0; i < first->len; i++)
        reordered = reordered
                    || tst_envelope_get_fields (((TstOutboxRecord *) first->pdata[i])->envelope)->seq != i + 1;
      g_clear_pointer (&first, g_ptr_array_unref);
    }
  g_assert_true (reordered);
}

static void
test_hold (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  TstEventSpec spec = { .type = "feria_transparencia", .title = "Feria", .hold_hours = 3 };
  g_autoptr (GError) error = NULL;
  g_autofree char *event = tst_field_book_open_event (fixture->book, &spec, &error);
  g_autofree char *comment = journal_fixture_add_comment (fixture, event, "espera");
  g_autofree char *live = NULL;
  g_autoptr (JsonObject) fields = json_object_new ();
  TstOutboxCounts counts;

  for (guint hour = 0; hour <= 4; hour++)
    {
      g_autoptr (GPtrArray) due = tst_outbox_due_records (fixture->book, TST_CHAIN_OPEN, 100, 8 << 20, &error);

      /* 15:04 with a hold of three hours: at 18:04 not yet, at 19:04 it is. */
      g_assert_cmpint (due->len, ==, hour < 4 ? 0 : 1);
      tst_outbox_counts (fixture->book, &counts, &error);
      g_assert_no_error (error);
      g_assert_cmpint (counts.held, ==, hour < 4 ? 1 : 0);
      tst_fixed_clock_advance (fixture->clock, (gint64) 3600 * G_USEC_PER_SEC);
    }
  json_object_set_string_member (fields, "class", "pregunta");
  json_object_set_string_member (fields, "text", "para leer ya");
  json_object_set_boolean_member (fields, "live", TRUE);
  live = tst_field_book_add_comment (fixture->book, event, fields, NULL, NULL, &error);
  g_assert_no_error (error);
  {
    g_autoptr (GPtrArray) due = tst_outbox_due_records (fixture->book, TST_CHAIN_OPEN, 100, 8 << 20, &error);

    g_assert_cmpint (due->len, ==, 2);
  }
}

/* The anchor of what is said at an event is the checkpoint held when it was opened, however many came since. */
static void
test_anchor (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = NULL, *comment = NULL, *attendance = NULL;
  g_autoptr (JsonObject) open = NULL, field = NULL;
  g_autoptr (GBytes) open_note = NULL, field_note = NULL;
  g_autoptr (TstEnvelope) open_envelope = NULL, field_envelope = NULL;
  g_autoptr (TstCheckpoint) first = NULL, last = NULL;
  g_autoptr (GError) error = NULL;

  journal_fixture_receive (fixture, TST_CHAIN_FIELD, TRUE);
  first = tst_outbox_get_checkpoint (fixture->book, &error);
  event = journal_fixture_event (fixture);
  journal_fixture_receive (fixture, TST_CHAIN_FIELD, TRUE);
  last = tst_outbox_get_checkpoint (fixture->book, &error);
  g_assert_cmpuint (last->size, >, first->size);
  comment = journal_fixture_add_comment (fixture, event, "hola");
  attendance = journal_fixture_add_attendance (fixture, event, "Ana Prueba");
  open = tst_field_book_show_record (fixture->book, comment, &error);
  field = tst_field_book_show_record (fixture->book, attendance, &error);
  g_assert_true (json_object_get_null_member (open, "body"));
  open_note = g_bytes_new (tst_json_string (open, "envelope"), strlen (tst_json_string (open, "envelope")));
  field_note = g_bytes_new (tst_json_string (field, "envelope"), strlen (tst_json_string (field, "envelope")));
  open_envelope = tst_envelope_parse (open_note, &error);
  g_assert_no_error (error);
  field_envelope = tst_envelope_parse (field_note, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tst_envelope_get_fields (open_envelope)->anchor_size, ==, first->size);
  g_assert_cmpuint (tst_envelope_get_fields (field_envelope)->anchor_size, ==, last->size);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

/* F, O: a page that holds rows of the field or of the open journal, in the order of the file; roots left out. */
static char *
page_order (JournalFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "testigo.db", NULL);
  GString *order = g_string_new (NULL);
  sqlite3_stmt *stmt = NULL;
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db,
                                       "SELECT CASE name WHEN 'journal_open' THEN 'O' ELSE 'F' END FROM dbstat"
                                       " WHERE name IN ('journal_field', 'journal_open') AND path <> '/' ORDER BY pageno", -1,
                                       &stmt, NULL), ==, SQLITE_OK);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    g_string_append (order, (const char *) sqlite3_column_text (stmt, 0));
  sqlite3_finalize (stmt);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return g_string_free (order, FALSE);
}

static guint
changes_in (const char *order)
{
  guint n = 0;

  for (const char *at = order; at[0] != '\0' && at[1] != '\0'; at++)
    n += at[0] != at[1];
  return n;
}

static void
test_no_page_tells_the_order (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (JsonObject) closed = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *attendance = journal_fixture_add_attendance (fixture, event, "Ana Prueba");
      g_autofree char *comment = journal_fixture_add_comment (fixture, event, "sin nombre");
    }
  tst_field_book_close (fixture->book);
  before = page_order (fixture);
  g_assert_cmpuint (changes_in (before), >, 2); /* else this test sees nothing */
  journal_fixture_reopen (fixture);
  closed = tst_field_book_close_event (fixture->book, event, &error);
  g_assert_no_error (error);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
  tst_field_book_close (fixture->book);
  after = page_order (fixture);
  g_assert_cmpuint (changes_in (after), <=, 1);
  journal_fixture_reopen (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/citizen/canaries", test_canaries);
  g_test_add_func ("/citizen/attendance", test_attendance);
  g_test_add_func ("/citizen/attendance-refusals", test_attendance_refusals);
  g_test_add_func ("/citizen/comment", test_comment);
  g_test_add_func ("/citizen/nothing-ties", test_nothing_ties);
  g_test_add_func ("/citizen/no-page-tells-the-order", test_no_page_tells_the_order);
  g_test_add_func ("/citizen/hold", test_hold);
  g_test_add_func ("/citizen/anchor", test_anchor);
  return g_test_run ();
}
