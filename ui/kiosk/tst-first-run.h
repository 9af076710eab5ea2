/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-staff.h"
#include "kiosk/tst-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TstFirstRun:
 *
 * What a tablet asks the first time: language, the town's code (or go on without), who works here. Makes the field book at the end, so that
 * nothing is on the disk before the person has said so. Or the demonstration instead, in a folder of its own.
 *
 * Signal "ready": the book is open and somebody is signed in; see the getters.
 */
#define TST_TYPE_FIRST_RUN (tst_first_run_get_type ())
G_DECLARE_FINAL_TYPE (TstFirstRun, tst_first_run, TST, FIRST_RUN, AdwBin)

typedef struct
{
  const char *folder;      /* where the field book goes */
  const char *demo_folder; /* where the demonstration goes; NULL: none is offered */
  const char *demo_works;  /* (nullable) its works, a CSV */
  TstFieldBook *book;      /* (nullable) there is a book already, and nobody works on it yet */
  TstClock *clock;
} TstFirstRunPlan;

/* @step: "language", "code" or "staff". All of @plan is copied. */
GtkWidget *tst_first_run_new (TstSession *session, const TstFirstRunPlan *plan, const char *step);
const char *tst_first_run_get_step (TstFirstRun *self);

TstFieldBook *tst_first_run_get_book (TstFirstRun *self);           /* (transfer none) */
TstVault *tst_first_run_get_vault (TstFirstRun *self);              /* (transfer none) */
const TstStaffMember *tst_first_run_get_member (TstFirstRun *self); /* (transfer none) */
gboolean tst_first_run_get_is_demo (TstFirstRun *self);

G_END_DECLS
