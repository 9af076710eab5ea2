/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* iCalendar (RFC 5545), appended as it comes: lines end in CR LF and are folded at 75 bytes, never inside a character; texts may be
 * hostile and are escaped. Times are told in UTC. Any thread. */

typedef struct
{
  const char *id;       /* a uuid: with the origin, what the entry is known by */
  const char *title;
  const char *category; /* (nullable) */
  const char *text;     /* (nullable) */
  const char *url;      /* (nullable) absolute */
  gint64 starts_s;
  gint64 ends_s;        /* 0: two hours later */
} TstCalendarEntry;

void tst_calendar_file_begin (GString *to, const char *origin, const char *name);
void tst_calendar_file_entry (GString *to, const TstCalendarEntry *entry);
void tst_calendar_file_end (GString *to);

G_END_DECLS
