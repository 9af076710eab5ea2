/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TstPage:
 *
 * A screen of the app inside a TstPageStack. Subclasses are templates whose parent is TstPage and whose child is the content.
 *
 * Properties: "session" (construct only), "title", "subtitle" (shown in the header bar), "end" (a widget for the end of the header bar).
 * Signals: "shown" (it is the visible one now: read the lists again), "hidden".
 */
#define TST_TYPE_PAGE (tst_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (TstPage, tst_page, TST, PAGE, AdwBin)

struct _TstPageClass
{
  AdwBinClass parent_class;
  void (*shown) (TstPage *self);
  void (*hidden) (TstPage *self);
  void (*search) (TstPage *self); /* Ctrl+F: the search field takes the focus */
  /* Before going back: FALSE keeps the page (it then asks the person itself). */
  gboolean (*may_leave) (TstPage *self);
};

TstSession *tst_page_get_session (TstPage *self); /* (transfer none) */
void tst_page_set_title (TstPage *self, const char *title);
void tst_page_set_subtitle (TstPage *self, const char *subtitle);
const char *tst_page_get_title (TstPage *self);
const char *tst_page_get_subtitle (TstPage *self);
void tst_page_set_end (TstPage *self, GtkWidget *widget);
GtkWidget *tst_page_get_end (TstPage *self);

/* On the stack that holds @self: shows @next over it; goes back from @self (and from what is over it). */
void tst_page_push (TstPage *self, TstPage *next);
void tst_page_leave (TstPage *self);

/* For the stack. */
void tst_page_emit_shown (TstPage *self);
void tst_page_emit_hidden (TstPage *self);
void tst_page_emit_search (TstPage *self);
gboolean tst_page_may_leave (TstPage *self);

G_END_DECLS
