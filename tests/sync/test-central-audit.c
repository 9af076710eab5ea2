/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-fixture.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-catalogue.h"
#include "central/tst-central-verify.h"
#include "record/tst-body.h"

#include <glib/gstdio.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureRecord, fixture_record_free)

static void
on_fault (JsonObject *fault, gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", tst_json_string (fault, "code"));
}

/* Codes of all faults, in order, and how many the counts say. */
static char *
verify (Fixture *f, gint64 *records, gint64 *media)
{
  g_autoptr (GString) codes = g_string_new (NULL);
  g_autoptr (JsonObject) counts = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (tst_central_verify (f->central, on_fault, codes, &counts, NULL, &error));
  g_assert_no_error (error);
  if (records)
    *records = tst_json_int (counts, "records", -1);
  if (media)
    *media = tst_json_int (counts, "media", -1);
  g_assert_cmpint (tst_json_int (counts, "faults", -1) == 0, ==, codes->len == 0);
  return g_string_free (g_steal_pointer (&codes), FALSE);
}

static gboolean
run_sql (TstStore *store, gpointer data, GError **error)
{
  return tst_store_exec (store, data, error);
}

static void
exec (Fixture *f, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
exec (Fixture *f, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  g_autofree char *sql = g_strdup_vprintf (format, args);
  va_end (args);
  tst_store_write (tst_central_get_store (f->central), run_sql, sql, &error);
  g_assert_no_error (error);
}

static void
assert_faults (Fixture *f, const char *expected)
{
  g_autofree char *codes = verify (f, NULL, NULL);

  g_assert_cmpstr (codes, ==, expected);
}

/* Nothing wrong: no fault. One changed bit in a body, a part, a file, a derivative, a column or a table: that fault. */
static void
test_verify (void)
{
  Fixture f;
  FixtureDevice field;
  gint64 records = 0;
  gint64 media = 0;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  g_autoptr (FixtureRecord) photo = fixture_photo (&f, &field, 1, ",'caption':'Zapata'");
  g_autoptr (FixtureRecord) note = fixture_add (&f, &field, TST_KIND_EVIDENCE, "{'type':'note','text':'Llueve'}");
  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, photo->id, NULL));
  {
    g_autofree char *codes = verify (&f, &records, &media);
    g_assert_cmpstr (codes, ==, "");
    g_assert_cmpint (records, >=, 3);
    g_assert_cmpint (media, ==, 5);
  }
  /* An erasure leaves nothing to complain about. */
  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_ERASE, "error", note->id, NULL));
  assert_faults (&f, "");

  g_autofree char *hex = tst_hash_to_hex (tst_envelope_get_text_hash (photo->envelope));
  exec (&f, "CREATE TEMP TABLE kept AS SELECT * FROM body WHERE text_hash = x'%s'", hex);
  exec (&f, "UPDATE body SET bytes = CAST (replace (CAST (bytes AS TEXT), 'Zapata', 'Zapatb') AS BLOB) WHERE text_hash = x'%s'", hex);
  {
    g_autofree char *codes = verify (&f, NULL, NULL);
    g_assert_nonnull (strstr (codes, "hash-mismatch"));
  }
  exec (&f, "UPDATE body SET bytes = (SELECT bytes FROM kept) WHERE text_hash = x'%s'", hex);
  assert_faults (&f, "");

  exec (&f, "UPDATE item SET state = 'pending' WHERE id = '%s'", photo->id);
  assert_faults (&f, "projection ");
  exec (&f, "UPDATE item SET state = 'published' WHERE id = '%s'", photo->id);
  exec (&f, "UPDATE leaf SET seq = seq + 100 WHERE id = '%s'", photo->id);
  {
    g_autofree char *codes = verify (&f, NULL, NULL);
    g_assert_nonnull (strstr (codes, "bad-envelope"));
  }
  exec (&f, "UPDATE leaf SET seq = seq - 100 WHERE id = '%s'", photo->id);
  exec (&f, "UPDATE device SET public_key = zeroblob (32)");
  {
    g_autofree char *codes = verify (&f, NULL, NULL);
    g_assert_nonnull (strstr (codes, "bad-signature"));
  }
  exec (&f, "UPDATE device SET public_key = x'%s'", "00");
  {
    g_autofree char *key = tst_hex_encode (tst_verifier_get_public_key (tst_signing_key_get_verifier (field.key)), TST_PUBLIC_KEY_SIZE);
    exec (&f, "UPDATE device SET public_key = x'%s'", key);
  }
  assert_faults (&f, "");

  /* A file that lost its end, one that is gone. */
  {
    g_autofree char *sha256 = fixture_value (&f, "SELECT lower (hex (sha256)) FROM derivative WHERE width = 480 AND type = 'image/webp'");
    TstHash hash;

    g_assert_true (tst_hash_from_hex (sha256, &hash));
    g_autofree char *path = tst_media_store_path (tst_central_get_media (f.central), &hash);
    g_autofree char *bytes = NULL;
    gsize size = 0;

    g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
    g_assert_cmpint (g_remove (path), ==, 0);
    assert_faults (&f, "missing-content ");
    bytes[size / 2] ^= 1;
    g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
    assert_faults (&f, "hash-mismatch ");
    bytes[size / 2] ^= 1;
    g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  }
  assert_faults (&f, "");
  fixture_device_clear (&field);
  fixture_close (&f);
}

static void
on_refused (guint row, const char *code, const char *message, gpointer user_data)
{
  g_string_append_printf (user_data, "%u:%s ", row, code);
}

static char *
write_file (Fixture *f, const char *name, const char *text)
{
  char *path = g_build_filename (f->base, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

/* One record an import, however many rows; a bad row costs itself; a file with some of the columns changes those; a rebuild comes to the same. */
static void
test_works (void)
{
  Fixture f;
  TstCatalogueCounts counts;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) refused = g_string_new (NULL);

  fixture_open (&f, NULL);
  g_autofree char *first = write_file (&f, "a.csv", "code,title,status,comuna,lat,lon\nOB-1,Puente,en_ejecucion,4,7.12,-73.12\n,Sin código,,,,\n"
                                                    "OB-2,Muro,planeada,4,7.13,-73.11\n");
  g_autofree char *second = write_file (&f, "b.csv", "code,title,physical_observed_pct\nOB-1,Puente,45\nOB-2,Muro,\n");
  g_autofree char *third = write_file (&f, "c.csv", "nombre\nnada\n");
  g_assert_true (tst_catalogue_import_works (f.central, first, on_refused, refused, &counts, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (counts.added, ==, 2);
  g_assert_cmpuint (counts.rejected, ==, 1);
  g_assert_cmpstr (refused->str, ==, "3:missing-field ");
  fixture_assert_value (&f, "1", "SELECT count (*) FROM leaf WHERE chain = 'central' AND kind = 'system' AND id IN"
                                 " (SELECT id FROM leaf l JOIN record_media m ON m.text_hash = l.text_hash)");
  g_autofree char *rev = fixture_value (&f, "SELECT max (rev) FROM work");
  g_assert_true (tst_catalogue_import_works (f.central, second, NULL, NULL, &counts, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (counts.updated, ==, 1);
  g_assert_cmpuint (counts.unchanged, ==, 1);
  fixture_assert_value (&f, "1", "SELECT count (*) FROM work WHERE rev > %s", rev);
  fixture_assert_value (&f, "en_ejecucion", "SELECT status FROM work WHERE code = 'OB-1'");
  fixture_assert_value (&f, "45", "SELECT CAST (json_extract (content, '$.physical_observed_pct') AS INTEGER) FROM work WHERE code = 'OB-1'");
  g_assert_false (tst_catalogue_import_works (f.central, third, NULL, NULL, &counts, &error));
  g_assert_nonnull (error);
  {
    g_autofree char *before = fixture_dump (&f);
    fixture_rebuild (&f);
    g_autofree char *after = fixture_dump (&f);
    g_assert_cmpstr (before, ==, after);
  }
  assert_faults (&f, "");
  fixture_close (&f);
}

static void
test_events (void)
{
  Fixture f;
  FixtureDevice field;
  TstCatalogueCounts counts;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) refused = g_string_new (NULL);
  g_autoptr (GPtrArray) events = NULL;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  g_autofree char *path =
    write_file (&f, "e.jsonl",
                "{\"type\":\"visita_obra\",\"title\":\"Visita al puente\",\"work\":\"OB-1\",\"starts\":\"2026-03-27T09:00:00-05:00\"}\n"
                "{\"type\":\"fiesta\",\"title\":\"x\",\"starts\":\"2026-03-27T09:00:00-05:00\"}\n"
                "no\n"
                "{\"type\":\"visita_obra\",\"title\":\"x\",\"starts\":\"mañana\"}\n"
                "{\"type\":\"visita_obra\",\"title\":\"x\",\"starts\":\"2026-03-27T09:00:00-05:00\",\"lugar\":\"x\"}\n");
  g_assert_true (tst_catalogue_import_events (f.central, path, on_refused, refused, &counts, &events, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (counts.added, ==, 1);
  g_assert_cmpstr (refused->str, ==, "2:bad-value 3:bad-json 4:bad-value 5:unknown-field ");
  g_assert_cmpuint (events->len, ==, 1);
  const char *id = tst_json_string (g_ptr_array_index (events, 0), "id");
  fixture_assert_value (&f, "1", "SELECT assigned FROM event WHERE id = '%s' AND rev > 0 AND type = 'visita_obra'", id);
  /* A tablet that joined it closes it; one that opens an event under its id takes nothing over. */
  g_autoptr (FixtureRecord) thief =
    fixture_add (&f, &field, TST_KIND_EVENT, "{'type':'event-open','id':'%s','event':'%s','event_type':'otra','title':'Robado'}", id, id);
  fixture_assert_value (&f, "Visita al puente", "SELECT title FROM event WHERE id = '%s'", id);
  fixture_assert_value (&f, "0", "SELECT closed FROM event WHERE id = '%s'", id);
  g_autoptr (FixtureRecord) closed = fixture_add (&f, &field, TST_KIND_EVENT, "{'type':'event-close','event':'%s','chains':[]}", id);
  fixture_assert_value (&f, "1", "SELECT closed FROM event WHERE id = '%s'", id);
  {
    g_autofree char *before = fixture_dump (&f);
    fixture_rebuild (&f);
    g_autofree char *after = fixture_dump (&f);
    g_assert_cmpstr (before, ==, after);
  }
  fixture_device_clear (&field);
  fixture_close (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/central-audit/verify", test_verify);
  g_test_add_func ("/central-audit/works", test_works);
  g_test_add_func ("/central-audit/events", test_events);
  return g_test_run ();
}
