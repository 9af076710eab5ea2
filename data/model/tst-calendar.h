/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Colombian working days and legal terms. Dates are plain calendar days in the town's time zone. Any thread. */

#define TST_CALENDAR_MAX_HOLIDAYS 18

/* "2026-03-27" exactly; the reader refuses days that do not exist. */
gboolean tst_date_parse (const char *text, GDate *date);
char *tst_date_format (const GDate *date);
/* The day it is at @unix_seconds in @time_zone ("America/Bogota"; NULL: that one). */
void tst_date_from_time (gint64 unix_seconds, const char *time_zone, GDate *date);

/* Sunday of the Gregorian Easter. */
void tst_calendar_easter (int year, GDate *date);
/* Ley 51 de 1983, in order, each day once (two feasts may fall on one day). Returns how many; @dates has room for TST_CALENDAR_MAX_HOLIDAYS. */
guint tst_calendar_holidays (int year, GDate *dates);
gboolean tst_calendar_is_holiday (const GDate *date);
gboolean tst_calendar_is_working_day (const GDate *date);
/* The @days-th working day after @from; @from itself is not counted. */
void tst_calendar_add_working_days (const GDate *from, guint days, GDate *to);
/* Working days after @from up to and with @to: what is left to answer in. Negative when @to is before @from: how late it is. */
int tst_calendar_count_working_days (const GDate *from, const GDate *to);

/**
 * tst_terms_days:
 * @contribution_class: code of the list contribution-class
 * @received: the day it was made
 * @days: (out): working days to answer in, by the law in force on that day
 *
 * Returns: FALSE where there is no legal term (a congratulation), or none known for that day. The data are data/model/terms.json.
 */
gboolean tst_terms_days (const char *contribution_class, const GDate *received, guint *days);
gboolean tst_terms_due_on (const char *contribution_class, const GDate *received, GDate *due_on);

G_END_DECLS
