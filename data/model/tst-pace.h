/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TstPace:
 *
 * Slows a flood without asking who: a few acts at once are free, then one in so many seconds. Knows nothing but how many were done lately. Plain
 * data; the caller hands in a monotonic time in microseconds.
 */
typedef struct
{
  guint burst;     /* acts that are free when nobody was here for a while */
  guint each_s;    /* after those, one in so many seconds */
  double left;     /* acts that are free now */
  gint64 since_us; /* when @left was true; 0: never used */
} TstPace;

/* Seconds to wait before the next act; 0: at once. Does not count one. */
guint tst_pace_get_wait (const TstPace *self, gint64 now_us);
/* An act was done. */
void tst_pace_count (TstPace *self, gint64 now_us);

G_END_DECLS
