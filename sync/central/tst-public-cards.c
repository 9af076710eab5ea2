/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <string.h>

/* Pieces of evidence, works and contributions as lists show them. */

const char *
tst_public_kind_label (const char *type)
{
  if (g_strcmp0 (type, "comment") == 0)
    return "Aporte ciudadano";
  if (g_strcmp0 (type, "photo") == 0)
    return "Foto";
  if (g_strcmp0 (type, "note") == 0)
    return "Nota";
  if (g_strcmp0 (type, "audio") == 0)
    return "Nota de voz";
  const TstCode *code = type ? tst_code_find (TST_LIST_CAPTURE_KIND, type) : NULL;
  return code ? code->es : "Registro";
}

JsonObject *
tst_public_picture (TstStore *store, const TstPublicItem *item, GError **error)
{
  g_autoptr (TstStatement) list = tst_public_query (
    store, error, "SELECT sha256, width, height, type FROM derivative WHERE id = ?1 ORDER BY type, width", "s", item->id);
  g_autoptr (JsonObject) picture = NULL;
  g_autoptr (JsonArray) srcset = json_array_new ();
  g_autoptr (JsonArray) webp = json_array_new ();
  gint64 best = G_MAXINT64;
  gboolean row = FALSE;

  if (!list)
    return NULL;
  for (;;)
    {
      TstHash hash;

      if (!tst_statement_step (list, &row, error))
        return NULL;
      if (!row)
        break;
      if (!tst_statement_hash (list, 0, &hash))
        continue;
      gint64 width = tst_statement_int (list, 1);
      gboolean is_webp = g_strcmp0 (tst_statement_text (list, 3), "image/webp") == 0;
      g_autofree char *hex = tst_hash_to_hex (&hash);
      g_autofree char *href = g_strdup_printf ("/media/%s/%" G_GINT64_FORMAT ".%s", hex, width, is_webp ? "webp" : "jpg");
      JsonObject *one = json_object_new ();

      json_object_set_string_member (one, "href", href);
      json_object_set_int_member (one, "width", width);
      json_array_add_object_element (is_webp ? webp : srcset, one);
      if (is_webp)
        continue;
      if (!picture)
        picture = json_object_new ();
      json_object_set_string_member (picture, "full", href);
      if (ABS (width - 640) < best)
        {
          best = ABS (width - 640);
          json_object_set_string_member (picture, "src", href);
          json_object_set_int_member (picture, "width", width);
          json_object_set_int_member (picture, "height", tst_statement_int (list, 2));
        }
    }
  if (!picture)
    return NULL;
  const char *alt = tst_json_string (item->shown, "alt");
  const char *caption = tst_json_string (item->shown, "caption");
  json_object_set_string_member (picture, "alt", alt && *alt ? alt : caption ? caption : "");
  json_object_set_array_member (picture, "srcset", g_steal_pointer (&srcset));
  if (json_array_get_length (webp) > 0)
    {
      JsonObject *smaller = json_object_new ();

      json_object_set_array_member (smaller, "srcset", g_steal_pointer (&webp));
      json_object_set_object_member (picture, "webp", smaller);
    }
  return g_steal_pointer (&picture);
}

TstWork *
tst_public_load_work (TstStore *store, const char *code, GError **error)
{
  g_autoptr (TstStatement) find =
    tst_public_query (store, error, "SELECT content FROM work WHERE code = ?1 AND gone = 0", "s", code);
  gboolean row = FALSE;

  if (!find || !tst_statement_step (find, &row, error) || !row)
    return NULL;
  g_autoptr (JsonObject) json = tst_json_parse_object (tst_statement_text (find, 0), -1, NULL);
  return json ? tst_work_from_json (json, NULL) : NULL;
}

static void
set_code (JsonObject *object, const char *name, TstCodeList list, const char *value)
{
  g_autofree char *label_name = g_strconcat (name, "_label", NULL);

  /* Only codes of the list are codes: a stranger's word stays out of class names and filters. */
  if (!value || !tst_code_is_valid (list, value))
    return;
  json_object_set_string_member (object, name, value);
  json_object_set_string_member (object, label_name, tst_code_label (list, value, "es"));
}

JsonObject *
tst_public_evidence_card (TstStore *store, TstPublicCall *call, const TstPublicItem *item, GError **error)
{
  g_autoptr (JsonObject) card = json_object_new ();
  g_autoptr (GError) failed = NULL;
  JsonObject *picture = NULL;
  const char *caption = tst_json_string (item->shown, "caption");
  const char *event = tst_json_string (item->shown, "event_title");

  json_object_set_string_member (card, "id", item->id);
  picture = tst_public_picture (store, item, &failed);
  if (failed)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  if (picture)
    json_object_set_object_member (card, "picture", picture);
  json_object_set_string_member (card, "kind", g_strcmp0 (item->type, "photo") == 0     ? "photo"
                                               : g_strcmp0 (item->type, "note") == 0    ? "note"
                                               : g_strcmp0 (item->type, "video") == 0   ? "video"
                                               : g_strcmp0 (item->type, "audio") == 0   ? "audio"
                                               : g_strcmp0 (item->type, "comment") == 0 ? "comment"
                                                                                        : "other");
  json_object_set_string_member (card, "kind_label", tst_public_kind_label (item->type));
  set_code (card, "phase", TST_LIST_PHASE, tst_json_string (item->shown, "phase"));
  tst_public_set_text (card, "caption", caption && *caption ? caption : tst_json_string (item->shown, "text"));
  if (!g_str_equal (item->kind, "contribution"))
    tst_public_set_instant (card, "taken_at", item->taken_s);
  if (item->work)
    {
      g_autoptr (TstWork) work = tst_public_load_work (store, item->work, &failed);

      if (failed)
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return NULL;
        }
      if (work)
        {
          JsonObject *named = json_object_new ();
          g_autofree char *place = tst_public_place_label (call->routes, work->comuna);

          json_object_set_string_member (named, "code", work->code);
          json_object_set_string_member (named, "title", work->title);
          json_object_set_object_member (card, "work", named);
          tst_public_set_text (card, "place_label", place);
        }
    }
  if (event && *event)
    {
      JsonObject *named = json_object_new ();

      json_object_set_string_member (named, "title", event);
      json_object_set_object_member (card, "event", named);
    }
  return g_steal_pointer (&card);
}

JsonArray *
tst_public_evidence_cards (TstStore *store, TstPublicCall *call, GPtrArray *items, GError **error)
{
  g_autoptr (JsonArray) cards = json_array_new ();

  for (guint i = 0; i < items->len; i++)
    {
      JsonObject *card = tst_public_evidence_card (store, call, g_ptr_array_index (items, i), error);

      if (!card)
        return NULL;
      json_array_add_object_element (cards, card);
    }
  return g_steal_pointer (&cards);
}

JsonObject *
tst_public_work_card (TstStore *store, TstPublicCall *call, const TstWork *work, GError **error)
{
  g_autoptr (JsonObject) card = json_object_new ();
  g_autoptr (GError) failed = NULL;
  g_autofree char *place = tst_public_place_label (call->routes, work->comuna);
  gint64 count = 0;

  json_object_set_string_member (card, "code", work->code);
  json_object_set_string_member (card, "title", work->title);
  set_code (card, "status", TST_LIST_WORK_STATUS, work->status);
  if (work->sector)
    json_object_set_string_member (card, "sector_label", tst_code_label (TST_LIST_SECTOR, work->sector, "es"));
  tst_public_set_text (card, "place_label", place);
  tst_public_set_pesos (card, "budget", work->budget);
  tst_public_set_number (card, "physical_planned_pct", work->physical_planned_pct);
  tst_public_set_number (card, "physical_observed_pct", work->physical_observed_pct);
  if (!tst_public_count (store, &count, error,
                         "SELECT count (*) FROM item i WHERE i.work = ?1 AND i.state = 'published' AND " TST_PUBLIC_IN_GALLERY, "s", work->code))
    return NULL;
  json_object_set_int_member (card, "evidence_count", count);
  if (count > 0)
    {
      g_autoptr (TstStatement) newest = tst_public_query (
        store, error,
        "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item i WHERE i.work = ?1 AND i.state = 'published' AND " TST_PUBLIC_IN_GALLERY
        " ORDER BY i.taken_s DESC LIMIT 3",
        "s", work->code);
      g_autoptr (GPtrArray) items = newest ? tst_public_items (newest, error) : NULL;
      if (!items)
        return NULL;
      for (guint i = 0; i < items->len; i++)
        {
          const TstPublicItem *item = g_ptr_array_index (items, i);
          JsonObject *picture = NULL;

          if (i == 0)
            tst_public_set_instant (card, "last_evidence_at", item->taken_s);
          picture = tst_public_picture (store, item, &failed);
          if (failed)
            {
              g_propagate_error (error, g_steal_pointer (&failed));
              return NULL;
            }
          if (picture)
            {
              json_object_set_object_member (card, "picture", picture);
              break;
            }
        }
    }
  return g_steal_pointer (&card);
}

JsonArray *
tst_public_work_cards (TstStore *store, TstPublicCall *call, TstStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) works = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_work_free);
  g_autoptr (JsonArray) cards = json_array_new ();
  gboolean row = FALSE;

  for (;;)
    {
      if (!tst_statement_step (statement, &row, error))
        return NULL;
      if (!row)
        break;
      g_autoptr (JsonObject) json = tst_json_parse_object (tst_statement_text (statement, 0), -1, NULL);
      TstWork *work = json ? tst_work_from_json (json, NULL) : NULL;
      if (work)
        g_ptr_array_add (works, work);
    }
  for (guint i = 0; i < works->len; i++)
    {
      JsonObject *card = tst_public_work_card (store, call, g_ptr_array_index (works, i), error);

      if (!card)
        return NULL;
      json_array_add_object_element (cards, card);
    }
  return g_steal_pointer (&cards);
}

JsonObject *
tst_public_log_model (TstStore *store, TstPublicCall *call, GError **error)
{
  g_autoptr (JsonObject) log = json_object_new ();
  g_autofree char *root = NULL;
  gint64 signed_s = 0;
  TstHash empty = { 0 };

  json_object_set_string_member (log, "origin", tst_central_get_origin (call->routes->central));
  json_object_set_int_member (log, "size", call->checkpoint ? (gint64) call->checkpoint->size : 0);
  root = tst_hash_to_base64 (call->checkpoint ? &call->checkpoint->root : &empty);
  json_object_set_string_member (log, "root", root);
  if (!tst_public_count (store, &signed_s, error, "SELECT signed_s FROM checkpoint WHERE size = ?1", "i",
                         call->checkpoint ? (gint64) call->checkpoint->size : (gint64) 0))
    return NULL;
  tst_public_set_instant (log, "checkpoint_at", signed_s > 0 ? signed_s : call->now_s);
  json_object_set_string_member (log, "vkey", call->routes->vkey);
  return g_steal_pointer (&log);
}

static const char *
state_label (const char *state)
{
  static const char *const labels[][2] = {
    { "recibido", "Recibido" },   { "radicado", "Radicado" },   { "respondido", "Respondido" },
    { "publicado", "Respondido y publicado" }, { "retirado", "Retirado por su autor" },
    { "asignado", "Asignado a quien lo atiende" }, { "en_tramite", "En trámite" },
    { "trasladado", "Trasladado a otra entidad" }, { "respondido_en_vivo", "Respondido en vivo" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_strcmp0 (state, labels[i][0]) == 0)
      return labels[i][1];
  return "Recibido";
}

/* A row of TST_PUBLIC_CONTRIBUTION_COLUMNS. The text is there once it was published; the answer too, or when the author did not allow
 * publishing: then it goes to whoever holds the number. */
JsonObject *
tst_public_contribution (TstPublicCall *call, TstStatement *row)
{
  JsonObject *contribution = json_object_new ();
  gboolean published = g_strcmp0 (tst_statement_text (row, 9), "published") == 0;
  gboolean public_ok = tst_statement_int (row, 8) != 0;
  gboolean answered = !tst_statement_is_null (row, 7);
  const char *class_code = tst_statement_text (row, 1);
  const char *state = tst_statement_text (row, 4);
  g_autoptr (JsonObject) shown =
    published && tst_statement_text (row, 10) ? tst_json_parse_object (tst_statement_text (row, 10), -1, NULL) : NULL;

  json_object_set_string_member (contribution, "number", tst_statement_text (row, 0));
  json_object_set_string_member (contribution, "class_label",
                                 class_code && tst_code_is_valid (TST_LIST_CONTRIBUTION_CLASS, class_code)
                                   ? tst_code_label (TST_LIST_CONTRIBUTION_CLASS, class_code, "es")
                                   : "Aporte");
  tst_public_set_day (call, contribution, "received_on", tst_statement_int (row, 2));
  json_object_set_string_member (contribution, "state", state ? state : "recibido");
  json_object_set_string_member (contribution, "state_label", state_label (state));
  if (shown)
    tst_public_set_text (contribution, "text", tst_json_string (shown, "text"));
  if (answered && (published || !public_ok))
    tst_public_set_text (contribution, "answer", tst_statement_text (row, 6));
  if (answered)
    tst_public_set_day (call, contribution, "answered_on", tst_statement_int (row, 7));
  return contribution;
}
