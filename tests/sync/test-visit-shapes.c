/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-fixture.h"

#include "central/tst-device-answers.h"
#include "central/tst-speaker-shapes.h"
#include "central/tst-visit-shapes.h"
#include "record/tst-body.h"

#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureRecord, fixture_record_free)

typedef struct
{
  JsonArray *(*shape) (TstStore *, const char *, GError **);
  const char *key;
  JsonArray *list;
} Look;

static gboolean
look (TstStore *store, gpointer data, GError **error)
{
  Look *self = data;

  self->list = self->shape (store, self->key, error);
  return self->list != NULL;
}

static JsonArray *
shape (Fixture *f, JsonArray *(*func) (TstStore *, const char *, GError **), const char *key)
{
  Look self = { func, key, NULL };
  g_autoptr (GError) error = NULL;

  tst_store_read (tst_central_get_store (f->central), look, &self, &error);
  g_assert_no_error (error);
  return self.list;
}

#define assert_length(array, n) g_assert_cmpuint (json_array_get_length (array), ==, n)

static void
accept (Fixture *f, const char *id)
{
  g_autoptr (GHashTable) codes = fixture_decide (f, TST_VERDICT_ACCEPT, NULL, id, NULL);

  fixture_assert_code (codes, id, "ok");
}

static void
assert_rebuild_equal (Fixture *f)
{
  g_autofree char *before = fixture_dump (f);
  g_autofree char *after = NULL;

  fixture_rebuild (f);
  after = fixture_dump (f);
  g_assert_cmpstr (before, ==, after);
}

/* What a tablet is told from @since on: "id id… -id…" in the order of the answer. */
static char *
catalogue (Fixture *f, gint64 since, gint64 *rev)
{
  g_autoptr (GError) error = NULL;
  gboolean gzip = FALSE;
  g_autoptr (GBytes) bytes = tst_device_answer_catalogue (f->central, since, 0, NULL, NULL, &gzip, &error);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GString *told = g_string_new (NULL);

  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_autoptr (JsonObject) line = tst_json_parse_object (lines[i], -1, &error);

      g_assert_no_error (error);
      if (tst_json_object (line, "item"))
        g_string_append_printf (told, " %s", tst_json_string (tst_json_object (line, "item"), "type"));
      else if (tst_json_string (line, "item_gone"))
        g_string_append (told, " gone");
      else
        *rev = tst_json_int (line, "rev", -1);
    }
  return g_string_free (told, FALSE);
}

static void
test_progress_and_commitments (void)
{
  Fixture f;
  FixtureDevice field, other;
  gint64 rev = 0;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  fixture_device_init (&f, &other, TST_CHAIN_FIELD);
  g_autoptr (FixtureRecord) progress = fixture_add (&f, &field, TST_KIND_EVIDENCE,
                                                    "{'type':'progress','work':'OB-1','programmed_pct':60,'observed_pct':48,'deviation_pts':-12,"
                                                    "'cause':'clima'}");
  g_autoptr (FixtureRecord) commitment = fixture_add (&f, &field, TST_KIND_EVIDENCE,
                                                      "{'type':'commitment','work':'OB-1','text':'Reparar','responsible':'Consorcio',"
                                                      "'due_on':'2026-04-15'}");
  g_autoptr (FixtureRecord) close = fixture_add (&f, &other, TST_KIND_EVIDENCE,
                                                 "{'type':'commitment-close','work':'OB-1','commitment':'%s','status':'cumplido'}", commitment->id);
  g_autoptr (FixtureRecord) elsewhere = fixture_add (&f, &other, TST_KIND_EVIDENCE,
                                                     "{'type':'commitment-close','work':'OB-2','commitment':'%s','status':'incumplido'}",
                                                     commitment->id);
  g_autoptr (FixtureRecord) signature = fixture_add (&f, &field, TST_KIND_ATTENDANCE, "{'type':'signature','role':'comunidad','signed':false}");
  g_autoptr (FixtureRecord) hidden = fixture_add (&f, &field, TST_KIND_EVIDENCE, "{'type':'signature','role':'comunidad','signed':false}");
  g_autoptr (JsonArray) none = shape (&f, tst_visit_shape_progress, "OB-1");
  g_autofree char *before = catalogue (&f, 0, &rev);

  /* Nothing of it is anybody's business before a person let it out. */
  assert_length (none, 0);
  g_assert_cmpstr (before, ==, "");
  accept (&f, progress->id);
  accept (&f, commitment->id);
  {
    g_autoptr (JsonArray) list = shape (&f, tst_visit_shape_progress, "OB-1");
    JsonObject *one = json_array_get_object_element (list, 0);

    assert_length (list, 1);
    g_assert_cmpfloat (tst_json_double (one, "observed_pct", 0), ==, 48);
    g_assert_cmpfloat (tst_json_double (one, "deviation_pts", 0), ==, -12);
    g_assert_cmpstr (tst_json_string (one, "cause_label"), ==, "Clima");
  }
  {
    g_autoptr (JsonArray) list = shape (&f, tst_visit_shape_commitments, "OB-1");
    g_autofree char *told = catalogue (&f, rev, &rev);

    assert_length (list, 1);
    g_assert_cmpstr (tst_json_string (json_array_get_object_element (list, 0), "status"), ==, "abierto");
    g_assert_cmpstr (told, ==, " commitment");
  }
  accept (&f, close->id);
  accept (&f, elsewhere->id);
  {
    g_autoptr (JsonArray) list = shape (&f, tst_visit_shape_commitments, "OB-1");
    JsonObject *one = json_array_get_object_element (list, 0);
    g_autofree char *told = catalogue (&f, rev, &rev);
    g_autofree char *again = catalogue (&f, rev, &rev);

    /* What a tablet says of another work's commitment changes nothing. */
    g_assert_cmpstr (tst_json_string (one, "status"), ==, "cumplido");
    g_assert_cmpstr (tst_json_string (tst_json_object (one, "closed"), "id"), ==, close->id);
    g_assert_cmpstr (told, ==, " commitment-close commitment-close");
    g_assert_cmpstr (again, ==, "");
  }
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_RETIRE, "error", commitment->id, NULL);
    g_autoptr (JsonArray) list = shape (&f, tst_visit_shape_commitments, "OB-1");
    g_autofree char *told = catalogue (&f, rev, &rev);

    fixture_assert_code (codes, commitment->id, "ok");
    assert_length (list, 0);
    g_assert_cmpstr (told, ==, " gone");
  }
  /* Signatures are never shown; one that calls itself evidence is nothing at all. */
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, signature->id, hidden->id, NULL);

    fixture_assert_code (codes, signature->id, "refused");
    fixture_assert_code (codes, hidden->id, "missing-content");
  }
  assert_rebuild_equal (&f);
  fixture_device_clear (&field);
  fixture_device_clear (&other);
  fixture_close (&f);
}

static void
test_viewpoints (void)
{
  Fixture f;
  FixtureDevice field;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  g_autoptr (FixtureRecord) first = fixture_photo (&f, &field, 1, ",'work':'OB-1','taken_at':'2026-01-10T10:00:00Z'");
  g_autoptr (FixtureRecord) viewpoint = fixture_add (&f, &field, TST_KIND_EVIDENCE,
                                                     "{'type':'viewpoint','work':'OB-1','name':'Costado norte','photo':'%s',"
                                                     "'place':{'lat':7.1,'lon':-73.1}}", first->id);
  g_autofree char *more = g_strdup_printf (",'work':'OB-1','viewpoint':'%s','taken_at':'2026-03-10T10:00:00Z'", viewpoint->id);
  g_autoptr (FixtureRecord) second = fixture_photo (&f, &field, 2, more);
  g_autoptr (FixtureRecord) pending = fixture_photo (&f, &field, 3, more);

  accept (&f, second->id);
  accept (&f, first->id);
  accept (&f, viewpoint->id);
  g_autoptr (JsonArray) list = shape (&f, tst_visit_shape_viewpoints, "OB-1");
  assert_length (list, 1);
  JsonArray *pictures = json_object_get_array_member (json_array_get_object_element (list, 0), "pictures");
  g_assert_cmpstr (tst_json_string (json_array_get_object_element (list, 0), "name"), ==, "Costado norte");
  assert_length (pictures, 2);
  g_assert_cmpstr (tst_json_string (json_array_get_object_element (pictures, 0), "id"), ==, first->id);
  g_assert_cmpstr (tst_json_string (json_array_get_object_element (pictures, 1), "id"), ==, second->id);
  assert_rebuild_equal (&f);
  fixture_device_clear (&field);
  fixture_close (&f);
}

static void
test_streams (void)
{
  Fixture f;
  FixtureDevice field, other;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  fixture_device_init (&f, &other, TST_CHAIN_FIELD);
  g_autoptr (FixtureRecord) event = fixture_add (&f, &field, TST_KIND_EVENT, "{'type':'event-open','event_type':'visita_obra','title':'Visita','work':'OB-1'}");
  g_autoptr (FixtureRecord) start = fixture_add (&f, &field, TST_KIND_EVENT,
                                                 "{'type':'stream-start','event':'%s','platform':'facebook','url':'https://example.org/v/1',"
                                                 "'time':'2026-03-27T15:00:00.000Z','boot':'b','mono_ms':1000}", event->id);
  g_autoptr (FixtureRecord) finding = fixture_add (&f, &field, TST_KIND_EVIDENCE,
                                                   "{'type':'finding','event':'%s','work':'OB-1','text':'Acero a la vista'}", event->id);
  g_autoptr (FixtureRecord) moment = fixture_add (&f, &field, TST_KIND_EVIDENCE,
                                                  "{'type':'moment','event':'%s','work':'OB-1','stream':'%s','moment':'evidencia','target':'%s',"
                                                  "'offset_ms':60000,'error_ms':5012,'time':'2026-03-27T15:01:00.000Z','boot':'b','mono_ms':61000}",
                                                  event->id, start->id, finding->id);
  g_autoptr (FixtureRecord) anchor = fixture_add (&f, &field, TST_KIND_EVENT,
                                                  "{'type':'stream-anchor','event':'%s','stream':'%s','media_ms':57000,'source':'tarjeta',"
                                                  "'wall':'2026-03-27T15:01:00.000Z','error_ms':300}", event->id, start->id);
  /* Another tablet's word about this stream is none. */
  g_autoptr (FixtureRecord) foreign = fixture_add (&f, &other, TST_KIND_EVENT,
                                                   "{'type':'stream-anchor','event':'%s','stream':'%s','media_ms':0,'source':'manual',"
                                                   "'wall':'2026-03-27T15:01:00.000Z','error_ms':1}", event->id, start->id);

  accept (&f, moment->id);
  {
    g_autoptr (JsonArray) none = shape (&f, tst_visit_shape_streams, event->id);

    /* The moment is out, what it shows is not. */
    assert_length (none, 0);
  }
  accept (&f, finding->id);
  {
    g_autoptr (JsonArray) list = shape (&f, tst_visit_shape_streams, event->id);
    JsonObject *one = NULL;

    assert_length (list, 1);
    g_assert_cmpstr (tst_json_string (json_array_get_object_element (list, 0), "url"), ==, "https://example.org/v/1");
    one = json_array_get_object_element (json_object_get_array_member (json_array_get_object_element (list, 0), "moments"), 0);
    g_assert_cmpint (tst_json_int (one, "offset_ms", -1), ==, 57000);
    g_assert_cmpint (tst_json_int (one, "error_ms", -1), ==, 300);
    g_assert_cmpstr (tst_json_string (one, "text"), ==, "Acero a la vista");
  }
  {
    g_autoptr (JsonArray) visits = shape (&f, tst_visit_shape_visits, "OB-1");

    assert_length (visits, 1);
    g_assert_cmpint (tst_json_int (json_array_get_object_element (visits, 0), "findings", 0), ==, 1);
    g_assert_nonnull (tst_json_object (json_array_get_object_element (visits, 0), "stream"));
  }
  assert_rebuild_equal (&f);
  /* An anchor that was typed wrong is withdrawn. */
  {
    g_autoptr (FixtureRecord) withdraw = fixture_add (&f, &field, TST_KIND_EVENT, "{'type':'withdraw','target':'%s'}", anchor->id);
    g_autoptr (JsonArray) list = shape (&f, tst_visit_shape_streams, event->id);
    JsonObject *one = json_array_get_object_element (json_object_get_array_member (json_array_get_object_element (list, 0), "moments"), 0);

    g_assert_cmpint (tst_json_int (one, "offset_ms", -1), ==, 60000);
  }
  assert_rebuild_equal (&f);
  fixture_device_clear (&field);
  fixture_device_clear (&other);
  fixture_close (&f);
}

/* Two tablets write down who had the word at one hearing: one list, no name, nothing before a person let it out. */
static void
test_speakers (void)
{
  Fixture f;
  FixtureDevice first, second;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &first, TST_CHAIN_FIELD);
  fixture_device_init (&f, &second, TST_CHAIN_FIELD);
  g_autoptr (FixtureRecord) event = fixture_add (&f, &first, TST_KIND_EVENT, "{'type':'event-open','event_type':'audiencia_publica','title':'Audiencia'}");
  g_autoptr (FixtureRecord) one = fixture_add (&f, &first, TST_KIND_EVIDENCE,
                                               "{'type':'speaker','event':'%s','series':'A','turn':1,'topic':'Alumbrado'}", event->id);
  g_autoptr (FixtureRecord) two = fixture_add (&f, &second, TST_KIND_EVIDENCE,
                                               "{'type':'speaker','event':'%s','series':'A','turn':1,'topic':'Vía','label':'Edelmira','actor':'jac',"
                                               "'label_consent':true}",
                                               event->id);
  g_autoptr (FixtureRecord) waiting = fixture_add (&f, &first, TST_KIND_EVIDENCE,
                                                   "{'type':'speaker','event':'%s','series':'A','turn':2,'topic':'Agua'}", event->id);
  g_autoptr (FixtureRecord) turn = fixture_add (&f, &first, TST_KIND_EVENT,
                                                "{'type':'speaker-turn','event':'%s','speaker':'%s','act':'inicio'}", event->id, one->id);
  g_autoptr (FixtureRecord) promise = fixture_add (&f, &first, TST_KIND_EVIDENCE,
                                                   "{'type':'commitment','event':'%s','text':'Reparar','responsible':'Infraestructura',"
                                                   "'due_on':'2026-04-30'}",
                                                   event->id);
  g_autoptr (FixtureRecord) outcome = fixture_add (&f, &first, TST_KIND_EVIDENCE,
                                                   "{'type':'speaker-outcome','event':'%s','speaker':'%s','outcome':'compromiso','used_ms':125000,"
                                                   "'used_source':'monotonic','limit_s':180,'commitment':'%s'}",
                                                   event->id, one->id, promise->id);

  {
    g_autoptr (JsonArray) none = shape (&f, tst_speaker_shapes, event->id);

    assert_length (none, 0);
  }
  accept (&f, waiting->id);
  accept (&f, two->id);
  accept (&f, one->id);
  {
    g_autoptr (JsonArray) list = shape (&f, tst_speaker_shapes, event->id);

    assert_length (list, 3);
    for (guint i = 0; i < 3; i++)
      g_assert_false (json_object_has_member (json_array_get_object_element (list, i), "used_ms"));
  }
  accept (&f, outcome->id);
  {
    g_autoptr (JsonArray) list = shape (&f, tst_speaker_shapes, event->id);
    JsonObject *spoke = json_array_get_object_element (list, 0);
    JsonObject *other = json_array_get_object_element (list, 1);

    assert_length (list, 3);
    g_assert_cmpstr (tst_json_string (spoke, "id"), ==, one->id);
    g_assert_cmpstr (tst_json_string (spoke, "number"), ==, "A-1");
    g_assert_cmpint (tst_json_int (spoke, "used_ms", 0), ==, 125000);
    g_assert_cmpstr (tst_json_string (spoke, "outcome"), ==, "compromiso");
    /* What was promised is not out yet. */
    g_assert_null (tst_json_object (spoke, "commitment"));
    g_assert_cmpstr (tst_json_string (other, "number"), ==, "A-1 (2)");
    g_assert_cmpstr (tst_json_string (other, "label"), ==, "Edelmira");
    g_assert_nonnull (tst_json_string (other, "actor_label"));
  }
  accept (&f, promise->id);
  {
    g_autoptr (JsonArray) list = shape (&f, tst_speaker_shapes, event->id);

    g_assert_cmpstr (tst_json_string (tst_json_object (json_array_get_object_element (list, 0), "commitment"), "due_on"), ==, "2026-04-30");
  }
  assert_rebuild_equal (&f);
  {
    g_autoptr (FixtureRecord) withdraw = fixture_add (&f, &second, TST_KIND_EVIDENCE, "{'type':'withdraw','target':'%s'}", two->id);
    g_autoptr (JsonArray) list = shape (&f, tst_speaker_shapes, event->id);

    assert_length (list, 2);
  }
  assert_rebuild_equal (&f);
  fixture_device_clear (&first);
  fixture_device_clear (&second);
  fixture_close (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/visit-shapes/progress-and-commitments", test_progress_and_commitments);
  g_test_add_func ("/visit-shapes/viewpoints", test_viewpoints);
  g_test_add_func ("/visit-shapes/streams", test_streams);
  g_test_add_func ("/visit-shapes/speakers", test_speakers);
  return g_test_run ();
}
