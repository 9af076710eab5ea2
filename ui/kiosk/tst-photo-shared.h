/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-place.h"
#include "kiosk/tst-page.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstPhotoShared:
 *
 * What a batch of photos has in common: moment and part of the work, the work, and the place of those that tell none themselves. Signal
 * "changed".
 */
#define TST_TYPE_PHOTO_SHARED (tst_photo_shared_get_type ())
G_DECLARE_FINAL_TYPE (TstPhotoShared, tst_photo_shared, TST, PHOTO_SHARED, GtkBox)

/* @page: over which works and places are chosen; it holds the new widget. */
GtkWidget *tst_photo_shared_new (TstPage *page);
const char *tst_photo_shared_get_phase (TstPhotoShared *self);
const char *tst_photo_shared_get_item (TstPhotoShared *self);
const char *tst_photo_shared_get_work (TstPhotoShared *self); /* (nullable): code */
void tst_photo_shared_set_work (TstPhotoShared *self, const char *code, const char *title);
gboolean tst_photo_shared_get_place (TstPhotoShared *self, TstPlace *place);
void tst_photo_shared_set_place (TstPhotoShared *self, double lat, double lon); /* NAN: none */

/* For drafts. */
void tst_photo_shared_collect (TstPhotoShared *self, JsonObject *content);
void tst_photo_shared_restore (TstPhotoShared *self, JsonObject *content);

/* A pin in a draft, as "pin": {"lat", "lon"}; NAN for none. */
void tst_photo_pin_collect (JsonObject *content, double lat, double lon);
void tst_photo_pin_restore (JsonObject *content, double *lat, double *lon);
/* As a place that a person put by hand. FALSE for none. */
gboolean tst_photo_pin_place (double lat, double lon, TstPlace *place);

G_END_DECLS
