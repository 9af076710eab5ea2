/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-error.h"
#include "central/tst-moderation.h"
#include "central/tst-public-log.h"
#include "model/tst-code-lists.h"
#include "model/tst-geo.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* A piece of evidence: /evidencia/ID and what hangs on it. */

void
tst_public_record_clear (TstPublicRecord *self)
{
  g_clear_pointer (&self->note, g_bytes_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
}

gboolean
tst_public_find_record (TstStore *store, TstPublicCall *call, TstPublicRecord *record, GError **error)
{
  gboolean row = FALSE;
  const char *state = NULL;

  g_autoptr (TstStatement) find =
    tst_public_query (store, error,
                      "SELECT i.state, i.text_hash, i.revealed, i.decided_s, i.reason, l.idx, l.note, b.bytes,"
                      " (i.state = 'erased' AND i.revealed) OR EXISTS (SELECT 1 FROM decision d WHERE d.target = i.id AND d.type = 'accept')"
                      " FROM item i JOIN leaf l ON l.text_hash = i.text_hash LEFT JOIN body b ON b.text_hash = i.text_hash"
                      " WHERE i.id = ?1",
                      "s", call->name);
  if (!find || !tst_statement_step (find, &row, error))
    return FALSE;
  state = row ? tst_statement_text (find, 0) : NULL;
  if (state && g_str_equal (state, "published"))
    {
      tst_statement_hash (find, 1, &record->text_hash);
      record->revealed = tst_statement_int (find, 2) != 0;
      record->decided_s = tst_statement_int (find, 3);
      record->idx = (guint64) tst_statement_int (find, 5);
      record->note = tst_statement_bytes (find, 6);
      record->body = record->revealed ? tst_statement_bytes (find, 7) : NULL;
      call->status = 200;
      return TRUE;
    }
  /* Gone is only what was ever there: of all else not even its existence is told. */
  if (state && tst_statement_int (find, 8) != 0)
    {
      call->status = 410;
      call->gone_s = tst_statement_int (find, 3);
      g_free (call->gone_reason);
      call->gone_reason = g_str_equal (state, "withdrawn")
                            ? g_strdup ("Lo retiró quien lo registró")
                            : g_strdup (tst_moderation_reason_label (tst_statement_text (find, 4)));
    }
  else
    call->status = 404;
  return TRUE;
}

/* --- what the page says --- */

static const char *
taken_source (const JsonObject *shown, const TstEnvelopeFields *fields, const char **label)
{
  const char *source = tst_json_string ((JsonObject *) shown, "taken_at_source");
  gboolean camera = g_strcmp0 (tst_json_string ((JsonObject *) shown, "origin"), "camera") == 0;

  if (g_strcmp0 (source, "gps") == 0)
    {
      *label = "hora del satélite, en el archivo de la foto";
      return "gnss";
    }
  if (g_strcmp0 (source, "exif") == 0 || g_strcmp0 (source, "exif-local") == 0)
    {
      *label = camera ? "reloj de la cámara" : "hora escrita en el archivo importado";
      return camera ? "camera" : "import";
    }
  switch (fields->time_source)
    {
    case TST_TIME_GNSS:
      *label = "hora del satélite";
      return "gnss";
    case TST_TIME_NTP:
      *label = "reloj de la tableta, sincronizado por red";
      return "ntp";
    case TST_TIME_RTC:
      *label = "reloj propio de la tableta";
      return "rtc";
    case TST_TIME_UNKNOWN:
    default:
      *label = "reloj sin comprobar";
      return "unknown";
    }
}

static const char *
place_source_label (const char *source)
{
  static const char *const labels[][2] = {
    { "exif", "escrita por la cámara" }, { "gnss", "receptor de satélite" },  { "pin", "señalada en el mapa" },
    { "work", "posición de la obra" },   { "network", "estimada por la red" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_strcmp0 (source, labels[i][0]) == 0)
      return labels[i][1];
  return "sin precisar";
}

/* «hacia el occidente (272° desde el norte magnético)»: a compass and a map differ here by some eight degrees, so it is said which it was, and by
 * how much what a compass said was corrected. */
static void
set_heading (JsonObject *model, JsonObject *place)
{
  static const char *const points[] = { "norte", "nororiente", "oriente", "suroriente", "sur", "suroccidente", "occidente", "noroccidente" };
  const double degrees = tst_json_double (place, "heading_deg", NAN);
  const gboolean magnetic = g_strcmp0 (tst_json_string (place, "heading_north"), "magnetic") == 0;
  const double declination = tst_json_double (place, "declination_deg", 0);
  g_autofree char *corrected = NULL, *label = NULL;

  if (!(degrees >= 0 && degrees <= 360))
    return;
  if (!magnetic && fabs (declination) >= 0.05 && fabs (declination) <= 180)
    {
      const int tenths = (int) lround (fabs (declination) * 10);

      corrected = g_strdup_printf (", por brújula corregida en la declinación del lugar: %d,%d° al %s", tenths / 10, tenths % 10,
                                   declination < 0 ? "occidente" : "oriente");
    }
  label = g_strdup_printf ("hacia el %s (%.0f°%s%s)", points[tst_geo_octant (degrees) % G_N_ELEMENTS (points)], degrees,
                           magnetic ? " desde el norte magnético, por brújula" : " desde el norte", corrected != NULL ? corrected : "");
  tst_public_set_number (model, "heading_deg", degrees);
  if (magnetic)
    json_object_set_string_member (model, "heading_north", "magnetic");
  json_object_set_string_member (model, "heading_label", label);
}

static JsonObject *
place_model (JsonObject *shown, double *lat, double *lon)
{
  static const char *const known[] = { "exif", "gnss", "pin", "work", "network", NULL };
  JsonObject *place = tst_json_object (shown, "place");
  const char *source = place ? tst_json_string (place, "source") : NULL;
  JsonObject *model = NULL;

  *lat = place ? tst_json_double (place, "lat", NAN) : NAN;
  *lon = place ? tst_json_double (place, "lon", NAN) : NAN;
  if (!(fabs (*lat) <= 90) || !(fabs (*lon) <= 180))
    return NULL;
  model = json_object_new ();
  json_object_set_double_member (model, "lat", *lat);
  json_object_set_double_member (model, "lon", *lon);
  double accuracy = tst_json_double (place, "accuracy_m", NAN);
  if (accuracy >= 0)
    tst_public_set_number (model, "accuracy_m", accuracy);
  set_heading (model, place);
  json_object_set_string_member (model, "source", source && g_strv_contains (known, source) ? source : "unknown");
  json_object_set_string_member (model, "source_label", place_source_label (source));
  return model;
}

/* The role as people say it. What a tablet wrote is its staff's own word. */
static const char *
role_label (const char *role)
{
  static const char *const labels[][2] = {
    { "supervisor", "Supervisión de la obra" }, { "supervision", "Supervisión de la obra" },
    { "interventoria", "Interventoría" },       { "staff", "Equipo de la Alcaldía" },
    { "fair", "Equipo de la feria" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_ascii_strcasecmp (role, labels[i][0]) == 0)
      return labels[i][1];
  return role;
}

/* A film or a voice note: what is told of it in place of a picture. */
static void
put_recording (JsonObject *evidence, const TstPublicItem *item)
{
  JsonObject *recording = NULL;
  gint64 seconds = (tst_json_int (item->shown, "duration_ms", 0) + 500) / 1000;
  g_autofree char *length = NULL;

  if (g_strcmp0 (item->type, "video") != 0 && g_strcmp0 (item->type, "audio") != 0)
    return;
  recording = json_object_new ();
  length = g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));
  if (seconds > 0)
    json_object_set_string_member (recording, "length", length);
  if (tst_json_int (item->shown, "original_bytes", 0) > 0)
    json_object_set_int_member (recording, "bytes", tst_json_int (item->shown, "original_bytes", 0));
  tst_public_set_text (recording, "words", tst_json_string (item->shown, "alt"));
  json_object_set_object_member (evidence, "recording", recording);
}

static gboolean
put_check (TstStore *store, TstPublicCall *call, const TstPublicItem *item, const TstPublicRecord *record, TstEnvelope *envelope, GError **error)
{
  const TstEnvelopeFields *fields = tst_envelope_get_fields (envelope);
  JsonObject *check = json_object_new ();
  g_autofree char *record_hex = tst_hash_to_hex (&record->text_hash);
  g_autofree char *body_hex = tst_hash_to_hex (&fields->body);
  gint64 checkpoint_s = 0;
  gint64 not_before = 0;
  gint64 not_after = 0;
  gboolean row = FALSE;

  json_object_set_object_member (call->model, "check", check);
  json_object_set_boolean_member (check, "ok", FALSE); /* the answer of tst_public_recheck() comes here */
  json_object_set_int_member (check, "log_index", (gint64) record->idx);
  json_object_set_int_member (check, "log_size", call->checkpoint ? (gint64) call->checkpoint->size : 0);
  if (!tst_public_count (store, &checkpoint_s, error, "SELECT signed_s FROM checkpoint WHERE size = ?1", "i",
                         call->checkpoint ? (gint64) call->checkpoint->size : (gint64) 0)
      || !tst_public_count (store, &not_before, error, "SELECT signed_s FROM checkpoint WHERE size = ?1", "i",
                            fields->anchor_origin ? (gint64) fields->anchor_size : (gint64) -1)
      || !tst_public_count (store, &not_after, error,
                            "SELECT signed_s FROM checkpoint WHERE size > ?1 ORDER BY size LIMIT 1", "i", (gint64) record->idx))
    return FALSE;
  tst_public_set_instant (check, "checkpoint_at", checkpoint_s > 0 ? checkpoint_s : call->now_s);
  json_object_set_string_member (check, "origin", tst_central_get_origin (call->routes->central));
  json_object_set_string_member (check, "record_sha256", record_hex);
  json_object_set_string_member (check, "body_sha256", body_hex);
  {
    g_autoptr (TstStatement) original = tst_public_query (
      store, error, "SELECT sha256 FROM record_media WHERE text_hash = ?1 ORDER BY role = 'photo' DESC, sha256 LIMIT 1", "h",
      &record->text_hash);
    TstHash hash;

    if (!original || !tst_statement_step (original, &row, error))
      return FALSE;
    /* The body names it; it is told only with the body. */
    if (row && record->revealed && tst_statement_hash (original, 0, &hash))
      {
        g_autofree char *hex = tst_hash_to_hex (&hash);
        json_object_set_string_member (check, "original_sha256", hex);
      }
    else
      tst_public_set_text (check, "original_sha256", tst_json_string (item->shown, "original_sha256"));
  }
  {
    g_autoptr (TstStatement) widest = tst_public_query (
      store, error, "SELECT sha256 FROM derivative WHERE id = ?1 AND type = 'image/jpeg' ORDER BY width DESC LIMIT 1", "s", call->name);
    TstHash hash;

    if (!widest || !tst_statement_step (widest, &row, error))
      return FALSE;
    if (row && tst_statement_hash (widest, 0, &hash))
      {
        g_autofree char *hex = tst_hash_to_hex (&hash);
        json_object_set_string_member (check, "published_sha256", hex);
      }
  }
  json_object_set_string_member (check, "device", tst_envelope_get_device (envelope));
  {
    g_autoptr (TstStatement) find =
      tst_public_query (store, error, "SELECT public_key FROM device WHERE name = ?1", "s", tst_envelope_get_device (envelope));
    g_autofree char *vkey = NULL;

    if (!find || !tst_statement_step (find, &row, error))
      return FALSE;
    g_autoptr (GBytes) key = row ? tst_statement_bytes (find, 0) : NULL;
    if (key && g_bytes_get_size (key) == TST_PUBLIC_KEY_SIZE)
      {
        g_autoptr (TstVerifier) verifier = tst_verifier_new_for_device (g_bytes_get_data (key, NULL));
        vkey = tst_verifier_to_vkey (verifier);
      }
    json_object_set_string_member (check, "device_vkey", vkey ? vkey : "");
  }
  json_object_set_string_member (check, "chain", tst_chain_name (fields->chain));
  json_object_set_int_member (check, "seq", (gint64) fields->seq);
  if (not_before > 0)
    tst_public_set_instant (check, "not_before", not_before);
  if (not_after > 0)
    tst_public_set_instant (check, "not_after", not_after);
  return TRUE;
}

static gboolean
put_neighbour (TstStore *store, TstPublicCall *call, const TstPublicItem *item, const char *member, const char *sql, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) find = tst_public_query (store, error, sql, "sis", item->work, item->taken_s, item->id);

  if (!find || !tst_statement_step (find, &row, error))
    return FALSE;
  if (row)
    {
      g_autofree char *href = g_strdup_printf ("/evidencia/%s", tst_statement_text (find, 0));
      json_object_set_string_member (call->model, member, href);
    }
  return TRUE;
}

static void
put_files (TstPublicCall *call, gboolean revealed)
{
  JsonObject *files = json_object_new ();
  g_autofree char *record = g_strdup_printf ("/evidencia/%s/record", call->name);
  g_autofree char *body = g_strdup_printf ("/evidencia/%s/body", call->name);
  g_autofree char *proof = g_strdup_printf ("/evidencia/%s/proof", call->name);

  json_object_set_string_member (files, "record_href", record);
  if (revealed)
    json_object_set_string_member (files, "body_href", body);
  json_object_set_string_member (files, "proof_href", proof);
  json_object_set_object_member (call->model, "files", files);
}

static gboolean
load_received (TstStore *store, const TstPublicRecord *record, gint64 *received_s, GError **error)
{
  return tst_public_count (store, received_s, error, "SELECT received_s FROM leaf WHERE idx = ?1", "i", (gint64) record->idx);
}

/* Clocks that differ by less are no contradiction. */
#define CLOCK_SLACK_S 120
/* A doubt of more than a day is none that a number tells. */
#define DAY_S G_GINT64_CONSTANT (86400)

/* The tablet's clock cannot have been right: the record was made after the checkpoint that it names, and before it came here. */
static gboolean
put_clock_doubt (TstStore *store, TstPublicCall *call, JsonObject *evidence, const TstEnvelopeFields *fields, gint64 received_s, GError **error)
{
  g_autoptr (TstStatement) find = NULL;
  JsonObject *doubt;
  gboolean row = FALSE;
  gint64 after_s = 0;

  if (fields->anchor_origin != NULL)
    {
      find = tst_public_query (store, error, "SELECT signed_s FROM checkpoint WHERE size = ?1", "i", (gint64) fields->anchor_size);
      if (find == NULL || !tst_statement_step (find, &row, error))
        return FALSE;
      after_s = row ? tst_statement_int (find, 0) : 0;
    }
  if (fields->utc_s <= received_s + CLOCK_SLACK_S && fields->utc_s + MIN ((gint64) fields->uncertainty_s, DAY_S) + CLOCK_SLACK_S >= after_s)
    return TRUE;
  doubt = json_object_new ();
  if (after_s > 0)
    tst_public_set_instant (doubt, "after", after_s);
  tst_public_set_instant (doubt, "before", received_s);
  json_object_set_object_member (evidence, "clock_doubt", doubt);
  return TRUE;
}

static void
put_evidence (TstPublicCall *call, JsonObject *evidence, const TstPublicItem *item, const TstPublicRecord *record,
              const TstEnvelopeFields *fields, gint64 received_s, const char *reason)
{
  const char *label = NULL;
  const char *source = taken_source (item->shown, fields, &label);
  const char *role = tst_json_string (item->shown, "author_role");
  const char *item_code = tst_json_string (item->shown, "item");
  double lat = NAN, lon = NAN;
  JsonObject *place = place_model (item->shown, &lat, &lon);

  json_object_set_string_member (evidence, "taken_at_source", source);
  json_object_set_string_member (evidence, "taken_at_source_label", label);
  /* The doubt is the tablet's clock's; nobody knows that of a file's own time. */
  if (!g_str_equal (source, "camera") && !g_str_equal (source, "import")
      && g_strcmp0 (tst_json_string (item->shown, "taken_at_source"), "gps") != 0 && (gint64) fields->uncertainty_s <= DAY_S)
    json_object_set_int_member (evidence, "taken_at_uncertainty_s", fields->uncertainty_s);
  put_recording (evidence, item);
  if (place)
    json_object_set_object_member (evidence, "place", place);
  if (role && *role)
    json_object_set_string_member (evidence, "author_role_label", role_label (role));
  if (item_code && tst_code_is_valid (TST_LIST_WORK_ITEM, item_code))
    json_object_set_string_member (evidence, "item_label", tst_code_label (TST_LIST_WORK_ITEM, item_code, "es"));
  tst_public_set_instant (evidence, "received_at", received_s);
  tst_public_set_instant (evidence, "published_at", record->decided_s);
  json_object_set_boolean_member (evidence, "redacted", !record->revealed);
  if (!record->revealed && reason)
    json_object_set_string_member (evidence, "redacted_reason_label", tst_moderation_reason_label (reason));
}

gboolean
tst_public_build_evidence (TstStore *store, TstPublicCall *call, GError **error)
{
  TstPublicRecord record = { 0 };
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (TstEnvelope) envelope = NULL;
  g_autofree char *reason = NULL;
  JsonObject *card = NULL;
  TstPublicItem *item = NULL;
  gint64 received_s = 0;
  gboolean row = FALSE;
  gboolean done = FALSE;

  call->page = "evidencia";
  if (!tst_public_find_record (store, call, &record, error))
    return FALSE;
  if (call->status != 200)
    {
      tst_public_record_clear (&record);
      return TRUE;
    }
  envelope = tst_envelope_parse (record.note, error);
  {
    g_autoptr (TstStatement) find = tst_public_query (
      store, error, "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item i WHERE i.id = ?1 AND i.state = 'published'", "s", call->name);
    items = find && envelope ? tst_public_items (find, error) : NULL;
  }
  {
    g_autoptr (TstStatement) find = tst_public_query (store, error, "SELECT reason FROM item WHERE id = ?1", "s", call->name);
    if (find && tst_statement_step (find, &row, NULL) && row)
      reason = g_strdup (tst_statement_text (find, 0));
  }
  if (envelope && items && items->len == 1 && load_received (store, &record, &received_s, error))
    {
      item = g_ptr_array_index (items, 0);
      card = tst_public_evidence_card (store, call, item, error);
    }
  if (card)
    {
      put_evidence (call, card, item, &record, tst_envelope_get_fields (envelope), received_s, reason);
      json_object_set_object_member (call->model, "evidence", card);
      put_files (call, record.revealed);
      done = put_clock_doubt (store, call, card, tst_envelope_get_fields (envelope), received_s, error)
             && put_check (store, call, item, &record, envelope, error);
    }
  if (done && tst_json_object (card, "place"))
    {
      JsonObject *place = tst_json_object (card, "place");
      JsonObject *map = tst_public_map (
        store, call, tst_public_point (tst_json_double (place, "lat", 0), tst_json_double (place, "lon", 0)), FALSE, error);

      if (map)
        json_object_set_object_member (call->model, "map", map);
      done = map != NULL;
    }
  if (done && item->work)
    done = put_neighbour (store, call, item, "prev_href",
                          "SELECT i.id FROM item i WHERE i.work = ?1 AND i.state = 'published' AND " TST_PUBLIC_IN_GALLERY
                          " AND (taken_s, id) < (?2, ?3) ORDER BY taken_s DESC, id DESC LIMIT 1",
                          error)
           && put_neighbour (store, call, item, "next_href",
                             "SELECT i.id FROM item i WHERE i.work = ?1 AND i.state = 'published' AND " TST_PUBLIC_IN_GALLERY
                             " AND (taken_s, id) > (?2, ?3) ORDER BY taken_s, id LIMIT 1",
                             error);
  tst_public_record_clear (&record);
  if (!done && error && !*error)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED, "The page of a published item could not be made.");
  return done;
}

/* --- checked anew --- */

typedef struct
{
  const char *id;
  GBytes *note;
  guint64 idx;
  guint8 key[TST_PUBLIC_KEY_SIZE];
  gboolean has_key;
  GArray *derivatives;
} Recheck;

static gboolean
load_recheck (TstStore *store, gpointer data, GError **error)
{
  Recheck *self = data;
  gboolean row = FALSE;

  {
    g_autoptr (TstStatement) find =
      tst_public_query (store, error,
                        "SELECT l.note, l.idx, d.public_key FROM item i JOIN leaf l ON l.text_hash = i.text_hash"
                        " LEFT JOIN device d ON d.name = i.device WHERE i.id = ?1 AND i.state = 'published'",
                        "s", self->id);
    if (!find || !tst_statement_step (find, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    self->note = tst_statement_bytes (find, 0);
    self->idx = (guint64) tst_statement_int (find, 1);
    g_autoptr (GBytes) key = tst_statement_bytes (find, 2);
    if (key && g_bytes_get_size (key) == sizeof self->key)
      {
        memcpy (self->key, g_bytes_get_data (key, NULL), sizeof self->key);
        self->has_key = TRUE;
      }
  }
  g_autoptr (TstStatement) list =
    tst_public_query (store, error, "SELECT sha256 FROM derivative WHERE id = ?1", "s", self->id);
  if (!list)
    return FALSE;
  for (;;)
    {
      TstHash hash;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      if (tst_statement_hash (list, 0, &hash))
        g_array_append_val (self->derivatives, hash);
    }
}

gboolean
tst_public_recheck (TstPublicRoutes *routes, const char *id)
{
  g_autoptr (GArray) derivatives = g_array_new (FALSE, FALSE, sizeof (TstHash));
  Recheck recheck = { .id = id, .derivatives = derivatives };
  TstMediaStore *media = tst_central_get_media (routes->central);
  gboolean ok = tst_store_read (tst_central_get_store (routes->central), load_recheck, &recheck, NULL);
  g_autoptr (GBytes) note = recheck.note;

  if (!ok || !note || !recheck.has_key)
    return FALSE;
  g_autoptr (TstEnvelope) envelope = tst_envelope_parse (note, NULL);
  g_autoptr (TstVerifier) verifier = tst_verifier_new_for_device (recheck.key);
  g_autoptr (GBytes) proof = tst_public_log_prove (tst_central_get_log (routes->central), recheck.idx, NULL);
  TstVerifier *log = tst_signing_key_get_verifier (tst_central_get_log_key (routes->central));
  guint64 index = 0;

  ok = envelope && proof && tst_envelope_verify (envelope, verifier, NULL)
       && tst_tlog_proof_check (proof, note, log, &index, NULL) && index == recheck.idx;
  for (guint i = 0; ok && i < derivatives->len; i++)
    ok = tst_media_store_check (media, &g_array_index (derivatives, TstHash, i), NULL, NULL);
  return ok;
}
