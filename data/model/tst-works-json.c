/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-works-private.h"

#include "record/tst-body.h"

#include <string.h>

/* GeoJSON, OC4IDS 0.9 and SECOP's JSON: each element becomes a row of cells, and the rest is as for CSV. */

#define MAX_NAMES 1000 /* of members remembered */

/* Texts that a row's cells point to, for the time of the row. */
typedef struct
{
  TstWorksRow row;
  guint priorities[TST_N_COLUMNS];
  GPtrArray *texts;
} Row;

static void
row_init (Row *self)
{
  memset (self, 0, sizeof *self);
  self->texts = g_ptr_array_new_with_free_func (g_free);
}

static void
row_clear (Row *self)
{
  g_clear_pointer (&self->row.geometry, tst_geometry_free);
  g_ptr_array_unref (self->texts);
}

static void
set_cell (Row *self, TstColumn column, char *text)
{
  if (text == NULL)
    return;
  g_ptr_array_add (self->texts, text);
  self->row.cells[column] = text;
}

/* A scalar as text; {"url": …} gives the address; else NULL. */
static char *
node_text (JsonNode *node)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return g_strdup (tst_json_string (json_node_get_object (node), "url"));
  if (!JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      return json_node_dup_string (node);
    case G_TYPE_INT64:
      return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
    case G_TYPE_DOUBLE:
      return g_strdup (g_ascii_dtostr (buffer, sizeof buffer, json_node_get_double (node)));
    default:
      return NULL;
    }
}

static char *
member_text (JsonObject *object, const char *name)
{
  return object != NULL ? node_text (json_object_get_member (object, name)) : NULL;
}

typedef struct
{
  int column; /* -1: none */
  guint priority;
} Member;

/* Asked once for each name, since every element of a file has the same ones. */
static Member
find_member (TstWorksReader *reader, const char *name)
{
  gpointer place = g_hash_table_lookup (reader->members, name);
  gboolean secop = FALSE;
  Member member = { 0 };

  if (place != NULL)
    return g_array_index (reader->columns, Member, GPOINTER_TO_UINT (place) - 1);
  member.column = _tst_works_find_column (name, &member.priority, &secop);
  if (reader->columns->len < MAX_NAMES)
    {
      g_array_append_val (reader->columns, member);
      g_hash_table_insert (reader->members, g_strdup (name), GUINT_TO_POINTER (reader->columns->len));
    }
  return member;
}

/* Members named as columns are. */
static void
take_members (TstWorksReader *reader, Row *self, JsonObject *object)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &node))
    {
      Member member = find_member (reader, name);

      if (member.column < 0 || (member.column == TST_COL_SECTOR && reader->secop)
          || (self->row.cells[member.column] != NULL && self->priorities[member.column] <= member.priority))
        continue;
      self->priorities[member.column] = member.priority;
      set_cell (self, member.column, node_text (node));
    }
}

/* What the document holds in the list @name; an element that is no object is refused. */
typedef gboolean (*ElementFunc) (TstWorksReader *reader, Row *row, JsonObject *object, GError **error);

static gboolean
each_element (TstWorksReader *reader, JsonArray *array, ElementFunc func, GError **error)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      g_autoptr (GError) refused = NULL;
      gboolean ok = TRUE;
      Row row;

      if (i % 256 == 0 && _tst_works_reader_is_cancelled (reader, error))
        return FALSE;
      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          _tst_works_reader_refuse (reader, i + 1, TST_ERROR_BAD_VALUE,
                                    "El elemento no es un objeto JSON: revise el archivo");
          continue;
        }
      row_init (&row);
      reader->row = i + 1;
      if (func (reader, &row, json_node_get_object (node), &refused))
        ok = _tst_works_reader_take (reader, i + 1, &row.row, error);
      else
        _tst_works_reader_refuse (reader, i + 1, refused->code, refused->message);
      row_clear (&row);
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

static gboolean
from_feature (TstWorksReader *reader, Row *row, JsonObject *feature, GError **error)
{
  JsonObject *properties = tst_json_object (feature, "properties");
  JsonObject *geometry = tst_json_object (feature, "geometry");

  if (properties != NULL)
    take_members (reader, row, properties);
  if (row->row.cells[TST_COL_CODE] == NULL)
    set_cell (row, TST_COL_CODE, member_text (feature, "id"));
  if (geometry != NULL)
    {
      row->row.geometry = tst_geometry_from_geojson (geometry, error);
      return row->row.geometry != NULL;
    }
  return TRUE;
}

static gboolean
from_secop (TstWorksReader *reader, Row *row, JsonObject *object, GError **error)
{
  take_members (reader, row, object);
  return TRUE;
}

/* --- OC4IDS --- */

static JsonObject *
first_object (JsonObject *object, const char *name)
{
  JsonArray *array = tst_json_array (object, name);
  JsonNode *node
      = array != NULL && json_array_get_length (array) > 0 ? json_array_get_element (array, 0) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static char *
first_text (JsonObject *object, const char *name)
{
  JsonArray *array = tst_json_array (object, name);

  return array != NULL && json_array_get_length (array) > 0 ? node_text (json_array_get_element (array, 0))
                                                            : NULL;
}

/* The newest observation of a metric. */
static char *
metric (JsonObject *project, const char *id)
{
  JsonArray *metrics = tst_json_array (project, "metrics");

  for (guint i = 0; metrics != NULL && i < json_array_get_length (metrics); i++)
    {
      JsonNode *node = json_array_get_element (metrics, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonArray *observations = object != NULL ? tst_json_array (object, "observations") : NULL;
      guint n = observations != NULL ? json_array_get_length (observations) : 0;

      if (n > 0 && g_strcmp0 (tst_json_string (object, "id"), id) == 0)
        {
          JsonNode *last = json_array_get_element (observations, n - 1);

          return JSON_NODE_HOLDS_OBJECT (last) ? member_text (json_node_get_object (last), "measure") : NULL;
        }
    }
  return NULL;
}

/* The town's own code rather than the publisher's oc4ids-… where both are given. */
static char *
project_code (JsonObject *project)
{
  JsonArray *identifiers = tst_json_array (project, "identifiers");

  for (guint i = 0; identifiers != NULL && i < json_array_get_length (identifiers); i++)
    {
      JsonNode *node = json_array_get_element (identifiers, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *scheme = object != NULL ? tst_json_string (object, "scheme") : NULL;

      if (scheme != NULL && g_ascii_strcasecmp (scheme, "internal") == 0)
        return member_text (object, "id");
    }
  return member_text (project, "id");
}

/* The most detailed sector: "transport.road" rather than "transport". */
static char *
project_sector (JsonObject *project)
{
  JsonArray *sectors = tst_json_array (project, "sector");
  char *best = NULL;

  for (guint i = 0; sectors != NULL && i < json_array_get_length (sectors); i++)
    {
      char *text = node_text (json_array_get_element (sectors, i));

      if (text != NULL && (best == NULL || strlen (text) > strlen (best)))
        {
          g_free (best);
          best = g_steal_pointer (&text);
        }
      g_free (text);
    }
  return best;
}

static char *
project_status (JsonObject *project)
{
  static const char *const map[][2] = {
    { "identification", "planeada" }, { "preparation", "planeada" }, { "implementation", "en_ejecucion" },
    { "completion", "terminada" },    { "completed", "liquidada" },  { "cancelled", "cancelada" },
  };
  const char *status = tst_json_string (project, "status");

  for (guint i = 0; i < G_N_ELEMENTS (map); i++)
    if (g_strcmp0 (status, map[i][0]) == 0)
      return g_strdup (map[i][1]);
  return g_strdup (status);
}

/* Of several contracts, the one that builds. */
static JsonObject *
construction_summary (JsonObject *project)
{
  JsonArray *processes = tst_json_array (project, "contractingProcesses");
  JsonObject *first = NULL;

  for (guint i = 0; processes != NULL && i < json_array_get_length (processes); i++)
    {
      JsonNode *node = json_array_get_element (processes, i);
      JsonObject *summary
          = JSON_NODE_HOLDS_OBJECT (node) ? tst_json_object (json_node_get_object (node), "summary") : NULL;
      g_autofree char *nature = summary != NULL ? first_text (summary, "nature") : NULL;

      if (g_strcmp0 (nature, "construction") == 0)
        return summary;
      if (first == NULL && nature == NULL)
        first = summary;
    }
  return first;
}

static gboolean
from_project (TstWorksReader *reader, Row *row, JsonObject *project, GError **error)
{
  JsonObject *location = first_object (project, "locations");
  JsonObject *geometry = location != NULL ? tst_json_object (location, "geometry") : NULL;
  JsonObject *address = location != NULL ? tst_json_object (location, "address") : NULL;
  JsonObject *budget = tst_json_object (project, "budget");
  JsonObject *period = tst_json_object (project, "period");
  JsonObject *authority = tst_json_object (project, "publicAuthority");
  JsonObject *summary = construction_summary (project);
  JsonObject *supplier = summary != NULL ? first_object (summary, "suppliers") : NULL;
  JsonObject *amount = budget != NULL ? tst_json_object (budget, "amount") : NULL;
  const char *currency = amount != NULL ? tst_json_string (amount, "currency") : NULL;

  set_cell (row, TST_COL_CODE, project_code (project));
  set_cell (row, TST_COL_TITLE, member_text (project, "title"));
  set_cell (row, TST_COL_DESCRIPTION, member_text (project, "description"));
  set_cell (row, TST_COL_STATUS, project_status (project));
  set_cell (row, TST_COL_SECTOR, project_sector (project));
  set_cell (row, TST_COL_TYPE, member_text (project, "type"));
  set_cell (row, TST_COL_DEPENDENCY, member_text (authority, "name"));
  set_cell (row, TST_COL_BARRIO, member_text (address, "locality"));
  set_cell (row, TST_COL_START_PLANNED, member_text (period, "startDate"));
  set_cell (row, TST_COL_END_PLANNED, member_text (period, "endDate"));
  set_cell (row, TST_COL_PHYSICAL_OBSERVED_PCT, metric (project, "physicalProgress"));
  set_cell (row, TST_COL_FINANCIAL_PCT, metric (project, "financialProgress"));
  if (currency == NULL || strcmp (currency, "COP") == 0)
    set_cell (row, TST_COL_BUDGET, member_text (amount, "amount"));
  else
    _tst_works_reader_warn (reader, reader->row, "El presupuesto no está en pesos (%.3s): se dejó vacío.",
                            currency);
  set_cell (row, TST_COL_CONTRACT_NUMBER, member_text (summary, "externalReference"));
  set_cell (row, TST_COL_CONTRACTOR, member_text (supplier, "name"));
  if (geometry != NULL)
    {
      row->row.geometry = tst_geometry_from_geojson (geometry, error);
      return row->row.geometry != NULL;
    }
  return TRUE;
}

/* --- the document --- */

static gboolean
read_document (TstWorksReader *self, const char *text, gsize size, GError **error)
{
  g_autofree char *wrapped = NULL;
  g_autoptr (JsonObject) root = NULL;
  JsonArray *array;
  gsize start = 0;

  while (start < size && g_ascii_isspace (text[start]))
    start++;
  /* A bare list (SECOP's JSON) becomes a member, since the strict reader takes objects only. */
  if (start < size && text[start] == '[')
    {
      if (size > G_MAXSSIZE - 16)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE, "El archivo es demasiado grande");
          return FALSE;
        }
      wrapped = g_malloc (size + 16);
      memcpy (wrapped, "{\"rows\":", 8);
      memcpy (wrapped + 8, text, size);
      wrapped[size + 8] = '}';
      text = wrapped;
      size += 9;
    }
  root = tst_json_parse_object (text, size, error);
  if (root == NULL)
    {
      g_prefix_error (error, "El archivo no es JSON correcto: ");
      return FALSE;
    }

  if ((array = tst_json_array (root, "features")) != NULL)
    {
      self->result->format = TST_WORKS_GEOJSON;
      return each_element (self, array, from_feature, error);
    }
  if ((array = tst_json_array (root, "projects")) != NULL)
    {
      self->result->format = TST_WORKS_OC4IDS;
      return each_element (self, array, from_project, error);
    }
  if ((array = tst_json_array (root, "rows")) != NULL)
    {
      self->result->format = TST_WORKS_SECOP;
      self->secop = TRUE;
      return each_element (self, array, from_secop, error);
    }
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                       "El JSON no es de obras: debe ser un FeatureCollection de GeoJSON («features») o un "
                       "paquete OC4IDS («projects»)");
  return FALSE;
}

gboolean
_tst_works_read_json (TstWorksReader *self, const char *text, gsize size, GError **error)
{
  gboolean ok;

  self->members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->columns = g_array_new (FALSE, FALSE, sizeof (Member));
  ok = read_document (self, text, size, error);
  g_clear_pointer (&self->members, g_hash_table_unref);
  g_clear_pointer (&self->columns, g_array_unref);
  return ok;
}
