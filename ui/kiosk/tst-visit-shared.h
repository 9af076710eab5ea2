/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-capture-queue.h"
#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/* What the pages of a visit have in common. */

/* "es" or "en". */
char *tst_visit_language (TstPage *page);
/* Over @page: the camera, or the choice of files where there is none. Returns what was shown. (transfer none) */
GtkWidget *tst_visit_open_camera (TstPage *page, const TstCaptureTarget *target);
/* Over @page: the name under which the place and framing of @photo are kept for the visits to come. */
void tst_visit_save_viewpoint (TstPage *page, const char *photo, const char *work);
/* The round shutter at the foot of a visit's pages. */
GtkWidget *tst_visit_shutter_new (TstPage *page, const char *event_id, const char *work);
/* The same for the head of a form, where the foot is taken. */
GtkWidget *tst_visit_small_shutter_new (TstPage *page, const char *event_id, const char *work);
/* A row of a list: words with smaller ones below them, an icon in front; a button when @clicked is not NULL. @row comes back as its data "row". */
GtkWidget *tst_visit_row_new (const char *icon_name, const char *words, const char *more, JsonObject *row);
/* Key of the sealed working copies of the signatures of a visit, kept until they are held. */
char *tst_visit_copies_key (const char *event_id);
/* A photo of the media store, large, when it is decoded; not called when @owner is gone. */
typedef void (*TstVisitTexture) (GdkTexture *texture, gpointer owner);
void tst_visit_load_texture (TstFieldBook *book, const char *sha256, TstVisitTexture ready, GObject *owner);

G_END_DECLS
