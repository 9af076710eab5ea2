/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"
#include "record/tst-body.h"
#include "report/tst-data-dictionary.h"
#include "report/tst-oc4ids.h"

#include <math.h>
#include <string.h>

/* The page about the data, the catalogue, OC4IDS, and what search engines and feed readers ask for. */

#define TURN 200
#define DOCUMENTS_A_PROJECT 200
#define SITEMAP_MAX 50000

/* --- /datos --- */

static const char *const files[][4] = {
  { "/descargas/obras.csv", "Obras", "CSV", "Una fila por obra; se abre en cualquier hoja de cálculo." },
  { "/descargas/obras.geojson", "Obras en el mapa", "GeoJSON", "Puntos, líneas y polígonos, con todos los campos." },
  { "/descargas/evidencia.geojson", "Evidencia publicada", "GeoJSON", "Cada foto o nota con su lugar, su hora y su prueba." },
  { "/descargas/oc4ids.json", "Obras, contratos y avance", "OC4IDS 0.9", "El estándar internacional de infraestructura abierta." },
  { "/descargas/catalog.jsonld", "Catálogo", "DCAT, JSON-LD", "Para portales de datos abiertos; trae el diccionario." },
};

static JsonObject *
collection_model (TstDataSet set)
{
  static const char *const words[][2] = { { "string", "texto" }, { "number", "número" }, { "integer", "entero" },
                                          { "date", "fecha" },   { "date-time", "fecha y hora" }, { "uri", "dirección" } };
  JsonObject *model = json_object_new ();
  JsonArray *list = json_array_new ();
  guint n = 0;
  const TstDataField *fields = tst_data_fields (set, &n);

  for (guint i = 0; i < n; i++)
    {
      JsonObject *field = json_object_new ();
      const char *type = fields[i].format ? fields[i].format : fields[i].type;

      json_object_set_string_member (field, "name", fields[i].name);
      for (guint w = 0; w < G_N_ELEMENTS (words); w++)
        if (g_str_equal (words[w][0], type))
          json_object_set_string_member (field, "type", words[w][1]);
      json_object_set_string_member (field, "text", fields[i].es);
      json_array_add_object_element (list, field);
    }
  json_object_set_string_member (model, "title", tst_data_set_title (set));
  json_object_set_array_member (model, "fields", list);
  return model;
}

gboolean
tst_public_build_data (TstStore *store, TstPublicCall *call, GError **error)
{
  static const char *const paths[][2] = { { "ogc_path", "/ogc" },
                                          { "stac_path", "/stac" },
                                          { "tiles_path", "/tiles/evidence/" },
                                          { "catalog_path", "/descargas/catalog.jsonld" },
                                          { "embed_path", "/insertar/mapa" } };
  JsonArray *list = json_array_new ();
  JsonArray *collections = json_array_new ();

  call->page = "datos";
  json_object_set_string_member (call->model, "licence", TST_DATA_LICENCE);
  json_object_set_string_member (call->model, "licence_href", TST_DATA_LICENCE_URL);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    json_object_set_string_member (call->model, paths[i][0], paths[i][1]);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      JsonObject *file = json_object_new ();

      json_object_set_string_member (file, "href", files[i][0]);
      json_object_set_string_member (file, "title", files[i][1]);
      json_object_set_string_member (file, "format", files[i][2]);
      json_object_set_string_member (file, "text", files[i][3]);
      json_array_add_object_element (list, file);
    }
  json_object_set_array_member (call->model, "files", list);
  json_array_add_object_element (collections, collection_model (TST_DATA_WORKS));
  json_array_add_object_element (collections, collection_model (TST_DATA_EVIDENCE));
  json_object_set_array_member (call->model, "collections", collections);
  return TRUE;
}

/* --- OC4IDS --- */

static void
document_clear (gpointer data)
{
  TstOc4idsDocument *document = data;

  g_free ((char *) document->id);
  g_free ((char *) document->title);
  g_free ((char *) document->description);
  g_free ((char *) document->url);
  g_free ((char *) document->image);
}

typedef struct
{
  TstPublicRoutes *routes;
  const char *base_url;
  const char *only;         /* (nullable) */
  char *after;
  TstOc4idsWriter *writer;
  guint works;
} ProjectTurn;

static gboolean
collect_documents (TstStore *store, const ProjectTurn *turn, const char *code, GArray *documents, GError **error)
{
  g_autoptr (TstStatement) list = tst_public_query (store, error,
                                                    "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item i WHERE i.work = ?1"
                                                    " AND i.state = 'published' AND " TST_PUBLIC_IN_GALLERY
                                                    " ORDER BY i.taken_s DESC, i.id DESC LIMIT ?2",
                                                    "si", code, (gint64) DOCUMENTS_A_PROJECT);
  g_autoptr (GPtrArray) items = list ? tst_public_items (list, error) : NULL;

  if (!items)
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    {
      g_autoptr (GError) failed = NULL;
      const TstPublicItem *item = g_ptr_array_index (items, i);
      g_autoptr (JsonObject) picture = tst_public_picture (store, item, &failed);
      TstOc4idsDocument document = { .id = g_strdup (item->id), .published_s = item->decided_s };
      const char *caption = tst_json_string (item->shown, "caption");

      if (picture)
        document.image = g_strconcat (turn->base_url, json_object_get_string_member (picture, "full"), NULL);
      document.title = g_strdup (caption && *caption ? caption : tst_public_kind_label (item->type));
      document.description = g_strdup (tst_json_string (item->shown, "alt"));
      document.url = g_strdup_printf ("%s/evidencia/%s", turn->base_url, item->id);
      g_array_append_val (documents, document);
      if (failed)
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
collect_progress (TstStore *store, const char *code, GArray *progress, GError **error)
{
  g_autoptr (TstStatement) list = tst_public_query (
    store, error,
    "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item i WHERE i.work = ?1 AND i.state = 'published' AND i.type = 'progress' ORDER BY i.taken_s",
    "s", code);
  g_autoptr (GPtrArray) items = list ? tst_public_items (list, error) : NULL;

  for (guint i = 0; items && i < items->len; i++)
    {
      const TstPublicItem *item = g_ptr_array_index (items, i);
      TstOc4idsProgress one = { .on_s = item->taken_s, .physical_pct = tst_json_double (item->shown, "observed_pct", NAN),
                                .financial_pct = tst_json_double (item->shown, "financial_pct", NAN) };
      g_array_append_val (progress, one);
    }
  return items != NULL;
}

static gboolean
write_projects (TstStore *store, gpointer data, GError **error)
{
  ProjectTurn *turn = data;
  g_autoptr (GPtrArray) works = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_work_free);
  gboolean row = FALSE;

  turn->works = 0;
  {
    g_autoptr (TstStatement) list =
      turn->only
        ? tst_public_query (store, error, "SELECT code, content FROM work WHERE gone = 0 AND code = ?1 AND code > ?2", "ss", turn->only,
                            turn->after)
        : tst_public_query (store, error, "SELECT code, content FROM work WHERE gone = 0 AND code > ?1 ORDER BY code LIMIT ?2", "si",
                            turn->after, (gint64) TURN);
    if (!list)
      return FALSE;
    for (;;)
      {
        if (!tst_statement_step (list, &row, error))
          return FALSE;
        if (!row)
          break;
        g_autoptr (JsonObject) json = tst_json_parse_object (tst_statement_text (list, 1), -1, NULL);
        TstWork *work = json ? tst_work_from_json (json, NULL) : NULL;
        g_free (turn->after);
        turn->after = g_strdup (tst_statement_text (list, 0));
        turn->works++;
        if (work)
          g_ptr_array_add (works, work);
      }
  }
  for (guint i = 0; i < works->len; i++)
    {
      const TstWork *work = g_ptr_array_index (works, i);
      g_autoptr (GArray) documents = g_array_new (FALSE, FALSE, sizeof (TstOc4idsDocument));
      g_autoptr (GArray) progress = g_array_new (FALSE, FALSE, sizeof (TstOc4idsProgress));

      g_array_set_clear_func (documents, document_clear);
      if (!collect_documents (store, turn, work->code, documents, error) || !collect_progress (store, work->code, progress, error))
        return FALSE;
      tst_oc4ids_writer_add (turn->writer, work, documents, progress);
    }
  return TRUE;
}

GBytes *
tst_public_oc4ids (TstPublicRoutes *routes, const char *only, GError **error)
{
  g_autofree char *base_url = tst_public_dup_url (routes);
  g_autofree char *uri = only ? g_strdup_printf ("%s/descargas/oc4ids/%s.json", base_url, only)
                              : g_strconcat (base_url, "/descargas/oc4ids.json", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TstOc4idsWriter) writer =
    tst_oc4ids_writer_new (text, uri, routes->town->entity, routes->town->divipola, tst_central_now_s (routes->central));
  ProjectTurn turn = { routes, base_url, only, g_strdup (""), writer, 0 };
  gboolean ok = TRUE;
  guint total = 0;

  do
    {
      ok = tst_store_read (tst_central_get_store (routes->central), write_projects, &turn, error);
      total += turn.works;
    }
  while (ok && turn.works > 0);
  g_free (turn.after);
  /* One work that is not there: no such file. */
  if (!ok || (only && total == 0))
    return NULL;
  tst_oc4ids_writer_finish (writer);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

GBytes *
tst_public_catalogue (TstPublicRoutes *routes)
{
  g_autofree char *base_url = tst_public_dup_url (routes);
  g_autofree char *now = tst_time_format (tst_central_now_s (routes->central) / TST_PUBLIC_DAY * TST_PUBLIC_DAY);
  char *text = tst_data_catalogue (base_url, routes->town->name, routes->town->entity, routes->town->email, now);

  return g_bytes_new_take (text, strlen (text));
}

/* --- for search engines --- */

typedef struct
{
  GString *text;
  const char *base_url;
  guint n;
} SitemapTurn;

static void
add_address (SitemapTurn *turn, const char *path, gint64 changed_s)
{
  g_autofree char *escaped = g_markup_escape_text (path, -1);
  g_autofree char *changed = changed_s > 0 ? tst_time_format (changed_s) : NULL;

  if (turn->n++ >= SITEMAP_MAX)
    return;
  g_string_append_printf (turn->text, "<url><loc>%s%s</loc>", turn->base_url, escaped);
  if (changed)
    g_string_append_printf (turn->text, "<lastmod>%s</lastmod>", changed);
  g_string_append (turn->text, "</url>\n");
}

static gboolean
add_addresses (TstStore *store, SitemapTurn *turn, const char *sql, const char *prefix, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) list = tst_public_query (store, error, sql, "");

  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_autofree char *name = g_uri_escape_string (tst_statement_text (list, 0), NULL, FALSE);
      g_autofree char *path = g_strconcat (prefix, name, NULL);
      add_address (turn, path, tst_statement_int (list, 1));
    }
}

static gboolean
write_sitemap (TstStore *store, gpointer data, GError **error)
{
  static const char *const pages[] = { "/", "/obras", "/galeria", "/eventos", "/libro", "/verificar", "/encuestas", "/datos", "/ayuda", "/acerca" };
  SitemapTurn *turn = data;

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    add_address (turn, pages[i], 0);
  return add_addresses (store, turn, "SELECT code, 0 FROM work WHERE gone = 0 ORDER BY code LIMIT 20000", "/obras/", error)
         && add_addresses (store, turn, "SELECT e.id, 0 FROM event e WHERE " TST_PUBLIC_EVENT_IS_PUBLIC " ORDER BY e.id LIMIT 5000", "/eventos/",
                           error)
         && add_addresses (store, turn,
                           "SELECT i.id, i.decided_s FROM item i WHERE i.state = 'published' AND " TST_PUBLIC_IN_GALLERY
                           " ORDER BY i.taken_s DESC LIMIT 24000",
                           "/evidencia/", error);
}

TstPublicResponse *
tst_public_answer_sitemap (TstPublicCall *call)
{
  g_autofree char *base_url = tst_public_dup_url (call->routes);
  g_autoptr (GString) text = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                           "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
  SitemapTurn turn = { text, base_url, 0 };
  g_autoptr (GError) error = NULL;

  if (!tst_store_read (tst_central_get_store (call->routes->central), write_sitemap, &turn, &error))
    return tst_public_answer_failed (call, error);
  g_string_append (text, "</urlset>\n");
  g_autoptr (GBytes) body = g_string_free_to_bytes (g_steal_pointer (&text));
  return tst_public_answer_data (call, "application/xml; charset=utf-8", body, 0);
}

TstPublicResponse *
tst_public_answer_robots (TstPublicCall *call)
{
  g_autofree char *base_url = tst_public_dup_url (call->routes);
  g_autofree char *text = g_strdup_printf ("User-agent: *\nDisallow: /aportes/\nSitemap: %s/sitemap.xml\n", base_url);

  return tst_public_answer_plain (200, text);
}
