/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstHomePage:
 *
 * Who and where; one line that is calm or says the one thing to do; the day's spaces; three works close by.
 */
#define TST_TYPE_HOME_PAGE (tst_home_page_get_type ())
G_DECLARE_FINAL_TYPE (TstHomePage, tst_home_page, TST, HOME_PAGE, TstPage)

GtkWidget *tst_home_page_new (TstSession *session);

typedef enum
{
  TST_HOME_CALM,       /* everything has been received, or nothing was made yet */
  TST_HOME_ON_ITS_WAY, /* goes by itself */
  TST_HOME_NO_CODE,
  TST_HOME_SET_ASIDE,
  TST_HOME_OLD,        /* unsent for three days */
  TST_HOME_JUMP,       /* the clock was moved while the tablet ran, and nobody has said that they saw it */
  TST_HOME_CLOCK,      /* before the year in which this version was made: it cannot be right */
  TST_HOME_SPACE
} TstHomeState;

/* What the line says, from the members of "status"; the most pressing wins. Pure, for the page and its tests. @words: (out) (transfer full). */
TstHomeState tst_home_state (JsonObject *status, gboolean enrolled, gint64 now_s, char **words);
TstHomeState tst_home_page_get_state (TstHomePage *self);

G_END_DECLS
