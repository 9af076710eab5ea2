/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tst-application.h"

#include "client/tst-sync-client.h"
#include "hardware/tst-hardware.h"
#include "kiosk/tst-first-run.h"
#include "kiosk/tst-session.h"
#include "kiosk/tst-window.h"
#include "tst-background.h"
#include "tst-store-service.h"

G_BEGIN_DECLS

/* TstApplication in two rooms: tst-application.c, the staff's window and what the program begins and ends with; tst-application-kiosk.c, the public's. */

struct _TstApplication
{
  AdwApplication parent_instance;
  GSettings *settings;
  TstSession *session;
  TstClock *clock;
  TstSyncClient *sync;       /* NULL in a demonstration */
  TstStoreService *service;
  TstBackground *background;
  char *folder, *demo_folder;
  TstFirstRun *first_run;    /* (nullable) unowned: the cover of the moment */
  TstHardwareOptions hardware;
  char *problem;             /* (nullable) code of what keeps the book from opening */
  gboolean is_demo, opening, nobody, folder_given;
  gboolean remaking;         /* a new window follows the one that goes */
  gboolean wants_kiosk;      /* asked for and not left yet */
  gboolean started_as_kiosk; /* by the command line */
  char *kiosk_event;         /* (nullable) id; NULL: the newest that is open */
  GtkWidget *kiosk;          /* (nullable) the window in front of the public */
  guint tries;
};

/* tst-application.c */
/* NULL in kiosk mode: what staff do with their window cannot be done then. */
TstWindow *tst_application_get_staff_window (TstApplication *self);
void tst_application_make_window (TstApplication *self, const char *step);
void tst_application_show_cover (TstApplication *self, const char *step);
/* tst-application-kiosk.c */
/* Opens the kiosk that was asked for, or has staff make themselves known first. */
void tst_application_prepare_kiosk (TstApplication *self);
void tst_application_open_kiosk (GSimpleAction *action, GVariant *parameter, gpointer user_data);

G_END_DECLS
