/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-viewer-facts.h"

#include "format/tst-format.h"
#include "kiosk/tst-recording-player.h"
#include "kiosk/tst-viewer-original.h"
#include "kiosk/tst-viewpoint-page.h"
#include "kiosk/tst-works-source.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <glib/gi18n.h>

static void
add_fact (GtkWidget *box, const char *name, const char *value)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = gtk_label_new (name);
  GtkWidget *text = gtk_label_new (value);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_set_css_classes (label, (const char *[]) { "caption", "dim-label", NULL });
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), text);
  gtk_box_append (GTK_BOX (box), row);
}

/* By its name where the works are read already, with the code that it goes by elsewhere. */
static char *
work_text (TstSession *session, const char *code)
{
  TstWorkIndex *works = tst_works_source_get_works (tst_works_source_for (session));
  guint at;

  if (works == NULL || !tst_work_index_find (works, code, &at))
    return g_strdup (code);
  return g_strdup_printf ("%s · %s", tst_work_index_get (works, at).title, code);
}

void
tst_viewer_facts_fill (GtkWidget *box, TstSession *session, JsonObject *row)
{
  static const struct
  {
    const char *member, *name;
    TstCodeList list;
  } lists[] = { { "phase", N_("Momento de la obra"), TST_LIST_PHASE }, { "item", N_("Parte de la obra"), TST_LIST_WORK_ITEM } };
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (session), "language");
  JsonObject *place = tst_json_object (row, "place");
  const char *taken = tst_json_string (row, "taken_at");
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) when = tst_format_parse_time (taken != NULL ? taken : tst_json_string (row, "time") ?: "", zone);
  g_autofree char *size = tst_format_size ((double) tst_json_int (row, "bytes", 0));
  g_autofree char *dimensions = NULL;
  gboolean recording = tst_recording_is (row);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
  if (when != NULL)
    {
      g_autofree char *date = tst_format_date (when);
      g_autofree char *clock = tst_format_clock (when);
      g_autofree char *text = g_strdup_printf (_("%s, %s"), date, clock);

      add_fact (box, recording ? _("Empezó") : taken != NULL ? _("Tomada") : _("Guardada (no se sabe cuándo se tomó)"), text);
    }
  if (place != NULL && json_object_has_member (place, "lat") && json_object_has_member (place, "lon"))
    {
      g_autofree char *position
        = tst_format_position (json_object_get_double_member (place, "lat"), json_object_get_double_member (place, "lon"));
      g_autofree char *text = NULL;

      if (json_object_has_member (place, "accuracy_m"))
        text = g_strdup_printf (_("%s (±%.0f m)"), position, json_object_get_double_member (place, "accuracy_m"));
      else
        text = g_strdup_printf (_("%s (no se sabe con qué precisión)"), position);
      add_fact (box, _("Posición"), text);
      if (json_object_has_member (place, "heading_deg"))
        {
          const double degrees = json_object_get_double_member (place, "heading_deg");
          g_autofree char *looked
            = g_strdup_printf (g_strcmp0 (tst_json_string (place, "heading_north"), "magnetic") == 0 ? _("%s (%.0f° desde el norte magnético, por brújula)")
                               : json_object_has_member (place, "declination_deg")                   ? _("%s (%.0f° desde el norte, por brújula corregida)")
                                                                                                     : _("%s (%.0f° desde el norte)"),
                               tst_viewpoint_direction (degrees), degrees);

          add_fact (box, _("La cámara miraba"), looked);
        }
    }
  else
    add_fact (box, _("Posición"), recording ? _("No trae posición") : _("La foto no trae posición"));
  if (tst_json_string (row, "work") != NULL)
    {
      g_autofree char *work = work_text (session, tst_json_string (row, "work"));

      add_fact (box, _("Obra"), work);
    }
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (tst_json_string (row, lists[i].member) != NULL)
      add_fact (box, _(lists[i].name), tst_code_label (lists[i].list, tst_json_string (row, lists[i].member), lang));
  if (tst_json_string (row, "alt") != NULL)
    add_fact (box, recording ? _("Lo que se ve y se oye, en palabras") : _("Descripción para quien no ve la foto"), tst_json_string (row, "alt"));
  if (recording)
    {
      g_autofree char *title = tst_recording_title (row);

      dimensions = g_strdup_printf (_("%s, %s"), title, size);
    }
  else
    dimensions
      = g_strdup_printf (_("%d × %d puntos, %s"), (int) tst_json_int (row, "width", 0), (int) tst_json_int (row, "height", 0), size);
  add_fact (box, _("Archivo"), dimensions);
  gtk_box_append (GTK_BOX (box), tst_viewer_original_new (session, row));
}
