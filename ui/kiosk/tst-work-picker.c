/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-work-picker.h"

#include "kiosk/tst-locating.h"
#include "kiosk/tst-work-ages.h"
#include "kiosk/tst-works-source.h"
#include "model/tst-geo.h"
#include "model/tst-work.h"
#include "widgets/tst-form.h"
#include "widgets/tst-work-button.h"

#include <glib/gi18n.h>
#include <math.h>

/* Whoever does not find it among these writes more. */
#define MOST 20

struct _TstWorkPicker
{
  TstPage parent_instance;
  GtkWidget *search, *list, *empty;
  TstWorkAges *ages;
  TstWorkIndex *works;
};

enum
{
  PICKED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstWorkPicker, tst_work_picker, TST_TYPE_PAGE)

static void
on_work (TstWorkPicker *self, TstWorkButton *button)
{
  const char *code = tst_work_button_get_code (button);
  guint at;

  if (!tst_work_index_find (self->works, code, &at))
    return;
  g_object_ref (self);
  g_signal_emit (self, signals[PICKED], 0, code, tst_work_index_get (self->works, at).title);
  tst_page_leave (TST_PAGE (self));
  g_object_unref (self);
}

static void
on_none (TstWorkPicker *self)
{
  g_object_ref (self);
  g_signal_emit (self, signals[PICKED], 0, NULL, NULL);
  tst_page_leave (TST_PAGE (self));
  g_object_unref (self);
}

static void
fill (TstWorkPicker *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (session), "language");
  g_autofree char *words = tst_fold_words (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  TstWorkFilter filter = { .words = words };
  g_autoptr (GArray) found = NULL;
  GtkWidget *buttons[MOST];
  GtkWidget *child;
  TstPlace here;

  if (self->works == NULL)
    return;
  filter.near = tst_session_get_position (session, &here);
  if (filter.near)
    {
      filter.lat = here.latitude;
      filter.lon = here.longitude;
    }
  found = tst_work_index_search (self->works, &filter);
  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_box_remove (GTK_BOX (self->list), child);
  for (guint i = 0; i < MIN (found->len, MOST); i++)
    {
      const TstWorkEntry work = tst_work_index_get (self->works, g_array_index (found, guint32, i));
      double distance = filter.near && !isnan (work.lat) ? tst_geo_distance (here.latitude, here.longitude, work.lat, work.lon)
                                                          : NAN;
      GtkWidget *button = tst_work_button_new ();

      buttons[i] = button;
      tst_work_button_set_work (TST_WORK_BUTTON (button), &work, distance, lang);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_work), self);
      gtk_box_append (GTK_BOX (self->list), button);
    }
  tst_work_ages_fill (self->ages, buttons, MIN (found->len, MOST));
  gtk_widget_set_visible (self->empty, found->len == 0);
}

static void
take_works (TstWorkPicker *self, TstWorksSource *source)
{
  TstWorkIndex *works = tst_works_source_get_works (source);

  if (works == NULL)
    return;
  g_clear_pointer (&self->works, tst_work_index_unref);
  self->works = tst_work_index_ref (works);
  fill (self);
}

static void
tst_work_picker_constructed (GObject *object)
{
  TstWorkPicker *self = TST_WORK_PICKER (object);
  TstWorksSource *works = tst_works_source_for (tst_page_get_session (TST_PAGE (self)));
  GtkWidget *column, *none;

  G_OBJECT_CLASS (tst_work_picker_parent_class)->constructed (object);
  self->ages = tst_work_ages_new (tst_page_get_session (TST_PAGE (self)));
  tst_locating_while_seen (GTK_WIDGET (self), tst_page_get_session (TST_PAGE (self)));
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, NULL));
  self->search = tst_form_entry (column, _("Nombre, código o barrio de la obra"), GTK_INPUT_PURPOSE_FREE_FORM);
  g_signal_connect_swapped (self->search, "changed", G_CALLBACK (fill), self);
  none = tst_form_button (_("Sin obra"), NULL);
  g_signal_connect_swapped (none, "clicked", G_CALLBACK (on_none), self);
  gtk_box_append (GTK_BOX (column), none);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (column), self->list);
  self->empty = tst_form_text (column, _("Ninguna obra coincide. Escriba menos palabras, u otra parte del nombre."));
  gtk_widget_set_visible (self->empty, FALSE);
  g_signal_connect_object (works, "changed", G_CALLBACK (take_works), self, G_CONNECT_SWAPPED);
  take_works (self, works);
}

static void
tst_work_picker_shown (TstPage *page)
{
  gtk_widget_grab_focus (TST_WORK_PICKER (page)->search);
}

static void
tst_work_picker_dispose (GObject *object)
{
  TstWorkPicker *self = TST_WORK_PICKER (object);

  g_clear_object (&self->ages);
  g_clear_pointer (&self->works, tst_work_index_unref);
  G_OBJECT_CLASS (tst_work_picker_parent_class)->dispose (object);
}

static void
tst_work_picker_class_init (TstWorkPickerClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = tst_work_picker_constructed;
  G_OBJECT_CLASS (klass)->dispose = tst_work_picker_dispose;
  TST_PAGE_CLASS (klass)->shown = tst_work_picker_shown;
  signals[PICKED] = g_signal_new ("picked", TST_TYPE_WORK_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  G_TYPE_STRING, G_TYPE_STRING);
}

static void
tst_work_picker_init (TstWorkPicker *self)
{
}

GtkWidget *
tst_work_picker_new (TstSession *session)
{
  return g_object_new (TST_TYPE_WORK_PICKER, "session", session, "title", _("Elegir obra"), NULL);
}
