/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * How Colombia writes numbers, dates and pesos, for the site and the app. Words are Spanish unless the program bound a catalogue of another
 * language; numbers keep the Colombian form. All results are (transfer full) UTF-8 and unescaped; numbers and their
 * unit are joined by a no-break space. Functions on dates return %NULL for what is no date.
 */

/* "2026-03-26" (midnight in @zone), "2026-03" (its first day) or RFC 3339: (transfer full) (nullable), in @zone. */
GDateTime *tst_format_parse_time (const char *text, GTimeZone *zone);
/* Whether @text names a time of day, not only a date. */
gboolean tst_format_has_clock (const char *text);

char *tst_format_date (GDateTime *when);                /* 26 de marzo de 2026 */
char *tst_format_short_date (GDateTime *when);          /* 26 mar 2026 */
char *tst_format_month (GDateTime *when);               /* marzo de 2026 */
char *tst_format_clock (GDateTime *when);               /* 3:41 p. m. */
char *tst_format_iso (GDateTime *when, gboolean clock); /* for the datetime attribute */
/* hoy, ayer, hace 12 días, hace 4 meses, hace 2 años; mañana, en 5 días, … by the calendar of @now's zone */
char *tst_format_ago (GDateTime *when, GDateTime *now);
/* faltan 5 días, falta 1 día, vence hoy, venció hace 3 días */
char *tst_format_due (GDateTime *when, GDateTime *now);
/* Days from @when to @now by the calendar; negative when it lies ahead. */
int tst_format_days_between (GDateTime *when, GDateTime *now);

char *tst_format_number (double value, int max_decimals); /* 1.234,5 */
char *tst_format_pesos (double value);                    /* $ 1.234.567.890 */
char *tst_format_millions (double value);                 /* $ 1.235 millones; under a million as pesos */
char *tst_format_percent (double value);                  /* 78 %, 12,5 % */
char *tst_format_size (double bytes);                     /* 3,4 MB (decimal units) */
char *tst_format_distance (double metres);                 /* 85 m, 1,2 km, 14 km */
char *tst_format_position (double lat, double lon);        /* 7,1208; −73,10445 (degrees) */
/* 5 puntos por debajo de lo programado, … */
char *tst_format_gap (double observed, double planned);

G_END_DECLS
