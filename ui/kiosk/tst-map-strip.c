/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-map-strip.h"

#include "kiosk/tst-map-page.h"

#include <glib/gi18n.h>

#define NEAR_ZOOM 15

struct _TstMapStrip
{
  GtkButton parent_instance;
  TstSession *session;
  TstWorkIndex *works;
  GtkWidget *map;
};

G_DEFINE_FINAL_TYPE (TstMapStrip, tst_map_strip, GTK_TYPE_BUTTON)

static void
tst_map_strip_clicked (GtkButton *button)
{
  TstMapStrip *self = TST_MAP_STRIP (button);
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (self), TST_TYPE_PAGE);

  if (page != NULL)
    tst_page_push (TST_PAGE (page), TST_PAGE (tst_map_page_new (self->session, self->works)));
}

static void
look_here (TstMapStrip *self)
{
  TstPlace here;

  if (tst_session_get_position (self->session, &here))
    tst_map_go_to (TST_MAP (self->map), here.latitude, here.longitude, NEAR_ZOOM);
}

static void
tst_map_strip_dispose (GObject *object)
{
  TstMapStrip *self = TST_MAP_STRIP (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->works, tst_work_index_unref);
  G_OBJECT_CLASS (tst_map_strip_parent_class)->dispose (object);
}

static void
tst_map_strip_class_init (TstMapStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_map_strip_dispose;
  GTK_BUTTON_CLASS (klass)->clicked = tst_map_strip_clicked;
}

static void
tst_map_strip_init (TstMapStrip *self)
{
  self->map = tst_map_new ();
  tst_map_set_interactive (TST_MAP (self->map), FALSE);
  gtk_widget_set_size_request (self->map, -1, 150);
  gtk_button_set_child (GTK_BUTTON (self), self->map);
  gtk_widget_add_css_class (GTK_WIDGET (self), "mapstrip");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _("Abrir el mapa"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Abrir el mapa de obras"), -1);
}

GtkWidget *
tst_map_strip_new (TstSession *session)
{
  TstMapStrip *self = g_object_new (TST_TYPE_MAP_STRIP, NULL);

  self->session = g_object_ref (session);
  tst_map_attach (TST_MAP (self->map), session);
  g_signal_connect_object (session, "position-changed", G_CALLBACK (look_here), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
tst_map_strip_set_works (TstMapStrip *self, TstWorkIndex *works)
{
  g_return_if_fail (TST_IS_MAP_STRIP (self));
  tst_work_index_ref (works);
  g_clear_pointer (&self->works, tst_work_index_unref);
  self->works = works;
  tst_map_set_works (TST_MAP (self->map), works, NULL);
  look_here (self);
}
