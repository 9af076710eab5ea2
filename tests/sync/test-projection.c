/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-central-schema.h"
#include "central/tst-projection.h"
#include "record/tst-body.h"

#include <glib/gstdio.h>
#include <string.h>

/* Makes records by hand and lets them arrive in any order. */

typedef struct
{
  TstSigningKey *key;
  TstChain chain;
  guint64 seq;
  TstHash prev;
} Chain;

typedef struct
{
  TstEnvelope *envelope;
  GBytes *body;
  char *id;
} Record;

static Record *
record_new (Chain *chain, TstKind kind, JsonObject *content)
{
  Record *record = g_new0 (Record, 1);
  TstEnvelopeFields fields = { .chain = chain->chain, .seq = ++chain->seq, .prev = chain->prev, .kind = kind,
                               .time_source = TST_TIME_RTC, .uncertainty_s = chain->chain == TST_CHAIN_OPEN ? 3600 : 60 };

  if (!json_object_has_member (content, "id"))
    {
      g_autofree char *id = tst_uuid_new ();
      json_object_set_string_member (content, "id", id);
    }
  record->id = g_strdup (tst_json_string (content, "id"));
  record->body = tst_body_write (content, 0);
  fields.id = record->id;
  fields.utc_s = 1774623600 + (gint64) (chain->chain == TST_CHAIN_OPEN ? 3600 * chain->seq : 60 * chain->seq);
  fields.body = tst_hash_bytes (record->body);
  record->envelope = tst_envelope_sign (&fields, chain->key);
  chain->prev = *tst_envelope_get_text_hash (record->envelope);
  json_object_unref (content);
  return record;
}

static void
record_free (gpointer data)
{
  Record *record = data;

  tst_envelope_unref (record->envelope);
  g_bytes_unref (record->body);
  g_free (record->id);
  g_free (record);
}

static Record *
record_json (Chain *chain, TstKind kind, const char *format, ...) G_GNUC_PRINTF (3, 4);

static Record *
record_json (Chain *chain, TstKind kind, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  g_autofree char *raw = g_strdup_vprintf (format, args);
  va_end (args);
  g_strdelimit (raw, "'", '"');
  JsonObject *content = tst_json_parse_object (raw, -1, &error);
  g_assert_no_error (error);
  return record_new (chain, kind, content);
}

static char *
text_hash (const Record *record)
{
  return tst_hash_to_base64 (tst_envelope_get_text_hash (record->envelope));
}

/* --- a store that records are put into --- */

typedef struct
{
  char *folder;
  TstStore *store;
  gint64 next;
} Place;

static void
place_open (Place *place)
{
  g_autoptr (GError) error = NULL;

  place->folder = g_dir_make_tmp ("tst-projection-XXXXXX", &error);
  g_assert_no_error (error);
  place->store = tst_store_open (place->folder, tst_central_migrations, tst_central_n_migrations, &error);
  g_assert_no_error (error);
  tst_projection_attach (place->store, NULL);
  place->next = 0;
}

static void
place_close (Place *place)
{
  const char *name = NULL;

  tst_store_close (place->store);
  g_clear_object (&place->store);
  g_autoptr (GDir) dir = g_dir_open (place->folder, 0, NULL);
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (place->folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (place->folder);
  g_free (place->folder);
}

typedef struct
{
  Place *place;
  const Record *record;
  gboolean with_body;
} Arrival;

static gboolean
arrive_on_store (TstStore *store, gpointer data, GError **error)
{
  const Arrival *arrival = data;
  TstEnvelope *envelope = arrival->record->envelope;
  const TstEnvelopeFields *fields = tst_envelope_get_fields (envelope);
  g_autoptr (JsonObject) body = NULL;
  gint64 idx = -1;
  gboolean row = FALSE;
  gboolean erased = FALSE;

  {
    g_autoptr (TstStatement) find = tst_store_prepare (store, "SELECT idx, body_state FROM leaf WHERE text_hash = ?1", error);
    g_assert_nonnull (find);
    tst_statement_bind_hash (find, 1, tst_envelope_get_text_hash (envelope));
    g_assert_true (tst_statement_step (find, &row, error));
    if (row)
      {
        idx = tst_statement_int (find, 0);
        erased = g_strcmp0 (tst_statement_text (find, 1), "erased") == 0;
      }
  }
  if (!row)
    {
      idx = arrival->place->next++;
      g_autoptr (TstStatement) put = tst_store_prepare (
        store,
        "INSERT INTO leaf (idx, text_hash, note, device, chain, seq, id, kind, utc_s, body_hash, received_s, fork, body_state)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, 'missing')",
        error);
      g_assert_nonnull (put);
      tst_statement_bind_int (put, 1, idx);
      tst_statement_bind_hash (put, 2, tst_envelope_get_text_hash (envelope));
      tst_statement_bind_bytes (put, 3, tst_envelope_get_note (envelope));
      tst_statement_bind_text (put, 4, tst_envelope_get_device (envelope));
      tst_statement_bind_text (put, 5, tst_chain_name (fields->chain));
      tst_statement_bind_int (put, 6, (gint64) fields->seq);
      tst_statement_bind_text (put, 7, fields->id);
      tst_statement_bind_text (put, 8, tst_kind_name (fields->kind));
      tst_statement_bind_int (put, 9, fields->utc_s);
      tst_statement_bind_hash (put, 10, &fields->body);
      g_assert_true (tst_statement_step (put, NULL, error));
    }
  if (arrival->with_body && !erased)
    {
      g_autoptr (TstStatement) put =
        tst_store_prepare (store, "INSERT OR IGNORE INTO body (text_hash, bytes) VALUES (?1, ?2)", error);
      g_assert_nonnull (put);
      tst_statement_bind_hash (put, 1, tst_envelope_get_text_hash (envelope));
      tst_statement_bind_bytes (put, 2, arrival->record->body);
      g_assert_true (tst_statement_step (put, NULL, error));
      g_autoptr (TstStatement) mark =
        tst_store_prepare (store, "UPDATE leaf SET body_state = 'here' WHERE text_hash = ?1", error);
      tst_statement_bind_hash (mark, 1, tst_envelope_get_text_hash (envelope));
      g_assert_true (tst_statement_step (mark, NULL, error));
      body = tst_body_parse (arrival->record->body, error);
      g_assert_nonnull (body);
    }
  return tst_projection_apply (store, (guint64) idx, envelope, body, error);
}

static void
arrive (Place *place, const Record *record, gboolean with_body)
{
  g_autoptr (GError) error = NULL;
  Arrival arrival = { .place = place, .record = record, .with_body = with_body };

  g_assert_true (tst_store_write (place->store, arrive_on_store, &arrival, &error));
  g_assert_no_error (error);
}

static gboolean
dump_on_store (TstStore *store, gpointer data, GError **error)
{
  *(char **) data = tst_projection_dump (store, error);
  return *(char **) data != NULL;
}

static char *
dump (Place *place)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_assert_true (tst_store_read (place->store, dump_on_store, &text, &error));
  g_assert_no_error (error);
  return text;
}

static gboolean
rebuild_on_store (TstStore *store, gpointer data, GError **error)
{
  return tst_projection_rebuild (store, error);
}

static void
rebuild (Place *place)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (tst_store_write (place->store, rebuild_on_store, NULL, &error));
  g_assert_no_error (error);
}

typedef struct
{
  const char *sql;
  char *value;
} One;

static gboolean
one_on_store (TstStore *store, gpointer data, GError **error)
{
  One *one = data;
  gboolean row = FALSE;
  g_autoptr (TstStatement) list = tst_store_prepare (store, one->sql, error);

  g_assert_nonnull (list);
  g_assert_true (tst_statement_step (list, &row, error));
  one->value = row ? g_strdup (tst_statement_text (list, 0)) : NULL;
  return TRUE;
}

/* One value; the SQL is printf'ed. */
static char *value_of (Place *place, const char *format, ...) G_GNUC_PRINTF (2, 3);

static char *
value_of (Place *place, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *sql = g_strdup_vprintf (format, args);
  va_end (args);
  One one = { .sql = sql };
  g_assert_true (tst_store_read (place->store, one_on_store, &one, NULL));
  return one.value;
}

#define assert_value(place, expected, ...) \
  G_STMT_START \
  { \
    g_autofree char *value_ = value_of (place, __VA_ARGS__); \
    g_assert_cmpstr (value_, ==, expected); \
  } \
  G_STMT_END

/* --- a day at a work --- */

typedef struct
{
  Chain field, open, other, central;
  GPtrArray *records;  /* of Record, in the order in which they were made */
  Record *photo, *photo2, *photo3, *comment, *erased, *event;
} Day;

static Record *
add (Day *day, Record *record)
{
  g_ptr_array_add (day->records, record);
  return record;
}

static void
decide (Day *day, const char *type, const Record *target, const char *more)
{
  g_autofree char *hash = text_hash (target);

  add (day, record_json (&day->central, TST_KIND_DECISION,
                         "{'type':'%s','target':'%s','target_hash':'%s','target_device':'%s'%s}", type, target->id, hash,
                         tst_envelope_get_device (target->envelope), more));
}

static void
change (Day *day, Chain *chain, TstKind kind, const char *type, const Record *target, const char *more)
{
  g_autofree char *hash = text_hash (target);

  add (day, record_json (chain, kind, "{'type':'%s','target':'%s','target_hash':'%s'%s}", type, target->id, hash, more));
}

static void
day_make (Day *day)
{
  const guint8 seed[32] = { 1 };
  g_autofree char *destroyed = NULL;
  TstHash hash;

  memset (day, 0, sizeof *day);
  day->records = g_ptr_array_new_with_free_func (record_free);
  day->field = (Chain) { .key = tst_signing_key_generate (NULL), .chain = TST_CHAIN_FIELD };
  day->open = (Chain) { .key = tst_signing_key_generate (NULL), .chain = TST_CHAIN_OPEN };
  day->other = (Chain) { .key = tst_signing_key_generate (NULL), .chain = TST_CHAIN_FIELD };
  day->central = (Chain) { .key = tst_signing_key_new_from_seed (NULL, seed), .chain = TST_CHAIN_CENTRAL };

  {
    g_autofree char *event = tst_uuid_new ();
    day->event = add (day, record_json (&day->field, TST_KIND_EVENT,
                                        "{'type':'event-open','id':'%s','event':'%s','event_type':'visita_obra',"
                                        "'title':'Visita','starts':'2026-03-27T15:00:00Z'}",
                                        event, event));
  }
  day->photo = add (day, record_json (&day->field, TST_KIND_EVIDENCE,
                                      "{'type':'photo','event':'%s','work':'OB-1','caption':'Zapata','taken_at':"
                                      "'2026-03-27T10:04:05-05:00','place':{'lat':7.1,'lon':-73.1,'accuracy_m':4}}",
                                      day->event->id));
  change (day, &day->field, TST_KIND_EVIDENCE, "amend", day->photo, ",'changes':{'caption':'Zapata 3','work':'OB-2'}");
  change (day, &day->field, TST_KIND_EVIDENCE, "amend", day->photo,
          ",'changes':{'caption':'Zapata 4','phase':'durante','place':{'lat':7.2,'accuracy_m':null}}");
  /* Somebody else's wish about a record that is not theirs. */
  change (day, &day->other, TST_KIND_EVIDENCE, "amend", day->photo, ",'changes':{'caption':'Falso'}");
  change (day, &day->other, TST_KIND_EVIDENCE, "withdraw", day->photo, "");
  day->photo2 = add (day, record_json (&day->field, TST_KIND_EVIDENCE, "{'type':'photo','event':'%s','caption':'Muro'}",
                                       day->event->id));
  change (day, &day->field, TST_KIND_EVIDENCE, "withdraw", day->photo2, ",'reason':'repetida'");
  day->photo3 = add (day, record_json (&day->other, TST_KIND_EVIDENCE, "{'type':'photo','caption':'Muro 2'}"));
  day->erased = add (day, record_json (&day->other, TST_KIND_EVIDENCE, "{'type':'photo','caption':'Canario'}"));
  change (day, &day->other, TST_KIND_EVIDENCE, "amend", day->erased, ",'changes':{'caption':'Canario dos'}");
  add (day, record_json (&day->field, TST_KIND_ATTENDANCE, "{'type':'attendance','event':'%s','mode':'presencial'}", day->event->id));
  /* A photo that says it is attendance is neither. */
  add (day, record_json (&day->field, TST_KIND_ATTENDANCE, "{'type':'photo','event':'%s','caption':'Oculta'}", day->event->id));
  day->comment = add (day, record_json (&day->open, TST_KIND_CONTRIBUTION,
                                        "{'type':'comment','event':'%s','class':'pregunta','subject':'Andén','text':'¿Cuándo?',"
                                        "'public_ok':true,'provisional_number':'2026-AAAA','due_on':'2026-04-21'}",
                                        day->event->id));
  change (day, &day->open, TST_KIND_CONTRIBUTION, "amend", day->comment,
          ",'changes':{'subject':'Andén roto','provisional_number':'2026-BBBB'}");
  add (day, record_json (&day->open, TST_KIND_SURVEY, "{'type':'survey','event':'%s','form':'q1','answers':{'a':'b'}}", day->event->id));
  change (day, &day->field, TST_KIND_EVENT, "amend", day->event, ",'changes':{'title':'Visita al puente'}");
  add (day, record_json (&day->field, TST_KIND_EVENT, "{'type':'event-close','event':'%s','chains':[]}", day->event->id));

  decide (day, "accept", day->photo, ",'redacted':false,'shown':{'caption':'Zapata 4','work':'OB-2'},'derivatives':["
                                     "{'sha256':'" "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
                                     "','width':480,'height':360,'bytes':9}]");
  decide (day, "accept", day->photo3, ",'redacted':true,'shown':{'caption':'Muro 2'}");
  decide (day, "retire", day->photo3, ",'reason':'menor_de_edad'");
  decide (day, "radicado", day->comment, ",'number':'2026-AAAA','value':'R-77'");
  decide (day, "answer", day->comment, ",'number':'2026-AAAA','text':'En mayo.'");
  decide (day, "accept", day->comment, ",'redacted':false,'shown':{'text':'¿Cuándo?'}");
  hash = tst_hash_bytes (day->erased->body);
  destroyed = tst_hash_to_hex (&hash);
  g_autofree char *more = g_strdup_printf (",'reason':'pedido_titular','destroyed':['%s']", destroyed);
  decide (day, "erase", day->erased, more);
  /* Central's word about another record of that id counts for nothing. */
  {
    g_autofree char *wrong = text_hash (day->photo);
    add (day, record_json (&day->central, TST_KIND_DECISION, "{'type':'accept','target':'%s','target_hash':'%s','shown':{}}",
                           day->photo2->id, wrong));
  }
}

static void
day_clear (Day *day)
{
  g_ptr_array_unref (day->records);
  tst_signing_key_unref (day->field.key);
  tst_signing_key_unref (day->open.key);
  tst_signing_key_unref (day->other.key);
  tst_signing_key_unref (day->central.key);
}

static void
check_day (Place *place, const Day *day)
{
  assert_value (place, "published", "SELECT state FROM item WHERE id = '%s'", day->photo->id);
  assert_value (place, "Zapata 4", "SELECT json_extract (content, '$.caption') FROM item WHERE id = '%s'", day->photo->id);
  assert_value (place, "OB-2", "SELECT work FROM item WHERE id = '%s'", day->photo->id);
  assert_value (place, "7.2", "SELECT json_extract (content, '$.place.lat') FROM item WHERE id = '%s'", day->photo->id);
  assert_value (place, NULL, "SELECT json_extract (content, '$.place.accuracy_m') FROM item WHERE id = '%s'", day->photo->id);
  assert_value (place, "1", "SELECT revealed FROM item WHERE id = '%s'", day->photo->id);
  assert_value (place, "480", "SELECT width FROM derivative WHERE id = '%s'", day->photo->id);
  assert_value (place, "withdrawn", "SELECT state FROM item WHERE id = '%s'", day->photo2->id);
  assert_value (place, "retired", "SELECT state FROM item WHERE id = '%s'", day->photo3->id);
  assert_value (place, NULL, "SELECT shown FROM item WHERE id = '%s'", day->photo3->id);
  assert_value (place, "menor_de_edad", "SELECT reason FROM item WHERE id = '%s'", day->photo3->id);
  assert_value (place, "erased", "SELECT state FROM item WHERE id = '%s'", day->erased->id);
  assert_value (place, "0", "SELECT count (*) FROM item WHERE content LIKE '%%anario%%' OR title LIKE '%%anario%%'");
  assert_value (place, "0", "SELECT count (*) FROM body WHERE instr (CAST (bytes AS TEXT), 'anario') > 0");
  assert_value (place, "0", "SELECT count (*) FROM change WHERE instr (content, 'anario') > 0");
  assert_value (place, "0", "SELECT count (*) FROM item WHERE content LIKE '%%Oculta%%'");
  assert_value (place, "2026-AAAA", "SELECT number FROM contribution WHERE id = '%s'", day->comment->id);
  assert_value (place, "publicado", "SELECT state FROM contribution");
  assert_value (place, "R-77", "SELECT radicado FROM contribution");
  assert_value (place, "En mayo.", "SELECT answer FROM contribution");
  assert_value (place, "Visita al puente", "SELECT title FROM event");
  assert_value (place, "1", "SELECT closed FROM event");
  assert_value (place, "4", "SELECT count (DISTINCT target) FROM decision WHERE target_device IS NOT NULL");
  assert_value (place, NULL, "SELECT target_device FROM decision WHERE type = 'answer'");
}

static void
test_in_order (void)
{
  Day day;
  Place place;

  day_make (&day);
  place_open (&place);
  for (guint i = 0; i < day.records->len; i++)
    arrive (&place, g_ptr_array_index (day.records, i), TRUE);
  check_day (&place, &day);
  place_close (&place);
  day_clear (&day);
}

/* Any order of arrival, some bodies late, some records twice: equal tables. Central's own records keep theirs. */
static void
test_any_order (void)
{
  Day day;
  Place reference;
  g_autofree char *expected = NULL;

  day_make (&day);
  place_open (&reference);
  for (guint i = 0; i < day.records->len; i++)
    arrive (&reference, g_ptr_array_index (day.records, i), TRUE);
  expected = dump (&reference);
  rebuild (&reference);
  {
    g_autofree char *again = dump (&reference);
    g_assert_cmpstr (again, ==, expected);
  }
  place_close (&reference);

  for (guint round = 0; round < 25; round++)
    {
      g_autoptr (GPtrArray) order = g_ptr_array_new ();
      g_autofree gboolean *late = g_new0 (gboolean, day.records->len);
      g_autofree char *got = NULL;
      g_autofree char *rebuilt = NULL;
      guint central = 0;
      Place place;

      for (guint i = 0; i < day.records->len; i++)
        g_ptr_array_add (order, GUINT_TO_POINTER (i));
      for (guint i = order->len - 1; i > 0; i--)
        {
          guint j = (guint) g_test_rand_int_range (0, (gint32) i + 1);
          gpointer swap = order->pdata[i];
          order->pdata[i] = order->pdata[j];
          order->pdata[j] = swap;
        }
      /* The places that fell to central's records take them in their own order. */
      for (guint i = 0; i < order->len; i++)
        {
          Record *record = g_ptr_array_index (day.records, GPOINTER_TO_UINT (order->pdata[i]));
          if (tst_envelope_get_fields (record->envelope)->chain != TST_CHAIN_CENTRAL)
            continue;
          while (tst_envelope_get_fields (((Record *) g_ptr_array_index (day.records, central))->envelope)->chain
                 != TST_CHAIN_CENTRAL)
            central++;
          order->pdata[i] = GUINT_TO_POINTER (central++);
        }

      place_open (&place);
      for (guint i = 0; i < order->len; i++)
        {
          guint n = GPOINTER_TO_UINT (order->pdata[i]);
          Record *record = g_ptr_array_index (day.records, n);

          late[n] = tst_envelope_get_fields (record->envelope)->chain != TST_CHAIN_CENTRAL && g_test_rand_int_range (0, 4) == 0;
          arrive (&place, record, !late[n]);
          if (g_test_rand_int_range (0, 6) == 0 && !late[n])
            arrive (&place, record, TRUE);
        }
      for (guint i = 0; i < order->len; i++)
        if (late[i])
          arrive (&place, g_ptr_array_index (day.records, i), TRUE);
      check_day (&place, &day);
      got = dump (&place);
      g_assert_cmpstr (got, ==, expected);
      rebuild (&place);
      rebuilt = dump (&place);
      g_assert_cmpstr (rebuilt, ==, expected);
      place_close (&place);
    }
  day_clear (&day);
}

/* What was erased is not kept when it comes again. */
static void
test_erased_stays (void)
{
  Day day;
  Place place;

  day_make (&day);
  place_open (&place);
  for (guint i = 0; i < day.records->len; i++)
    arrive (&place, g_ptr_array_index (day.records, i), TRUE);
  arrive (&place, day.erased, TRUE);
  rebuild (&place);
  check_day (&place, &day);
  place_close (&place);
  day_clear (&day);
}

/* A second device that sends a record under an id that exists takes nothing over, whatever it says. */
static void
test_stolen_id (void)
{
  Day day;
  Place place;
  Record *thief;

  day_make (&day);
  place_open (&place);
  for (guint i = 0; i < day.records->len; i++)
    arrive (&place, g_ptr_array_index (day.records, i), TRUE);
  thief = record_json (&day.other, TST_KIND_EVIDENCE, "{'type':'photo','id':'%s','caption':'Robada'}", day.photo->id);
  arrive (&place, thief, TRUE);
  record_free (thief);
  thief = record_json (&day.open, TST_KIND_CONTRIBUTION, "{'type':'comment','provisional_number':'2026-AAAA','public_ok':true,"
                                                         "'text':'Robado'}");
  arrive (&place, thief, TRUE);
  record_free (thief);
  check_day (&place, &day);
  rebuild (&place);
  check_day (&place, &day);
  place_close (&place);
  day_clear (&day);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/projection/in-order", test_in_order);
  g_test_add_func ("/projection/any-order", test_any_order);
  g_test_add_func ("/projection/erased-stays", test_erased_stays);
  g_test_add_func ("/projection/stolen-id", test_stolen_id);
  return g_test_run ();
}
