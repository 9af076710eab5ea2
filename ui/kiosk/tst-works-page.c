/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-works-page.h"

#include <glib/gi18n.h>

struct _TstWorksPage
{
  TstPage parent_instance;
};

G_DEFINE_FINAL_TYPE (TstWorksPage, tst_works_page, TST_TYPE_PAGE)

static void
tst_works_page_class_init (TstWorksPageClass *klass)
{
}

static void
tst_works_page_init (TstWorksPage *self)
{
}

GtkWidget *
tst_works_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_WORKS_PAGE, "session", session, "title", _("Obras"), NULL);
}
