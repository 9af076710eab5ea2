/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstPageStack:
 *
 * A root page and the pages over it, with a header bar that shows the visible one's title, a back button when there is a way back, and
 * the page's own "end" widget. Alt+Left and Escape go back. Property "at-root" (boolean, notifies).
 */
#define TST_TYPE_PAGE_STACK (tst_page_stack_get_type ())
G_DECLARE_FINAL_TYPE (TstPageStack, tst_page_stack, TST, PAGE_STACK, GtkWidget)

GtkWidget *tst_page_stack_new (TstPage *root);
void tst_page_stack_push (TstPageStack *self, TstPage *page);
/* TRUE when it went back; FALSE at the root or when the page would not be left. */
gboolean tst_page_stack_pop (TstPageStack *self);
/* Takes @page and all over it away, without asking. */
void tst_page_stack_remove (TstPageStack *self, TstPage *page);
void tst_page_stack_pop_to_root (TstPageStack *self);
TstPage *tst_page_stack_get_visible (TstPageStack *self);
/* Of the topmost page that has it: what is meant for a space counts on the pages over it too. FALSE when none has. @parameter: as
 * gtk_widget_activate_action_variant() takes it, and not floating. */
gboolean tst_page_stack_activate (TstPageStack *self, const char *action, GVariant *parameter);
gboolean tst_page_stack_get_at_root (TstPageStack *self);

G_END_DECLS
