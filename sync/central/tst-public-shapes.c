/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "model/tst-calendar.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- queries --- */

static TstStatement *
query_va (TstStore *store, GError **error, const char *sql, const char *types, va_list args)
{
  TstStatement *statement = tst_store_prepare (store, sql, error);

  for (int at = 1; statement && types[at - 1]; at++)
    switch (types[at - 1])
      {
      case 's':
        tst_statement_bind_text (statement, at, va_arg (args, const char *));
        break;
      case 'i':
        tst_statement_bind_int (statement, at, va_arg (args, gint64));
        break;
      case 'h':
        tst_statement_bind_hash (statement, at, va_arg (args, const TstHash *));
        break;
      default:
        g_assert_not_reached ();
      }
  return statement;
}

TstStatement *
tst_public_query (TstStore *store, GError **error, const char *sql, const char *types, ...)
{
  TstStatement *statement;
  va_list args;

  va_start (args, types);
  statement = query_va (store, error, sql, types, args);
  va_end (args);
  return statement;
}

gboolean
tst_public_count (TstStore *store, gint64 *count, GError **error, const char *sql, const char *types, ...)
{
  gboolean row = FALSE;
  va_list args;

  va_start (args, types);
  g_autoptr (TstStatement) statement = query_va (store, error, sql, types, args);
  va_end (args);
  if (!statement || !tst_statement_step (statement, &row, error))
    return FALSE;
  *count = row ? tst_statement_int (statement, 0) : 0;
  return TRUE;
}

void
tst_public_item_free (TstPublicItem *self)
{
  g_free (self->id);
  g_free (self->kind);
  g_free (self->type);
  g_free (self->work);
  g_free (self->event);
  g_clear_pointer (&self->shown, json_object_unref);
  g_free (self);
}

GPtrArray *
tst_public_items (TstStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_public_item_free);
  gboolean row = FALSE;

  for (;;)
    {
      if (!tst_statement_step (statement, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&items);
      TstPublicItem *item = g_new0 (TstPublicItem, 1);
      item->id = g_strdup (tst_statement_text (statement, 0));
      item->kind = g_strdup (tst_statement_text (statement, 1));
      item->type = g_strdup (tst_statement_text (statement, 2));
      item->work = g_strdup (tst_statement_text (statement, 3));
      item->event = g_strdup (tst_statement_text (statement, 4));
      item->taken_s = tst_statement_int (statement, 5);
      item->decided_s = tst_statement_int (statement, 6);
      item->shown = tst_statement_text (statement, 7) ? tst_json_parse_object (tst_statement_text (statement, 7), -1, NULL) : NULL;
      if (!item->shown)
        item->shown = json_object_new ();
      g_ptr_array_add (items, item);
    }
}

/* --- members --- */

void
tst_public_set_instant (JsonObject *object, const char *name, gint64 seconds)
{
  g_autofree char *text = tst_time_format (seconds);

  json_object_set_string_member (object, name, text);
}

void
tst_public_set_day (TstPublicCall *call, JsonObject *object, const char *name, gint64 seconds)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seconds);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_timezone (utc, call->routes->zone) : NULL;
  g_autofree char *text = local ? g_date_time_format (local, "%Y-%m-%d") : NULL;

  if (text)
    json_object_set_string_member (object, name, text);
}

void
tst_public_set_text (JsonObject *object, const char *name, const char *text)
{
  if (text && *text)
    json_object_set_string_member (object, name, text);
}

void
tst_public_set_number (JsonObject *object, const char *name, double value)
{
  if (isfinite (value))
    json_object_set_double_member (object, name, value);
}

void
tst_public_set_pesos (JsonObject *object, const char *name, double value)
{
  if (isfinite (value) && fabs (value) < 9e15)
    json_object_set_int_member (object, name, llround (value));
}

const char *
tst_public_param (const TstPublicCall *call, const char *name)
{
  const char *value = call->request->query ? g_hash_table_lookup (call->request->query, name) : NULL;

  return value && *value && strlen (value) <= 200 && g_utf8_validate (value, -1, NULL) ? value : NULL;
}

char *
tst_public_self (const TstPublicCall *call, guint page)
{
  static const char *const known[] = { "q", "obra", "comuna", "sector", "estado", "fase", "desde", "hasta", "sin_evidencia", "numero" };
  GString *text = g_string_new (NULL);
  char joint = '?';

  /* Codes of works may hold anything: the path is written anew, escaped. */
  g_string_append_uri_escaped (text, call->request->path, "/", FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      const char *value = tst_public_param (call, known[i]);

      if (!value)
        continue;
      g_string_append_printf (text, "%c%s=", joint, known[i]);
      g_string_append_uri_escaped (text, value, NULL, FALSE);
      joint = '&';
    }
  if (page > 1)
    g_string_append_printf (text, "%cpagina=%u", joint, page);
  return g_string_free (text, FALSE);
}

guint
tst_public_paging (TstPublicCall *call, gint64 total, guint size)
{
  const char *text = tst_public_param (call, "pagina");
  guint64 asked = text ? g_ascii_strtoull (text, NULL, 10) : 1;
  guint pages = (guint) MAX (1, (total + size - 1) / size);
  guint page = (guint) CLAMP (asked, 1, pages);
  JsonObject *paging = json_object_new ();

  json_object_set_int_member (paging, "page", page);
  json_object_set_int_member (paging, "pages", pages);
  json_object_set_int_member (paging, "first", total > 0 ? (gint64) (page - 1) * size + 1 : 0);
  json_object_set_int_member (paging, "last", MIN (total, (gint64) page * size));
  if (page > 1)
    {
      g_autofree char *href = tst_public_self (call, page - 1);
      json_object_set_string_member (paging, "prev_href", href);
    }
  if (page < pages)
    {
      g_autofree char *href = tst_public_self (call, page + 1);
      json_object_set_string_member (paging, "next_href", href);
    }
  json_object_set_object_member (call->model, "paging", paging);
  return (page - 1) * size;
}

JsonObject *
tst_public_option (const char *value, const char *label, gint64 count, gboolean selected)
{
  JsonObject *option = json_object_new ();

  json_object_set_string_member (option, "value", value);
  json_object_set_string_member (option, "label", label);
  if (count >= 0)
    json_object_set_int_member (option, "count", count);
  json_object_set_boolean_member (option, "selected", selected);
  return option;
}

/* --- places --- */

static const char *
skip_zeros (const char *text)
{
  while (*text == '0' && text[1])
    text++;
  return text;
}

const char *
tst_public_comuna (TstPublicRoutes *routes, const char *text)
{
  g_autofree char *folded = text ? tst_fold_words (text) : NULL;
  const char *number = NULL;

  if (!folded || !*folded)
    return NULL;
  number = g_str_has_prefix (folded, "comuna ") ? folded + strlen ("comuna ") : folded;
  for (guint i = 0; i < routes->town->comunas->len; i++)
    {
      const TstComuna *comuna = g_ptr_array_index (routes->town->comunas, i);
      g_autofree char *name = tst_fold_words (comuna->name);

      if (g_str_equal (folded, name) || g_str_equal (skip_zeros (number), skip_zeros (comuna->code)))
        return comuna->code;
    }
  return NULL;
}

char *
tst_public_place_label (TstPublicRoutes *routes, const char *text)
{
  const char *code = tst_public_comuna (routes, text);

  for (guint i = 0; code && i < routes->town->comunas->len; i++)
    {
      const TstComuna *comuna = g_ptr_array_index (routes->town->comunas, i);

      if (g_str_equal (comuna->code, code))
        return g_strdup_printf ("Comuna %s · %s", skip_zeros (comuna->code), comuna->name);
    }
  return text && *text ? g_strdup (text) : NULL;
}

char *
tst_public_comuna_values (TstStore *store, TstPublicRoutes *routes, const char *code, GError **error)
{
  g_autoptr (GString) values = g_string_new ("''");
  g_autoptr (TstStatement) list =
    tst_public_query (store, error, "SELECT DISTINCT comuna FROM work WHERE comuna IS NOT NULL", "");
  gboolean row = FALSE;

  if (!list)
    return NULL;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return NULL;
      if (!row)
        return g_string_free (g_steal_pointer (&values), FALSE);
      const char *value = tst_statement_text (list, 0);
      const char *means = tst_public_comuna (routes, value);
      if (g_strcmp0 (means ? means : value, code) == 0)
        {
          char *quoted = sqlite3_mprintf (",%Q", value);
          g_string_append (values, quoted);
          sqlite3_free (quoted);
        }
    }
}

JsonObject *
tst_public_point (double lat, double lon)
{
  JsonObject *point = json_object_new ();
  JsonArray *coordinates = json_array_new ();

  json_object_set_string_member (point, "type", "Point");
  json_array_add_double_element (coordinates, lon);
  json_array_add_double_element (coordinates, lat);
  json_object_set_array_member (point, "coordinates", coordinates);
  return point;
}

static gboolean
count_by_comuna (TstStore *store, TstPublicRoutes *routes, const char *sql, GHashTable *counts, GError **error)
{
  g_autoptr (TstStatement) list = tst_public_query (store, error, sql, "");
  gboolean row = FALSE;

  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      const char *code = tst_public_comuna (routes, tst_statement_text (list, 0));
      gint64 old = code ? GPOINTER_TO_INT (g_hash_table_lookup (counts, code)) : 0;
      if (code)
        g_hash_table_replace (counts, (gpointer) code, GINT_TO_POINTER ((int) (old + tst_statement_int (list, 1))));
    }
}

JsonObject *
tst_public_map (TstStore *store, TstPublicCall *call, JsonObject *point, gboolean counts, GError **error)
{
  TstPublicRoutes *routes = call->routes;
  g_autoptr (GHashTable) works = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) evidence = g_hash_table_new (g_str_hash, g_str_equal);
  JsonObject *map = NULL;
  JsonArray *bbox = NULL;
  JsonArray *areas = NULL;

  if (counts
      && (!count_by_comuna (store, routes, "SELECT comuna, count (*) FROM work WHERE gone = 0 GROUP BY comuna", works, error)
          || !count_by_comuna (store, routes,
                               "SELECT w.comuna, count (*) FROM item i JOIN work w ON w.code = i.work"
                               " WHERE i.state = 'published' AND i.kind = 'evidence' GROUP BY w.comuna",
                               evidence, error)))
    {
      g_clear_pointer (&point, json_object_unref);
      return NULL;
    }
  map = json_object_new ();
  bbox = json_array_new ();
  areas = json_array_new ();
  for (guint i = 0; i < 4; i++)
    json_array_add_double_element (bbox, routes->bbox[i]);
  json_object_set_array_member (map, "bbox", bbox);
  for (guint i = 0; i < json_array_get_length (routes->areas); i++)
    {
      JsonObject *source = json_array_get_object_element (routes->areas, i);
      const char *code = json_object_get_string_member (source, "code");
      JsonObject *area = json_object_new ();

      json_object_set_string_member (area, "code", code);
      json_object_set_string_member (area, "name", json_object_get_string_member (source, "name"));
      json_object_set_int_member (area, "works", GPOINTER_TO_INT (g_hash_table_lookup (works, code)));
      json_object_set_int_member (area, "evidence", GPOINTER_TO_INT (g_hash_table_lookup (evidence, code)));
      json_object_set_object_member (area, "geometry", json_object_ref (json_object_get_object_member (source, "geometry")));
      json_array_add_object_element (areas, area);
    }
  json_object_set_array_member (map, "areas", areas);
  if (point)
    json_object_set_object_member (map, "point", point);
  return map;
}

/* --- cards --- */

const char *
tst_public_kind_label (const char *type)
{
  if (g_strcmp0 (type, "comment") == 0)
    return "Aporte ciudadano";
  if (g_strcmp0 (type, "photo") == 0)
    return "Foto";
  if (g_strcmp0 (type, "note") == 0)
    return "Nota";
  const TstCode *code = type ? tst_code_find (TST_LIST_CAPTURE_KIND, type) : NULL;
  return code ? code->es : "Registro";
}

JsonObject *
tst_public_picture (TstStore *store, const TstPublicItem *item, GError **error)
{
  g_autoptr (TstStatement) list = tst_public_query (
    store, error, "SELECT sha256, width, height FROM derivative WHERE id = ?1 ORDER BY width", "s", item->id);
  g_autoptr (JsonObject) picture = NULL;
  g_autoptr (JsonArray) srcset = json_array_new ();
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
      g_autofree char *hex = tst_hash_to_hex (&hash);
      g_autofree char *href = g_strdup_printf ("/media/%s/%" G_GINT64_FORMAT ".jpg", hex, width);
      JsonObject *one = json_object_new ();

      json_object_set_string_member (one, "href", href);
      json_object_set_int_member (one, "width", width);
      json_array_add_object_element (srcset, one);
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
                         "SELECT count (*) FROM item WHERE work = ?1 AND state = 'published' AND kind = 'evidence'", "s", work->code))
    return NULL;
  json_object_set_int_member (card, "evidence_count", count);
  if (count > 0)
    {
      g_autoptr (TstStatement) newest = tst_public_query (
        store, error,
        "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item i WHERE i.work = ?1 AND i.state = 'published' AND i.kind = 'evidence'"
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
