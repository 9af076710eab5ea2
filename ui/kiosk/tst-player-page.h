/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstPlayerPage:
 *
 * A voice note or a short film that is saved: heard or seen again, with what is said in it in words for who cannot hear it. Where the
 * machine has no means to play it, the page says so; the file is safe all the same.
 *
 * Property "playable" (boolean, notifies). Action: player.save.
 */
#define TST_TYPE_PLAYER_PAGE (tst_player_page_get_type ())
G_DECLARE_FINAL_TYPE (TstPlayerPage, tst_player_page, TST, PLAYER_PAGE, TstPage)

/* @row: of the list "videos" or "audios". */
GtkWidget *tst_player_page_new (TstSession *session, JsonObject *row);

G_END_DECLS
