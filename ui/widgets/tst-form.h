/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The parts that forms are made of, each with its words above it, tied to it for screen readers, and 48 px high or more. They append to @box
 * and return the control. */

GtkWidget *tst_form_heading (GtkWidget *box, const char *text);
GtkWidget *tst_form_text (GtkWidget *box, const char *text);   /* a paragraph (GtkLabel) */
GtkWidget *tst_form_entry (GtkWidget *box, const char *label, GtkInputPurpose purpose); /* GtkEntry */
GtkWidget *tst_form_area (GtkWidget *box, const char *label, int height);               /* GtkTextView */
GtkWidget *tst_form_switch (GtkWidget *box, const char *label, const char *explanation); /* GtkSwitch, off; @explanation nullable */
/* A button with the text that wraps; @class: "main suggested-action", … (nullable) */
GtkWidget *tst_form_button (const char *label, const char *class);

/* The whole page: a scrolled, clamped column; the column is returned in @column, a box under the scroller for the main button in @foot. */
GtkWidget *tst_form_page (int maximum_width, GtkWidget **column, GtkWidget **foot);

/* Where the page says what is wrong: hidden while @text is NULL; announced, with an icon, never by colour alone. */
GtkWidget *tst_form_notice_new (void);
void tst_form_notice_set (GtkWidget *notice, const char *text, gboolean trouble);
/* Another one than the set text brought, until the next. */
void tst_form_notice_set_icon (GtkWidget *notice, const char *icon_name);
const char *tst_form_notice_get (GtkWidget *notice); /* NULL while hidden */

char *tst_form_get_area (GtkWidget *area); /* stripped */
void tst_form_set_area (GtkWidget *area, const char *text);
char *tst_form_get_entry (GtkWidget *entry); /* stripped */

G_END_DECLS
