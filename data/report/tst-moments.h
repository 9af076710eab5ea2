/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The moments of a live stream in the forms that platforms and players take. @moments: rows of the list "moments", any order; those without an offset are
 * left out. @lang: "es" or "en". All results are (transfer full) UTF-8. */

/**
 * tst_moments_youtube:
 *
 * Chapters for the description of a video on YouTube, which shows them when the first one is at 0:00, there are three at least, in ascending order,
 * and each is 10 s long or longer. So: «0:00» comes first whatever the first moment is, and what follows less than 10 s after the one before is left out.
 *
 * Returns: (nullable): NULL when fewer than three remain; then YouTube would show none
 */
char *tst_moments_youtube (JsonArray *moments, const char *lang);

/* WebVTT, kind "chapters": one cue from each moment to the next, the last up to @length_ms (0: ten seconds more). */
char *tst_moments_webvtt_chapters (JsonArray *moments, gint64 length_ms, const char *lang);
/* WebVTT, kind "metadata": a cue of two seconds a moment with its JSON: {"id", "moment", "target", "offset_ms", "error_ms", "broken"}. */
char *tst_moments_webvtt_metadata (JsonArray *moments);

/* For a comment under a video on Facebook: a line «mm:ss words» a moment, with «≈» where the doubt is more than five seconds; after an hour
 * «h:mm:ss». */
char *tst_moments_comment (JsonArray *moments, const char *lang);

/* "12:41", "1:02:03". */
char *tst_moments_clock (gint64 ms);

G_END_DECLS
