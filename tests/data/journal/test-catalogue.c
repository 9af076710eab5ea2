/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
write_csv (JournalFixture *fixture, const char *name, const char *text)
{
  char *path = g_build_filename (fixture->outside, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static TstImportCounts
import_file (JournalFixture *fixture, const char *name, const char *text, TstRowRefused refused, gpointer data)
{
  g_autofree char *path = write_csv (fixture, name, text);
  TstImportCounts counts = { 0 };
  g_autoptr (GError) error = NULL;

  tst_field_book_import_works (fixture->book, path, refused, data, &counts, NULL, &error);
  g_assert_no_error (error);
  return counts;
}

static gboolean
collect (JsonObject *row, gpointer data)
{
  g_ptr_array_add (data, json_object_ref (row));
  return TRUE;
}

static GPtrArray *
query_works (JournalFixture *fixture, const TstQuery *query)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GError) error = NULL;

  tst_field_book_list (fixture->book, "works", query, collect, rows, &error);
  g_assert_no_error (error);
  return rows;
}

static char *
codes_of (GPtrArray *rows)
{
  g_autoptr (GString) codes = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (codes, "%s%s", i > 0 ? " " : "", tst_json_string (rows->pdata[i], "code"));
  return g_string_free (g_steal_pointer (&codes), FALSE);
}

static void
assert_codes (JournalFixture *fixture, const TstQuery *query, const char *codes)
{
  g_autoptr (GPtrArray) rows = query_works (fixture, query);
  g_autofree char *found = codes_of (rows);

  g_assert_cmpstr (found, ==, codes);
}

static const char base_csv[]
  = "code,title,description,status,barrio,lat,lon,physical_observed_pct\n"
    "OB-1,Puente Niño Jesús,Puente vehicular,en_ejecucion,San Martín,7.1200,-73.1200,40\n"
    "OB-2,Escuela La Loma,Aulas nuevas,terminada,La Loma,7.1300,-73.1200,100\n"
    "OB-3,Parque del Agua,Senderos,planeada,Centro,7.4000,-73.4000,\n"
    "OB-4,Vía sin posición,Pavimento,planeada,Centro,,,\n";

static void
count_refused (guint row, const char *code, const char *message, gpointer data)
{
  g_string_append_printf (data, "%u %s;", row, code);
}

static void
test_import (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autoptr (GString) refused = g_string_new (NULL);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) due = NULL;
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (GError) error = NULL;
  TstImportCounts counts = import_file (fixture, "obras.csv", base_csv, NULL, NULL);
  JsonObject *body;

  g_assert_cmpint (counts.added, ==, 4);
  counts = import_file (fixture, "obras.csv", base_csv, NULL, NULL);
  g_assert_cmpint (counts.unchanged, ==, 4);
  /* Some columns of some works: what the file is silent about stays. */
  counts = import_file (fixture, "avance.csv", "code,title,physical_observed_pct\nOB-1,Puente Niño Jesús,55\nOB-9,Nueva,\n,Sin código,\n",
                        count_refused, refused);
  g_assert_cmpint (counts.updated, ==, 1);
  g_assert_cmpint (counts.added, ==, 1);
  g_assert_cmpint (counts.rejected, ==, 1);
  g_assert_cmpstr (refused->str, ==, "4 missing-field;");
  rows = query_works (fixture, &(TstQuery) { .work = "OB-1" });
  g_assert_cmpint (rows->len, ==, 1);
  g_assert_cmpfloat (tst_json_double (rows->pdata[0], "physical_observed_pct", 0), ==, 55);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "barrio"), ==, "San Martín");

  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = journal_fixture_list (fixture, "records", NULL);
  shown = tst_field_book_show_record (fixture->book, tst_json_string (rows->pdata[rows->len - 1], "id"), &error);
  body = tst_json_object (shown, "body");
  g_assert_cmpstr (tst_json_string (body, "type"), ==, "works-import");
  g_assert_cmpstr (tst_json_string (body, "file"), ==, "avance.csv");
  g_assert_cmpstr (tst_json_string (body, "format"), ==, "csv");
  g_assert_cmpint (tst_json_int (body, "rejected", 0), ==, 1);
  due = tst_outbox_due_media (fixture->book, 10, &error);
  g_assert_cmpint (due->len, ==, 2);
  journal_fixture_assert_rebuild_equal (fixture);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

static void
test_search (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);

  import_file (fixture, "obras.csv", base_csv, NULL, NULL);
  assert_codes (fixture, &(TstQuery) { 0 }, "OB-1 OB-2 OB-3 OB-4");
  assert_codes (fixture, &(TstQuery) { .limit = 2, .offset = 1 }, "OB-2 OB-3");
  assert_codes (fixture, &(TstQuery) { .search = "nino puen" }, "OB-1");
  assert_codes (fixture, &(TstQuery) { .search = "NIÑO" }, "OB-1");
  assert_codes (fixture, &(TstQuery) { .search = "loma" }, "OB-2");
  assert_codes (fixture, &(TstQuery) { .search = "niño loma" }, "");
  assert_codes (fixture, &(TstQuery) { .search = "centro", .status = "planeada" }, "OB-3 OB-4");
  assert_codes (fixture, &(TstQuery) { .status = "terminada" }, "OB-2");
  /* What a person may type by chance is no syntax. */
  assert_codes (fixture, &(TstQuery) { .search = "\"; DROP * OR (" }, "");
  assert_codes (fixture, &(TstQuery) { .search = "  " }, "OB-1 OB-2 OB-3 OB-4");
  assert_codes (fixture, &(TstQuery) { .search = "ob-3" }, "OB-3");
}

static void
test_near (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autoptr (GPtrArray) rows = NULL;
  TstQuery query = { .near = TRUE, .latitude = 7.131, .longitude = -73.12 };

  import_file (fixture, "obras.csv", base_csv, NULL, NULL);
  assert_codes (fixture, &query, "OB-2 OB-1 OB-3");
  query.limit = 1;
  assert_codes (fixture, &query, "OB-2");
  query.offset = 1;
  assert_codes (fixture, &query, "OB-1");
  query.offset = 0;
  query.limit = 3;
  query.search = "puente";
  assert_codes (fixture, &query, "OB-1");
  query.search = NULL;
  rows = query_works (fixture, &query);
  g_assert_cmpfloat_with_epsilon (tst_json_double (rows->pdata[0], "distance_m", 0), 111.2, 0.1);
}

static void
apply (JournalFixture *fixture, const char *line, gint64 rev)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (lines, tst_json_parse_object (line, -1, &error));
  g_assert_no_error (error);
  tst_outbox_apply_catalogue (fixture->book, lines, rev, &error);
  g_assert_no_error (error);
}

/* Central's word wins, whichever came first; the rebuild agrees. */
static void
test_central (void)
{
  for (guint order = 0; order < 2; order++)
    {
      g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
      g_autoptr (GPtrArray) rows = NULL;

      if (order == 0)
        import_file (fixture, "obras.csv", base_csv, NULL, NULL);
      apply (fixture, "{\"work\":{\"code\":\"OB-1\",\"title\":\"Puente oficial\",\"lat\":7.5,\"lon\":-73.5}}", 1);
      apply (fixture, "{\"work_gone\":\"OB-2\"}", 2);
      apply (fixture, "{\"something_newer\":{}}", 3);
      if (order == 1)
        import_file (fixture, "obras.csv", base_csv, NULL, NULL);
      assert_codes (fixture, &(TstQuery) { 0 }, "OB-1 OB-3 OB-4");
      assert_codes (fixture, &(TstQuery) { .search = "oficial" }, "OB-1");
      assert_codes (fixture, &(TstQuery) { .search = "escuela" }, "");
      assert_codes (fixture, &(TstQuery) { .search = "niño" }, "");
      rows = query_works (fixture, &(TstQuery) { .work = "OB-1" });
      g_assert_cmpfloat (tst_json_double (rows->pdata[0], "lat", 0), ==, 7.5);
      g_assert_cmpint (tst_outbox_get_catalogue_rev (fixture->book), ==, 3);
      journal_fixture_assert_rebuild_equal (fixture);
      assert_codes (fixture, &(TstQuery) { .search = "oficial" }, "OB-1");
      apply (fixture, "{\"work\":{\"code\":\"OB-2\",\"title\":\"Escuela otra vez\"}}", 4);
      assert_codes (fixture, &(TstQuery) { .search = "escuela" }, "OB-2");
      journal_fixture_assert_rebuild_equal (fixture);
    }
}

/* A hundred thousand works: imported in one record, and filtered as one types. */
static void
test_many (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autoptr (GString) csv = g_string_new ("code,title,barrio,lat,lon\n");
  g_autoptr (GPtrArray) rows = NULL;
  TstImportCounts counts;
  gint64 start;

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (csv, "OB-%06u,Pavimentación de la vía %u,Barrio %u,%.6f,%.6f\n", i, i, i % 300,
                            7.0 + (i % 1000) / 4000.0, -73.3 + (i / 1000) / 400.0);
  start = g_get_monotonic_time ();
  counts = import_file (fixture, "muchas.csv", csv->str, NULL, NULL);
  g_assert_cmpint (counts.added, ==, 100000);
  g_test_message ("import of 100,000: %.2f s", (g_get_monotonic_time () - start) / 1e6);
  start = g_get_monotonic_time ();
  assert_codes (fixture, &(TstQuery) { .search = "via 99999" }, "OB-099999");
  g_test_message ("search: %.1f ms", (g_get_monotonic_time () - start) / 1e3);
  start = g_get_monotonic_time ();
  rows = query_works (fixture, &(TstQuery) { .near = TRUE, .latitude = 7.1, .longitude = -73.2, .limit = 20 });
  g_assert_cmpint (rows->len, ==, 20);
  g_test_message ("nearest 20: %.1f ms", (g_get_monotonic_time () - start) / 1e3);
  start = g_get_monotonic_time ();
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = query_works (fixture, &(TstQuery) { 0 });
  g_assert_cmpint (rows->len, ==, 100000);
  g_test_message ("all: %.2f s", (g_get_monotonic_time () - start) / 1e6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalogue/import", test_import);
  g_test_add_func ("/catalogue/search", test_search);
  g_test_add_func ("/catalogue/near", test_near);
  g_test_add_func ("/catalogue/central", test_central);
  g_test_add_func ("/catalogue/many", test_many);
  return g_test_run ();
}
