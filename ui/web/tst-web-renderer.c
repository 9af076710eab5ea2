/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/tst-web-renderer.h"

#include <string.h>

#include "base/tst-error.h"
#include "format/tst-format.h"
#include "web/tst-web-renderer-private.h"
#include "tst-web-resources.h"
#ifdef TST_HAVE_MAPLIBRE
#include "tst-map-resources.h"
#endif

#define PREFIX "/co/testigo/web"
#define MAP_PREFIX "/co/testigo/map"
#define COLOMBIA "-05:00"

static const char *const pages[]
    = { "acerca",  "aporte", "aporte-buscar", "ayuda", "datos", "encuestas", "error", "evento", "eventos", "evidencia",
        "galeria", "inicio", "insertar-mapa", "insertar-obra", "libro",         "obra",  "obras",     "verificar",
        "mesa-agenda", "mesa-aporte", "mesa-aportes", "mesa-codigo", "mesa-cuentas",
        "mesa-decisiones", "mesa-encuestas", "mesa-entrar", "mesa-error", "mesa-espacio",
        "mesa-oficial", "mesa-pieza", "mesa-sellado", "mesa-tablero", NULL };

typedef struct
{
  const char *name, *mime;
  GBytes *bytes; /* NULL: of a part that was not built in */
  char *etag;
} Asset;

/* Filled once, before the first renderer exists; static because the interface promises static strings. */
static Asset assets[] = {
  { "testigo.css", "text/css; charset=utf-8", NULL, NULL },
  { "comprobar.py", "text/x-python; charset=utf-8", NULL, NULL },
  { "maplibre-gl.js", "text/javascript; charset=utf-8", NULL, NULL },
  { "maplibre-gl-worker.js", "text/javascript; charset=utf-8", NULL, NULL },
  { "maplibre-gl.css", "text/css; charset=utf-8", NULL, NULL },
  { "mapa.js", "text/javascript; charset=utf-8", NULL, NULL },
  { "sitio.js", "text/javascript; charset=utf-8", NULL, NULL },
  { "favicon.svg", "image/svg+xml", NULL, NULL },
  { "mesa.css", "text/css; charset=utf-8", NULL, NULL },
  { "mesa.js", "text/javascript; charset=utf-8", NULL, NULL },
  { "mesa-age.js", "text/javascript; charset=utf-8", NULL, NULL },
  { "mesa-cifras.js", "text/javascript; charset=utf-8", NULL, NULL },
  { "mesa-oficial.js", "text/javascript; charset=utf-8", NULL, NULL },
};

struct _TstWebRenderer
{
  GObject parent_instance;
  TstTemplateSet *templates;
};

static void tst_web_renderer_page_renderer_init (TstPageRendererInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TstWebRenderer, tst_web_renderer, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TST_TYPE_PAGE_RENDERER,
                                                      tst_web_renderer_page_renderer_init))

static const char *
asset_etag (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (assets); i++)
    if (g_str_equal (assets[i].name, name))
      return assets[i].etag;
  return NULL;
}

/* The library of the moving map, under the names that it has here. */
static GBytes *
load_map_asset (const char *name)
{
#ifdef TST_HAVE_MAPLIBRE
  static const char *const files[][2] = { { "maplibre-gl.js", "maplibre-gl-csp.js" },
                                          { "maplibre-gl-worker.js", "maplibre-gl-csp-worker.js" },
                                          { "maplibre-gl.css", "maplibre-gl.css" } };
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (g_str_equal (files[i][0], name))
      {
        g_autofree char *path = g_strconcat (MAP_PREFIX "/", files[i][1], NULL);
        return g_resource_lookup_data (tst_map_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      }
#endif
  return NULL;
}

static void
load_assets (GResource *resource)
{
  static gsize once = 0;
  if (!g_once_init_enter (&once))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (assets); i++)
    {
      g_autofree char *path = g_strconcat (PREFIX "/assets/", assets[i].name, NULL);
      g_autoptr (GError) error = NULL;
      gboolean of_map = g_str_has_prefix (assets[i].name, "maplibre-gl");
      assets[i].bytes = of_map ? load_map_asset (assets[i].name)
                               : g_resource_lookup_data (resource, path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
      if (assets[i].bytes == NULL && of_map)
        continue;
      if (assets[i].bytes == NULL)
        g_error ("%s", error->message);
      g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, assets[i].bytes);
      assets[i].etag = g_strndup (sum, 12);
    }
  g_once_init_leave (&once, 1);
}

static void
load_templates (TstWebRenderer *self, GResource *resource)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names
      = g_resource_enumerate_children (resource, PREFIX "/templates", G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat (PREFIX "/templates/", names[i], NULL);
      g_autoptr (GBytes) bytes
          = g_resource_lookup_data (resource, path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
      if (bytes == NULL)
        break;
      g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_autofree char *name = g_strndup (names[i], strcspn (names[i], "."));
      if (!tst_template_set_add (self->templates, name, text, &error))
        break;
    }
  if (error != NULL || !tst_template_set_link (self->templates, &error))
    g_error ("%s", error->message);
}

static const char *
member_text (JsonNode *model, const char *object, const char *member)
{
  JsonObject *root = json_node_get_object (model);
  JsonNode *node = json_object_get_member (root, object != NULL ? object : member);
  if (object != NULL)
    node = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
               ? json_object_get_member (json_node_get_object (node), member)
               : NULL;
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

GBytes *
tst_web_renderer_render_covered (TstWebRenderer *self, const char *page, JsonNode *model,
                                 TstTemplateCoverage *coverage, GError **error)
{
  if (!g_strv_contains (pages, page))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no page template “%s”.", page);
      return NULL;
    }
  const char *timezone = member_text (model, "town", "timezone");
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (timezone != NULL ? timezone : "America/Bogota");
  if (zone == NULL) /* no zone data on this machine, or no such zone */
    zone = g_time_zone_new_identifier (COLOMBIA);
  g_autoptr (GDateTime) now = tst_format_parse_time (member_text (model, NULL, "now"), zone);
  if (now == NULL)
    now = g_date_time_new_now (zone);
  TstTemplateEnv env = { zone, now, page, member_text (model, "page", "base_url"), asset_etag };
  return tst_template_set_render (self->templates, page, model, &env, coverage, error);
}

static GBytes *
tst_web_renderer_render (TstPageRenderer *renderer, const char *page, JsonObject *model, GError **error)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (root, model);
  return tst_web_renderer_render_covered (TST_WEB_RENDERER (renderer), page, root, NULL, error);
}

static GBytes *
tst_web_renderer_asset (TstPageRenderer *renderer, const char *name, const char **mime, const char **etag)
{
  for (guint i = 0; i < G_N_ELEMENTS (assets); i++)
    if (g_str_equal (assets[i].name, name) && assets[i].bytes != NULL)
      {
        if (mime != NULL)
          *mime = assets[i].mime;
        if (etag != NULL)
          *etag = assets[i].etag;
        return g_bytes_ref (assets[i].bytes);
      }
  return NULL;
}

static void
tst_web_renderer_page_renderer_init (TstPageRendererInterface *iface)
{
  iface->render = tst_web_renderer_render;
  iface->asset = tst_web_renderer_asset;
}

static void
tst_web_renderer_finalize (GObject *object)
{
  tst_template_set_free (TST_WEB_RENDERER (object)->templates);
  G_OBJECT_CLASS (tst_web_renderer_parent_class)->finalize (object);
}

static void
tst_web_renderer_class_init (TstWebRendererClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_web_renderer_finalize;
}

static void
tst_web_renderer_init (TstWebRenderer *self)
{
  /* Named here so that the linker keeps it, although it sits in a static library. */
  GResource *resource = tst_web_get_resource ();
  load_assets (resource);
  self->templates = tst_template_set_new ();
  load_templates (self, resource);
}

TstWebRenderer *
tst_web_renderer_new (void)
{
  return g_object_new (TST_TYPE_WEB_RENDERER, NULL);
}

const char *const *
tst_web_renderer_pages (void)
{
  return pages;
}

TstTemplateSet *
tst_web_renderer_get_templates (TstWebRenderer *self)
{
  return self->templates;
}
