/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-fixture.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-admin-devices.h"
#include "central/tst-public-log.h"
#include "model/tst-provisional-number.h"
#include "record/tst-body.h"
#include "web/tst-web-renderer.h"

#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureRecord, fixture_record_free)

/* Every step that a person may take, and those that are refused, by their codes. */
static void
test_states (void)
{
  Fixture f;
  FixtureDevice field, open;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  fixture_device_init (&f, &open, TST_CHAIN_OPEN);
  g_autofree char *number = tst_provisional_number_new (2026);
  g_autofree char *number2 = tst_provisional_number_new (2026);
  g_autoptr (FixtureRecord) photo = fixture_photo (&f, &field, 1, ",'caption':'Zapata'");
  g_autoptr (FixtureRecord) photo2 = fixture_photo (&f, &field, 2, ",'caption':'Muro'");
  g_autoptr (FixtureRecord) note = fixture_add (&f, &field, TST_KIND_EVIDENCE, "{'type':'note','text':'Llueve'}");
  g_autoptr (FixtureRecord) attendee = fixture_add (&f, &field, TST_KIND_ATTENDANCE, "{'type':'attendance','mode':'presencial'}");
  g_autoptr (FixtureRecord) survey = fixture_add (&f, &open, TST_KIND_SURVEY, "{'type':'survey','form':'q1','answers':{'a':'1'}}");
  g_autoptr (FixtureRecord) yes = fixture_comment (&f, &open, number, TRUE, "¿Cuándo?");
  g_autoptr (FixtureRecord) no = fixture_comment (&f, &open, number2, FALSE, "Reserva");
  g_autoptr (FixtureRecord) absent =
    fixture_add (&f, &field, TST_KIND_EVIDENCE,
                 "{'type':'photo','media':[{'sha256':'%064d','bytes':5,'type':'image/jpeg','origin':'camera','role':'photo'}]}", 7);
  g_autoptr (FixtureRecord) late =
    fixture_record_new (&field, TST_KIND_EVIDENCE, tst_json_parse_object ("{\"type\":\"note\",\"text\":\"tarde\"}", -1, NULL));
  fixture_append (&f, late, FALSE);

  {
    g_autoptr (GHashTable) codes =
      fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, photo->id, attendee->id, survey->id, no->id, absent->id, late->id,
                      "00000000-0000-4000-8000-000000000000", NULL);
    fixture_assert_code (codes, photo->id, "ok");
    fixture_assert_code (codes, attendee->id, "refused");
    fixture_assert_code (codes, survey->id, "refused");
    fixture_assert_code (codes, no->id, "consent-missing");
    fixture_assert_code (codes, absent->id, "missing-content");
    fixture_assert_code (codes, late->id, "missing-content");
    fixture_assert_code (codes, "00000000-0000-4000-8000-000000000000", "not-found");
  }
  fixture_assert_value (&f, "published", "SELECT state FROM item WHERE id = '%s'", photo->id);
  fixture_assert_value (&f, "1", "SELECT revealed FROM item WHERE id = '%s'", photo->id);
  fixture_assert_value (&f, "4", "SELECT count (*) FROM derivative WHERE id = '%s'", photo->id);
  fixture_assert_value (&f, "pending", "SELECT state FROM item WHERE id = '%s'", absent->id);
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, photo->id, NULL);
    fixture_assert_code (codes, photo->id, "wrong-state");
  }
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_WITHHOLD, "calidad", photo->id, photo2->id, NULL);
    fixture_assert_code (codes, photo->id, "wrong-state");
    fixture_assert_code (codes, photo2->id, "ok");
  }
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_RETIRE, "Doña Canaria lo pidió", photo->id, photo2->id, NULL);
    fixture_assert_code (codes, photo->id, "ok");
    fixture_assert_code (codes, photo2->id, "wrong-state");
  }
  /* A person's own words stay internal: the ledger counts a code. */
  fixture_assert_value (&f, "otro", "SELECT reason FROM item WHERE id = '%s'", photo->id);
  fixture_assert_value (&f, "calidad", "SELECT reason FROM item WHERE id = '%s'", photo2->id);
  /* All that is pending: the note and the contribution that may be public; the rest says why not, or is not asked. */
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, NULL);
    fixture_assert_code (codes, note->id, "ok");
    fixture_assert_code (codes, yes->id, "ok");
    fixture_assert_code (codes, absent->id, "missing-content");
    g_assert_cmpuint (g_hash_table_size (codes), ==, 3);
  }
  /* An amendment that puts something right is shown after another look, and the body with what was wrong is no longer told. */
  {
    g_autoptr (FixtureRecord) amend = fixture_add (&f, &field, TST_KIND_EVIDENCE,
                                                   "{'type':'amend','target':'%s','changes':{'text':'Escampó'}}", note->id);
    fixture_assert_value (&f, "Llueve", "SELECT json_extract (shown, '$.text') FROM item WHERE id = '%s'", note->id);
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, note->id, NULL);
    fixture_assert_code (codes, note->id, "ok");
    fixture_assert_value (&f, "Escampó", "SELECT json_extract (shown, '$.text') FROM item WHERE id = '%s'", note->id);
    fixture_assert_value (&f, "0", "SELECT revealed FROM item WHERE id = '%s'", note->id);
  }
  /* The author's name is internal: the body that has it stays so. */
  {
    g_autoptr (FixtureRecord) named =
      fixture_add (&f, &field, TST_KIND_EVIDENCE, "{'type':'note','text':'x','author':{'id':'a','name':'Ana','role':'supervision'}}");
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, named->id, NULL);
    fixture_assert_code (codes, named->id, "ok");
    fixture_assert_value (&f, "0", "SELECT revealed FROM item WHERE id = '%s'", named->id);
    fixture_assert_value (&f, "nombra_autor", "SELECT reason FROM item WHERE id = '%s'", named->id);
  }
  /* Answers go by the number, however it is spelled. */
  {
    g_autoptr (GError) error = NULL;
    g_autofree char *spelled = g_ascii_strdown (number2, -1);

    g_assert_true (tst_moderation_radicado (f.moderation, number2, "R-2026-9", &error));
    g_assert_true (tst_moderation_answer (f.moderation, spelled, "En mayo.", &error));
    g_assert_no_error (error);
    fixture_assert_value (&f, "respondido", "SELECT state FROM contribution WHERE number = '%s'", number2);
    g_assert_false (tst_moderation_answer (f.moderation, "2026-0000", "x", &error));
    g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
    g_clear_error (&error);
    g_autofree char *unknown = tst_provisional_number_new (2026);
    g_assert_false (tst_moderation_answer (f.moderation, unknown, "x", &error));
    g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
    g_clear_error (&error);
    g_assert_false (tst_moderation_answer (f.moderation, number2, "  \n", &error));
    g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  }
  {
    g_autofree char *before = fixture_dump (&f);
    fixture_rebuild (&f);
    g_autofree char *after = fixture_dump (&f);
    g_assert_cmpstr (before, ==, after);
  }
  fixture_device_clear (&field);
  fixture_device_clear (&open);
  fixture_close (&f);
}

/* One bad picture in a batch costs itself; what descends from a fork waits to be named. */
static void
test_bad_items (void)
{
  Fixture f;
  FixtureDevice field, twin;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  g_autoptr (FixtureRecord) good = fixture_photo (&f, &field, 3, "");
  g_autoptr (GBytes) whole = fixture_jpeg (9, 640, 480);
  g_autoptr (GBytes) torn = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) / 3);
  TstHash hash = fixture_medium (&f, torn, TRUE);
  g_autofree char *hex = tst_hash_to_hex (&hash);
  g_autoptr (FixtureRecord) bad =
    fixture_add (&f, &field, TST_KIND_EVIDENCE,
                 "{'type':'photo','media':[{'sha256':'%s','bytes':%u,'type':'image/jpeg','origin':'import','role':'photo'}]}", hex,
                 (guint) g_bytes_get_size (torn));
  twin = field;
  g_autoptr (FixtureRecord) one = fixture_add (&f, &field, TST_KIND_EVIDENCE, "{'type':'note','text':'uno'}");
  g_autoptr (FixtureRecord) other = fixture_add (&f, &twin, TST_KIND_EVIDENCE, "{'type':'note','text':'otro'}");
  g_autoptr (FixtureRecord) after = fixture_add (&f, &field, TST_KIND_EVIDENCE, "{'type':'note','text':'sigue'}");
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, NULL);
    fixture_assert_code (codes, good->id, "ok");
    fixture_assert_code (codes, bad->id, "damaged-image");
    fixture_assert_code (codes, one->id, "fork");
    fixture_assert_code (codes, other->id, "fork");
    fixture_assert_code (codes, after->id, "fork");
  }
  fixture_assert_value (&f, "pending", "SELECT state FROM item WHERE id = '%s'", bad->id);
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, after->id, NULL);
    fixture_assert_code (codes, after->id, "ok");
  }
  fixture_device_clear (&field);
  fixture_close (&f);
}

/* Who finds a lost tablet can neither have things published in bulk nor take down what is. */
static void
test_lost_device (void)
{
  Fixture f;
  FixtureDevice lost, other;
  guint changed = 0;
  g_autoptr (GError) error = NULL;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &lost, TST_CHAIN_FIELD);
  fixture_device_init (&f, &other, TST_CHAIN_FIELD);
  fixture_reopen (&f);
  g_autoptr (FixtureRecord) before = fixture_add (&f, &lost, TST_KIND_EVIDENCE, "{'type':'note','text':'antes'}");
  g_autoptr (FixtureRecord) shown = fixture_add (&f, &lost, TST_KIND_EVIDENCE, "{'type':'note','text':'se ve'}");
  g_autoptr (FixtureRecord) theirs = fixture_add (&f, &other, TST_KIND_EVIDENCE, "{'type':'note','text':'de otra'}");
  g_autoptr (GHashTable) accepted = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, before->id, shown->id, NULL);
  g_autoptr (FixtureRecord) own_wish = fixture_add (&f, &lost, TST_KIND_EVIDENCE, "{'type':'withdraw','target':'%s'}", before->id);

  g_assert_true (tst_central_revoke_device (f.central, tst_signing_key_get_name (lost.key), TST_DEVICE_LOST, &changed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (changed, ==, 1);
  fixture_assert_value (&f, "1", "SELECT count (*) FROM decision WHERE type = 'device-lost' AND target = '%s'",
                        tst_signing_key_get_name (lost.key));
  g_autoptr (FixtureRecord) planted = fixture_add (&f, &lost, TST_KIND_EVIDENCE, "{'type':'note','text':'de quien la halló'}");
  g_autoptr (FixtureRecord) malice = fixture_add (&f, &lost, TST_KIND_EVIDENCE, "{'type':'withdraw','target':'%s'}", shown->id);
  fixture_assert_value (&f, "withdrawn", "SELECT state FROM item WHERE id = '%s'", before->id);
  fixture_assert_value (&f, "published", "SELECT state FROM item WHERE id = '%s'", shown->id);
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, NULL);
    fixture_assert_code (codes, theirs->id, "ok");
    fixture_assert_code (codes, planted->id, "wrong-state");
  }
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, planted->id, NULL);
    fixture_assert_code (codes, planted->id, "ok");
  }
  {
    g_autofree char *dump = fixture_dump (&f);
    fixture_rebuild (&f);
    g_autofree char *again = fixture_dump (&f);
    g_assert_cmpstr (dump, ==, again);
  }
  fixture_device_clear (&lost);
  fixture_device_clear (&other);
  fixture_close (&f);
}

static gboolean
folder_has (const char *path, const char *needle)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      g_autofree char *bytes = NULL;
      gsize size = 0;

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        {
          if (folder_has (child, needle))
            return TRUE;
        }
      else if (g_file_get_contents (child, &bytes, &size, NULL) && memmem (bytes, size, needle, strlen (needle)))
        return TRUE;
    }
  return FALSE;
}

/* An erasure destroys bytes everywhere; envelopes and proofs stay. */
static void
test_erase (void)
{
  Fixture f;
  FixtureDevice field;
  TstMediaStore *media = NULL;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  media = tst_central_get_media (f.central);
  g_autoptr (FixtureRecord) photo = fixture_photo (&f, &field, 4, ",'caption':'CANARIO-BORRADO'");
  g_autoptr (FixtureRecord) amend =
    fixture_add (&f, &field, TST_KIND_EVIDENCE, "{'type':'amend','target':'%s','changes':{'alt':'CANARIO-BORRADO dos'}}", photo->id);
  g_autoptr (FixtureRecord) kept = fixture_photo (&f, &field, 5, "");
  g_autoptr (FixtureRecord) shares = fixture_photo (&f, &field, 5, ",'caption':'la misma'");
  g_autoptr (GBytes) original = fixture_jpeg (4, 1200, 800);
  TstHash original_hash = tst_hash_bytes (original);
  g_autoptr (GBytes) shared = fixture_jpeg (5, 1200, 800);
  TstHash shared_hash = tst_hash_bytes (shared);
  g_autoptr (GHashTable) accepted = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, photo->id, kept->id, shares->id, NULL);
  fixture_assert_code (accepted, photo->id, "ok");
  fixture_assert_code (accepted, kept->id, "ok");
  fixture_assert_code (accepted, shares->id, "ok");

  g_autoptr (TstPublicRoutes) routes = tst_public_routes_new (f.central, NULL);
  g_autofree char *hex = fixture_value (&f, "SELECT lower (hex (sha256)) FROM derivative WHERE id = '%s' AND width = 480 AND type = 'image/jpeg'", photo->id);
  g_autofree char *picture = g_strdup_printf ("/media/%s/480.jpg", hex);
  g_autofree char *proof_path = g_strdup_printf ("/evidencia/%s/proof", photo->id);
  g_autoptr (GBytes) proof = fixture_get_bytes (routes, proof_path);
  g_assert_cmpuint (fixture_get (routes, picture, NULL), ==, 200);
  g_assert_true (folder_has (f.base, "CANARIO-BORRADO"));

  g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ERASE, "pedido_titular", photo->id, kept->id, NULL);
  fixture_assert_code (codes, photo->id, "ok");
  fixture_assert_code (codes, kept->id, "ok");
  g_assert_false (tst_media_store_has (media, &original_hash, NULL));
  /* What another piece of evidence shows is that one's, and stays. */
  g_assert_true (tst_media_store_has (media, &shared_hash, NULL));
  g_assert_cmpuint (fixture_get (routes, picture, NULL), ==, 404);
  g_autofree char *page = g_strdup_printf ("/evidencia/%s.json", photo->id);
  g_assert_cmpuint (fixture_get (routes, page, NULL), ==, 410);
  fixture_assert_value (&f, "erased", "SELECT body_state FROM leaf WHERE id = '%s'", amend->id);

  /* The proof from before still proves that the envelope is in the log, and the log still checks. */
  {
    g_autoptr (GError) error = NULL;
    guint64 index = 0;
    guint64 leaves = 0;

    g_assert_true (tst_tlog_proof_check (proof, tst_envelope_get_note (photo->envelope),
                                         tst_signing_key_get_verifier (tst_central_get_log_key (f.central)), &index, &error));
    g_autoptr (GBytes) now = tst_public_log_prove (tst_central_get_log (f.central), index, &error);
    g_assert_true (tst_tlog_proof_check (now, tst_envelope_get_note (photo->envelope),
                                         tst_signing_key_get_verifier (tst_central_get_log_key (f.central)), NULL, &error));
    g_assert_true (tst_public_log_verify (tst_central_get_log (f.central), NULL, NULL, &leaves, &error));
    g_assert_no_error (error);
  }
  /* The same content comes again: by the record, and by another record that names the same file. */
  fixture_append (&f, photo, TRUE);
  fixture_append (&f, amend, TRUE);
  fixture_assert_value (&f, "0", "SELECT count (*) FROM body WHERE instr (CAST (bytes AS TEXT), 'CANARIO') > 0");
  g_clear_pointer (&routes, tst_public_routes_free);
  fixture_reopen (&f);
  fixture_assert_value (&f, "erased", "SELECT state FROM item WHERE id = '%s'", photo->id);
  {
    g_autofree char *before = fixture_dump (&f);
    fixture_rebuild (&f);
    g_autofree char *after = fixture_dump (&f);
    g_assert_cmpstr (before, ==, after);
  }
  tst_moderation_free (f.moderation);
  tst_central_close (f.central);
  g_assert_false (folder_has (f.base, "CANARIO-BORRADO"));
  g_object_unref (f.central);
  f.central = NULL;
  {
    g_autofree char *folder = g_build_filename (f.base, "central", NULL);
    f.central = tst_central_open (folder, f.clock, NULL);
    f.moderation = tst_moderation_new (f.central, NULL);
  }
  fixture_device_clear (&field);
  fixture_close (&f);
}

/* --- the public face --- */

static void
write_comunas (Fixture *f)
{
  static const char comunas[] =
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"code\":\"04\",\"name\":\"Guayacanes\"},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-73.13,7.11],[-73.11,7.11],[-73.11,7.13],[-73.13,7.11]]]}}]}";
  g_autofree char *path = g_build_filename (tst_central_get_folder (f->central), "comunas.geojson", NULL);

  g_assert_true (g_file_set_contents (path, comunas, -1, NULL));
}

static gboolean
put_works (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) put = tst_store_prepare (
    store,
    "INSERT OR REPLACE INTO work (code, rev, gone, content, search, status, comuna, sector, lat, lon)"
    " VALUES (?1, 1, 0, ?2, 'puente la quebrada ob 1', 'en_ejecucion', '4', NULL, 7.12, -73.12)",
    error);
  const char *hostile = "OB/1 \"><script>alert(1)</script>";

  g_assert_nonnull (put);
  tst_statement_bind_text (put, 1, hostile);
  tst_statement_bind_text (put, 2,
                           "{\"code\":\"OB/1 \\\"><script>alert(1)</script>\",\"title\":\"<img src=x onerror=alert(2)>\","
                           "\"status\":\"en_ejecucion\",\"comuna\":\"4\",\"lat\":7.12,\"lon\":-73.12,\"budget\":1200000000,"
                           "\"contractor\":\"=HYPERLINK(\\\"http://mal.test\\\")\",\"description\":\"javascript:alert(3)\","
                           "\"risk_unfinished\":true}");
  return tst_statement_step (put, NULL, error);
}

static const char *const public_paths[] = {
  "/", "/obras", "/obras?q=puente&comuna=04&estado=en_ejecucion&sin_evidencia=1&pagina=2", "/obras?q=%3Cscript%3E",
  "/obras/OB%2F1%20%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/galeria",
  "/galeria?obra=OB%2F1&comuna=04&fase=durante&desde=2026-01-01&hasta=2026-12-31", "/verificar", "/libro", "/encuestas",
  "/aportes", "/ayuda", "/acerca", "/descargas/obras.csv", "/descargas/obras.geojson", "/descargas/evidencia.geojson",
  "/feeds/evidencia.atom", "/healthz", "/robots.txt", "/estatico/testigo.css", "/nada",
};

static const char *const item_paths[] = { "", ".json", "/record", "/body", "/proof" };

typedef struct
{
  const char *id;
  guint status; /* of the page, .json, /record and /proof */
  guint body;   /* of /body */
} Expected;

/* Strings that stand in everything which was not published, looked for in every answer that anybody can get. */
static void
test_nothing_unpublished (void)
{
  Fixture f;
  FixtureDevice field, open;
  static const char *const canaries[] = { "CANARIO", "canario", "href=\"javascript:", "risk_unfinished" };

  fixture_open (&f, NULL);
  write_comunas (&f);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  fixture_device_init (&f, &open, TST_CHAIN_OPEN);
  g_assert_true (tst_store_write (tst_central_get_store (f.central), put_works, NULL, NULL));
  g_autofree char *n1 = tst_provisional_number_new (2026);
  g_autofree char *n2 = tst_provisional_number_new (2026);
  g_autofree char *event = tst_uuid_new ();
  g_autoptr (FixtureRecord) opened =
    fixture_add (&f, &field, TST_KIND_EVENT,
                 "{'type':'event-open','id':'%s','event':'%s','event_type':'visita_obra','title':'CANARIO-EVENTO'}", event, event);
  static const char more[] = ",'work':'OB/1 \\\"><script>alert(1)</script>','phase':'durante','caption':'CANARIO pie','alt':'CANARIO alt',"
                             "'place':{'lat':7.12345,'lon':-73.12345,'accuracy_m':3,'source':'gnss'},'file':'CANARIO.jpg',"
                             "'camera':{'make':'CANARIO','model':'CANARIO'},'author':{'id':'x','name':'CANARIO Rojas','role':'supervision'}";
  g_autoptr (FixtureRecord) pending = fixture_photo (&f, &field, 1, more);
  g_autoptr (FixtureRecord) withheld = fixture_photo (&f, &field, 2, more);
  g_autoptr (FixtureRecord) retired = fixture_photo (&f, &field, 3, more);
  g_autoptr (FixtureRecord) erased = fixture_photo (&f, &field, 4, more);
  g_autoptr (FixtureRecord) withdrawn = fixture_photo (&f, &field, 5, more);
  g_autoptr (FixtureRecord) published =
    fixture_photo (&f, &field, 6, ",'caption':'A la vista <b>&amp;','file':'CANARIO.jpg','author':{'id':'x','name':'CANARIO Rojas'}");
  g_autoptr (FixtureRecord) attendee = fixture_add (
    &f, &field, TST_KIND_ATTENDANCE, "{'type':'attendance','mode':'presencial','barrio':'CANARIO','event':'%s'}", event);
  g_autoptr (FixtureRecord) comment = fixture_comment (&f, &open, n1, TRUE, "CANARIO texto");
  g_autoptr (FixtureRecord) reserved = fixture_comment (&f, &open, n2, FALSE, "CANARIO reservado");
  for (guint i = 0; i < 6; i++)
    fixture_record_free (fixture_add (&f, &open, TST_KIND_SURVEY, "{'type':'survey','form':'canario','answers':{'a':'CANARIO'}}"));
  g_autoptr (FixtureRecord) other_form =
    fixture_add (&f, &open, TST_KIND_SURVEY, "{'type':'survey','form':'CANARIO form','answers':{'a':'CANARIO'}}");
  {
    g_autoptr (GHashTable) codes =
      fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, retired->id, erased->id, withdrawn->id, published->id, NULL);
    fixture_assert_code (codes, withdrawn->id, "ok");
    fixture_assert_code (codes, published->id, "ok");
  }
  g_autoptr (FixtureRecord) withdraw =
    fixture_add (&f, &field, TST_KIND_EVIDENCE, "{'type':'withdraw','target':'%s','reason':'CANARIO motivo'}", withdrawn->id);
  /* An amendment that nobody has looked at. */
  g_autoptr (FixtureRecord) amend = fixture_add (&f, &field, TST_KIND_EVIDENCE,
                                                 "{'type':'amend','target':'%s','changes':{'caption':'CANARIO sin ver'}}", published->id);
  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_WITHHOLD, "CANARIO motivo de retener", withheld->id, NULL));
  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_RETIRE, "CANARIO motivo de retirar", retired->id, NULL));
  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_ERASE, "menor_de_edad", erased->id, NULL));
  g_assert_true (tst_moderation_answer (f.moderation, n1, "CANARIO respuesta", NULL));

  g_autoptr (TstPageRenderer) renderer = TST_PAGE_RENDERER (tst_web_renderer_new ());
  g_autoptr (TstPublicRoutes) routes = tst_public_routes_new (f.central, renderer);
  const Expected items[] = {
    { pending->id, 404, 404 },   { withheld->id, 404, 404 },  { retired->id, 410, 410 }, { erased->id, 410, 410 },
    { withdrawn->id, 410, 410 }, { published->id, 200, 404 }, { attendee->id, 404, 404 }, { comment->id, 404, 404 },
    { reserved->id, 404, 404 },  { opened->id, 404, 404 },    { other_form->id, 404, 404 }, { withdraw->id, 404, 404 },
    { amend->id, 404, 404 },
  };
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < G_N_ELEMENTS (public_paths); i++)
    g_ptr_array_add (paths, g_strdup (public_paths[i]));
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    for (guint p = 0; p < G_N_ELEMENTS (item_paths); p++)
      {
        char *path = g_strdup_printf ("/evidencia/%s%s", items[i].id, item_paths[p]);
        g_autofree char *body = NULL;

        g_ptr_array_add (paths, path);
        g_assert_cmpuint (fixture_get (routes, path, &body), ==, p == 3 ? items[i].body : items[i].status);
      }
  g_ptr_array_add (paths, g_strdup_printf ("/aportes/%s", n1));
  g_ptr_array_add (paths, g_strdup_printf ("/aportes/%s", n2));
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autofree char *body = NULL;
      guint status = fixture_get (routes, path, &body);

      g_assert_cmpuint (status, !=, 500);
      for (guint c = 0; c < G_N_ELEMENTS (canaries); c++)
        {
          /* A form's code that six have answered is the one thing told of it. */
          if (g_str_equal (path, "/encuestas") && g_str_equal (canaries[c], "canario"))
            continue;
          if (strstr (body, canaries[c]))
            g_error ("%s (%u) shows %s", path, status, canaries[c]);
        }
      /* Data files say what they hold, and no browser takes them for pages. */
      if (g_str_has_prefix (path, "/descargas/") || strstr (path, ".json"))
        continue;
      /* The pages' own elements load files of ours and hold nothing. */
      for (char *script = strstr (body, "<script"); script; script = strstr (script + 1, "<script"))
        if (!g_str_has_prefix (script, "<script type=\"module\" src=\"/estatico/"))
          g_error ("%s lets a stranger's script through", path);
      if (strstr (body, "<img src=x"))
        g_error ("%s lets a stranger's markup through", path);
    }
  /* What is published, is. */
  {
    g_autofree char *gallery = NULL;
    g_autofree char *csv = NULL;
    g_autofree char *work = NULL;

    g_assert_cmpuint (fixture_get (routes, "/galeria", &gallery), ==, 200);
    g_assert_nonnull (strstr (gallery, "A la vista &lt;b&gt;&amp;amp;"));
    g_assert_null (strstr (gallery, retired->id));
    g_assert_cmpuint (fixture_get (routes, "/descargas/obras.csv", &csv), ==, 200);

    g_assert_nonnull (strstr (csv, "'=HYPERLINK"));
    g_assert_cmpuint (fixture_get (routes, public_paths[4], &work), ==, 200);
  }
  g_clear_pointer (&routes, tst_public_routes_free);
  fixture_device_clear (&field);
  fixture_device_clear (&open);
  fixture_close (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/publication/states", test_states);
  g_test_add_func ("/publication/bad-items", test_bad_items);
  g_test_add_func ("/publication/lost-device", test_lost_device);
  g_test_add_func ("/publication/erase", test_erase);
  g_test_add_func ("/publication/nothing-unpublished", test_nothing_unpublished);
  return g_test_run ();
}
