/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long somebody has had the word. Every act (code list turn-act) is a record of its own, so the time survives whatever becomes of the
 * tablet in between: under one boot it is counted by the monotonic clock, across a restart by the wall clock, and then said to be about that. */

typedef struct
{
  const char *act;  /* code */
  const char *boot; /* (nullable) the kernel's id of the boot */
  gint64 wall_ms;   /* UTC of the device, Unix milliseconds */
  gint64 mono_ms;   /* CLOCK_BOOTTIME, comparable under one boot only */
  gint64 limit_s;   /* 0: none was set */
  gint64 used_s;    /* with "fin": what a person says that it was; -1: the clock's word holds */
} TstSpeakingAct;

/* The names are those of the list "speakers" (data/journal/README.md). */
typedef enum
{
  TST_SPEAKING_WAITING, /* "waiting" */
  TST_SPEAKING_NOW,     /* "speaking" */
  TST_SPEAKING_PAUSED,  /* "paused" */
  TST_SPEAKING_DONE,    /* "spoke" */
  TST_SPEAKING_ABSENT,  /* "absent" */
} TstSpeakingState;

typedef struct
{
  TstSpeakingState state;
  gint64 used_ms;
  gint64 limit_s;       /* 0: none */
  const char *source;   /* "monotonic", "wall" (part of it), "person"; static */
} TstSpeakingTime;

const char *tst_speaking_state_name (TstSpeakingState state);

/**
 * tst_speaking_time:
 * @acts: in the order in which they were written down
 * @now: boot, wall_ms and mono_ms of this moment: until then somebody who speaks has spoken
 */
void tst_speaking_time (const TstSpeakingAct *acts, guint n_acts, const TstSpeakingAct *now, TstSpeakingTime *time);
/* Whether @act can follow on @state; a closed turn may be taken up again, and who did not come may still come. */
gboolean tst_speaking_may (TstSpeakingState state, const char *act);

G_END_DECLS
