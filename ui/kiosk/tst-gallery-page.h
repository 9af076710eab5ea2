/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

#define TST_TYPE_GALLERY_PAGE (tst_gallery_page_get_type ())
G_DECLARE_FINAL_TYPE (TstGalleryPage, tst_gallery_page, TST, GALLERY_PAGE, TstPage)

GtkWidget *tst_gallery_page_new (TstSession *session);

G_END_DECLS
