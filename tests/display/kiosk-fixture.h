/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "event-fixture.h"
#include "kiosk/tst-kiosk-screen.h"
#include "kiosk/tst-kiosk-window.h"

G_BEGIN_DECLS

#define KIOSK_TITLE "Feria de prueba"

/* A kiosk on an event of its own, over the same field book and session as event-fixture.h. */
typedef struct
{
  EventFixture *fixture;
  char *event;
  TstKioskWindow *window;
  guint left; /* how often it was left */
} KioskFixture;

KioskFixture *kiosk_fixture_new (void);
KioskFixture *kiosk_fixture_new_sized (int width, int height);
void kiosk_fixture_free (KioskFixture *self);

/* Waits, with a deadline, for a screen of @type. */
TstKioskScreen *kiosk_fixture_wait_screen (KioskFixture *self, GType type);
/* The start screen's choice number @at, from 0. */
GtkWidget *kiosk_fixture_choice (TstKioskScreen *start, guint at);
/* As a finger would: only what can be pressed. */
void kiosk_fixture_click (GtkWidget *button);
void kiosk_fixture_click_words (gpointer root, const char *words);
void kiosk_fixture_write (gpointer root, const char *text);
/* Is @text in any widget, hidden ones too? */
gboolean kiosk_fixture_holds (GtkWidget *widget, const char *text);
GtkWidget *kiosk_fixture_shown_entry (GtkWidget *widget); /* (nullable) */

/* From the start to the contribution's text. */
TstKioskScreen *kiosk_fixture_go_to_text (KioskFixture *self);
/* From the start, with consent, to the question how one signs in. */
TstKioskScreen *kiosk_fixture_begin_attendance (KioskFixture *self);
/* @number: (nullable) when a card gave it. */
void kiosk_fixture_give_document (TstKioskScreen *screen, const char *number);
/* From the name to the receipt, without a signature. */
void kiosk_fixture_finish_attendance (KioskFixture *self, TstKioskScreen *screen);
guint kiosk_fixture_count_attendance (KioskFixture *self);

G_END_DECLS
