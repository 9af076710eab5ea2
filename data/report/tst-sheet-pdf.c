/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tst-sheet-pdf.h"

#include "base/tst-codec.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"
#include "report/tst-pdf.h"

#include <string.h>

/* In the town's own time; (nullable). */
static char *
time_text (const TstTown *town, const char *rfc3339, const char *format)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (town->time_zone);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) when = rfc3339 != NULL ? g_date_time_new_from_iso8601 (rfc3339, utc) : NULL;
  g_autoptr (GDateTime) here = when != NULL ? g_date_time_to_timezone (when, zone != NULL ? zone : utc) : NULL;

  return here != NULL ? g_date_time_format (here, format) : NULL;
}

/* The one day on which all came (transfer full), or NULL: then each row names its own. */
static char *
one_day (const TstTown *town, GPtrArray *people)
{
  g_autofree char *first = NULL;

  for (guint i = 0; i < people->len; i++)
    {
      g_autofree char *day = time_text (town, tst_json_string (people->pdata[i], "checked_in_at"), "%Y-%m-%d");

      if (day == NULL || (first != NULL && strcmp (first, day) != 0))
        return NULL;
      if (first == NULL)
        first = g_steal_pointer (&day);
    }
  return g_steal_pointer (&first);
}

static const char *
get (JsonObject *person, const char *name)
{
  const char *text = tst_json_string (person, name);

  return text != NULL ? text : "";
}

static void
add_person (TstPdf *pdf, const TstTown *town, guint number, JsonObject *person, gboolean with_day, const char *lang)
{
  gboolean spanish = g_strcmp0 (lang, "en") != 0;
  g_autofree char *n = g_strdup_printf ("%u", number);
  g_autofree char *document = g_strdup_printf ("%s %s", get (person, "id_type"), get (person, "id_no"));
  const char *actor = tst_json_string (person, "actor_type");
  const char *label = actor != NULL ? tst_code_label (TST_LIST_ACTOR, actor, lang) : NULL;
  const char *organisation = get (person, "organisation");
  g_autofree char *behalf = label != NULL && *organisation != '\0' ? g_strdup_printf ("%s · %s", label, organisation)
                                                                 : g_strdup (label != NULL ? label : organisation);
  g_autofree char *time = time_text (town, tst_json_string (person, "checked_in_at"), with_day ? "%Y-%m-%d %H:%M" : "%H:%M");
  const char *guardian = tst_json_string (person, "guardian_name");
  g_autofree char *name = guardian != NULL ? g_strdup_printf (spanish ? "%s (autoriza: %s)" : "%s (authorised by: %s)", get (person, "full_name"), guardian)
                                           : g_strdup (get (person, "full_name"));
  const char *signed_text = tst_json_string (person, "signature") != NULL ? (spanish ? "firmó" : "signed") : (spanish ? "no firmó" : "did not sign");
  const char *const cells[] = { n, name, document, behalf, time, signed_text, NULL };

  tst_pdf_table_row (pdf, cells);
}

GBytes *
tst_sheet_pdf_make (const TstTown *town, const char *title, GPtrArray *people, const char *lang, GError **error)
{
  static const char *const titles_es[] = { "N.º", "Nombre", "Documento", "Viene por", "Hora", "Firma", NULL };
  static const char *const titles_en[] = { "No.", "Name", "Document", "On behalf of", "Time", "Signature", NULL };
  static const double weights[] = { 0.5, 3, 1.7, 2.4, 1.6, 1 };
  static const double weights_of_a_day[] = { 0.5, 3.5, 1.7, 2.9, 0.7, 1 };
  gboolean spanish = g_strcmp0 (lang, "en") != 0;
  g_autofree char *footer = g_strdup_printf (spanish ? "%s · datos personales: no se publica" : "%s · personal data: not for publication", town->entity);
  g_autofree char *count = g_strdup_printf (people->len == 1 ? (spanish ? "%u registro en esta tableta" : "%u sign-in on this tablet")
                                                              : (spanish ? "%u registros en esta tableta" : "%u sign-ins on this tablet"),
                                             people->len);
  g_autofree char *day = one_day (town, people);
  g_autofree char *line = day != NULL ? g_strdup_printf ("%s · %s", count, day) : g_strdup (count);
  g_autofree char *heading = g_strdup_printf (spanish ? "Lista de asistencia · %s" : "Attendance sheet · %s", title);
  g_autoptr (TstPdf) pdf = tst_pdf_new (spanish ? "Lista de asistencia" : "Attendance sheet", footer, spanish ? "es" : "en");

  tst_pdf_text (pdf, TST_PDF_HEADING, heading);
  tst_pdf_text (pdf, TST_PDF_TEXT, line);
  tst_pdf_table_begin (pdf, spanish ? titles_es : titles_en, day != NULL ? weights_of_a_day : weights);
  for (guint i = 0; i < people->len; i++)
    add_person (pdf, town, i + 1, people->pdata[i], day == NULL, lang);
  tst_pdf_table_end (pdf);
  tst_pdf_text (pdf, TST_PDF_SMALL,
                spanish ? "Los datos sensibles y las firmas solo los abre el oficial de datos. Esta hoja deja de poder abrirse en la tableta cuando el espacio se "
                          "cierra y la Alcaldía la ha recibido."
                        : "Sensitive answers and signatures are opened by the data officer alone. This sheet can no longer be opened on the tablet once the event is "
                          "closed and the city holds it.");
  return tst_pdf_finish (pdf, error);
}
