/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-event-page.h"

#include <glib/gi18n.h>

struct _TstEventPage
{
  TstPage parent_instance;
  char *event;
};

G_DEFINE_FINAL_TYPE (TstEventPage, tst_event_page, TST_TYPE_PAGE)

static void
tst_event_page_finalize (GObject *object)
{
  g_free (TST_EVENT_PAGE (object)->event);
  G_OBJECT_CLASS (tst_event_page_parent_class)->finalize (object);
}

static void
tst_event_page_class_init (TstEventPageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_event_page_finalize;
}

static void
tst_event_page_init (TstEventPage *self)
{
}

GtkWidget *
tst_event_page_new (TstSession *session, const char *event_id)
{
  TstEventPage *self = g_object_new (TST_TYPE_EVENT_PAGE, "session", session, "title", _("Espacio"), NULL);

  self->event = g_strdup (event_id);
  return GTK_WIDGET (self);
}
