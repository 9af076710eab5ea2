/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-outbox-page.h"

#include <glib/gi18n.h>

struct _TstOutboxPage
{
  TstPage parent_instance;
};

G_DEFINE_FINAL_TYPE (TstOutboxPage, tst_outbox_page, TST_TYPE_PAGE)

static void
tst_outbox_page_class_init (TstOutboxPageClass *klass)
{
}

static void
tst_outbox_page_init (TstOutboxPage *self)
{
}

GtkWidget *
tst_outbox_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_OUTBOX_PAGE, "session", session, "title", _("Envíos"), NULL);
}
