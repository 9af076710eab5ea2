/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-home-page.h"

#include <glib/gi18n.h>

struct _TstHomePage
{
  TstPage parent_instance;
};

G_DEFINE_FINAL_TYPE (TstHomePage, tst_home_page, TST_TYPE_PAGE)

static void
tst_home_page_class_init (TstHomePageClass *klass)
{
}

static void
tst_home_page_init (TstHomePage *self)
{
}

GtkWidget *
tst_home_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_HOME_PAGE, "session", session, "title", _("Inicio"), NULL);
}
