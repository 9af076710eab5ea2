/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstVisitPhotos:
 *
 * The photographs of a visit in a strip, of which one is chosen, and a button for a new one (action entry.photo of whoever holds it).
 *
 * Property: "photo" (string: id of the chosen one, writable, notifies).
 */
#define TST_TYPE_VISIT_PHOTOS (tst_visit_photos_get_type ())
G_DECLARE_FINAL_TYPE (TstVisitPhotos, tst_visit_photos, TST, VISIT_PHOTOS, GtkBox)

/* @photos: (nullable): rows of the list "photos"; @book: (nullable) */
GtkWidget *tst_visit_photos_new (TstFieldBook *book, JsonArray *photos);
const char *tst_visit_photos_get (TstVisitPhotos *self); /* (nullable) */
void tst_visit_photos_set (TstVisitPhotos *self, const char *id);

G_END_DECLS
