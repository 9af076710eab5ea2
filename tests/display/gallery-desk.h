/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal-fixture.h"
#include "kiosk/tst-gallery-page.h"

G_BEGIN_DECLS

/* A field book with photographs, and the gallery over it in a window. */
typedef struct
{
  JournalFixture *fixture;
  GSettings *settings;
  TstSession *session;
  GtkWidget *window, *stack;
  TstGalleryPage *page;
  char *event;
} GalleryDesk;

void gallery_desk_open (GalleryDesk *desk, guint photos);
void gallery_desk_close (GalleryDesk *desk);
/* Until the gallery holds @n. */
void gallery_desk_wait_items (GalleryDesk *desk, guint n);
char *gallery_desk_id_at (GalleryDesk *desk, guint position);
/* For tst_wait_until(): whether the viewer @page shows a picture. */
gboolean gallery_has_picture (gpointer page);

G_END_DECLS
