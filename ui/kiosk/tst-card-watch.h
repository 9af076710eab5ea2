/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstCardWatch:
 *
 * Notices a camera's card, a telephone, or a camera that shows itself as a disk, when it is plugged in: a button that says so and leads to its pictures; hidden
 * while there is none. What nobody has opened yet (a system that does not do it by itself) is opened first, by the same button. Signal "chosen" (string: the folder). Property "folder" (string, nullable, notifies): of the card that is there.
 */
#define TST_TYPE_CARD_WATCH (tst_card_watch_get_type ())
G_DECLARE_FINAL_TYPE (TstCardWatch, tst_card_watch, TST, CARD_WATCH, GtkWidget)

/* @monitor: (nullable): NULL is the system's. */
GtkWidget *tst_card_watch_new (GVolumeMonitor *monitor);
/* A folder that was mounted or went away, as the monitor tells. */
void tst_card_watch_take (TstCardWatch *self, const char *folder, gboolean mounted);

G_END_DECLS
