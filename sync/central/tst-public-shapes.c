/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"
#include "model/tst-calendar.h"
#include "model/tst-code-lists.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Members of a model, what the address asks for, and pages of a list. */

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
  static const char *const known[] = { "q", "obra", "comuna", "sector", "estado", "fase", "desde", "hasta", "sin_evidencia", "numero",
                                       "dependencia", "valor", "en_vivo" };
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

JsonArray *
tst_public_comuna_options (TstPublicCall *call, const char *selected)
{
  JsonArray *options = json_array_new ();
  GPtrArray *comunas = call->routes->town->comunas;

  for (guint i = 0; i < comunas->len; i++)
    {
      const TstComuna *comuna = g_ptr_array_index (comunas, i);
      g_autofree char *label = tst_public_place_label (call->routes, comuna->code);

      json_array_add_object_element (options, tst_public_option (comuna->code, label, -1, g_strcmp0 (comuna->code, selected) == 0));
    }
  return options;
}

JsonArray *
tst_public_code_options (TstCodeList list, const char *selected)
{
  JsonArray *options = json_array_new ();
  guint n = 0;
  const TstCode *codes = tst_code_list (list, &n);

  for (guint i = 0; i < n; i++)
    json_array_add_object_element (options,
                                   tst_public_option (codes[i].code, codes[i].es, -1, g_strcmp0 (codes[i].code, selected) == 0));
  return options;
}

gboolean
tst_public_day_start (TstPublicCall *call, const char *text, gboolean end, gint64 *seconds)
{
  GDate date;

  g_date_clear (&date, 1);
  if (!text || !tst_date_parse (text, &date))
    return FALSE;
  if (end)
    g_date_add_days (&date, 1);
  g_autoptr (GDateTime) time = g_date_time_new (call->routes->zone, g_date_get_year (&date), (int) g_date_get_month (&date),
                                                g_date_get_day (&date), 0, 0, 0);
  if (!time)
    return FALSE;
  *seconds = g_date_time_to_unix (time);
  return TRUE;
}
