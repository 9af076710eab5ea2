/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstVisitStream:
 *
 * The live stream of a visit: its start and end, the clock card, moments that somebody marks, what ties the recording to the clock, and its moments as
 * chapters, WebVTT or a comment, also after the visit.
 *
 * Properties: "live" (boolean), "n-moments" (uint), both notify. Actions: stream.start, stream.end, stream.card, stream.moment(code), stream.anchor,
 * stream.youtube, stream.webvtt, stream.metadata, stream.comment.
 */
#define TST_TYPE_VISIT_STREAM (tst_visit_stream_get_type ())
G_DECLARE_FINAL_TYPE (TstVisitStream, tst_visit_stream, TST, VISIT_STREAM, TstPage)

GtkWidget *tst_visit_stream_new (TstSession *session, const char *event_id, const char *work);
/* "3:10" or "1:03:10" in seconds; -1: it is no such time. */
gint64 tst_visit_stream_parse_clock (const char *text);

G_END_DECLS
