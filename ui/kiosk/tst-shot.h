/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstShot:
 *
 * One press of the shutter, or one recording, and what became of it.
 *
 * Properties (notify): "state" (string: "taking", "saving", "saved", "failed"), "code" (string: stable code of why it failed, "" otherwise), "id" (string:
 * the record's, NULL until it is saved). "picture" (GdkTexture, nullable): what the viewfinder showed.
 */
#define TST_TYPE_SHOT (tst_shot_get_type ())
G_DECLARE_FINAL_TYPE (TstShot, tst_shot, TST, SHOT, GObject)

TstShot *tst_shot_new (const char *type, GdkTexture *picture);
const char *tst_shot_get_content_type (TstShot *self); /* "image/jpeg", "video/webm", "audio/ogg" */
GdkTexture *tst_shot_get_picture (TstShot *self);      /* (transfer none) (nullable) */
const char *tst_shot_get_state (TstShot *self);
const char *tst_shot_get_code (TstShot *self);
const char *tst_shot_get_id (TstShot *self);
void tst_shot_set_state (TstShot *self, const char *state, const char *code);
void tst_shot_set_saved (TstShot *self, const char *id);

G_END_DECLS
