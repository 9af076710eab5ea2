/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/tst-template-filter.h"

#include <math.h>
#include <string.h>

#include "web/tst-svg-curve.h"
#include "web/tst-svg-geometry.h"
#include "format/tst-format.h"

/* Longer texts are cut, and say so: a page must stay a page. */
#define MAX_TEXT_CHARS 50000
#define MAX_URL_BYTES 4000
#define DEAD_LINK "about:invalid"

#define FILTER(name)                                                                                         \
  static gboolean name (GString *out, const TstFilterArg *args, guint n_args, const TstTemplateEnv *env)

static const char *
as_text (const TstFilterArg *arg)
{
  if (arg->literal != NULL)
    return arg->literal;
  if (arg->node == NULL || !JSON_NODE_HOLDS_VALUE (arg->node)
      || json_node_get_value_type (arg->node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (arg->node);
}

static gboolean
as_number (const TstFilterArg *arg, double *value)
{
  GType type;
  if (arg->node == NULL || !JSON_NODE_HOLDS_VALUE (arg->node))
    return FALSE;
  type = json_node_get_value_type (arg->node);
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *value = json_node_get_double (arg->node);
  return isfinite (*value);
}

static GDateTime *
as_time (const TstFilterArg *arg, const TstTemplateEnv *env)
{
  return tst_format_parse_time (as_text (arg), env->zone);
}

static gboolean
put (GString *out, char *text)
{
  if (text != NULL)
    g_string_append (out, text);
  g_free (text);
  return TRUE;
}

FILTER (filter_int)
{
  double value;
  if (as_number (&args[0], &value) && fabs (value) < 1e15)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, (gint64)value);
  return TRUE;
}

FILTER (filter_text)
{
  const char *text = as_text (&args[0]);
  if (text == NULL)
    return filter_int (out, args, n_args, env);
  if (strlen (text) <= MAX_TEXT_CHARS)
    g_string_append (out, text);
  else
    {
      g_autofree char *valid = g_utf8_make_valid (text, -1);
      if (g_utf8_strlen (valid, -1) > MAX_TEXT_CHARS)
        *g_utf8_offset_to_pointer (valid, MAX_TEXT_CHARS) = '\0';
      g_string_append_printf (out, "%s… (texto recortado)", valid);
    }
  return TRUE;
}

/* {{clip text "120"}}: at most so many characters, cut at a word. */
FILTER (filter_clip)
{
  const char *text = as_text (&args[0]);
  long limit = CLAMP (atol (as_text (&args[1]) != NULL ? as_text (&args[1]) : "0"), 1, MAX_TEXT_CHARS);
  if (text == NULL)
    return TRUE;
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  if (g_utf8_strlen (valid, -1) > limit)
    {
      char *end = g_utf8_offset_to_pointer (valid, limit - 1);
      *end = '\0';
      char *blank = strrchr (valid, ' ');
      if (blank != NULL && blank > valid + (end - valid) / 2)
        *blank = '\0';
      g_string_append_printf (out, "%s…", valid);
    }
  else
    g_string_append (out, valid);
  return TRUE;
}

/* {{shortid device}}: of "testigo/d/5e21…" the first twelve digits. */
FILTER (filter_shortid)
{
  const char *text = as_text (&args[0]);
  if (text == NULL)
    return TRUE;
  const char *slash = strrchr (text, '/');
  g_autofree char *valid = g_utf8_make_valid (slash != NULL ? slash + 1 : text, -1);
  if (g_utf8_strlen (valid, -1) > 12)
    *g_utf8_offset_to_pointer (valid, 12) = '\0';
  g_string_append (out, valid);
  return TRUE;
}

FILTER (filter_token)
{
  const char *text = as_text (&args[0]);
  if (text == NULL)
    return TRUE;
  for (guint i = 0; text[i] != '\0' && i < 64; i++)
    if (g_ascii_isalnum (text[i]) || text[i] == '_' || text[i] == '-')
      g_string_append_c (out, g_ascii_tolower (text[i]));
  return TRUE;
}

FILTER (filter_date)
{
  g_autoptr (GDateTime) when = as_time (&args[0], env);
  return when == NULL || put (out, tst_format_date (when));
}

FILTER (filter_shortdate)
{
  g_autoptr (GDateTime) when = as_time (&args[0], env);
  return when == NULL || put (out, tst_format_short_date (when));
}

FILTER (filter_month)
{
  g_autoptr (GDateTime) when = as_time (&args[0], env);
  return when == NULL || put (out, tst_format_month (when));
}

FILTER (filter_datetime)
{
  g_autoptr (GDateTime) when = as_time (&args[0], env);
  if (when == NULL)
    return TRUE;
  put (out, tst_format_date (when));
  if (tst_format_has_clock (as_text (&args[0])))
    {
      g_string_append (out, ", ");
      put (out, tst_format_clock (when));
    }
  return TRUE;
}

FILTER (filter_iso)
{
  g_autoptr (GDateTime) when = as_time (&args[0], env);
  return when == NULL || put (out, tst_format_iso (when, tst_format_has_clock (as_text (&args[0]))));
}

FILTER (filter_ago)
{
  g_autoptr (GDateTime) when = as_time (&args[0], env);
  return when == NULL || put (out, tst_format_ago (when, env->now));
}

FILTER (filter_due)
{
  g_autoptr (GDateTime) when = as_time (&args[0], env);
  return when == NULL || put (out, tst_format_due (when, env->now));
}

FILTER (filter_number)
{
  double value;
  return !as_number (&args[0], &value) || put (out, tst_format_number (value, 1));
}

FILTER (filter_pesos)
{
  double value;
  return !as_number (&args[0], &value) || put (out, tst_format_pesos (value));
}

FILTER (filter_millions)
{
  double value;
  return !as_number (&args[0], &value) || put (out, tst_format_millions (value));
}

FILTER (filter_percent)
{
  double value;
  return !as_number (&args[0], &value) || put (out, tst_format_percent (value));
}

FILTER (filter_size)
{
  double value;
  return !as_number (&args[0], &value) || value < 0 || put (out, tst_format_size (value));
}

/* {{degrees lat}}: the five decimals that make a metre. */
FILTER (filter_degrees)
{
  double value;
  return !as_number (&args[0], &value) || put (out, tst_format_number (value, 5));
}

/* {{gap observed planned}} */
FILTER (filter_gap)
{
  double observed, planned;
  return !as_number (&args[0], &observed) || !as_number (&args[1], &planned)
         || put (out, tst_format_gap (observed, planned));
}

/* {{plural n "obra" "obras"}} */
FILTER (filter_plural)
{
  double value;
  if (!as_number (&args[0], &value))
    return TRUE;
  put (out, tst_format_number (value, 1));
  g_string_append_printf (out, "\302\240%s", value == 1 ? as_text (&args[1]) : as_text (&args[2]));
  return TRUE;
}

/* {{bar pct "200"}}: a length of 0…200 for 0…100 %, for SVG attributes. */
FILTER (filter_bar)
{
  double value;
  if (as_number (&args[0], &value))
    g_string_append_printf (out, "%d", (int)lround (CLAMP (value, 0, 100) * atoi (as_text (&args[1])) / 100));
  return TRUE;
}

/* {{level works @map.areas "works"}}: 0 for none, 1…4 by quarters of the largest. */
FILTER (filter_level)
{
  double value, max = 0;
  int level = 0;
  if (!as_number (&args[0], &value) || args[1].node == NULL || !JSON_NODE_HOLDS_ARRAY (args[1].node))
    return TRUE;
  JsonArray *array = json_node_get_array (args[1].node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);
      double other;
      if (!JSON_NODE_HOLDS_OBJECT (item))
        continue;
      TstFilterArg member
          = { NULL, json_object_get_member (json_node_get_object (item), as_text (&args[2])) };
      if (as_number (&member, &other))
        max = MAX (max, other);
    }
  if (value > 0 && max > 0)
    level = CLAMP ((int)ceil (value / max * 4), 1, 4);
  g_string_append_printf (out, "%d", level);
  return TRUE;
}

FILTER (filter_viewbox) { return put (out, tst_svg_view_box (args[0].node)); }

FILTER (filter_path) { return put (out, tst_svg_path (args[0].node, args[1].node)); }

FILTER (filter_anchor_x)
{
  double x, y;
  if (tst_svg_anchor (args[0].node, args[1].node, &x, &y))
    g_string_append_printf (out, "%d", (int)lround (x));
  return TRUE;
}

FILTER (filter_anchor_y)
{
  double x, y;
  if (tst_svg_anchor (args[0].node, args[1].node, &x, &y))
    g_string_append_printf (out, "%d", (int)lround (y));
  return TRUE;
}

/* {{curvepath curve "observed_pct"}}, {{curvex on curve.from curve.to}}, {{curvey observed_pct}}: tst-svg-curve.h */
FILTER (filter_curve_path) { return put (out, tst_svg_curve_path (args[0].node, as_text (&args[1]))); }

FILTER (filter_curve_x)
{
  double x;
  if (tst_svg_curve_x (as_text (&args[0]), as_text (&args[1]), as_text (&args[2]), &x))
    g_string_append_printf (out, "%d", (int)lround (x));
  return TRUE;
}

FILTER (filter_curve_y)
{
  double value;
  if (as_number (&args[0], &value))
    g_string_append_printf (out, "%d", (int)lround (tst_svg_curve_y (value)));
  return TRUE;
}

/* {{lonlat point}}: of a GeoJSON Point, for the map that moves. */
FILTER (filter_lonlat)
{
  JsonNode *node = args[0].node;
  JsonObject *point = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *list = point != NULL ? json_object_get_member (point, "coordinates") : NULL;
  JsonArray *pair = list != NULL && JSON_NODE_HOLDS_ARRAY (list) ? json_node_get_array (list) : NULL;
  char lon[G_ASCII_DTOSTR_BUF_SIZE];
  char lat[G_ASCII_DTOSTR_BUF_SIZE];

  if (pair == NULL || json_array_get_length (pair) < 2)
    return TRUE;
  for (guint i = 0; i < 2; i++)
    if (!JSON_NODE_HOLDS_VALUE (json_array_get_element (pair, i)))
      return TRUE;
  g_ascii_formatd (lon, sizeof lon, "%.7f", json_array_get_double_element (pair, 0));
  g_ascii_formatd (lat, sizeof lat, "%.7f", json_array_get_double_element (pair, 1));
  g_string_append_printf (out, "%s,%s", lon, lat);
  return TRUE;
}

/* Addresses */

char *
tst_template_safe_url (const char *url)
{
  gsize scheme = strcspn (url, ":/?#");
  GString *out;

  if (strlen (url) > MAX_URL_BYTES || url[0] == '\0')
    return g_strdup (DEAD_LINK);
  /* Browsers drop tabs and line ends inside an address and read '\' as '/': neither has a place in ours. */
  for (const char *p = url; *p != '\0'; p++)
    if ((guchar)*p < 0x21 || *p == 0x7f || *p == '\\')
      return g_strdup (DEAD_LINK);
  if (url[scheme] == ':'
      && !(scheme == 5 && g_ascii_strncasecmp (url, "https:", 6) == 0 && g_str_has_prefix (url + 6, "//"))
      && !(scheme == 4 && g_ascii_strncasecmp (url, "http:", 5) == 0 && g_str_has_prefix (url + 5, "//"))
      && !(scheme == 6 && g_ascii_strncasecmp (url, "mailto:", 7) == 0))
    return g_strdup (DEAD_LINK);
  if (g_str_has_prefix (url, "//"))
    return g_strdup (DEAD_LINK);
  out = g_string_sized_new (strlen (url));
  for (const char *p = url; *p != '\0'; p++)
    if ((guchar)*p >= 0x80 || strchr ("\"'<>`{}|^,", *p) != NULL)
      g_string_append_printf (out, "%%%02X", (guchar)*p);
    else
      g_string_append_c (out, *p);
  return g_string_free (out, FALSE);
}

FILTER (filter_url)
{
  const char *text = as_text (&args[0]);
  return put (out, tst_template_safe_url (text != NULL ? text : ""));
}

FILTER (filter_mailto)
{
  const char *text = as_text (&args[0]);
  if (text == NULL || strchr (text, '@') == NULL)
    return put (out, g_strdup (DEAD_LINK));
  g_autofree char *address = g_uri_escape_string (text, "@", FALSE);
  g_string_append_printf (out, "mailto:%s", address);
  return TRUE;
}

/* {{absolute page.path}}: with the site's own beginning. */
FILTER (filter_absolute)
{
  const char *text = as_text (&args[0]);
  if (text == NULL || text[0] != '/' || g_str_has_prefix (text, "//") || env->base_url == NULL)
    return put (out, g_strdup (DEAD_LINK));
  g_autofree char *whole = g_strconcat (env->base_url, text, NULL);
  return put (out, tst_template_safe_url (whole));
}

FILTER (filter_urlpart)
{
  const char *text = as_text (&args[0]);
  if (text == NULL)
    return filter_int (out, args, n_args, env);
  /* "." and ".." would climb out of the folder. */
  if (g_str_equal (text, ".") || g_str_equal (text, ".."))
    return put (out, g_strdup ("_"));
  g_autofree char *valid = g_utf8_make_valid (text, MIN (strlen (text), MAX_URL_BYTES));
  return put (out, g_uri_escape_string (valid, NULL, FALSE));
}

/* {{srcset picture.srcset}}: [{href, width}] */
FILTER (filter_srcset)
{
  if (args[0].node == NULL || !JSON_NODE_HOLDS_ARRAY (args[0].node))
    return TRUE;
  JsonArray *array = json_node_get_array (args[0].node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);
      double width;
      if (!JSON_NODE_HOLDS_OBJECT (item))
        continue;
      TstFilterArg href = { NULL, json_object_get_member (json_node_get_object (item), "href") };
      TstFilterArg size = { NULL, json_object_get_member (json_node_get_object (item), "width") };
      if (as_text (&href) == NULL || !as_number (&size, &width) || width < 1 || width > 100000)
        continue;
      g_autofree char *url = tst_template_safe_url (as_text (&href));
      g_string_append_printf (out, "%s%s %dw", out->len > 0 ? ", " : "", url, (int)width);
    }
  return TRUE;
}

/* {{asset "testigo.css"}} */
FILTER (filter_asset)
{
  const char *name = as_text (&args[0]);
  const char *etag = env->asset_etag != NULL ? env->asset_etag (name) : NULL;
  g_string_append_printf (out, "/estatico/%s", name);
  if (etag != NULL)
    g_string_append_printf (out, "?v=%s", etag);
  return TRUE;
}

/* Questions, for sections */

FILTER (ask_positive)
{
  double value;
  return as_number (&args[0], &value) && value > 0;
}

FILTER (ask_many)
{
  double value;
  return as_number (&args[0], &value) && value > 1;
}

/* {{#is status "suspendida" "inconclusa"}} */
FILTER (ask_is)
{
  const char *text = as_text (&args[0]);
  for (guint i = 1; i < n_args; i++)
    {
      double value;
      if (text != NULL ? g_str_equal (text, as_text (&args[i]))
                       : as_number (&args[0], &value) && value == g_ascii_strtod (as_text (&args[i]), NULL))
        return TRUE;
    }
  return FALSE;
}

/* {{#here "obras" "obra"}}: on one of these pages */
FILTER (ask_here)
{
  for (guint i = 0; i < n_args; i++)
    if (g_strcmp0 (env->page, as_text (&args[i])) == 0)
      return TRUE;
  return FALSE;
}

/* {{#behind observed planned}}: five points or more, the threshold from which an act of visit must name a cause */
FILTER (ask_behind)
{
  double observed, planned;
  return as_number (&args[0], &observed) && as_number (&args[1], &planned) && planned - observed >= 5;
}

FILTER (ask_past)
{
  g_autoptr (GDateTime) when = as_time (&args[0], env);
  return when != NULL && tst_format_days_between (when, env->now) > 0;
}

static const TstFilter filters[] = {
  { "text", TST_FILTER_TEXT, 1, 1, filter_text },
  { "clip", TST_FILTER_TEXT, 2, 2, filter_clip },
  { "int", TST_FILTER_TEXT | TST_FILTER_URL_PART, 1, 1, filter_int },
  { "shortid", TST_FILTER_TEXT, 1, 1, filter_shortid },
  { "token", TST_FILTER_TEXT | TST_FILTER_URL_PART, 1, 1, filter_token },
  { "date", TST_FILTER_TEXT, 1, 1, filter_date },
  { "shortdate", TST_FILTER_TEXT, 1, 1, filter_shortdate },
  { "month", TST_FILTER_TEXT, 1, 1, filter_month },
  { "datetime", TST_FILTER_TEXT, 1, 1, filter_datetime },
  { "iso", TST_FILTER_TEXT, 1, 1, filter_iso },
  { "ago", TST_FILTER_TEXT, 1, 1, filter_ago },
  { "due", TST_FILTER_TEXT, 1, 1, filter_due },
  { "number", TST_FILTER_TEXT, 1, 1, filter_number },
  { "pesos", TST_FILTER_TEXT, 1, 1, filter_pesos },
  { "millions", TST_FILTER_TEXT, 1, 1, filter_millions },
  { "percent", TST_FILTER_TEXT, 1, 1, filter_percent },
  { "size", TST_FILTER_TEXT, 1, 1, filter_size },
  { "degrees", TST_FILTER_TEXT, 1, 1, filter_degrees },
  { "gap", TST_FILTER_TEXT, 2, 2, filter_gap },
  { "plural", TST_FILTER_TEXT, 3, 3, filter_plural },
  { "bar", TST_FILTER_TEXT, 2, 2, filter_bar },
  { "level", TST_FILTER_TEXT, 3, 3, filter_level },
  { "svgviewbox", TST_FILTER_TEXT, 1, 1, filter_viewbox },
  { "svgpath", TST_FILTER_TEXT, 2, 2, filter_path },
  { "svgx", TST_FILTER_TEXT, 2, 2, filter_anchor_x },
  { "svgy", TST_FILTER_TEXT, 2, 2, filter_anchor_y },
  { "lonlat", TST_FILTER_TEXT, 1, 1, filter_lonlat },
  { "curvepath", TST_FILTER_TEXT, 2, 2, filter_curve_path },
  { "curvex", TST_FILTER_TEXT, 3, 3, filter_curve_x },
  { "curvey", TST_FILTER_TEXT, 1, 1, filter_curve_y },
  { "url", TST_FILTER_URL, 1, 1, filter_url },
  { "mailto", TST_FILTER_URL, 1, 1, filter_mailto },
  { "absolute", TST_FILTER_URL | TST_FILTER_TEXT, 1, 1, filter_absolute },
  { "asset", TST_FILTER_URL | TST_FILTER_TEXT, 1, 1, filter_asset },
  { "srcset", TST_FILTER_URL, 1, 1, filter_srcset },
  { "urlpart", TST_FILTER_URL_PART, 1, 1, filter_urlpart },
  { "positive", TST_FILTER_PREDICATE, 1, 1, ask_positive },
  { "many", TST_FILTER_PREDICATE, 1, 1, ask_many },
  { "is", TST_FILTER_PREDICATE, 2, 4, ask_is },
  { "here", TST_FILTER_PREDICATE, 1, 4, ask_here },
  { "behind", TST_FILTER_PREDICATE, 2, 2, ask_behind },
  { "past", TST_FILTER_PREDICATE, 1, 1, ask_past },
};

const TstFilter *
tst_template_filter_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    if (g_str_equal (filters[i].name, name))
      return &filters[i];
  return NULL;
}
