/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstCardPage:
 *
 * What a camera's card holds, put together by time and place, each group with the work that it is probably of; a tap confirms it and opens the
 * import with those pictures. What is in the event already is known there by its content.
 *
 * Properties (notify): "n-groups" (uint), "ready" (boolean: the card has been read).
 */
#define TST_TYPE_CARD_PAGE (tst_card_page_get_type ())
G_DECLARE_FINAL_TYPE (TstCardPage, tst_card_page, TST, CARD_PAGE, TstPage)

/* @event_title: for the person to see where they go. @work: (nullable): of the event, for groups that tell no place. */
GtkWidget *tst_card_page_new (TstSession *session, const char *event_id, const char *event_title, const char *work, const char *folder);

G_END_DECLS
