/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-camera.h"
#include "journal/tst-attachment.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstPaperShots:
 *
 * Photographs of papers by the live camera, TST_PAPERS_MAX at most: each is seen as it came out and can be taken away again. They stay in
 * memory; dropping the widget forgets them. The camera runs while the widget is seen and another one fits.
 *
 * "count" (uint, notifies).
 */
#define TST_TYPE_PAPER_SHOTS (tst_paper_shots_get_type ())
G_DECLARE_FINAL_TYPE (TstPaperShots, tst_paper_shots, TST, PAPER_SHOTS, GtkBox)

GtkWidget *tst_paper_shots_new (TstCamera *camera); /* (nullable) */
/* The same for one photograph of whatever a questionnaire asks to see. */
GtkWidget *tst_paper_shots_new_one (TstCamera *camera);
guint tst_paper_shots_get_count (TstPaperShots *self);
GPtrArray *tst_paper_shots_get_shots (TstPaperShots *self); /* (element-type TstAttachment) (transfer none) */
/* Takes over @shot, as if it had been taken here. */
void tst_paper_shots_add (TstPaperShots *self, TstAttachment *shot);
void tst_paper_shots_take (TstPaperShots *self); /* the shutter */
gboolean tst_paper_shots_is_taking (TstPaperShots *self); /* a photograph is on its way */
void tst_paper_shots_remove (TstPaperShots *self, guint at);

G_END_DECLS
