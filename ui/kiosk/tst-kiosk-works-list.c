/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-works-list.h"

#include "kiosk/tst-map-page.h"
#include "kiosk/tst-works-source.h"
#include "model/tst-code-lists.h"
#include "model/tst-geo.h"
#include "widgets/tst-form.h"
#include "widgets/tst-map.h"
#include "widgets/tst-work-button.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MOST 12 /* what a thumb scrolls through; more words find the rest */

struct _TstKioskWorksList
{
  GtkBox parent_instance;
  TstSession *session;
  char *lang;
  GtkWidget *search, *map, *list, *empty, *notice;
  TstWorkIndex *works;
  GArray *found; /* what the map shows; its own to keep */
};

enum
{
  PICKED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstKioskWorksList, tst_kiosk_works_list, GTK_TYPE_BOX)

static void
pick (TstKioskWorksList *self, const char *code)
{
  guint at;

  if (self->works != NULL && tst_work_index_find (self->works, code, &at))
    g_signal_emit (self, signals[PICKED], 0, code, tst_work_index_get (self->works, at).title);
}

static void
on_work (TstKioskWorksList *self, TstWorkButton *button)
{
  g_autofree char *code = g_strdup (tst_work_button_get_code (button));

  pick (self, code);
}

static void
show_list (TstKioskWorksList *self, GArray *found)
{
  TstPlace here;
  gboolean near = tst_session_get_position (self->session, &here);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_box_remove (GTK_BOX (self->list), child);
  for (guint i = 0; i < MIN (found->len, MOST); i++)
    {
      const TstWorkEntry work = tst_work_index_get (self->works, g_array_index (found, guint32, i));
      double distance = near && !isnan (work.lat) ? tst_geo_distance (here.latitude, here.longitude, work.lat, work.lon) : NAN;
      GtkWidget *button = tst_work_button_new ();

      tst_work_button_set_work (TST_WORK_BUTTON (button), &work, distance, self->lang);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_work), self);
      gtk_box_append (GTK_BOX (self->list), button);
    }
  gtk_widget_set_visible (self->empty, found->len == 0);
}

static void
search (TstKioskWorksList *self)
{
  g_autofree char *words = tst_fold_words (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  TstWorkFilter filter = { .words = words };
  TstPlace here;
  GArray *found;

  if (self->works == NULL)
    return;
  filter.near = tst_session_get_position (self->session, &here);
  if (filter.near)
    {
      filter.lat = here.latitude;
      filter.lon = here.longitude;
    }
  found = tst_work_index_search (self->works, &filter);
  if (self->map != NULL)
    tst_map_set_works (TST_MAP (self->map), self->works, found);
  show_list (self, found);
  g_clear_pointer (&self->found, g_array_unref);
  self->found = found;
}

/* A touch on several at once: the list shows those. */
static void
on_several (TstKioskWorksList *self, GArray *several)
{
  show_list (self, several);
}

static void
take_works (TstKioskWorksList *self, TstWorksSource *source)
{
  TstWorkIndex *works = tst_works_source_get_works (source);
  g_autoptr (TstWorkIndex) old = NULL;

  if (works == NULL)
    {
      if (tst_works_source_is_settled (source))
        tst_form_notice_set (self->notice, _("No se pudieron leer las obras."), TRUE);
      return;
    }
  /* The map shows the old ones until it has the new. */
  old = g_steal_pointer (&self->works);
  self->works = tst_work_index_ref (works);
  search (self);
}

#define ADDRESS "/obras/"

gboolean
tst_kiosk_works_list_take_code (TstKioskWorksList *self, const char *text)
{
  const char *begin;
  g_autofree char *part = NULL;
  g_autofree char *code = NULL;
  TstWorkEntry work;
  guint at;

  g_return_val_if_fail (TST_IS_KIOSK_WORKS_LIST (self) && text != NULL, FALSE);
  begin = g_strrstr (text, ADDRESS);
  begin = begin != NULL ? begin + strlen (ADDRESS) : text;
  part = g_strndup (begin, strcspn (begin, "/?#"));
  code = g_uri_unescape_string (part, NULL);
  if (self->works == NULL || code == NULL || !tst_work_index_find (self->works, code, &at))
    return FALSE;
  work = tst_work_index_get (self->works, at);
  g_signal_emit (self, signals[PICKED], 0, work.code, work.title);
  return TRUE;
}

static void
tst_kiosk_works_list_dispose (GObject *object)
{
  TstKioskWorksList *self = TST_KIOSK_WORKS_LIST (object);

  g_clear_pointer (&self->works, tst_work_index_unref);
  g_clear_pointer (&self->found, g_array_unref);
  g_clear_object (&self->session);
  g_clear_pointer (&self->lang, g_free);
  G_OBJECT_CLASS (tst_kiosk_works_list_parent_class)->dispose (object);
}

static void
tst_kiosk_works_list_class_init (TstKioskWorksListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_kiosk_works_list_dispose;
  signals[PICKED] = g_signal_new ("picked", TST_TYPE_KIOSK_WORKS_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  G_TYPE_STRING, G_TYPE_STRING);
}

static void
tst_kiosk_works_list_init (TstKioskWorksList *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 10);
  self->search = tst_form_entry (GTK_WIDGET (self), _("Calle, barrio o nombre de la obra"), GTK_INPUT_PURPOSE_FREE_FORM);
  gtk_entry_set_input_hints (GTK_ENTRY (self->search), GTK_INPUT_HINT_PRIVATE | GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_NO_EMOJI
                                                           | GTK_INPUT_HINT_INHIBIT_OSK);
  g_signal_connect_swapped (self->search, "changed", G_CALLBACK (search), self);
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (self), self->notice);
}

GtkWidget *
tst_kiosk_works_list_new (TstSession *session, const char *lang, gboolean with_map)
{
  TstKioskWorksList *self = g_object_new (TST_TYPE_KIOSK_WORKS_LIST, NULL);
  TstWorksSource *works = tst_works_source_for (session);

  self->session = g_object_ref (session);
  self->lang = g_strdup (lang);
  if (with_map)
    {
      self->map = tst_map_new ();
      gtk_widget_set_size_request (self->map, -1, 260);
      tst_map_attach (TST_MAP (self->map), session);
      g_signal_connect_swapped (self->map, "work-activated", G_CALLBACK (pick), self);
      g_signal_connect_swapped (self->map, "works-activated", G_CALLBACK (on_several), self);
      gtk_box_append (GTK_BOX (self), self->map);
    }
  self->empty = tst_form_text (GTK_WIDGET (self), _("Ninguna obra coincide. Escriba menos palabras, u otra parte del nombre."));
  gtk_widget_set_visible (self->empty, FALSE);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (self), self->list);
  g_signal_connect_object (works, "changed", G_CALLBACK (take_works), self, G_CONNECT_SWAPPED);
  take_works (self, works);
  return GTK_WIDGET (self);
}
