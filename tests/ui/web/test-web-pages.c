/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every page with its example models: nothing unknown, nothing unreached, and nothing hostile gets through. */
#include <string.h>

#include "base/tst-error.h"
#include "web/tst-web-renderer-private.h"

typedef struct
{
  char *page, *file;
  JsonNode *model;
} Example;

static GPtrArray *examples; /* of Example */
static TstWebRenderer *renderer;

static void
load_examples (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "ui", "web", "models", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;
  g_assert_no_error (error);
  examples = g_ptr_array_new ();
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;
      Example *example = g_new0 (Example, 1);
      g_file_get_contents (path, &text, NULL, &error);
      g_assert_no_error (error);
      example->model = json_from_string (text, &error);
      g_assert_no_error (error);
      example->file = g_strdup (name);
      example->page = g_strndup (name, strcspn (name, "."));
      g_ptr_array_add (examples, example);
    }
  g_assert_cmpuint (examples->len, >=, 30);
}

static char *
render (const Example *example, JsonNode *model, TstTemplateCoverage *coverage)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes
      = tst_web_renderer_render_covered (renderer, example->page, model, coverage, &error);
  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
test_lint (void)
{
  g_autoptr (TstTemplateCoverage) coverage = tst_template_coverage_new ();
  for (guint i = 0; i < examples->len; i++)
    {
      Example *example = examples->pdata[i];
      g_autofree char *html = render (example, example->model, coverage);
      g_assert_true (g_str_has_prefix (html, "<!doctype html>"));
      g_assert_nonnull (strstr (html, "<main id=\"contenido\""));
      if (strstr (html, "about:invalid") != NULL)
        g_error ("%s: a dead link", example->file);
    }
  g_autoptr (GPtrArray) report
      = tst_template_coverage_report (coverage, tst_web_renderer_get_templates (renderer));
  for (guint i = 0; i < report->len; i++)
    g_test_message ("%s", (char *)report->pdata[i]);
  g_assert_cmpuint (report->len, ==, 0);
}

/* Each page has an example, and says that an invented town is one. */
static void
test_every_page (void)
{
  const char *const *pages = tst_web_renderer_pages ();
  for (guint p = 0; pages[p] != NULL; p++)
    {
      gboolean found = FALSE;
      for (guint i = 0; i < examples->len; i++)
        {
          Example *example = examples->pdata[i];
          JsonObject *town = json_object_get_object_member (json_node_get_object (example->model), "town");
          if (!g_str_equal (example->page, pages[p]))
            continue;
          found = TRUE;
          g_autofree char *html = render (example, example->model, NULL);
          char *footer = strstr (html, "<footer");
          g_assert_nonnull (footer);
          g_assert_cmpint (strstr (footer, "municipio ficticio") != NULL, ==,
                           json_object_get_boolean_member (town, "fictitious"));
        }
      if (!found)
        g_error ("no example of %s", pages[p]);
    }
}

static const char *const hostile[] = {
  "<script>alert(1)</script>",
  "\"><img src=x onerror=alert(1)>",
  "' onmouseover='alert(1)",
  "\" onfocus=\"alert(1)\" autofocus=\"",
  "javascript:alert(1)",
  "JAVASCRIPT:alert(1)//",
  "java\tscript:alert(1)",
  "data:text/html;base64,PHNjcmlwdD4=",
  "//malo.example/x",
  "/\\malo.example",
  "</title><script>alert(1)</script>",
  "</textarea></style></script><svg onload=alert(1)>",
  "--><!--<script>",
  "]]><script>",
  "{{raw}}{{#x}}{{>p-pie}}",
  "&lt;script&gt;&#60;script&#62;",
  "\342\200\256rtl\342\200\254 \342\201\246x \342\200\216\342\200\217",
  "..",
  "../../etc/passwd",
  "\001\002\037\177",
  "+ADw-script+AD4-",
  "`${alert(1)}`",
  "1 2 L 3\" d=\"M0",
};

/* Puts @bad in place of every text of the model. */
static JsonNode *
poison (JsonNode *node, const char *bad)
{
  JsonNode *copy;
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autoptr (JsonObject) object = json_object_new ();
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;
      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &member))
        json_object_set_member (object, name, poison (member, bad));
      copy = json_node_new (JSON_NODE_OBJECT);
      json_node_set_object (copy, object);
      return copy;
    }
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      g_autoptr (JsonArray) array = json_array_new ();
      for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
        json_array_add_element (array, poison (json_array_get_element (json_node_get_array (node), i), bad));
      copy = json_node_new (JSON_NODE_ARRAY);
      json_node_set_array (copy, array);
      return copy;
    }
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    {
      copy = json_node_new (JSON_NODE_VALUE);
      json_node_set_string (copy, bad);
      return copy;
    }
  return json_node_copy (node);
}

static guint
count (const char *text, const char *what)
{
  guint n = 0;
  for (const char *p = text; (p = strstr (p, what)) != NULL; p += strlen (what))
    n++;
  return n;
}

/* Tags as a browser would see them: '<' and a letter, '/' or '!'. */
static guint
count_tags (const char *html)
{
  guint n = 0;
  for (const char *p = html; (p = strchr (p, '<')) != NULL; p++)
    if (g_ascii_isalpha (p[1]) || p[1] == '/' || p[1] == '!' || p[1] == '?')
      n++;
  return n;
}

/* Reads the tags and checks that each attribute is one that a template wrote. */
static void
check_attributes (const char *html, const char *file)
{
  for (const char *p = html; (p = strchr (p, '<')) != NULL;)
    {
      gboolean quoted = FALSE;
      const char *start = p;
      for (p++; *p != '\0' && (quoted || *p != '>'); p++)
        {
          if (*p == '"')
            quoted = !quoted;
          if (quoted || *p != ' ')
            continue;
          if (g_ascii_strncasecmp (p + 1, "on", 2) == 0 || g_ascii_strncasecmp (p + 1, "style", 5) == 0
              || g_ascii_strncasecmp (p + 1, "autofocus", 9) == 0)
            g_error ("%s: %.200s", file, start);
          static const char *const holders[] = { "href=\"", "src=\"", "action=\"" };
          for (guint i = 0; i < G_N_ELEMENTS (holders); i++)
            if (g_str_has_prefix (p + 1, holders[i]))
              {
                const char *url = p + 1 + strlen (holders[i]);
                gboolean good = (url[0] == '/' && url[1] != '/' && url[1] != '\\') || url[0] == '?'
                                || url[0] == '#' || g_str_has_prefix (url, "https://")
                                || g_str_has_prefix (url, "http://") || g_str_has_prefix (url, "mailto:")
                                || g_str_has_prefix (url, "about:invalid")
                                /* relative, without a colon before the first slash */
                                || strcspn (url, ":\"") > strcspn (url, "/?#\"")
                                || url[strcspn (url, ":\"")] == '"';
                if (!good)
                  g_error ("%s: %.200s", file, start);
              }
        }
    }
}

static void
test_hostile (void)
{
  for (guint i = 0; i < examples->len; i++)
    {
      Example *example = examples->pdata[i];
      g_autoptr (JsonNode) calm_model = poison (example->model, "calma");
      g_autofree char *calm = render (example, calm_model, NULL);
      guint tags = count_tags (calm), quotes = count (calm, "\""), scripts = count (calm, "<script");
      for (guint h = 0; h < G_N_ELEMENTS (hostile); h++)
        {
          g_autoptr (JsonNode) model = poison (example->model, hostile[h]);
          g_autofree char *html = render (example, model, NULL);
          /* The text may say anything; it must not have become HTML. */
          g_assert_cmpuint (count_tags (html), ==, tags);
          g_assert_cmpuint (count (html, "\""), ==, quotes);
          /* Elements with a file of ours, as many as the template has; never one more. */
          g_assert_cmpuint (count (html, "<script"), ==, scripts);
          g_assert_cmpuint (count (html, "<script type=\"module\" src=\"/estatico/"), ==, scripts);
          g_assert_null (strstr (html, "\342\200\256"));
          g_assert_null (strstr (html, "\342\201\246"));
          g_assert_true (g_utf8_validate (html, -1, NULL));
          for (const char *p = html; *p != '\0'; p++)
            g_assert_true ((guchar)*p >= 0x20 || *p == '\n' || *p == '\t');
          check_attributes (html, example->file);
        }
    }
}

/* Wrong types everywhere: a page with holes, never a crash. */
static JsonNode *
scramble (JsonNode *node, guint *seed)
{
  *seed = *seed * 1103515245u + 12345u;
  switch ((*seed >> 16) % 9)
    {
    case 0:
      return json_node_new (JSON_NODE_NULL);
    case 1:
      return json_from_string ("[[[]], {\"a\": [1]}, \"x\", 1e308, null]", NULL);
    case 2:
      return json_from_string (
          "{\"type\": \"Polygon\", \"coordinates\": [[1, [2], [[3]], {}, [\"x\", null], [1e300, -1e300]]]}",
          NULL);
    case 3:
      return json_from_string ("-1e308", NULL);
    default:
      break;
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autoptr (JsonObject) object = json_object_new ();
      JsonNode *copy = json_node_new (JSON_NODE_OBJECT);
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;
      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &member))
        json_object_set_member (object, name, scramble (member, seed));
      json_node_set_object (copy, object);
      return copy;
    }
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      g_autoptr (JsonArray) array = json_array_new ();
      JsonNode *copy = json_node_new (JSON_NODE_ARRAY);
      for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
        json_array_add_element (array,
                                scramble (json_array_get_element (json_node_get_array (node), i), seed));
      json_node_set_array (copy, array);
      return copy;
    }
  return json_node_copy (node);
}

static void
test_wrong_types (void)
{
  guint seed = 712;
  for (guint round = 0; round < 25; round++)
    for (guint i = 0; i < examples->len; i++)
      {
        Example *example = examples->pdata[i];
        g_autoptr (JsonNode) scrambled = scramble (example->model, &seed);
        g_autoptr (JsonNode) empty = json_from_string ("{}", NULL);
        g_autofree char *html
            = render (example, JSON_NODE_HOLDS_OBJECT (scrambled) ? scrambled : empty, NULL);
        g_assert_nonnull (strstr (html, "</html>"));
      }
}

static void
test_assets (void)
{
  static const char *const names[] = { "testigo.css", "favicon.svg", "comprobar.py" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *mime = NULL, *etag = NULL;
      g_autoptr (GBytes) bytes
          = tst_page_renderer_asset (TST_PAGE_RENDERER (renderer), names[i], &mime, &etag);
      g_assert_nonnull (bytes);
      g_assert_nonnull (mime);
      g_assert_cmpuint (strlen (etag), ==, 12);
    }
  g_assert_null (tst_page_renderer_asset (TST_PAGE_RENDERER (renderer), "../inicio.html", NULL, NULL));
}

static void
test_unknown_page (void)
{
  g_autoptr (JsonObject) model = json_object_new ();
  g_autoptr (GError) error = NULL;
  g_assert_null (tst_page_renderer_render (TST_PAGE_RENDERER (renderer), "p-pie", model, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
}

/* The first view of a town of nine comunas: page and style, as they go over the wire. */
static void
test_weight (void)
{
  for (guint i = 0; i < examples->len; i++)
    {
      Example *example = examples->pdata[i];
      if (!g_str_equal (example->file, "inicio.json"))
        continue;
      g_autofree char *html = render (example, example->model, NULL);
      g_autoptr (GBytes) css
          = tst_page_renderer_asset (TST_PAGE_RENDERER (renderer), "testigo.css", NULL, NULL);
      g_autoptr (GZlibCompressor) gzip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6);
      gsize size = strlen (html) + g_bytes_get_size (css), read, written;
      g_autofree char *both = g_malloc (size), *packed = g_malloc (size);
      memcpy (both, html, strlen (html));
      memcpy (both + strlen (html), g_bytes_get_data (css, NULL), g_bytes_get_size (css));
      g_assert_cmpint (g_converter_convert (G_CONVERTER (gzip), both, size, packed, size,
                                            G_CONVERTER_INPUT_AT_END, &read, &written, NULL),
                       ==, G_CONVERTER_FINISHED);
      g_test_message ("page %zu bytes, style %zu bytes, both packed %zu bytes", strlen (html),
                      g_bytes_get_size (css), written);
      g_assert_cmpuint (written, <=, 30000);
      return;
    }
  g_assert_not_reached ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  load_examples ();
  renderer = tst_web_renderer_new ();
  g_test_add_func ("/web/pages/lint", test_lint);
  g_test_add_func ("/web/pages/every-page", test_every_page);
  g_test_add_func ("/web/pages/hostile", test_hostile);
  g_test_add_func ("/web/pages/wrong-types", test_wrong_types);
  g_test_add_func ("/web/pages/assets", test_assets);
  g_test_add_func ("/web/pages/unknown-page", test_unknown_page);
  g_test_add_func ("/web/pages/weight", test_weight);
  return g_test_run ();
}
