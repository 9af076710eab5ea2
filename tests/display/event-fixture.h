/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal-fixture.h"
#include "kiosk/tst-page-stack.h"

G_BEGIN_DECLS

/* A field book, enrolled, with somebody signed in, and a window with a page stack over it. */
typedef struct
{
  JournalFixture *journal;
  TstSession *session;
  GtkWidget *window, *stack;
  GSettings *settings;
} EventFixture;

#define FIXTURE_AUTHOR "3b241101-e2bb-4255-8caf-4136c566a962"

EventFixture *event_fixture_new (void);
void event_fixture_free (EventFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EventFixture, event_fixture_free)

/* The whole tree of widgets goes without a word, as in a crash; then there is a new one. */
void event_fixture_crash (EventFixture *self);
void event_fixture_push (EventFixture *self, GtkWidget *page);
TstPage *event_fixture_visible (EventFixture *self);
/* Waits, with a deadline, until the visible page is of @type. */
TstPage *event_fixture_wait_page (EventFixture *self, GType type);
/* Waits until the property is so. */
void event_fixture_wait_uint (gpointer object, const char *property, guint value);
void event_fixture_wait_string (gpointer object, const char *property, const char *value);
void event_fixture_wait_boolean (gpointer object, const char *property, gboolean value);
/* The control whose words are @label, below @root: asserted. */
GtkWidget *event_fixture_control (gpointer root, const char *label);
/* The first of a type, in order: asserted unless @may_miss. */
GtkWidget *event_fixture_find (gpointer root, GType type, gboolean may_miss);
/* As its button would: asserted. */
void event_fixture_activate (gpointer page, const char *action);
/* What the page's notice says, NULL when it says nothing. */
const char *event_fixture_notice (gpointer page);
void event_fixture_wait_notice (gpointer page);
/* With TST_SHOTS=FOLDER in the environment: the window as FOLDER/NAME.png. */
void event_fixture_shot (EventFixture *self, const char *name);
int event_fixture_run (int argc, char **argv, void (*add) (void));

G_END_DECLS
