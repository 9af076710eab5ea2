/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tst-oc4ids.h"

#include "base/tst-codec.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* The prefix that a publisher registers; this one is for data that is made up or not registered yet. */
#define PREFIX "oc4ids-testigo"

struct _TstOc4idsWriter
{
  GString *to;
  char *publisher;
  char *divipola;
  gint64 published_s;
  guint n;
};

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text && *text)
    json_object_set_string_member (object, name, text);
}

/* A civil date as the standard's date-time, at the end or the beginning of Colombia's day. */
static void
set_date (JsonObject *object, const char *name, const char *date, gboolean end)
{
  g_autofree char *text = date && *date ? g_strconcat (date, end ? "T23:59:59-05:00" : "T00:00:00-05:00", NULL) : NULL;

  set_text (object, name, text);
}

static void
set_instant (JsonObject *object, const char *name, gint64 seconds)
{
  g_autofree char *text = tst_time_format (seconds);

  json_object_set_string_member (object, name, text);
}

/* Nothing in it: not there. */
static void
set_object (JsonObject *parent, const char *name, JsonObject *object)
{
  if (json_object_get_size (object) > 0)
    json_object_set_object_member (parent, name, object);
  else
    json_object_unref (object);
}

static void
set_array (JsonObject *parent, const char *name, JsonArray *array)
{
  if (json_array_get_length (array) > 0)
    json_object_set_array_member (parent, name, array);
  else
    json_array_unref (array);
}

static void
set_value (JsonObject *parent, const char *name, double pesos)
{
  JsonObject *value = NULL;

  if (!isfinite (pesos))
    return;
  value = json_object_new ();
  if (fabs (pesos) < 9e15 && pesos == floor (pesos))
    json_object_set_int_member (value, "amount", (gint64) pesos);
  else
    json_object_set_double_member (value, "amount", pesos);
  json_object_set_string_member (value, "currency", "COP");
  json_object_set_object_member (parent, name, value);
}

TstOc4idsWriter *
tst_oc4ids_writer_new (GString *to, const char *uri, const char *publisher, const char *divipola, gint64 published_s)
{
  TstOc4idsWriter *self = g_new0 (TstOc4idsWriter, 1);
  g_autoptr (JsonObject) head = json_object_new ();
  JsonObject *named = json_object_new ();

  self->to = to;
  self->publisher = g_strdup (publisher);
  self->divipola = g_strdup (divipola && *divipola ? divipola : "00000");
  self->published_s = published_s;
  json_object_set_string_member (head, "uri", uri);
  set_instant (head, "publishedDate", published_s);
  json_object_set_string_member (head, "version", "0.9");
  json_object_set_string_member (head, "license", "https://creativecommons.org/licenses/by/4.0/");
  json_object_set_string_member (named, "name", publisher);
  json_object_set_object_member (head, "publisher", named);
  g_autofree char *text = tst_json_write (head);
  /* The list of projects is the package's last member. */
  g_string_append_len (to, text, (gssize) strlen (text) - 1);
  g_string_append (to, ",\"projects\":[");
  return self;
}

void
tst_oc4ids_writer_free (TstOc4idsWriter *self)
{
  g_free (self->publisher);
  g_free (self->divipola);
  g_free (self);
}

void
tst_oc4ids_writer_finish (TstOc4idsWriter *self)
{
  g_string_append (self->to, "\n]}\n");
}

/* --- a project --- */

static const char *
oc4ids_code (TstCodeList list, const char *code)
{
  const TstCode *found = code ? tst_code_find (list, code) : NULL;

  return found ? found->oc4ids : NULL;
}

static void
put_place (JsonObject *project, const TstWork *work)
{
  JsonArray *locations = json_array_new ();
  JsonObject *location = json_object_new ();
  JsonObject *address = json_object_new ();
  g_autoptr (TstGeometry) point =
    !work->geometry && isfinite (work->lat) && isfinite (work->lon) ? tst_geometry_new_point (work->lat, work->lon) : NULL;

  if (work->geometry || point)
    json_object_set_object_member (location, "geometry", tst_geometry_to_geojson (work->geometry ? work->geometry : point));
  set_text (address, "locality", work->barrio);
  set_text (address, "region", work->comuna);
  if (json_object_get_size (address) > 0)
    json_object_set_string_member (address, "countryName", "Colombia");
  set_object (location, "address", address);
  if (json_object_get_size (location) > 0)
    {
      json_object_set_string_member (location, "id", "1");
      json_array_add_object_element (locations, location);
    }
  else
    json_object_unref (location);
  set_array (project, "locations", locations);
}

static JsonObject *
process_model (const TstContract *contract, guint number)
{
  JsonObject *process = json_object_new ();
  JsonObject *summary = json_object_new ();
  JsonArray *nature = json_array_new ();
  JsonObject *period = json_object_new ();
  JsonArray *suppliers = json_array_new ();
  const char *code = oc4ids_code (TST_LIST_CONTRACT_NATURE, contract->nature);
  g_autofree char *id = g_strdup (contract->secop_process    ? contract->secop_process
                                  : contract->secop_contract ? contract->secop_contract
                                                             : contract->number);
  g_autofree char *numbered = g_strdup_printf ("%u", number);

  json_object_set_string_member (process, "id", id && *id ? id : numbered);
  set_text (summary, "externalReference", contract->number);
  set_text (summary, "title", contract->object);
  json_array_add_string_element (nature, code ? code : "construction");
  json_object_set_array_member (summary, "nature", nature);
  set_text (summary, "procurementMethodDetails", contract->modality);
  if (contract->contractor)
    {
      JsonObject *supplier = json_object_new ();

      json_object_set_string_member (supplier, "name", contract->contractor);
      set_text (supplier, "id", contract->contractor_nit);
      json_array_add_object_element (suppliers, supplier);
    }
  set_array (summary, "suppliers", suppliers);
  set_value (summary, "contractValue", isfinite (contract->value_initial) ? contract->value_initial : contract->value_total);
  set_value (summary, "finalValue", isfinite (contract->value_initial) ? contract->value_total : NAN);
  set_date (period, "startDate", contract->start, FALSE);
  set_date (period, "endDate", contract->end, TRUE);
  set_object (summary, "contractPeriod", period);
  if (contract->url)
    {
      JsonArray *documents = json_array_new ();
      JsonObject *document = json_object_new ();

      json_object_set_string_member (document, "id", "secop");
      json_object_set_string_member (document, "documentType", "contractNotice");
      json_object_set_string_member (document, "title", "SECOP II");
      json_object_set_string_member (document, "url", contract->url);
      json_array_add_object_element (documents, document);
      json_object_set_array_member (summary, "documents", documents);
    }
  json_object_set_object_member (process, "summary", summary);
  return process;
}

static void
put_processes (JsonObject *project, const TstWork *work)
{
  JsonArray *processes = json_array_new ();

  for (guint i = 0; work->contracts && i < work->contracts->len; i++)
    json_array_add_object_element (processes, process_model (g_ptr_array_index (work->contracts, i), i + 1));
  if (json_array_get_length (processes) == 0 && (work->contract_number || work->contractor))
    {
      g_autoptr (TstContract) contract = tst_contract_new ();

      contract->number = g_strdup (work->contract_number);
      contract->contractor = g_strdup (work->contractor);
      contract->url = g_strdup (work->secop_url);
      json_array_add_object_element (processes, process_model (contract, 1));
    }
  set_array (project, "contractingProcesses", processes);
}

static JsonObject *
observation (const char *id, const char *on, double percentage)
{
  JsonObject *one = json_object_new ();
  JsonObject *unit = json_object_new ();

  json_object_set_string_member (one, "id", id);
  g_autofree char *measure = g_strdup_printf ("%g", percentage);
  json_object_set_string_member (one, "measure", measure);
  json_object_set_string_member (unit, "name", "%");
  json_object_set_object_member (one, "unit", unit);
  if (on && *on)
    {
      JsonObject *period = json_object_new ();

      json_object_set_string_member (period, "startDate", on);
      json_object_set_string_member (period, "endDate", on);
      json_object_set_object_member (one, "period", period);
    }
  return one;
}

static void
put_metric (JsonArray *metrics, const char *id, const char *title, const GArray *progress, gboolean physical, double catalogue,
            const char *as_of)
{
  JsonObject *metric = json_object_new ();
  JsonArray *observations = json_array_new ();

  for (guint i = 0; i < progress->len; i++)
    {
      const TstOc4idsProgress *one = &g_array_index (progress, TstOc4idsProgress, i);
      double value = physical ? one->physical_pct : one->financial_pct;
      g_autofree char *number = g_strdup_printf ("%u", i + 1);
      g_autofree char *on = tst_time_format (one->on_s);

      if (isfinite (value))
        json_array_add_object_element (observations, observation (number, on, value));
    }
  if (isfinite (catalogue))
    {
      g_autofree char *on = as_of ? g_strconcat (as_of, "T00:00:00-05:00", NULL) : NULL;

      json_array_add_object_element (observations, observation ("catalogo", on, catalogue));
    }
  if (json_array_get_length (observations) > 0)
    {
      json_object_set_string_member (metric, "id", id);
      json_object_set_string_member (metric, "title", title);
      json_object_set_array_member (metric, "observations", observations);
      json_array_add_object_element (metrics, metric);
    }
  else
    {
      json_array_unref (observations);
      json_object_unref (metric);
    }
}

static void
put_documents (JsonObject *project, const GArray *documents)
{
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < documents->len; i++)
    {
      const TstOc4idsDocument *one = &g_array_index (documents, TstOc4idsDocument, i);
      JsonObject *document = json_object_new ();

      json_object_set_string_member (document, "id", one->id);
      json_object_set_string_member (document, "documentType", "illustration");
      set_text (document, "title", one->title);
      set_text (document, "description", one->description);
      json_object_set_string_member (document, "url", one->image ? one->image : one->url);
      json_object_set_string_member (document, "format", one->image ? "image/jpeg" : "text/html");
      set_instant (document, "datePublished", one->published_s);
      set_text (document, "accessDetails", one->image ? one->url : NULL);
      json_object_set_string_member (document, "language", "es");
      json_array_add_object_element (list, document);
    }
  set_array (project, "documents", list);
}

void
tst_oc4ids_writer_add (TstOc4idsWriter *self, const TstWork *work, const GArray *documents, const GArray *progress)
{
  g_autoptr (JsonObject) project = json_object_new ();
  g_autofree char *id = g_strdup_printf (PREFIX "-%s-%s", self->divipola, work->code);
  const char *sector = oc4ids_code (TST_LIST_SECTOR, work->sector);
  JsonObject *identifier = json_object_new ();
  JsonArray *identifiers = json_array_new ();
  JsonArray *sectors = json_array_new ();
  JsonArray *metrics = json_array_new ();
  JsonObject *period = json_object_new ();
  JsonObject *authority = json_object_new ();
  JsonObject *budget = json_object_new ();

  json_object_set_string_member (project, "id", id);
  set_instant (project, "updated", self->published_s);
  json_object_set_string_member (project, "title", work->title);
  set_text (project, "description", work->description);
  set_text (project, "status", oc4ids_code (TST_LIST_WORK_STATUS, work->status));
  set_text (project, "type", oc4ids_code (TST_LIST_WORK_TYPE, work->type));
  if (sector)
    json_array_add_string_element (sectors, sector);
  set_array (project, "sector", sectors);
  json_object_set_string_member (identifier, "scheme", "internal");
  json_object_set_string_member (identifier, "id", work->code);
  json_array_add_object_element (identifiers, identifier);
  if (work->bpin)
    {
      JsonObject *bpin = json_object_new ();

      json_object_set_string_member (bpin, "scheme", "CO-BPIN");
      json_object_set_string_member (bpin, "id", work->bpin);
      json_array_add_object_element (identifiers, bpin);
    }
  json_object_set_array_member (project, "identifiers", identifiers);
  set_date (period, "startDate", work->start_actual ? work->start_actual : work->start_planned, FALSE);
  set_date (period, "endDate", work->end_actual ? work->end_actual : work->end_planned, TRUE);
  set_object (project, "period", period);
  set_text (authority, "name", work->dependency ? work->dependency : self->publisher);
  json_object_set_string_member (authority, "id", work->dependency ? work->dependency : self->publisher);
  json_object_set_object_member (project, "publicAuthority", authority);
  set_value (budget, "amount", work->budget);
  set_object (project, "budget", budget);
  put_place (project, work);
  put_processes (project, work);
  put_metric (metrics, "physicalProgress", "Avance físico observado", progress, TRUE, work->physical_observed_pct, work->pct_as_of);
  put_metric (metrics, "financialProgress", "Avance financiero", progress, FALSE, work->financial_pct, work->pct_as_of);
  set_array (project, "metrics", metrics);
  put_documents (project, documents);
  g_autofree char *text = tst_json_write (project);
  g_string_append_printf (self->to, "%s\n%s", self->n++ > 0 ? "," : "", text);
}
