/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/tst-svg-curve.h"

#include <math.h>
#include <stdio.h>

static gboolean
day_number (const char *text, double *days)
{
  GDate date;
  int year = 0, month = 0, day = 0;

  if (text == NULL || sscanf (text, "%4d-%2d-%2d", &year, &month, &day) != 3
      || !g_date_valid_dmy ((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  g_date_set_dmy (&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
  *days = g_date_get_julian (&date);
  return TRUE;
}

gboolean
tst_svg_curve_x (const char *day, const char *from, const char *to, double *x)
{
  double at, first, last;
  if (!day_number (day, &at) || !day_number (from, &first) || !day_number (to, &last))
    return FALSE;
  double part = last > first ? CLAMP ((at - first) / (last - first), 0, 1) : 0.5;
  *x = TST_CURVE_LEFT + part * (TST_CURVE_RIGHT - TST_CURVE_LEFT);
  return TRUE;
}

double
tst_svg_curve_y (double percentage)
{
  return TST_CURVE_BOTTOM - CLAMP (percentage, 0, 100) / 100 * (TST_CURVE_BOTTOM - TST_CURVE_TOP);
}

static JsonNode *
member_node (JsonNode *object, const char *name)
{
  return object != NULL && JSON_NODE_HOLDS_OBJECT (object)
             ? json_object_get_member (json_node_get_object (object), name)
             : NULL;
}

static const char *
text_of (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

char *
tst_svg_curve_path (JsonNode *curve, const char *member)
{
  JsonNode *list = member_node (curve, "points");
  const char *from = text_of (member_node (curve, "from"));
  const char *to = text_of (member_node (curve, "to"));
  g_autoptr (GString) path = g_string_new (NULL);
  guint n = 0;

  if (list == NULL || !JSON_NODE_HOLDS_ARRAY (list))
    return g_strdup ("");
  JsonArray *points = json_node_get_array (list);
  for (guint i = 0; i < json_array_get_length (points); i++)
    {
      JsonNode *point = json_array_get_element (points, i);
      JsonNode *value = member_node (point, member);
      double x;
      if (value == NULL || !JSON_NODE_HOLDS_VALUE (value) || json_node_get_value_type (value) == G_TYPE_STRING
          || !tst_svg_curve_x (text_of (member_node (point, "on")), from, to, &x))
        continue;
      g_string_append_printf (path, "%c%ld %ld", n++ == 0 ? 'M' : 'L', lround (x),
                              lround (tst_svg_curve_y (json_node_get_double (value))));
    }
  return n < 2 ? g_strdup ("") : g_string_free (g_steal_pointer (&path), FALSE);
}
