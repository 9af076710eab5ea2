/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-gallery-page.h"

#include <glib/gi18n.h>

struct _TstGalleryPage
{
  TstPage parent_instance;
};

G_DEFINE_FINAL_TYPE (TstGalleryPage, tst_gallery_page, TST_TYPE_PAGE)

static void
tst_gallery_page_class_init (TstGalleryPageClass *klass)
{
}

static void
tst_gallery_page_init (TstGalleryPage *self)
{
}

GtkWidget *
tst_gallery_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_GALLERY_PAGE, "session", session, "title", _("Galería"), NULL);
}
