/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"
#include "central/tst-spool.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"
#include "report/tst-report.h"

#include <math.h>
#include <string.h>

/* Files for other programs. The store is read in turns of a few hundred rows, so that a big download holds nobody up, and what
 * is made is not held (tst-spool.h). */

#define TURN 400
#define FEED_ENTRIES 50

typedef struct
{
  TstPublicRoutes *routes;
  char *after;        /* key of the last row */
  gint64 after_s;
  GPtrArray *rows;    /* of TstWork, or of TstPublicItem */
  GPtrArray *pictures; /* beside items: JsonObject or NULL */
} Turn;

static gboolean
read_works (TstStore *store, gpointer data, GError **error)
{
  Turn *turn = data;
  gboolean row = FALSE;
  g_autoptr (TstStatement) list = tst_public_query (
    store, error, "SELECT code, content FROM work WHERE gone = 0 AND code > ?1 ORDER BY code LIMIT ?2", "si", turn->after, (gint64) TURN);

  g_ptr_array_set_size (turn->rows, 0);
  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_autoptr (JsonObject) json = tst_json_parse_object (tst_statement_text (list, 1), -1, NULL);
      TstWork *work = json ? tst_work_from_json (json, NULL) : NULL;
      g_free (turn->after);
      turn->after = g_strdup (tst_statement_text (list, 0));
      if (work)
        g_ptr_array_add (turn->rows, work);
    }
}

static GBytes *
works (TstPublicRoutes *routes, gboolean csv, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TstSpool) spool = tst_spool_new (tst_central_get_folder (routes->central));
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_work_free);
  g_autoptr (TstFeatureWriter) writer = csv ? NULL : tst_feature_writer_new (text, "obras");
  Turn turn = { .routes = routes, .after = g_strdup (""), .rows = rows };
  gboolean ok = TRUE;

  if (csv)
    tst_report_works_csv_header (text);
  do
    {
      ok = tst_store_read (tst_central_get_store (routes->central), read_works, &turn, error);
      for (guint i = 0; ok && i < rows->len; i++)
        {
          const TstWork *work = g_ptr_array_index (rows, i);

          if (csv)
            tst_report_works_csv_row (text, work);
          else
            {
              g_autoptr (JsonObject) feature = tst_work_to_feature (work, FALSE);
              tst_feature_writer_add (writer, feature);
            }
        }
      ok = ok && tst_spool_take (spool, text, error);
    }
  while (ok && rows->len > 0);
  g_free (turn.after);
  if (!ok)
    return NULL;
  if (writer)
    tst_feature_writer_finish (writer);
  return tst_spool_finish (spool, g_steal_pointer (&text), error);
}

static gboolean
read_items (TstStore *store, gpointer data, GError **error)
{
  Turn *turn = data;
  g_autoptr (TstStatement) list =
    tst_public_query (store, error,
                      "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM gallery g CROSS JOIN item i ON i.id = g.id"
                      " WHERE (g.taken_s, g.id) < (?1, ?2) ORDER BY g.taken_s DESC, g.id DESC LIMIT ?3",
                      "isi", turn->after_s, turn->after, (gint64) TURN);
  g_autoptr (GPtrArray) items = list ? tst_public_items (list, error) : NULL;

  g_clear_pointer (&turn->rows, g_ptr_array_unref);
  g_ptr_array_set_size (turn->pictures, 0);
  if (!items)
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    {
      g_autoptr (GError) failed = NULL;
      const TstPublicItem *item = g_ptr_array_index (items, i);
      JsonObject *picture = tst_public_picture (store, item, &failed);

      if (failed)
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
      g_ptr_array_add (turn->pictures, picture);
    }
  if (items->len > 0)
    {
      const TstPublicItem *last = g_ptr_array_index (items, items->len - 1);

      turn->after_s = last->taken_s;
      g_free (turn->after);
      turn->after = g_strdup (last->id);
    }
  turn->rows = g_steal_pointer (&items);
  return TRUE;
}

static void
unref_picture (gpointer data)
{
  if (data)
    json_object_unref (data);
}

static void
turn_init (Turn *turn, TstPublicRoutes *routes)
{
  *turn = (Turn) { .routes = routes, .after = g_strdup ("\xef\xbf\xbd"), .after_s = G_MAXINT64,
                   .pictures = g_ptr_array_new_with_free_func (unref_picture) };
}

static void
turn_clear (Turn *turn)
{
  g_free (turn->after);
  g_clear_pointer (&turn->rows, g_ptr_array_unref);
  g_ptr_array_unref (turn->pictures);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Turn, turn_clear)

JsonObject *
tst_public_item_feature (const char *base_url, const TstPublicItem *item, JsonObject *picture)
{
  JsonObject *properties = json_object_new ();
  JsonObject *place = tst_json_object (item->shown, "place");
  g_autofree char *taken = tst_time_format (item->taken_s);
  g_autofree char *published = tst_time_format (item->decided_s);
  g_autofree char *href = g_strdup_printf ("%s/evidencia/%s", base_url, item->id);
  static const char *const texts[] = { "phase", "item", "caption", "alt", "text" };
  double accuracy = place ? tst_json_double (place, "accuracy_m", NAN) : NAN;

  json_object_set_string_member (properties, "type", item->type ? item->type : "");
  tst_public_set_text (properties, "work", item->work);
  tst_public_set_text (properties, "event", item->event);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    tst_public_set_text (properties, texts[i], tst_json_string (item->shown, texts[i]));
  json_object_set_string_member (properties, "taken_at", taken);
  json_object_set_string_member (properties, "published_at", published);
  tst_public_set_number (properties, "accuracy_m", accuracy);
  json_object_set_string_member (properties, "url", href);
  if (picture)
    {
      g_autofree char *image = g_strconcat (base_url, json_object_get_string_member (picture, "full"), NULL);
      json_object_set_string_member (properties, "image", image);
    }
  return tst_feature_new_point (item->id, place ? tst_json_double (place, "lat", NAN) : NAN,
                                place ? tst_json_double (place, "lon", NAN) : NAN, properties);
}

static GBytes *
evidence (TstPublicRoutes *routes, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TstSpool) spool = tst_spool_new (tst_central_get_folder (routes->central));
  g_autoptr (TstFeatureWriter) writer = tst_feature_writer_new (text, "evidencia");
  g_autofree char *base_url = tst_public_dup_url (routes);
  g_auto (Turn) turn = { 0 };

  turn_init (&turn, routes);
  do
    {
      if (!tst_store_read (tst_central_get_store (routes->central), read_items, &turn, error))
        return NULL;
      for (guint i = 0; i < turn.rows->len; i++)
        {
          g_autoptr (JsonObject) feature =
            tst_public_item_feature (base_url, g_ptr_array_index (turn.rows, i), g_ptr_array_index (turn.pictures, i));
          tst_feature_writer_add (writer, feature);
        }
      if (!tst_spool_take (spool, text, error))
        return NULL;
    }
  while (turn.rows->len > 0);
  tst_feature_writer_finish (writer);
  return tst_spool_finish (spool, g_steal_pointer (&text), error);
}

GBytes *
tst_public_download (TstPublicRoutes *routes, const char *name, const char **mime, GError **error)
{
  if (g_str_equal (name, "obras.csv"))
    {
      *mime = "text/csv; charset=utf-8; header=present";
      return works (routes, TRUE, error);
    }
  if (g_str_has_prefix (name, "encuesta-") && g_str_has_suffix (name, ".csv"))
    {
      g_autofree char *code = g_strndup (name + strlen ("encuesta-"), strlen (name) - strlen ("encuesta-.csv"));

      *mime = "text/csv; charset=utf-8; header=present";
      return tst_public_survey_csv (routes, code, error);
    }
  *mime = "application/geo+json";
  if (g_str_equal (name, "obras.geojson"))
    return works (routes, FALSE, error);
  if (g_str_equal (name, "evidencia.geojson"))
    return evidence (routes, error);
  *mime = "application/json";
  if (g_str_equal (name, "oc4ids.json"))
    return tst_public_oc4ids (routes, NULL, error);
  if (g_str_has_prefix (name, "oc4ids/") && g_str_has_suffix (name, ".json"))
    {
      g_autofree char *code = g_strndup (name + strlen ("oc4ids/"), strlen (name) - strlen ("oc4ids/.json"));

      return tst_public_oc4ids (routes, code, error);
    }
  *mime = "application/ld+json";
  if (g_str_equal (name, "catalog.jsonld"))
    return tst_public_catalogue (routes);
  return NULL;
}

GBytes *
tst_public_feed (TstPublicRoutes *routes, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *base_url = tst_public_dup_url (routes);
  g_autofree char *self = g_strconcat (base_url, "/feeds/evidencia.atom", NULL);
  g_autofree char *site = g_strconcat (base_url, "/galeria", NULL);
  g_auto (Turn) turn = { 0 };
  gint64 updated_s = 0;

  turn_init (&turn, routes);
  if (!tst_store_read (tst_central_get_store (routes->central), read_items, &turn, error))
    return NULL;
  for (guint i = 0; i < turn.rows->len && i < FEED_ENTRIES; i++)
    updated_s = MAX (updated_s, ((TstPublicItem *) g_ptr_array_index (turn.rows, i))->decided_s);
  tst_report_atom_begin (text, self, "Evidencia publicada", tst_central_get_origin (routes->central), self, site, updated_s);
  for (guint i = 0; i < turn.rows->len && i < FEED_ENTRIES; i++)
    {
      const TstPublicItem *item = g_ptr_array_index (turn.rows, i);
      JsonObject *picture = g_ptr_array_index (turn.pictures, i);
      JsonObject *place = tst_json_object (item->shown, "place");
      const char *caption = tst_json_string (item->shown, "caption");
      g_autofree char *id = g_strconcat ("urn:uuid:", item->id, NULL);
      g_autofree char *href = g_strdup_printf ("%s/evidencia/%s", base_url, item->id);
      g_autofree char *image = picture ? g_strconcat (base_url, json_object_get_string_member (picture, "full"), NULL) : NULL;
      TstAtomEntry entry = { .id = id, .title = caption && *caption ? caption : tst_public_kind_label (item->type),
                             .summary = tst_json_string (item->shown, "text"), .href = href, .image = image,
                             .updated_s = item->decided_s,
                             .lat = place ? tst_json_double (place, "lat", NAN) : NAN,
                             .lon = place ? tst_json_double (place, "lon", NAN) : NAN };

      tst_report_atom_entry (text, &entry);
    }
  tst_report_atom_end (text);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}
