/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Small parts that many pages put together in the same way. All are floating. */

GtkWidget *tst_build_title (const char *text);      /* large, wraps */
GtkWidget *tst_build_heading (const char *text);    /* of a section; announced as a heading */
GtkWidget *tst_build_text (const char *text);       /* plain, wraps */
GtkWidget *tst_build_main_button (const char *label);  /* 60 px, the one main act of a page */
GtkWidget *tst_build_large_button (const char *label); /* 48 px */
/* Icon and words in one line, for what waits ("waiting"), went wrong ("trouble") or is well ("calm"). */
GtkWidget *tst_build_notice (void);
/* NULL @text hides it. */
void tst_notice_set (GtkWidget *notice, const char *kind, const char *text);
const char *tst_notice_get_text (GtkWidget *notice);
/* The words of a button (made with a label) break where large text leaves no room for them. */
void tst_build_wrap_button (GtkWidget *button);
/* Takes all children out of @box (a GtkBox). */
void tst_build_empty (GtkWidget *box);
/* @content at most @width px wide in the middle of what scrolls up and down. */
GtkWidget *tst_build_scrolled (GtkWidget *content, int width);
/* The same with the room round it that pages of rows have. */
GtkWidget *tst_build_scrolled_rows (GtkWidget *content, int width);
/* A line "label … control": a real label that names @control. */
GtkWidget *tst_build_setting (const char *label, const char *explanation, GtkWidget *control);

/*
 * For keys that are pressed again and again: by a switch, a real keyboard or a screen reader GTK says "clicked" a quarter of a second late, and hears nothing more of the same
 * button until then, so that of "ll" one would be lost. With this each time counts, at once. Before any handler of "clicked" is connected.
 */
void tst_build_prompt (GtkWidget *button);

/* Where a word is too long for its line it is broken without a hyphen: in an address or a number that would be one that is not there. */
void tst_build_break_plainly (GtkWidget *label);

G_END_DECLS
