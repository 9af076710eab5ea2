/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tst-report.h"

#include "base/tst-codec.h"
#include "model/tst-csv.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* --- works --- */

static const char *const work_columns[] = {
  "code", "title", "description", "sector", "type", "status", "dependency", "comuna", "barrio", "lat", "lon", "wkt", "budget",
  "contract_number", "contractor", "start_planned", "end_planned", "physical_planned_pct", "physical_observed_pct", "financial_pct",
  "secop_url",
};

void
tst_report_works_csv_header (GString *to)
{
  g_autoptr (TstCsvWriter) writer = tst_csv_writer_new (to);

  for (guint i = 0; i < G_N_ELEMENTS (work_columns); i++)
    tst_csv_writer_text (writer, work_columns[i]);
  tst_csv_writer_end_row (writer);
}

void
tst_report_works_csv_row (GString *to, const TstWork *work)
{
  g_autoptr (TstCsvWriter) writer = tst_csv_writer_new (to);
  g_autofree char *wkt = work->geometry ? tst_geometry_to_wkt (work->geometry) : NULL;
  const TstContract *contract = work->contracts && work->contracts->len > 0 ? g_ptr_array_index (work->contracts, 0) : NULL;

  tst_csv_writer_text (writer, work->code);
  tst_csv_writer_text (writer, work->title);
  tst_csv_writer_text (writer, work->description);
  tst_csv_writer_text (writer, work->sector);
  tst_csv_writer_text (writer, work->type);
  tst_csv_writer_text (writer, work->status);
  tst_csv_writer_text (writer, work->dependency);
  tst_csv_writer_text (writer, work->comuna);
  tst_csv_writer_text (writer, work->barrio);
  tst_csv_writer_double (writer, work->lat);
  tst_csv_writer_double (writer, work->lon);
  tst_csv_writer_text (writer, wkt);
  tst_csv_writer_double (writer, work->budget);
  tst_csv_writer_text (writer, work->contract_number ? work->contract_number : contract ? contract->number : NULL);
  tst_csv_writer_text (writer, work->contractor ? work->contractor : contract ? contract->contractor : NULL);
  tst_csv_writer_text (writer, work->start_planned);
  tst_csv_writer_text (writer, work->end_planned);
  tst_csv_writer_double (writer, work->physical_planned_pct);
  tst_csv_writer_double (writer, work->physical_observed_pct);
  tst_csv_writer_double (writer, work->financial_pct);
  tst_csv_writer_text (writer, work->secop_url ? work->secop_url : contract ? contract->url : NULL);
  tst_csv_writer_end_row (writer);
}

/* --- GeoJSON --- */

struct _TstFeatureWriter
{
  GString *to;
  gboolean any;
};

TstFeatureWriter *
tst_feature_writer_new (GString *to, const char *name)
{
  TstFeatureWriter *self = g_new0 (TstFeatureWriter, 1);
  g_autoptr (JsonObject) head = json_object_new ();
  g_autofree char *text = NULL;

  self->to = to;
  json_object_set_string_member (head, "type", "FeatureCollection");
  json_object_set_string_member (head, "name", name);
  text = tst_json_write (head);
  /* Without its closing brace: the features follow. */
  text[strlen (text) - 1] = '\0';
  g_string_append_printf (to, "%s,\"features\":[", text);
  return self;
}

void
tst_feature_writer_add (TstFeatureWriter *self, JsonObject *feature)
{
  g_autofree char *text = tst_json_write (feature);

  g_string_append (self->to, self->any ? ",\n" : "\n");
  g_string_append (self->to, text);
  self->any = TRUE;
}

void
tst_feature_writer_finish (TstFeatureWriter *self)
{
  g_string_append (self->to, "\n]}\n");
}

void
tst_feature_writer_free (TstFeatureWriter *self)
{
  g_free (self);
}

JsonObject *
tst_feature_new_point (const char *id, double lat, double lon, JsonObject *properties)
{
  JsonObject *feature = json_object_new ();

  json_object_set_string_member (feature, "type", "Feature");
  json_object_set_string_member (feature, "id", id);
  if (isfinite (lat) && isfinite (lon))
    {
      JsonObject *point = json_object_new ();
      JsonArray *coordinates = json_array_new ();

      json_object_set_string_member (point, "type", "Point");
      json_array_add_double_element (coordinates, lon);
      json_array_add_double_element (coordinates, lat);
      json_object_set_array_member (point, "coordinates", coordinates);
      json_object_set_object_member (feature, "geometry", point);
    }
  else
    json_object_set_null_member (feature, "geometry");
  json_object_set_object_member (feature, "properties", properties);
  return feature;
}

/* --- Atom --- */

static void
append_text (GString *to, const char *text)
{
  for (const char *p = text; p && *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '&')
        g_string_append (to, "&amp;");
      else if (c == '<')
        g_string_append (to, "&lt;");
      else if (c == '>')
        g_string_append (to, "&gt;");
      else if (c == '"')
        g_string_append (to, "&quot;");
      else if (c == '\t' || c == '\n' || (c >= 0x20 && c != 0x7f && c != 0xfffe && c != 0xffff && !(c >= 0x80 && c < 0xa0)))
        g_string_append_unichar (to, c);
    }
}

static void
append_element (GString *to, const char *name, const char *text)
{
  g_string_append_printf (to, "<%s>", name);
  append_text (to, text);
  g_string_append_printf (to, "</%s>\n", name);
}

static void
append_link (GString *to, const char *rel, const char *type, const char *href)
{
  g_string_append_printf (to, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
  append_text (to, href);
  g_string_append (to, "\"/>\n");
}

void
tst_report_atom_begin (GString *to, const char *id, const char *title, const char *author, const char *self_href,
                       const char *site_href, gint64 updated_s)
{
  g_autofree char *updated = tst_time_format (updated_s);

  g_string_append (to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:georss=\"http://www.georss.org/georss\" xml:lang=\"es-CO\">\n");
  append_element (to, "id", id);
  append_element (to, "title", title);
  append_element (to, "updated", updated);
  g_string_append (to, "<author>");
  append_element (to, "name", author);
  g_string_append (to, "</author>\n");
  append_link (to, "self", "application/atom+xml", self_href);
  append_link (to, "alternate", "text/html", site_href);
}

void
tst_report_atom_entry (GString *to, const TstAtomEntry *entry)
{
  g_autofree char *updated = tst_time_format (entry->updated_s);

  g_string_append (to, "<entry>\n");
  append_element (to, "id", entry->id);
  append_element (to, "title", entry->title);
  append_element (to, "updated", updated);
  append_link (to, "alternate", "text/html", entry->href);
  if (entry->image)
    append_link (to, "enclosure", "image/jpeg", entry->image);
  if (entry->summary)
    append_element (to, "summary", entry->summary);
  if (isfinite (entry->lat) && isfinite (entry->lon))
    {
      char lat[G_ASCII_DTOSTR_BUF_SIZE];
      char lon[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (to, "<georss:point>%s %s</georss:point>\n", g_ascii_formatd (lat, sizeof lat, "%.6f", entry->lat),
                              g_ascii_formatd (lon, sizeof lon, "%.6f", entry->lon));
    }
  g_string_append (to, "</entry>\n");
}

void
tst_report_atom_end (GString *to)
{
  g_string_append (to, "</feed>\n");
}
