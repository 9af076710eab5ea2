/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Answers as XForms write them: everything is text. Any thread. */

/* "2026-03-27" and "2026-03-27T10:30:00.000-05:00" as days since 1970 (the second with its fraction, in UTC), "10:30" as a part of a day, other
 * numbers as themselves; NAN for anything else. */
double tst_form_text_to_number (const char *text);
/* As people and files write it: no exponent, no trailing zeros; "" for NAN. */
char *tst_form_number_to_text (double number);

gboolean tst_form_is_integer (const char *text); /* up to 18 digits, with a sign or not */
gboolean tst_form_is_decimal (const char *text);
gboolean tst_form_is_date (const char *text); /* a day that exists, "2026-03-27" */
gboolean tst_form_is_time (const char *text); /* "10:30", with seconds or not */
/* "lat lon", or with altitude and accuracy in metres after it, as ODK writes a place. */
gboolean tst_form_is_geopoint (const char *text);
/* The words of a select_multiple's or rank's answer; free with g_strfreev(). */
char **tst_form_split (const char *text);

/* Days since 1970 as "2026-03-27"; years 1 to 9999, else NULL. */
char *tst_form_day_to_text (gint64 day);

G_END_DECLS
