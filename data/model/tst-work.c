/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-work-private.h"

#include "base/tst-error.h"
#include "model/tst-calendar.h"
#include "model/tst-code-lists.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define MAX_CODE 100
#define MAX_TEXT 1000
#define MAX_PROSE 20000
#define MAX_MONEY 1e15

#define FIELD(member, kind)                                                                                  \
  {                                                                                                          \
#member, kind, offsetof(TstWork, member)                                                                 \
  }
const TstWorkField _tst_work_fields[TST_N_WORK_COLUMNS] = {
  [TST_COL_CODE] = FIELD (code, TST_FIELD_TEXT),
  [TST_COL_TITLE] = FIELD (title, TST_FIELD_TEXT),
  [TST_COL_DESCRIPTION] = FIELD (description, TST_FIELD_PROSE),
  [TST_COL_SECTOR] = FIELD (sector, TST_FIELD_TEXT),
  [TST_COL_TYPE] = FIELD (type, TST_FIELD_TEXT),
  [TST_COL_STATUS] = FIELD (status, TST_FIELD_TEXT),
  [TST_COL_DEPENDENCY] = FIELD (dependency, TST_FIELD_TEXT),
  [TST_COL_COMUNA] = FIELD (comuna, TST_FIELD_TEXT),
  [TST_COL_BARRIO] = FIELD (barrio, TST_FIELD_TEXT),
  [TST_COL_LAT] = FIELD (lat, TST_FIELD_DEGREES),
  [TST_COL_LON] = FIELD (lon, TST_FIELD_DEGREES),
  [TST_COL_WKT] = { "wkt", TST_FIELD_WKT, 0 },
  [TST_COL_BUDGET] = FIELD (budget, TST_FIELD_MONEY),
  [TST_COL_CONTRACT_NUMBER] = FIELD (contract_number, TST_FIELD_TEXT),
  [TST_COL_CONTRACTOR] = FIELD (contractor, TST_FIELD_TEXT),
  [TST_COL_START_PLANNED] = FIELD (start_planned, TST_FIELD_DATE),
  [TST_COL_END_PLANNED] = FIELD (end_planned, TST_FIELD_DATE),
  [TST_COL_PHYSICAL_PLANNED_PCT] = FIELD (physical_planned_pct, TST_FIELD_PERCENT),
  [TST_COL_PHYSICAL_OBSERVED_PCT] = FIELD (physical_observed_pct, TST_FIELD_PERCENT),
  [TST_COL_FINANCIAL_PCT] = FIELD (financial_pct, TST_FIELD_PERCENT),
  [TST_COL_SECOP_URL] = FIELD (secop_url, TST_FIELD_TEXT),
  [TST_COL_BPIN] = FIELD (bpin, TST_FIELD_TEXT),
  [TST_COL_DIVIPOLA] = FIELD (divipola, TST_FIELD_TEXT),
  [TST_COL_FUNDING] = FIELD (funding, TST_FIELD_TEXT),
  [TST_COL_PLAN_GOAL] = FIELD (plan_goal, TST_FIELD_TEXT),
  [TST_COL_START_ACTUAL] = FIELD (start_actual, TST_FIELD_DATE),
  [TST_COL_END_ACTUAL] = FIELD (end_actual, TST_FIELD_DATE),
  [TST_COL_PCT_AS_OF] = FIELD (pct_as_of, TST_FIELD_DATE),
  [TST_COL_PCT_SOURCE] = FIELD (pct_source, TST_FIELD_TEXT),
};

/* A contract's members, by the same scheme. */
static const TstWorkField contract_fields[] = {
#define CONTRACT(member, kind)                                                                               \
  {                                                                                                          \
#member, kind, offsetof(TstContract, member)                                                             \
  }
  CONTRACT (nature, TST_FIELD_TEXT),
  CONTRACT (number, TST_FIELD_TEXT),
  CONTRACT (secop_process, TST_FIELD_TEXT),
  CONTRACT (secop_contract, TST_FIELD_TEXT),
  CONTRACT (url, TST_FIELD_TEXT),
  CONTRACT (modality, TST_FIELD_TEXT),
  CONTRACT (object, TST_FIELD_PROSE),
  CONTRACT (contractor, TST_FIELD_TEXT),
  CONTRACT (contractor_nit, TST_FIELD_TEXT),
  CONTRACT (value_initial, TST_FIELD_MONEY),
  CONTRACT (value_added, TST_FIELD_MONEY),
  CONTRACT (value_total, TST_FIELD_MONEY),
  CONTRACT (start, TST_FIELD_DATE),
  CONTRACT (end, TST_FIELD_DATE),
  CONTRACT (days_added, TST_FIELD_MONEY),
  CONTRACT (supervisor, TST_FIELD_TEXT),
  CONTRACT (status, TST_FIELD_TEXT),
};

static char **
contract_text (const TstContract *self, guint i)
{
  return (char **)((char *)self + contract_fields[i].offset);
}

static double *
contract_number (const TstContract *self, guint i)
{
  return (double *)((char *)self + contract_fields[i].offset);
}

TstContract *
tst_contract_new (void)
{
  TstContract *self = g_new0 (TstContract, 1);

  self->value_initial = self->value_added = self->value_total = self->days_added = NAN;
  return self;
}

TstContract *
tst_contract_copy (const TstContract *self)
{
  TstContract *copy = g_memdup2 (self, sizeof *self);

  for (guint i = 0; i < G_N_ELEMENTS (contract_fields); i++)
    if (contract_fields[i].kind != TST_FIELD_MONEY)
      *contract_text (copy, i) = g_strdup (*contract_text (self, i));
  return copy;
}

void
tst_contract_free (TstContract *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (contract_fields); i++)
    if (contract_fields[i].kind != TST_FIELD_MONEY)
      g_free (*contract_text (self, i));
  g_free (self);
}

static void
work_init (TstWork *self)
{
  for (guint i = 0; i < TST_N_WORK_COLUMNS; i++)
    if (_tst_work_is_number (i))
      *_tst_work_number (self, i) = NAN;
}

TstWork *
tst_work_new (void)
{
  TstWork *self = g_new0 (TstWork, 1);

  self->contracts = g_ptr_array_new_with_free_func ((GDestroyNotify)tst_contract_free);
  work_init (self);
  return self;
}

void
tst_work_clear (TstWork *self)
{
  for (guint i = 0; i < TST_N_WORK_COLUMNS; i++)
    if (!_tst_work_is_number (i) && i != TST_COL_WKT)
      g_clear_pointer (_tst_work_text (self, i), g_free);
  g_clear_pointer (&self->geometry, tst_geometry_free);
  self->risk_unfinished = FALSE;
  g_ptr_array_set_size (self->contracts, 0);
  work_init (self);
}

void
tst_work_free (TstWork *self)
{
  tst_work_clear (self);
  g_ptr_array_unref (self->contracts);
  g_free (self);
}

TstWork *
tst_work_copy (const TstWork *self)
{
  TstWork *copy = tst_work_new ();

  for (guint i = 0; i < TST_N_WORK_COLUMNS; i++)
    if (_tst_work_is_number (i))
      *_tst_work_number (copy, i) = *_tst_work_number (self, i);
    else if (i != TST_COL_WKT)
      *_tst_work_text (copy, i) = g_strdup (*_tst_work_text (self, i));
  copy->geometry = self->geometry != NULL ? tst_geometry_copy (self->geometry) : NULL;
  copy->risk_unfinished = self->risk_unfinished;
  for (guint i = 0; i < self->contracts->len; i++)
    g_ptr_array_add (copy->contracts, tst_contract_copy (g_ptr_array_index (self->contracts, i)));
  return copy;
}

/* --- validity --- */

static gboolean
bad (GError **error, const char *name, const char *what)
{
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "«%s» %s", name, what);
  return FALSE;
}

static gboolean
check_text (const char *name, const char *text, gsize max, gboolean prose, GError **error)
{
  gsize length = strlen (text);

  if (!g_utf8_validate_len (text, length, NULL))
    return bad (error, name, "no es un texto UTF-8: guarde el archivo con esa codificación");
  if (length > max)
    return bad (error, name, "es demasiado largo: acórtelo");
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar)*p < 0x20 ? !(prose && *p == '\n') : *p == 0x7f)
      return bad (error, name, "tiene caracteres de control: quítelos");
  return TRUE;
}

static gboolean
check_field (const TstWorkField *field, const char *text, double number, GError **error)
{
  GDate date;

  switch (field->kind)
    {
    case TST_FIELD_TEXT:
    case TST_FIELD_PROSE:
      return text == NULL
             || check_text (field->name, text, field->kind == TST_FIELD_PROSE ? MAX_PROSE : MAX_TEXT,
                            field->kind == TST_FIELD_PROSE, error);
    case TST_FIELD_DATE:
      return text == NULL || tst_date_parse (text, &date)
             || bad (error, field->name, "no es una fecha: escriba AAAA-MM-DD");
    case TST_FIELD_MONEY:
      return isnan (number) || fabs (number) <= MAX_MONEY
             || bad (error, field->name, "es demasiado grande: revise la cifra");
    case TST_FIELD_PERCENT:
      return isnan (number) || (number >= 0 && number <= 100)
             || bad (error, field->name, "debe ser un porcentaje entre 0 y 100");
    case TST_FIELD_DEGREES:
      return isnan (number) || fabs (number) <= (strcmp (field->name, "lat") == 0 ? 90 : 180)
             || bad (error, field->name, "no es una coordenada en grados");
    case TST_FIELD_WKT:
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

/* A link that a page may show: nothing but the web. */
static gboolean
is_web_address (const char *text)
{
  return g_ascii_strncasecmp (text, "https://", 8) == 0 || g_ascii_strncasecmp (text, "http://", 7) == 0;
}

gboolean
tst_work_validate (const TstWork *self, GError **error)
{
  static const TstColumn required[] = { TST_COL_CODE, TST_COL_TITLE };

  for (guint i = 0; i < G_N_ELEMENTS (required); i++)
    {
      const char *text = *_tst_work_text (self, required[i]);

      if (text == NULL || *text == '\0')
        {
          g_set_error (error, TST_ERROR, TST_ERROR_MISSING_FIELD, "Falta «%s»: escríbalo en cada fila",
                       _tst_work_fields[required[i]].name);
          return FALSE;
        }
    }
  if (strlen (self->code) > MAX_CODE)
    return bad (error, "code", "es demasiado largo: use hasta 100 caracteres");
  for (guint i = 0; i < TST_N_WORK_COLUMNS; i++)
    {
      gboolean number = _tst_work_is_number (i);

      if (!check_field (&_tst_work_fields[i], number || i == TST_COL_WKT ? NULL : *_tst_work_text (self, i),
                        number ? *_tst_work_number (self, i) : NAN, error))
        return FALSE;
    }
  if (self->status != NULL && !tst_code_is_valid (TST_LIST_WORK_STATUS, self->status))
    {
      g_autofree char *codes = tst_code_list_join (TST_LIST_WORK_STATUS);

      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "«status» debe ser uno de: %s", codes);
      return FALSE;
    }
  if (isnan (self->lat) != isnan (self->lon))
    return bad (error, isnan (self->lat) ? "lat" : "lon", "falta: escriba latitud y longitud, o ninguna");
  if (!isnan (self->budget) && self->budget < 0)
    return bad (error, "budget", "no puede ser negativo");
  if (self->secop_url != NULL && !is_web_address (self->secop_url))
    return bad (error, "secop_url", "debe empezar por https://");
  if (self->geometry != NULL && !tst_geometry_is_valid (self->geometry))
    return bad (error, "wkt", "tiene coordenadas que no son grados");
  for (guint n = 0; n < self->contracts->len; n++)
    {
      const TstContract *contract = g_ptr_array_index (self->contracts, n);

      for (guint i = 0; i < G_N_ELEMENTS (contract_fields); i++)
        {
          gboolean number = contract_fields[i].kind == TST_FIELD_MONEY;

          if (!check_field (&contract_fields[i], number ? NULL : *contract_text (contract, i),
                            number ? *contract_number (contract, i) : NAN, error))
            return FALSE;
        }
      if (contract->url != NULL && !is_web_address (contract->url))
        return bad (error, "url", "debe empezar por https://");
    }
  return TRUE;
}

/* --- JSON --- */

static void
set_number (JsonObject *json, const char *name, double value)
{
  if (isnan (value))
    return;
  if (value == floor (value) && fabs (value) < 9e15)
    json_object_set_int_member (json, name, (gint64)value);
  else
    json_object_set_double_member (json, name, value);
}

static JsonObject *
contract_to_json (const TstContract *self)
{
  JsonObject *json = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (contract_fields); i++)
    if (contract_fields[i].kind == TST_FIELD_MONEY)
      set_number (json, contract_fields[i].name, *contract_number (self, i));
    else if (*contract_text (self, i) != NULL)
      json_object_set_string_member (json, contract_fields[i].name, *contract_text (self, i));
  return json;
}

static JsonObject *
to_json (const TstWork *self, gboolean internal, gboolean position)
{
  JsonObject *json = json_object_new ();

  for (guint i = 0; i < TST_N_WORK_COLUMNS; i++)
    {
      const char *name = _tst_work_fields[i].name;

      if (i == TST_COL_WKT)
        {
          g_autofree char *wkt
              = position && self->geometry != NULL ? tst_geometry_to_wkt (self->geometry) : NULL;

          if (wkt != NULL)
            json_object_set_string_member (json, name, wkt);
        }
      else if (_tst_work_fields[i].kind == TST_FIELD_DEGREES && !position)
        continue;
      else if (_tst_work_is_number (i))
        set_number (json, name, *_tst_work_number (self, i));
      else if (*_tst_work_text (self, i) != NULL)
        json_object_set_string_member (json, name, *_tst_work_text (self, i));
    }
  if (internal && self->risk_unfinished)
    json_object_set_boolean_member (json, "risk_unfinished", TRUE);
  if (self->contracts->len > 0)
    {
      JsonArray *array = json_array_new ();

      for (guint i = 0; i < self->contracts->len; i++)
        json_array_add_object_element (array, contract_to_json (g_ptr_array_index (self->contracts, i)));
      json_object_set_array_member (json, "contracts", array);
    }
  return json;
}

JsonObject *
tst_work_to_json (const TstWork *self, gboolean internal)
{
  return to_json (self, internal, TRUE);
}

JsonObject *
tst_work_to_feature (const TstWork *self, gboolean internal)
{
  JsonObject *feature = json_object_new ();

  json_object_set_string_member (feature, "type", "Feature");
  json_object_set_string_member (feature, "id", self->code);
  if (self->geometry != NULL)
    json_object_set_object_member (feature, "geometry", tst_geometry_to_geojson (self->geometry));
  else if (!isnan (self->lat) && !isnan (self->lon))
    {
      g_autoptr (TstGeometry) point = tst_geometry_new_point (self->lat, self->lon);

      json_object_set_object_member (feature, "geometry", tst_geometry_to_geojson (point));
    }
  else
    json_object_set_null_member (feature, "geometry");
  json_object_set_object_member (feature, "properties", to_json (self, internal, FALSE));
  return feature;
}

static gboolean
read_member (JsonObject *json, const char *name, gboolean number, char **text, double *value, GError **error)
{
  JsonNode *node = json_object_get_member (json, name);
  GType type;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  if (number && (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE))
    {
      *value = json_node_get_double (node);
      return TRUE;
    }
  if (!number && type == G_TYPE_STRING)
    {
      if (*json_node_get_string (node) != '\0')
        *text = json_node_dup_string (node);
      return TRUE;
    }
  return bad (error, name, number ? "debe ser un número" : "debe ser un texto");
}

static TstContract *
contract_from_json (JsonObject *json, GError **error)
{
  g_autoptr (TstContract) self = tst_contract_new ();

  for (guint i = 0; i < G_N_ELEMENTS (contract_fields); i++)
    {
      gboolean number = contract_fields[i].kind == TST_FIELD_MONEY;

      if (!read_member (json, contract_fields[i].name, number, number ? NULL : contract_text (self, i),
                        number ? contract_number (self, i) : NULL, error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

TstWork *
tst_work_from_json (JsonObject *json, GError **error)
{
  g_autoptr (TstWork) self = tst_work_new ();
  g_autofree char *wkt = NULL;
  JsonNode *node;

  for (guint i = 0; i < TST_N_WORK_COLUMNS; i++)
    {
      gboolean number = _tst_work_is_number (i);
      char **text = i == TST_COL_WKT ? &wkt : number ? NULL : _tst_work_text (self, i);

      if (!read_member (json, _tst_work_fields[i].name, number, text,
                        number ? _tst_work_number (self, i) : NULL, error))
        return NULL;
    }
  if (wkt != NULL)
    {
      self->geometry = tst_geometry_from_wkt (wkt, error);
      if (self->geometry == NULL)
        return NULL;
    }
  node = json_object_get_member (json, "risk_unfinished");
  self->risk_unfinished = node != NULL && JSON_NODE_HOLDS_VALUE (node)
                          && json_node_get_value_type (node) == G_TYPE_BOOLEAN
                          && json_node_get_boolean (node);
  node = json_object_get_member (json, "contracts");
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          JsonNode *element = json_array_get_element (array, i);
          TstContract *contract = NULL;

          if (JSON_NODE_HOLDS_OBJECT (element))
            contract = contract_from_json (json_node_get_object (element), error);
          else
            bad (error, "contracts", "debe ser una lista de contratos");
          if (contract == NULL)
            return NULL;
          g_ptr_array_add (self->contracts, contract);
        }
    }
  if (!tst_work_validate (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* --- texts --- */

static void
append_name (GString *out, const char *name)
{
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  g_string_append_printf (out, "\"%s\":", name);
}

static void
append_string (GString *out, const char *name, const char *text)
{
  if (text == NULL)
    return;
  append_name (out, name);
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    if (*text == '"' || *text == '\\')
      {
        g_string_append_c (out, '\\');
        g_string_append_c (out, *text);
      }
    else if ((guchar)*text < 0x20)
      g_string_append_printf (out, "\\u%04x", *text);
    else
      g_string_append_c (out, *text);
  g_string_append_c (out, '"');
}

static void
append_double (GString *out, const char *name, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (value))
    return;
  append_name (out, name);
  g_ascii_formatd (buffer, sizeof buffer, "%.15g", value);
  if (g_ascii_strtod (buffer, NULL) != value)
    g_ascii_formatd (buffer, sizeof buffer, "%.17g", value);
  g_string_append (out, buffer);
}

/* By hand and not through json-glib: an import asks for this text of each of 100,000 works. */
char *
tst_work_to_text (const TstWork *self)
{
  GString *out = g_string_sized_new (512);

  g_string_append_c (out, '{');
  for (guint i = 0; i < TST_N_WORK_COLUMNS; i++)
    if (i == TST_COL_WKT)
      {
        g_autofree char *wkt = self->geometry != NULL ? tst_geometry_to_wkt (self->geometry) : NULL;

        append_string (out, "wkt", wkt);
      }
    else if (_tst_work_is_number (i))
      append_double (out, _tst_work_fields[i].name, *_tst_work_number (self, i));
    else
      append_string (out, _tst_work_fields[i].name, *_tst_work_text (self, i));
  if (self->risk_unfinished)
    {
      append_name (out, "risk_unfinished");
      g_string_append (out, "true");
    }
  if (self->contracts->len > 0)
    {
      append_name (out, "contracts");
      g_string_append_c (out, '[');
      for (guint n = 0; n < self->contracts->len; n++)
        {
          const TstContract *contract = g_ptr_array_index (self->contracts, n);

          g_string_append (out, n > 0 ? ",{" : "{");
          for (guint i = 0; i < G_N_ELEMENTS (contract_fields); i++)
            if (contract_fields[i].kind == TST_FIELD_MONEY)
              append_double (out, contract_fields[i].name, *contract_number (contract, i));
            else
              append_string (out, contract_fields[i].name, *contract_text (contract, i));
          g_string_append_c (out, '}');
        }
      g_string_append_c (out, ']');
    }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

char *
tst_work_search_text (const TstWork *self)
{
  static const TstColumn columns[]
      = { TST_COL_CODE,       TST_COL_TITLE, TST_COL_BARRIO,          TST_COL_COMUNA,
          TST_COL_DEPENDENCY, TST_COL_BPIN,  TST_COL_CONTRACT_NUMBER, TST_COL_CONTRACTOR };
  g_autoptr (GString) all = g_string_sized_new (256);

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      const char *text = *_tst_work_text (self, columns[i]);

      if (text != NULL)
        g_string_append_printf (all, "%s ", text);
    }
  return tst_fold_words (all->str);
}
