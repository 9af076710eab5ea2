/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-export.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-log-routes.h"
#include "central/tst-places.h"
#include "central/tst-public-links.h"
#include "central/tst-public-log.h"
#include "central/tst-public-private.h"
#include "log/tst-merkle.h"
#include "model/tst-web-mercator.h"
#include "record/tst-body.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define MARK "testigo-export.json"
#define TILE_ZOOM_MAX 14
/* Of what lies under them. */
#define GROUND_TILES_MAX 20000u
#define LOG_TILE 256

typedef struct
{
  TstPublicRoutes *routes;
  TstAdminCall *call;
  const char *folder;     /* where files go now */
  char *base_url;
  GHashTable *known;      /* address, decoded path and query, to its file's name */
  GQueue pending;         /* of addresses */
  TstExportResult *result;
} Export;

/* --- files --- */

static gboolean
write_file (Export *self, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      tst_error_set_errno (error, errno, "A folder of the export could not be made");
      return FALSE;
    }
  if (!g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), G_FILE_SET_CONTENTS_NONE, 0644,
                                 error))
    return FALSE;
  self->result->files++;
  self->result->bytes += g_bytes_get_size (bytes);
  return TRUE;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *inside = g_build_filename (path, name, NULL);
      remove_tree (inside);
    }
  g_remove (path);
}

static gboolean
is_empty (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  return dir && !g_dir_read_name (dir);
}

/* --- addresses --- */

/* What a file server cannot answer stays a link to the site that can. */
static gboolean
needs_central (const char *path)
{
  static const char *const dynamic[] = { "/ogc", "/stac", "/aportes/", "/healthz", "/mesa" };

  if (g_str_has_prefix (path, "/ogc/collections/obras/items/"))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (dynamic); i++)
    if (g_str_has_prefix (path, dynamic[i]))
      return TRUE;
  return FALSE;
}

/* Pages are what has no kind of its own. */
static gboolean
is_page (const char *path)
{
  static const char *const files[] = { "/media/", "/estatico/", "/descargas/", "/log/", "/tiles/", "/feeds/", "/ogc/" };
  const char *last = strrchr (path, '/');

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (g_str_has_prefix (path, files[i]))
      return FALSE;
  if (g_str_has_prefix (path, "/evidencia/") && strlen (path) > strlen ("/evidencia/") + 36)
    return FALSE;
  return !(g_str_has_prefix (path, "/obras/") && g_str_has_suffix (path, "/qr.svg")) && !g_str_equal (last, "/mapa.json")
         && !g_str_equal (last, "/sitemap.xml") && !g_str_equal (last, "/robots.txt") && !g_str_equal (last, "/calendario.ics")
         && !g_str_equal (last, "/favicon.ico");
}

/* The file that an address will be; puts it on the list the first time. */
static char *
want (const char *path, const char *query, gpointer user_data)
{
  Export *self = user_data;
  gboolean page = is_page (path);
  g_autofree char *address = query && *query && page ? g_strdup_printf ("%s?%s", path, query) : g_strdup (path);
  const char *known = g_hash_table_lookup (self->known, address);
  char *file = NULL;

  if (known)
    return g_strdup (known);
  if (needs_central (path))
    return NULL;
  file = tst_links_file (path, page ? query : NULL, page);
  if (!file)
    return NULL;
  g_hash_table_insert (self->known, g_strdup (address), g_strdup (file));
  g_queue_push_tail (&self->pending, g_steal_pointer (&address));
  return file;
}

static void
seed (Export *self, const char *path)
{
  g_free (want (path, NULL, self));
}

static TstPublicResponse *
get (Export *self, const char *address)
{
  g_autofree char *path = g_strndup (address, strcspn (address, "?"));
  const char *query = strchr (address, '?');
  g_autoptr (GHashTable) parameters = query ? soup_form_decode (query + 1) : NULL;
  TstPublicRequest request = { .method = "GET", .path = path, .query = parameters };

  return tst_public_routes_respond (self->routes, &request);
}

static gboolean
write_address (Export *self, const char *address, GError **error)
{
  const char *file = g_hash_table_lookup (self->known, address);
  g_autoptr (TstPublicResponse) response = get (self, address);
  const char *mime = soup_message_headers_get_one (response->headers, "Content-Type");

  /* A ground tile outside of the drawn ground, a link to what was taken back a moment ago: no file. */
  if (response->status != 200 || !response->body)
    {
      if (response->status < 500)
        return TRUE;
      g_set_error (error, TST_ERROR, TST_ERROR_FAILED, "The page %s could not be made; see central's log.", address);
      return FALSE;
    }
  if (!mime || !g_str_has_prefix (mime, "text/html"))
    return write_file (self, file, response->body, error);
  g_autofree char *html = g_strndup (g_bytes_get_data (response->body, NULL), g_bytes_get_size (response->body));
  char *rewritten = tst_links_rewrite (html, file, self->base_url, want, self);
  g_autoptr (GBytes) bytes = g_bytes_new_take (rewritten, strlen (rewritten));
  self->result->pages++;
  return write_file (self, file, bytes, error);
}

/* --- what no page names --- */

typedef struct
{
  Export *export;
  GPtrArray *paths;
} Listing;

static gboolean
list_paths (TstStore *store, gpointer data, GError **error)
{
  Listing *self = data;
  gboolean row = FALSE;

  {
    g_autoptr (TstStatement) list = tst_public_query (
      store, error, "SELECT i.id FROM item i WHERE i.state = 'published' AND i.kind = 'evidence' ORDER BY i.id", "");
    if (!list)
      return FALSE;
    while (tst_statement_step (list, &row, error) && row)
      {
        static const char *const parts[] = { "", ".json", "/record", "/body", "/proof" };

        for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
          g_ptr_array_add (self->paths, g_strdup_printf ("/evidencia/%s%s", tst_statement_text (list, 0), parts[i]));
      }
  }
  {
    g_autoptr (TstStatement) list = tst_public_query (store, error, "SELECT code FROM work WHERE gone = 0 ORDER BY code", "");
    if (!list)
      return FALSE;
    while (tst_statement_step (list, &row, error) && row)
      {
        g_ptr_array_add (self->paths, g_strdup_printf ("/obras/%s", tst_statement_text (list, 0)));
        g_ptr_array_add (self->paths, g_strdup_printf ("/insertar/obra/%s", tst_statement_text (list, 0)));
      }
  }
  /* Tiles that have something in them: the squares of a zoom are eight to a side of each of its tiles. */
  g_autoptr (TstStatement) list =
    tst_public_query (store, error,
                      "SELECT DISTINCT layer, level, m >> ?1 FROM cell WHERE level <= ?2 ORDER BY 1, 2, 3", "ii",
                      (gint64) 2 * TST_PLACE_SPLIT, (gint64) TILE_ZOOM_MAX + TST_PLACE_SPLIT);
  if (!list)
    return FALSE;
  while (tst_statement_step (list, &row, error) && row)
    {
      guint32 x = 0, y = 0;

      tst_mercator_part (tst_statement_int (list, 2), &x, &y);
      g_ptr_array_add (self->paths, g_strdup_printf ("/tiles/%s/%d/%u/%u.mvt",
                                                     tst_statement_int (list, 0) == TST_LAYER_WORKS ? "works" : "evidence",
                                                     (int) tst_statement_int (list, 1) - TST_PLACE_SPLIT, x, y));
    }
  return TRUE;
}

static gboolean
seed_all (Export *self, GError **error)
{
  static const char *const fixed[] = {
    "/", "/obras", "/galeria", "/eventos", "/libro", "/verificar", "/encuestas", "/datos", "/ayuda", "/acerca", "/aportes",
    "/insertar/mapa", "/descargas/obras.csv", "/descargas/obras.geojson", "/descargas/evidencia.geojson", "/descargas/oc4ids.json",
    "/descargas/catalog.jsonld", "/feeds/evidencia.atom", "/calendario.ics", "/mapa.json", "/sitemap.xml", "/robots.txt",
    "/favicon.ico", "/estatico/comprobar.py",
  };
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  Listing listing = { self, paths };

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    seed (self, fixed[i]);
  if (!tst_store_read (tst_central_get_store (self->routes->central), list_paths, &listing, error))
    return FALSE;
  tst_public_ground_list (self->routes->ground, self->routes->bbox, paths->len + GROUND_TILES_MAX, paths);
  for (guint i = 0; i < paths->len; i++)
    seed (self, g_ptr_array_index (paths, i));
  return TRUE;
}

/* --- the log --- */

static gboolean
write_log_file (Export *self, const char *path, GError **error)
{
  TstHttpTask task = { .method = "GET", .path = path, .answer_headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE) };
  gboolean ok = TRUE;

  tst_log_routes_respond (&task, self->routes->central);
  g_autoptr (GBytes) answer = task.answer;
  soup_message_headers_unref (task.answer_headers);
  if (task.status == 200 && answer)
    ok = write_file (self, path + 1, answer, error);
  else if (task.status >= 500)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_FAILED, "%s could not be read.", path);
      ok = FALSE;
    }
  return ok;
}

static gboolean
write_log (Export *self, GError **error)
{
  g_autoptr (TstCheckpoint) checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (self->routes->central));
  guint64 at = checkpoint ? checkpoint->size : 0;

  if (!write_log_file (self, "/log/checkpoint", error) || !write_log_file (self, "/log/vkey", error))
    return FALSE;
  /* Level by level, whole tiles and what is left; entries are told as level -1. */
  for (int level = -1; at > 0 && level <= 7; level++)
    {
      for (guint64 n = 0; n * LOG_TILE < at; n++)
        {
          guint width = (guint) MIN (LOG_TILE, at - n * LOG_TILE);
          g_autofree char *tile = tst_tile_path (level, n, width);
          g_autofree char *path = g_strconcat ("/log/", tile, NULL);

          if (!write_log_file (self, path, error))
            return FALSE;
        }
      if (level >= 0)
        at /= LOG_TILE;
    }
  return TRUE;
}

/* --- all of it --- */

static gboolean
write_mark (Export *self, GError **error)
{
  g_autoptr (JsonObject) mark = json_object_new ();

  json_object_set_string_member (mark, "origin", tst_central_get_origin (self->routes->central));
  json_object_set_string_member (mark, "base_url", self->base_url);
  tst_public_set_instant (mark, "made_at", tst_central_now_s (self->routes->central));
  json_object_set_int_member (mark, "pages", self->result->pages);
  json_object_set_int_member (mark, "files", self->result->files);
  g_autofree char *text = tst_json_write (mark);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  return write_file (self, MARK, bytes, error);
}

static gboolean
write_all (Export *self, GError **error)
{
  char *address = NULL;

  if (!seed_all (self, error))
    return FALSE;
  while ((address = g_queue_pop_head (&self->pending)))
    {
      g_autofree char *owned = address;

      if (self->call && tst_admin_call_is_cancelled (self->call))
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "The export was stopped; what was there before is untouched.");
          return FALSE;
        }
      if (!write_address (self, owned, error))
        return FALSE;
    }
  return write_log (self, error) && write_mark (self, error);
}

/* Only nothing, an empty folder, or an export of ours may be replaced. */
static gboolean
check_target (const char *folder, GError **error)
{
  g_autofree char *mark = g_build_filename (folder, MARK, NULL);

  if (!g_file_test (folder, G_FILE_TEST_EXISTS) || is_empty (folder) || g_file_test (mark, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE,
               "%s holds something that is no export of Testigo; name a folder that is empty or not there yet.", folder);
  return FALSE;
}

static gboolean
swap_in (const char *fresh, const char *folder, GError **error)
{
  g_autofree char *old = g_strconcat (folder, ".old", NULL);
  gboolean there = g_file_test (folder, G_FILE_TEST_EXISTS);

  remove_tree (old);
  if (there && g_rename (folder, old) != 0)
    {
      tst_error_set_errno (error, errno, "The earlier export could not be set aside");
      return FALSE;
    }
  if (g_rename (fresh, folder) != 0)
    {
      int saved = errno;

      if (there && g_rename (old, folder) != 0)
        g_warning ("The earlier export is in %s", old);
      tst_error_set_errno (error, saved, "The export could not be put in its place");
      return FALSE;
    }
  remove_tree (old);
  return TRUE;
}

gboolean
tst_public_export (TstCentral *central, TstPageRenderer *renderer, const char *folder, const char *base_url, TstAdminCall *call,
                   TstExportResult *result, GError **error)
{
  g_autofree char *target = g_canonicalize_filename (folder, NULL);
  g_autofree char *fresh = g_strconcat (target, ".new", NULL);
  g_autoptr (TstPublicRoutes) routes = NULL;
  Export self = { .call = call, .folder = fresh, .result = result };
  gboolean ok = FALSE;

  *result = (TstExportResult) { 0 };
  if (!check_target (target, error))
    return FALSE;
  remove_tree (fresh);
  routes = tst_public_routes_new (central, renderer);
  routes->is_static = TRUE;
  routes->base_url = base_url ? g_strdup (base_url) : NULL;
  self.routes = routes;
  self.base_url = tst_public_dup_url (routes);
  self.known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_queue_init (&self.pending);
  ok = write_all (&self, error) && swap_in (fresh, target, error);
  if (!ok)
    remove_tree (fresh);
  g_queue_clear_full (&self.pending, g_free);
  g_hash_table_unref (self.known);
  g_free (self.base_url);
  return ok;
}
