/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From the clock of a device to the time of a recording. A stream has several anchors (the start button, a clock card filmed at start
 * and end, OBS's own counter); between two of them the recording may have been broken off and begun again, and then nobody can say
 * better than the gap allows. */

/* One moment of which both times are known. */
typedef struct
{
  gint64 wall_ms;  /* UTC of the device, Unix milliseconds */
  gint64 media_ms; /* of the recording, from its beginning */
  gint64 error_ms; /* how wrong the pair may be, either way; ≥ 0 */
} TstStreamAnchor;

typedef struct
{
  gint64 offset_ms; /* ≥ 0 */
  gint64 error_ms;  /* the truth lies within offset ± error */
  gboolean broken;  /* between two anchors of different segments: a guess within the gap */
} TstStreamOffset;

/* In order of wall time. In place. */
void tst_stream_anchors_sort (TstStreamAnchor *anchors, guint n_anchors);

/* Two anchors belong to one unbroken segment when the recording ran as long as the clock did, within their errors and the drift of
 * ordinary clocks (200 parts in a million). @earlier, @later: by wall time. */
gboolean tst_stream_is_unbroken (const TstStreamAnchor *earlier, const TstStreamAnchor *later);

/**
 * tst_stream_offset:
 * @anchors: sorted by wall time
 * @wall_ms: of the moment, Unix milliseconds
 *
 * Within an unbroken segment the offset is interpolated between the two anchors around it; before the first and after the last it runs on
 * with the clock, and the error grows with the distance. Between two segments it is the middle of what is possible, with the half
 * of it as error.
 *
 * Returns: FALSE when there is no anchor at all
 */
gboolean tst_stream_offset (const TstStreamAnchor *anchors, guint n_anchors, gint64 wall_ms, TstStreamOffset *offset);

G_END_DECLS
