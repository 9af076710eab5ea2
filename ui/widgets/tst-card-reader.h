/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-camera.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstCardReader:
 *
 * Reads the code on the back of an identity card: with the camera, whose picture it shows, or from a scanner that types like a keyboard. Looks
 * only while it is on the screen; frames are looked at one at a time on a worker thread and never kept.
 *
 * Signal "read" (GBytes: the payload as it is). It may be personal data: the receiver wipes what it keeps.
 */
#define TST_TYPE_CARD_READER (tst_card_reader_get_type ())
G_DECLARE_FINAL_TYPE (TstCardReader, tst_card_reader, TST, CARD_READER, GtkBox)

/* @camera: (nullable) there is only the scanner then. */
GtkWidget *tst_card_reader_new (TstCamera *camera);
/* The same for the QR of a work: no scanner, and no document. */
GtkWidget *tst_card_reader_new_qr (TstCamera *camera);
/* The same for what a form asks for: any code but that of a document, which would say who somebody is. */
GtkWidget *tst_card_reader_new_label (TstCamera *camera);
/* A key on its way to the focused widget, at @time_ms of its event: TRUE when it is a scanner's and must go no further. A hand types too slowly for it. The event's time and not
 * the clock's: a tablet that is busy for a moment reads the keys later than they were typed. */
gboolean tst_card_reader_take_key (TstCardReader *self, guint keyval, guint32 time_ms);
/* As if the scanner had typed all of it. */
void tst_card_reader_take_text (TstCardReader *self, const char *text);

G_END_DECLS
