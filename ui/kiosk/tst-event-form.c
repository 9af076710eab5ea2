/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-event-form.h"

#include <glib/gi18n.h>

struct _TstEventForm
{
  TstPage parent_instance;
};

G_DEFINE_FINAL_TYPE (TstEventForm, tst_event_form, TST_TYPE_PAGE)

static void
tst_event_form_class_init (TstEventFormClass *klass)
{
}

static void
tst_event_form_init (TstEventForm *self)
{
}

GtkWidget *
tst_event_form_new (TstSession *session, const char *work, const char *work_title)
{
  return g_object_new (TST_TYPE_EVENT_FORM, "session", session, "title", _("Abrir un espacio"), NULL);
}
